#pragma once

#include <mutex>

#include "project/care/money_record.h"
#include "project/care/tasks.h"
#include "project/cases/case_service.h"
#include "project/cases/case_shelf.h"
#include "project/gate/gate_service.h"
#include "project/loop/project_service.h"
#include "project/portfolio/review_rounds.h"

namespace musubi {

/// What the interface deals with projects by; all of it outlives the server.
struct ProjectParts {
    ProjectService& projects;
    GateService& gates;
    TaskService& tasks;
    MoneyRecords& money;
    CaseService& cases;
    const CaseShelf& shelf;
    ReviewRounds& rounds;
    std::mutex& effect;  ///< held while an effect is computed: one at a time
};

}  // namespace musubi
