#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "store/committer.h"
#include "store/key_value.h"

namespace musubi {

/// The tenants by name. A tenant is made by a deliberate act and never by naming it. A projection
/// of the records of kind "tenant" of the installation.
class Tenants final : public Projection {
public:
    static constexpr std::string_view kKind = "tenant";
    static constexpr std::size_t kMaxName = 50;

    /// Fails: Io, Corrupt.
    Result<void> load(const KeyValueStore& kv);
    /// Fails: NoTenant.
    Result<TenantId> find(std::string_view name) const;
    [[nodiscard]] std::vector<std::pair<std::string, TenantId>> all() const;
    [[nodiscard]] std::vector<TenantId> numbers() const;
    /// Letters a-z, digits, `_` and `-`, at most kMaxName, as a URL and a header can carry it.
    /// Fails: BadRequest.
    static Result<void> check_name(std::string_view name);
    /// The commands. Fail: AlreadyExists, TooLarge; NoTenant.
    static Result<void> create(Transaction& transaction, std::string_view name, std::size_t present,
                               std::size_t max_tenants);
    static Result<void> erase(Transaction& transaction, std::string_view name);

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId) override {}

private:
    using Names = std::vector<std::pair<std::string, TenantId>>;
    SharedGuarded<Names> names_{Names{{std::string{}, TenantId{0}}}};
};

}  // namespace musubi
