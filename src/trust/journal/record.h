#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/random.h"
#include "base/time.h"
#include "trust/encoding.h"

namespace musubi {

/// What the entries of the journal are about. Others may be added: who reads a journal takes each.
namespace journal_kind {
inline constexpr std::string_view kStart = "start";            ///< of the server, with its key
inline constexpr std::string_view kStop = "stop";              ///< a clean one
inline constexpr std::string_view kCut = "cut";                ///< a torn end was cut at a start
inline constexpr std::string_view kCheckpoint = "checkpoint";  ///< signed
inline constexpr std::string_view kRedaction = "redaction";
inline constexpr std::string_view kRetention = "retention";  ///< old segments went
inline constexpr std::string_view kExport = "export";
inline constexpr std::string_view kSignIn = "sign-in";
inline constexpr std::string_view kRefusal = "refusal";
inline constexpr std::string_view kAccess = "access";                   ///< to personal data
inline constexpr std::string_view kSendingChanged = "sending-changed";  ///< to whom data go
inline constexpr std::string_view kKeyMade = "key-made";
inline constexpr std::string_view kKeyRemoved = "key-removed";
inline constexpr std::string_view kSigningKeyMade = "signing-key-made";  ///< of a person
inline constexpr std::string_view kSigningKeyReplaced = "signing-key-replaced";
inline constexpr std::string_view kPersonChanged = "person-changed";
inline constexpr std::string_view kRoleChanged = "role-changed";
inline constexpr std::string_view kOrganisationChanged = "organisation-changed";
inline constexpr std::string_view kPolicyChanged = "policy-changed";
inline constexpr std::string_view kHalt = "halt";  ///< of a use, and its end
inline constexpr std::string_view kMachineMade = "machine-made";
inline constexpr std::string_view kMachineRemoved = "machine-removed";
inline constexpr std::string_view kTenantMade = "tenant-made";
inline constexpr std::string_view kTenantDeleted = "tenant-deleted";
inline constexpr std::string_view kContextLoaded = "context-loaded";
inline constexpr std::string_view kContextRemoved = "context-removed";
inline constexpr std::string_view kBackup = "backup";
/// Whether an entry of that kind keeps its details for ever: what shows that the rest holds.
[[nodiscard]] bool is_proof(std::string_view kind);
}  // namespace journal_kind

/// What an entry is of, and stays when its details go.
struct JournalWho {
    std::string_view kind;
    std::string_view tenant;
    std::string_view subject;
};

/// What is to be written. `tenant`, `kind` and `subject` can not be redacted: the subject is an id
/// ("key:...", "person:..."), never a name. Neither holds a secret.
struct JournalEntry {
    std::string_view kind;  ///< a-z and '-', at most 40 signs
    std::string tenant;     ///< empty: the default one, or the installation
    std::string subject;    ///< Caller::subject; empty: nobody that is known; at most 256 bytes
    Json details;           ///< an object (null: an empty one), as append_canonical takes it
    [[nodiscard]] JournalWho who() const { return {kind, tenant, subject}; }
};

/// An entry as it stands in the journal; docs/journal.md has the format.
struct JournalRecord {
    std::uint64_t number = 0;  ///< from 1, without a gap
    Time at;
    std::string tenant;
    std::string kind;
    std::string subject;
    std::string previous;         ///< the hash of the entry before, in hex; of the first: zeros
    std::string sealed;           ///< SHA-256 of salt and details, in hex
    std::string hash;             ///< SHA-256 of what stays when details and salt go, in hex
    std::string salt;             ///< 16 bytes in hex; empty: redacted
    std::optional<Json> details;  ///< nothing: redacted

    static constexpr std::size_t kMaxLine = 64U << 10U;
    static constexpr std::size_t kMaxDetails = 32U << 10U;  ///< as canonical text
    static constexpr std::size_t kHashSigns = 64;
    static constexpr std::size_t kSaltSigns = 32;
};

/// What the first entry has in the place of the hash of the one before.
[[nodiscard]] std::string no_hash();

/// Fails: BadRequest, TooLarge where it breaks what JournalEntry says.
Result<void> check_who(const JournalWho& who);
/// Fails: TooLarge where the canonical text of details is beyond kMaxDetails.
Result<void> check_details(std::string_view details);

/// The canonical text of the details. Fails: BadRequest, TooLarge.
Result<std::string> details_text(const Json& details);
/// SHA-256 of the salt's bytes and the details' text, in hex.
[[nodiscard]] std::string seal_of(std::string_view salt, std::string_view details);
/// A salt by chance, in hex, and the seal that is made with it.
struct Seal {
    std::array<char, JournalRecord::kSaltSigns> salt{};
    HexDigest sealed{};
};
[[nodiscard]] Seal make_seal(Random& random, std::string_view details);
/// SHA-256 of the canonical form without details, salt and hash, in hex.
[[nodiscard]] std::string hash_of(const JournalRecord& record);
/// What a checkpoint signs: itself, without what is made of its details.
[[nodiscard]] std::string signed_text(const JournalRecord& record, const std::string& details);

/// Appends the entry's line with its end. `details` is its text; empty: redacted.
void append_line(std::string& out, const JournalRecord& record, std::string_view details);
/// An entry that is about to be written, sealed, after the one of the hash `previous`.
struct SealedEntry {
    JournalWho who;
    std::uint64_t number = 0;
    Time at;
    std::string_view previous;
    Seal seal;
};
/// The same of such an entry; returns its hash.
[[nodiscard]] HexDigest append_hashed_line(std::string& out, const SealedEntry& entry,
                                           std::string_view details);
/// The same of an entry that was read.
[[nodiscard]] std::string to_line(const JournalRecord& record);

/// Reads a line without its end, which must be just as append_line writes it. Hash and seal are not
/// compared. Fails: Corrupt, saying what is wrong.
Result<JournalRecord> read_line(std::string_view line);
/// Whether the hash is the one of its entry.
[[nodiscard]] bool hash_holds(const JournalRecord& record);
/// Whether the seal is the one of salt and details; true of a redacted entry.
[[nodiscard]] bool seal_holds(const JournalRecord& record);

}  // namespace musubi
