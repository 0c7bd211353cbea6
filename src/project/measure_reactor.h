#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/log.h"
#include "base/metrics.h"
#include "project/measures/live_measures.h"
#include "project/measures/value_writer.h"
#include "store/reactor.h"
#include "trust/policies/policies.h"

namespace musubi {

/// Keeps the measures of a pack: follows the readings, and writes the values of periods that are
/// open now and then, of periods that are over once, and again when late or corrected readings
/// change them. What is yet to be written is kept with the position, so that none is lost. In a
/// replay time passes by the readings.
class MeasureReactor final : public Reactor {
public:
    /// An open period is written anew after so long, a period that is over when it was quiet so
    /// long.
    static constexpr Duration kOpenEvery = minutes(10);
    static constexpr Duration kQuiet = seconds(5);
    /// Values that are written at once; others wait for the next tick.
    static constexpr std::size_t kAtOnce = 50;

    /// What is of a personal type (`policies`) it leaves alone: that is computed for who states a
    /// purpose and a ground.
    MeasureReactor(const Store& store, const Policies& policies, const Clock& clock, Log& log,
                   Metrics& metrics, MeasureSetPtr set);

    [[nodiscard]] std::string_view name() const override { return "measures"; }
    [[nodiscard]] std::string_view guardian() const override { return kMeasureGuardian; }
    Result<Effect> react(const std::string& tenant, std::span<const ChangePtr> changes) override;
    Result<Effect> tick(const std::string& tenant, Time now) override;

private:
    struct Due {
        Duration touched;                 // monotonic
        std::optional<Duration> written;  // monotonic; nothing: not since the start
        bool silent = false;              // as it was written nothing had been read yet
        bool ends = false;                // a commit is under way that ends it
    };
    struct Town {
        Town(TenantId number, LiveMeasures measures) : id{number}, live{std::move(measures)} {}
        TenantId id;
        LiveMeasures live;
        std::map<LiveMeasures::Touched, Due> due;
        std::vector<std::optional<Time>>
            through;           // of each measure: the newest period that was due
        bool defined = false;  // the measures themselves are written
    };
    struct Written {
        LiveMeasures::Touched what;
        std::vector<MeasureValue> values;
        std::vector<std::string> roots;  // of each value; none: the period is not over
    };
    struct Fresh {
        std::vector<std::string> due;    // names of what is due now
        std::vector<std::string> ahead;  // entities of values that a clock ahead wrote
        [[nodiscard]] bool empty() const { return due.empty() && ahead.empty(); }
    };
    Result<Town*> town(const std::string& tenant);
    Result<void> adopt_all(const std::string& tenant, Town& town) const;
    Result<void> load_due(Town& town) const;
    Result<void> see_what_ended(Town& town) const;
    [[nodiscard]] std::vector<std::string> see_what_is_silent(Town& town, Time now) const;
    Result<std::vector<std::string>> see_what_is_ahead(const std::string& tenant, Town& town,
                                                       Time now) const;
    using LookAtValue = std::function<bool(const Entity&, const LiveMeasures::Touched&)>;
    Result<void> each_value(const std::string& tenant, const LookAtValue& look) const;
    Result<bool> are_defined(const std::string& tenant) const;
    Result<std::vector<std::string>> see_what_is_redefined(const std::string& tenant,
                                                           Town& town) const;
    Effect effect_of(Town& town, std::vector<Written> written, Fresh fresh);
    Result<void> write(Transaction& tx, const Written& one) const;
    [[nodiscard]] std::vector<LiveMeasures::Touched> ready(const Town& town, Time now) const;
    Result<void> compute_over(const std::string& tenant, Town& town,
                              std::span<const LiveMeasures::Touched> what,
                              std::vector<Written>& out);
    Result<void> compute_open(const std::string& tenant, Town& town,
                              const LiveMeasures::Touched& what, Time now,
                              std::vector<Written>& out);
    void compare(const Town& town, const LiveMeasures::Touched& what,
                 const std::vector<MeasureValue>& values, Time now);
    [[nodiscard]] LeavesOut leaves_out(TenantId tenant) const;
    void say_taken(const std::string& id) const;
    [[nodiscard]] bool is_personal(const Town& town, std::size_t measure) const;
    [[nodiscard]] std::string name_of(const LiveMeasures::Touched& what) const;

    const Store& store_;
    const Policies& policies_;
    const Clock& clock_;
    Log& log_;
    MeasureSetPtr set_;
    MeasureNames names_;
    Counter& differences_;
    std::map<std::string, std::unique_ptr<Town>> towns_;
};

}  // namespace musubi
