#pragma once

#include "project/care/money_record.h"
#include "project/care/tasks.h"
#include "project/cases/case_service.h"
#include "project/cases/case_shelf.h"
#include "project/gate/gate_service.h"
#include "project/loop/project_service.h"

namespace musubi {

/// What the interface deals with projects by; all of it outlives the server.
struct ProjectParts {
    ProjectService& projects;
    GateService& gates;
    TaskService& tasks;
    MoneyRecords& money;
    CaseService& cases;
    const CaseShelf& shelf;
};

}  // namespace musubi
