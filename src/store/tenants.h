#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "store/committer.h"
#include "store/key_value.h"

namespace musubi {

/// A tenant that is kept within another for a snapshot of it (GS CIM 009 v1.9.1, 5.5.15): what is
/// done in it stays apart, and it goes with its owner. Nobody can name it in a header.
struct InnerTenant {
    static constexpr char kMark = '~';
    std::string_view owner;
    std::string_view snapshot;
    /// Its name: `~owner~snapshot`.
    [[nodiscard]] static std::string name_of(std::string_view owner, std::string_view snapshot);
    /// Nothing where it is no such name.
    [[nodiscard]] static std::optional<InnerTenant> parse(std::string_view name);
};

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
    /// The same of a tenant within a tenant, see InnerTenant.
    static Result<void> create_inner(Transaction& transaction, std::string_view name);

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId) override {}

private:
    using Names = std::vector<std::pair<std::string, TenantId>>;
    SharedGuarded<Names> names_{Names{{std::string{}, TenantId{0}}}};
};

}  // namespace musubi
