#pragma once

#include <optional>

#include "project/gate/gate_service.h"
#include "project/loop/project_service.h"
#include "trust/journal/journal.h"

namespace musubi {

/// Projects with their stages, gates and decisions, at work.
class ProjectsAtWork {
public:
    /// What they stand on; all of it outlives them.
    struct Ground {
        Store& store;
        const Policies& policies;
        const People& people;
        const SigningKeys& signing_keys;
        const Clock& clock;
        const Journal& journal;
        MeasureSetPtr measures;
    };
    void open(const Ground& ground);
    [[nodiscard]] ProjectService* projects() { return &*projects_; }
    [[nodiscard]] GateService* gates() { return &*gates_; }

private:
    std::optional<ProjectService> projects_;
    std::optional<GateService> gates_;
};

}  // namespace musubi
