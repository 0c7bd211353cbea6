#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "project/care/heartbeat.h"
#include "project/care/tasks.h"
#include "project/gate/gate_service.h"
#include "project/measures/value_writer.h"
#include "store/reactor.h"
#include "trust/policies/use_tally.h"

namespace musubi {

/// What projects are looked after with; all of it outlives the reactor.
struct CareParts {
    const Store& store;
    const UseTally& uses;
    const Clock& clock;
    EvidenceKey key;         ///< signs heartbeats, with their own domain
    MeasureSetPtr measures;  ///< null: nothing is measured
};

/// Looks after projects: opens a task where a value leaves what was promised, counts the days that
/// tasks are late, and writes each day how a project with a grant is.
class CareReactor final : public Reactor {
public:
    static constexpr Duration kEvery = minutes(10);

    explicit CareReactor(CareParts parts);

    [[nodiscard]] std::string_view name() const override { return "projects"; }
    [[nodiscard]] std::string_view guardian() const override;
    Result<Effect> react(const std::string& tenant, std::span<const ChangePtr> changes) override;
    Result<Effect> tick(const std::string& tenant, Time now) override;

private:
    struct Noted {
        const Measure* measure = nullptr;
        Promise promise;
        KeptValue value;
    };
    struct OverTask {
        std::string task;   // id
        std::string state;  // of its project
    };
    struct Beat {
        std::string project;
        Json statement;
        Heartbeat heartbeat;
    };
    Result<void> hold(const Caller& caller, const std::string& id, std::vector<Noted>& out) const;
    Result<void> hold_what_begins(const Caller& caller, TenantId tenant, const std::string& id,
                                  std::vector<Noted>& out) const;
    Result<std::vector<std::string>> late_tasks(const Caller& caller, Time now) const;
    Result<std::vector<OverTask>> over_tasks(const Caller& caller) const;
    Result<std::vector<Beat>> beats(const Caller& caller, TenantId tenant, Time now) const;
    Result<std::optional<Beat>> beat_of(const Caller& caller, TenantId tenant,
                                        const Entity& project, Time now) const;
    Result<EntityPtr> former_beat(const Caller& caller, const std::string& project) const;
    [[nodiscard]] Time uses_from(const Entity* former, const Entity& project) const;
    Result<HeartbeatFacts> facts_of(const Caller& caller, TenantId tenant, const Entity& project,
                                    Time grant_ends) const;
    Result<void> write(Transaction& tx, const Beat& beat) const;

    CareParts parts_;
    std::optional<MeasureNames> names_;
    std::map<std::string, Duration> last_;  // by tenant, monotonic
};

}  // namespace musubi
