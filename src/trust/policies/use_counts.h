#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "store/store.h"
#include "trust/policies/compile.h"

namespace musubi {

/// How often each caller has used each permission with a limit (ODRL 2.2, `count`). Uses are paid
/// in advance: a hundredth of the limit, at least one, is written down before the first of it is
/// made, so that a kill takes at most that much and never gives anything back. Any thread.
class UseCounts final : public Projection {
public:
    static constexpr std::string_view kKind = "use-count";  ///< of its records
    static constexpr std::size_t kMaxCounts = 100'000;      ///< callers with permissions, of all

    /// Reads what is stored and follows it from then on. Both must outlive it. Fails: Io, Corrupt.
    Result<void> load(Store& store, const Clock& clock);

    /// What is left to `subject` of a permission, which has a limit, now.
    [[nodiscard]] UsesLeft left(TenantId tenant, const Policy& policy,
                                std::string_view subject) const;
    /// Takes one use; false: none was left. Waits for the disk now and then, where `may_wait`.
    /// Fails: MustWait; Busy (kMaxCounts, the queue is full); Io.
    Result<bool> take(TenantId tenant, const Policy& policy, std::string_view subject,
                      bool may_wait);

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    /// Of one span: from `begin` to `end` (nothing: for ever).
    struct Count {
        Time begin;
        std::optional<Time> end;
        std::uint64_t paid = 0;  // as it is stored
        std::uint64_t used = 0;  // of these
    };
    using Name = std::pair<TenantId, std::string>;
    using Table = std::map<Name, Count>;
    enum class Taken { Yes, None, Unpaid };

    static std::string encode(const Count& count);
    static Result<Count> decode(std::string_view name, std::string_view value);
    static Count begun(const UseLimit& limit, Time now);
    static Count current(const Count* known, const UseLimit& limit, Time now);
    Taken try_take(const Name& name, const UseLimit& limit, Time now);
    Result<void> pay(const Name& name, const UseLimit& limit, Time now);

    Store* store_ = nullptr;
    const Clock* clock_ = nullptr;
    SharedGuarded<Table> table_;
};

}  // namespace musubi
