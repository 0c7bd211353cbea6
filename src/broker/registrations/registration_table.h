#pragma once

#include <atomic>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "broker/registrations/registration.h"
#include "broker/registrations/source_query.h"
#include "store/store.h"

namespace musubi {

/// The registrations of a tenant at one moment. Immutable.
struct RegistrationShelf {
    using Line = std::vector<RegistrationPtr>;
    std::map<std::string, RegistrationPtr, std::less<>> by_id;
    std::unordered_map<std::string, Line> by_entity;  ///< those that name each entity by its id
    std::unordered_map<std::string, Line> by_type;    ///< the other ones that name entities
    Line others;                                      ///< some part names attributes alone
};
using RegistrationShelfPtr = std::shared_ptr<const RegistrationShelf>;

/// A source that an operation concerns.
struct MatchedSource {
    RegistrationPtr registration;
    /// The places in `information` that match, in order, at least one: the request to the source
    /// can be narrowed to their attributes.
    std::vector<std::size_t> information;
};

/// The registrations of all tenants, ready to be asked which sources an operation concerns: a
/// projection of the records of kind "registration". Safe from any thread.
class RegistrationTable final : public Projection {
public:
    static constexpr std::size_t kMaxPerTenant = 10'000;

    /// `log` must outlive it.
    explicit RegistrationTable(Log& log) : log_{log} {}
    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);

    /// True where the tenant has no registration. While nobody has any it costs one relaxed load,
    /// so that each request may ask.
    [[nodiscard]] bool empty(TenantId tenant) const;
    /// Never null.
    [[nodiscard]] RegistrationShelfPtr shelf(TenantId tenant) const;
    /// Null where there is none.
    [[nodiscard]] RegistrationPtr find(TenantId tenant, std::string_view id) const;

    /// The sources that `operation` on what `query` says concerns (GS CIM 009 v1.9.1, 4.3.6, 5.12):
    /// those that do it and may have something of it (may_answer), without the expired ones.
    /// Exclusive ones first, then redirect, inclusive, auxiliary; of one mode in order of ids.
    [[nodiscard]] std::vector<MatchedSource> sources(TenantId tenant, SourceOperation operation,
                                                     const SourceQuery& query, Time now) const;

    /// The same, whatever they do with what they have.
    [[nodiscard]] std::vector<MatchedSource> matching(TenantId tenant, const SourceQuery& query,
                                                      Time now) const;

    /// Counts the commits that changed the registry of the tenant, see RegistryLog.
    [[nodiscard]] std::uint64_t version(TenantId tenant) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    struct Tenant {
        RegistrationShelfPtr shelf;
        std::uint64_t version = 0;
    };
    using Tables = std::unordered_map<TenantId, Tenant>;

    [[nodiscard]] RegistrationPtr decode(const std::string& id, const std::string& value) const;

    Log& log_;
    SharedGuarded<Tables> tables_;
    std::atomic<std::size_t> size_{0};  // of all tenants
};

}  // namespace musubi
