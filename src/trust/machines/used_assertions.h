#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guarded.h"
#include "store/store.h"

namespace musubi {

/// The assertions (RFC 7523) that were shown and would still be taken: each is good once (`jti`,
/// RFC 7519, 4.1.7). Kept in the store, so that a restart forgets none; bounded. A projection.
class UsedAssertions final : public Projection {
public:
    static constexpr std::size_t kMaxRemembered = 100'000;
    static constexpr std::string_view kKind = "assertion";

    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);
    [[nodiscard]] std::size_t size() const;

    /// Within a transaction: the machine's assertion is used up; it is remembered until `until`,
    /// when nobody would take it any more. Fails: Unauthorized (it was used: whoever comes second),
    /// Busy (kMaxRemembered).
    Result<void> use(Transaction& tx, std::string_view machine, std::string_view jti,
                     Time until) const;
    /// Forgets those whose time is over. For a thread that may wait. Fails: as a commit.
    Result<void> sweep(Store& store, Time now) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId /*tenant*/) override {}  // they are of the installation

private:
    using Table = std::unordered_map<std::string, Time>;
    SharedGuarded<Table> table_;
};

}  // namespace musubi
