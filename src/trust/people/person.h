#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/access.h"
#include "store/change.h"
#include "trust/passkeys/passkey.h"

namespace musubi {

/// Where a grant that was lent comes from.
struct Lender {
    std::string person;  ///< id
    std::string grant;   ///< id of the lender's own grant
};

/// A role that a person has in a tenant, with what it reaches and until when.
struct Grant {
    std::string id;
    std::string tenant;   ///< name; empty: the default one
    TenantId number = 0;  ///< of the tenant: names may be used again, numbers are not
    Role role = Role::Reader;
    std::vector<std::string> only_types;   ///< expanded; empty: all
    std::vector<std::string> only_scopes;  ///< with all below them (4.18); empty: all
    std::optional<Time> until;             ///< it ends at this moment; nothing: it lasts
    std::string given_by;                  ///< subject of the caller who gave it
    Time given_at;
    std::optional<Lender> lender;  ///< lent by another person: it ends with their own grant
};

/// Somebody who signs in.
struct Person {
    static constexpr std::size_t kMaxGrants = 50;
    static constexpr std::size_t kRecoveryCodes = 10;

    std::string id;
    std::string name;  ///< by which they sign in; NFKC_Casefold, of all installation one
    std::string display_name;
    std::string organisation;  ///< id; empty: none
    bool disabled = false;     ///< can not sign in, and no grant holds
    Time created_at;
    std::vector<Grant> grants;
    /// Sessions that were begun under a lower number are over.
    std::uint64_t session_epoch = 0;
    std::string password;                     ///< PHC text of Argon2id; empty: none
    Time password_at;                         ///< when it was set
    std::vector<std::string> recovery_codes;  ///< SHA-256 of those not used yet
    Time recovery_codes_at;
    std::vector<Passkey> passkeys;
};
using PersonPtr = std::shared_ptr<const Person>;

/// What people belong to.
struct Organisation {
    std::string id;
    std::string ja;
    std::string en;
    TenantId tenant = 0;  ///< in which it was made; of the default one also those of former formats
};

/// As records keep them (docs/formats.md). Decoding fails: Corrupt.
[[nodiscard]] std::string encode(const Person& person);
Result<Person> decode_person(std::string_view id, std::string_view value);
[[nodiscard]] std::string encode(const Organisation& organisation);
Result<Organisation> decode_organisation(std::string_view id, std::string_view value);

/// A name to sign in by: 2 to 64 characters that can be seen, as to_nfkc_casefold has them.
/// Fails: BadRequest.
Result<std::string> read_sign_in_name(std::string_view text);
/// A name for people: 1 to 100 characters on one line. Fails: BadRequest with `where`.
Result<std::string> read_display_name(std::string_view text, const std::string& where);

}  // namespace musubi
