#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/guarded.h"
#include "base/random.h"
#include "store/store.h"
#include "trust/operators.h"

namespace musubi {

/// What a key lets its bearer do.
struct KeySpec {
    std::string tenant;  ///< empty: the default tenant
    Role role = Role::Reader;
    std::vector<std::string> only_types;  ///< expanded; empty: all
    std::string label;                    ///< for people: which device, which firm
    std::string organisation = {};        ///< id of the one it belongs to; empty: none
    std::optional<Time> until = {};       ///< from this moment on it opens nothing; none: it lasts
    std::vector<std::string> only_scopes = {};  ///< with all below them (4.18); empty: all
};

/// A key as it is listed: without its secret.
struct KeyInfo {
    std::string id;
    KeySpec spec;
    Time created_at;
};

/// "operator", "reader", "device", "data-owner", ...: as name_of says. Fails: BadRequest.
Result<Role> parse_role(std::string_view name);
[[nodiscard]] std::string_view name_of(Role role);
/// What a role may do where no policy speaks: an operator everything in its tenant; data owners and
/// members of projects read and write; a device writes readings and reads nothing; a citizen reads
/// nothing; the others read.
[[nodiscard]] AccessFilter access_of(Role role, std::vector<std::string> only_types = {},
                                     std::vector<std::string> only_scopes = {});

/// Whether what is limited to `types` (expanded; empty: all) reaches no further than `reach`.
[[nodiscard]] bool are_types_within(const std::vector<std::string>& types,
                                    const std::vector<std::string>& reach);

/// Whether what this spec was made for is over.
[[nodiscard]] inline bool is_over(const KeySpec& spec, Time now) {
    return spec.until && *spec.until <= now;
}
/// What a spec lets its bearer be: the caller `subject`.
[[nodiscard]] Caller caller_of(const KeySpec& spec, std::string subject);
/// Fails: Forbidden unless the caller is who makes and takes away what opens `tenant` to programs
/// in this role: its operator, and for auditors the people of the independent body too.
Result<void> may_manage_keys(const Caller& caller, std::string_view tenant, Role role);
/// Whether the caller is told of such a key or machine: who manages them, and who watches over the
/// tenant.
[[nodiscard]] bool may_see_keys(const Caller& caller, const KeySpec& spec);
/// Fails: Forbidden where the spec is more than the caller has, a service's, or the independent
/// body's, which is people.
Result<void> may_give_key(const Caller& caller, const KeySpec& spec);

/// A spec as records keep it: the part that keys and machines have in common.
void write_spec(ByteWriter& w, const KeySpec& spec);
/// Fails the reader where the role is none.
KeySpec read_spec(ByteReader& r);

/// The keys of the installation: `mk_<id>_<secret>`, of which only the SHA-256 of the secret is
/// kept. A projection: a key taken away, or whose end has come, fails at the next request.
class Keys final : public Projection, public OperatorCount {
public:
    static constexpr std::size_t kMaxKeys = 10'000;
    static constexpr std::string_view kKind = "key";  ///< of its records

    /// Reads what is stored and follows it from then on. Both must outlive it. Fails: Io, Corrupt.
    Result<void> load(Store& store, const Clock& clock);
    /// Who bears this token. Takes the same time whether the id or the secret is wrong.
    /// Fails: Unauthorized.
    Result<Caller> authenticate(std::string_view token) const;
    /// Who bears the key of this subject (Caller::subject, "key:ID"); nothing where it was taken
    /// away or is over. For what is done later on behalf of a caller.
    [[nodiscard]] std::optional<Caller> bearer(std::string_view subject) const;
    /// The end of the key of this subject; nothing where it has none, or there is no such key.
    [[nodiscard]] std::optional<Time> end_of(std::string_view subject) const;
    /// Whose operators count as well when the last one would go.
    void also_count(const OperatorCount& others) { others_ = &others; }
    /// Makes a key; the token is shown this once. Fails: Forbidden (not an operator, or another
    /// tenant's), NoTenant, TooLarge (kMaxKeys), Io.
    Result<std::string> create(Store& store, const Caller& caller, const KeySpec& spec,
                               Random& random);
    /// Fails: NotFound, Forbidden, Conflict (the last operator's key of the installation).
    Result<void> revoke(Store& store, const Caller& caller, std::string_view id);
    /// Those of the caller's tenant; of all tenants for an operator of the default one.
    [[nodiscard]] std::vector<KeyInfo> list(const Caller& caller) const;
    [[nodiscard]] bool empty() const;

    Result<bool> has_operator(Transaction& tx, std::string_view except) const override;
    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    /// The keys of a tenant go with it: one that is made anew under its name has others.
    void erase_tenant(TenantId tenant) override;

private:
    struct Entry {
        KeyInfo info;
        std::string digest;   // SHA-256 of the secret
        TenantId tenant = 0;  // names may be used again, numbers are not
        Caller caller;
    };
    using Table = std::unordered_map<std::string, Entry>;
    static Result<Entry> decode(std::string_view id, std::string_view value);
    [[nodiscard]] const Entry* find(const Table& table, std::string_view subject) const;
    const Clock* clock_ = nullptr;
    const OperatorCount* others_ = nullptr;
    SharedGuarded<Table> table_;
};

}  // namespace musubi
