#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "store/store.h"

namespace musubi {

/// Who did what with which type, as far as policies tell such uses apart.
struct Use {
    std::string subject;  ///< "key:ID", "person:ID"
    std::string purpose;
    std::string ground;
    AccessAction action = AccessAction::Read;
    std::string type;  ///< expanded; "*": whatever there is
    friend auto operator<=>(const Use&, const Use&) = default;
};

/// The same, of texts that live elsewhere.
struct UseView {
    std::string_view subject;
    std::string_view purpose;
    std::string_view ground;
    AccessAction action = AccessAction::Read;
    std::string_view type;
};

/// How often each use was made, by day: those of the last month are what a change of policies is
/// tried on before it is signed. Reads are noted by the interface, changes as they are committed.
/// Counts of the last minute may be lost with the machine. Any thread.
class UseTally final : public Projection {
public:
    static constexpr std::int64_t kDays = 31;      ///< that `uses` tells
    static constexpr std::int64_t kKeptDays = 92;  ///< for who asks when something was last read
    static constexpr std::size_t kMaxUses =
        2'000;  ///< of a tenant and day; others are not told apart
    static constexpr Duration kSaveEvery = minutes(1);

    /// Reads what is stored and follows it from then on; with the first start it is written down
    /// since when uses are counted. Fails: Io, Corrupt.
    Result<void> load(Store& store, const Clock& clock);
    void note(TenantId tenant, const Caller& caller, AccessAction action,
              const std::vector<std::string>& types);
    /// All uses of the last month with how often each was made.
    [[nodiscard]] std::vector<std::pair<Use, std::uint64_t>> uses(TenantId tenant) const;
    /// Who read what in the days that are kept, with the last day of each (its first moment in
    /// Japan).
    [[nodiscard]] std::vector<std::pair<Use, Time>> readers(TenantId tenant) const;
    /// The last day (its first moment in Japan) on which a person read one of these types; nothing:
    /// none did in the days that are kept.
    [[nodiscard]] std::optional<Time> last_day_of_person(
        TenantId tenant, const std::vector<std::string>& types) const;
    /// The first day (its first moment in Japan) of which uses were counted.
    [[nodiscard]] Time counted_from() const;
    /// The first day of which they are still kept: no earlier than counted_from.
    [[nodiscard]] Time kept_from() const;
    /// Writes down what is new, where kSaveEvery has passed or `now_at_once`; drops days that are
    /// over. For one thread that may wait. Fails: Io.
    Result<void> save(Store& store, bool now_at_once = false);

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    // Each read comes by here: what is known already is counted side by side with others.
    struct Count {
        explicit Count(std::uint64_t from) : times{from} {}
        mutable std::atomic<std::uint64_t> times;
    };
    struct ByText {
        using is_transparent = void;
        bool operator()(const Use& a, const Use& b) const { return order(a, b); }
        bool operator()(const Use& a, const UseView& b) const { return order(a, b); }
        bool operator()(const UseView& a, const Use& b) const { return order(a, b); }
        template <typename A, typename B>
        static bool order(const A& a, const B& b);
    };
    using Uses = std::map<Use, Count, ByText>;
    struct Day {
        Uses uses;
        std::uint64_t saved = 0;  // what `sum` was then
        [[nodiscard]] std::uint64_t sum() const;
    };
    struct Table {
        std::map<std::pair<TenantId, std::int64_t>, Day> days;  // since 1970, in Japan
        Duration saved{};
    };
    [[nodiscard]] std::int64_t today() const;
    Result<void> load_first(Store& store);
    static void add(Day& day, const UseView& use, std::uint64_t times);
    void count(TenantId tenant, std::int64_t day, const UseView& use, std::uint64_t times);

    const Clock* clock_ = nullptr;
    std::int64_t first_ = 0;  // day of the first count, since 1970, in Japan
    SharedGuarded<Table> table_;
};

}  // namespace musubi
