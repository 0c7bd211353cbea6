#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "store/store.h"
#include "trust/signing/person_key.h"
#include "trust/signing/sealing_secret.h"

namespace musubi {

/// The keys by which people sign: made and kept here, the private halves sealed in the records and
/// opened for one signature alone; one in use a person. What ended stays in the list without its
/// private half, so that what it signed can be verified. A projection; any thread.
class SigningKeys final : public Projection {
public:
    static constexpr std::string_view kKind = "signing-key";          ///< of its records, by id
    static constexpr std::string_view kInUse = "signing-key-in-use";  ///< by person: id of theirs
    static constexpr std::size_t kMaxOfPerson = 100;                  ///< in use and ended

    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store, const SealingSecret& secret);
    /// How many of the keys in use could not be opened at the load: the secret is another one.
    [[nodiscard]] std::size_t unopened() const { return unopened_; }
    /// Puts the secret into the copy that becomes a backup. Fails: Io.
    Result<void> backup(const std::string& copy) const;

    // -- queries
    [[nodiscard]] std::optional<PersonKey> find(std::string_view id) const;
    /// Those of a person, the newest first.
    [[nodiscard]] std::vector<PersonKey> of(std::string_view person) const;
    /// All, in the order in which they were made.
    [[nodiscard]] std::vector<PersonKey> list() const;
    /// Whether the signature holds, by the key that it names. musubi::holds says what that is.
    [[nodiscard]] bool verify(const Statement& statement, const PersonSignature& signature) const;

    // -- within a transaction
    /// The same, also of a key that an earlier command of the group made. Fails: Io, Corrupt.
    static Result<bool> verify(Transaction& tx, const Statement& statement,
                               const PersonSignature& signature);
    /// The one in use; nothing: none yet. Fails: Io, Corrupt.
    static Result<std::optional<PersonKey>> in_use(Transaction& tx, std::string_view person);
    /// A key for somebody who has none. Fails: NotFound (no such person), Conflict (there is one in
    /// use), TooLarge, Io, Corrupt.
    Result<PersonKey> make(Transaction& tx, std::string_view person) const;
    /// The one in use ends, and its private half goes; nothing where there is none.
    /// Fails: Io, Corrupt.
    static Result<void> end(Transaction& tx, std::string_view person);

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId /*tenant*/) override {}  // they are of people

private:
    friend class Signer;
    Result<std::string> sign(Transaction& tx, const PersonKey& key, std::string_view text) const;

    using Table = std::map<std::string, PersonKey, std::less<>>;  // by id
    SharedGuarded<Table> table_;
    std::optional<SealingSecret> secret_;
    std::size_t unopened_ = 0;
};

}  // namespace musubi
