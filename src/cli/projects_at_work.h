#pragma once

#include <memory>
#include <optional>

#include "api/project_parts.h"
#include "project/care/care_reactor.h"
#include "store/reactor.h"
#include "trust/journal/journal.h"

namespace musubi {

/// Projects with their stages, gates and decisions, at work, and what looks after them.
class ProjectsAtWork {
public:
    /// What they stand on; all of it outlives them.
    struct Ground {
        Store& store;
        const Policies& policies;
        const UseTally& uses;
        const People& people;
        const SigningKeys& signing_keys;
        const Clock& clock;
        const Journal& journal;
        MeasureSetPtr measures;
        Log& log;
    };
    /// Fails: as CaseShelf::load.
    Result<void> open(const Ground& ground);
    void start_reactors(Store& store, const Clock& clock, Log& log, Metrics& metrics);
    /// What computes at length ends soon, and begins no more.
    void stop() { gates_->stop(); }
    [[nodiscard]] const ProjectParts* parts() const { return &*parts_; }

private:
    std::optional<ProjectService> projects_;
    std::optional<GateService> gates_;
    std::optional<TaskService> tasks_;
    std::optional<MoneyRecords> money_;
    std::optional<CaseService> cases_;
    std::optional<CaseShelf> shelf_;
    std::optional<ReviewRounds> rounds_;
    std::mutex effect_;
    std::optional<ProjectParts> parts_;
    std::optional<CareReactor> care_;
    std::unique_ptr<ReactorRunner> runner_;
};

}  // namespace musubi
