#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/entity.h"

namespace musubi {

class Governance;  // model/access/governance.h

/// What somebody is to a tenant. The numbers are stored.
enum class Role : std::uint8_t {
    Operator = 0,         ///< everything in the tenant
    Reader = 1,           ///< reads
    Device = 2,           ///< writes readings, reads nothing
    Service = 3,          ///< a part of this program
    DataOwner = 4,        ///< a department's: reads and writes, and answers for who else may
    PrivacyOfficer = 5,   ///< reads, signs policies, reads the journal
    Auditor = 6,          ///< independent: reads all, the journal too, changes nothing
    IndependentBody = 7,  ///< sees all, can halt a use or a project
    Member = 8,           ///< of a project: reads and writes
    Reviewer = 9,         ///< of a project's gates: reads
    Citizen = 10,         ///< nothing but what policies permit
};
inline constexpr Role kLastRole = Role::Citizen;

/// What is done with data, in words of ODRL 2.2 (odrl:read, odrl:modify, odrl:delete).
enum class AccessAction : std::uint8_t { Read = 0, Modify = 1, Delete = 2 };
inline constexpr std::size_t kActions = 3;

/// What a caller may read and write: a plain predicate, compiled by `trust`, applied where the
/// data are. The tenant is part of every key.
struct AccessFilter {
    bool may_read = false;
    bool may_write = false;
    bool may_administer = false;  ///< tenants, keys, feeds, dead letters
    bool may_know_why = false;    ///< a refusal names the policy
    /// Expanded types it is limited to; empty: all.
    std::vector<std::string> only_types;
    /// Scopes (4.18) it is limited to, with all below them; empty: all. Policies::bound has the
    /// governance hold it.
    std::vector<std::string> only_scopes = {};
    /// What the policies of the tenant leave of it; null: none speaks of this caller.
    std::shared_ptr<const Governance> governance = nullptr;

    /// True where it is limited to no types and scopes: who administers then does so for the whole
    /// tenant.
    [[nodiscard]] bool has_all_types() const { return only_types.empty() && only_scopes.empty(); }
    /// True where neither types, nor scopes, nor policies bound it.
    [[nodiscard]] bool is_whole() const { return has_all_types() && governance == nullptr; }
    /// True where a thing of these types may be within reach of who reads (one type within reach
    /// is enough): what policies say of its content is asked of the thing itself.
    [[nodiscard]] bool covers(const std::vector<std::string>& types) const;
    /// The same of who changes or makes it: each of its types has to be within reach.
    [[nodiscard]] bool covers_all(const std::vector<std::string>& types) const;
    [[nodiscard]] bool readable(const Entity& entity) const;
    [[nodiscard]] bool writable(const Entity& entity) const;
    [[nodiscard]] bool deletable(const Entity& entity) const;
    /// What is shown of the entity: itself where nothing is kept back, null where it may not be
    /// read, else another without what is hidden and with what is made coarser.
    [[nodiscard]] std::shared_ptr<const Entity> view(std::shared_ptr<const Entity> entity) const;
    /// The same of what is known in part alone (a fragment from elsewhere, what is left of a
    /// deleted entity): what hangs on conditions that can't be told is refused.
    [[nodiscard]] std::shared_ptr<const Entity> view_of_part(
        std::shared_ptr<const Entity> part) const;
    /// The same in its place; false where nothing of it is shown.
    [[nodiscard]] bool show_part(Entity& part) const;
    /// True where some entity of this type may be shown, as far as the type tells.
    [[nodiscard]] bool knows_of(const std::string& type) const;
    /// True where some entity of these types may be shown without this attribute (expanded), or
    /// with another value than it has; `types` empty: of any type.
    [[nodiscard]] bool may_conceal(const std::vector<std::string>& types,
                                   std::string_view attribute) const;
    /// True where of entities of these types, all read alike, every one is shown.
    [[nodiscard]] bool shows_all_rows(const std::vector<std::string>& types) const;
    /// Tells two filters apart that differ in what they let through, for what was decided earlier.
    [[nodiscard]] std::uint64_t fingerprint() const;
    /// True where both let the same through.
    [[nodiscard]] bool reaches_as(const AccessFilter& other) const {
        return may_administer == other.may_administer && only_types == other.only_types &&
               only_scopes == other.only_scopes && fingerprint() == other.fingerprint();
    }
};

/// Who asks, for whom, and what that lets them do. Travels with every request.
struct Caller {
    std::string tenant;   ///< name of the tenant; empty: the default one
    std::string subject;  ///< "key:ID", "person:ID", or the service's name; never a secret
    Role role = Role::Reader;
    std::string organisation;  ///< of a person; empty: none
    std::string assurance;     ///< how surely it is them: `acr` of OpenID Connect; empty: a key
    std::string purpose;       ///< why, where the type asks for it
    std::string ground;        ///< the legal ground, where the type asks for it
    std::shared_ptr<const AccessFilter> access;
    /// For services: the guardian name they act as; empty for everybody else.
    std::string guardian;
    std::string session;  ///< of a person: id of their sign-in; empty: a key
    /// It is one request: permissions that are given so many times hold for it (ODRL 2.2, `count`).
    /// False for what goes on by itself.
    bool counted = false;
    /// Where the rights of all stood when `access` was read (Authority::rights); 0: not known.
    std::uint64_t rights = 0;
};

/// A caller that may do everything in `tenant`, acting as the named service.
[[nodiscard]] Caller service_caller(std::string tenant, std::string_view service);

}  // namespace musubi
