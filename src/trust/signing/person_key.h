#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "trust/signing_key.h"

namespace musubi {

/// A key by which a person signs, or signed, as everybody may know it.
struct PersonKey {
    std::string person;  ///< id
    PublicKey half;      ///< its id names the key
    Time from;
    std::optional<Time> until;  ///< it signs no more since then; nothing: it is the one in use
};

/// What is signed: a domain, so that no signature is good for anything else, and what is said.
struct Statement {
    std::string_view domain;  ///< such as "musubi policy signature 1"; ends with its version
    std::string tenant;       ///< by name; empty: the default one
    /// An object as append_canonical takes it, without `at`, `key`, `subject` and `tenant`.
    Json what;
};

/// That a person signed a statement.
struct PersonSignature {
    std::string subject;  ///< "person:ID"
    Time at;
    std::string key;        ///< id; empty: signed before people had keys
    std::string signature;  ///< base64url: 86 signs
};

/// The bytes that are signed: the domain, 0A, and the canonical form (RFC 8785) of what is said
/// with `at`, `key`, `subject` and `tenant`. Fails: BadRequest, TooLarge, as append_canonical.
Result<std::string> signed_text(const Statement& statement, const PersonSignature& by);

/// Whether the signature is of this key and its person, was made while the key was in use, and is
/// of just this statement.
[[nodiscard]] bool holds(const PersonKey& key, const Statement& statement,
                         const PersonSignature& signature);

/// As a JSON Web Key (RFC 7517, RFC 8037), with `subject`, `from` and `until` of a person's.
[[nodiscard]] Json to_jwk(const PublicKey& key);
[[nodiscard]] Json to_jwk(const PersonKey& key);

/// The keys of a set as GET /musubi/v1/signing-keys has it: those of people, and those of servers,
/// which have no `subject`. Fails: BadRequest with the place.
struct KeyList {
    std::vector<PersonKey> people;
    std::vector<PublicKey> servers;
};
Result<KeyList> read_key_list(const Json& set);
inline constexpr std::size_t kMaxKeyListBytes = 64U << 20U;

}  // namespace musubi
