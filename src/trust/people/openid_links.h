#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "store/store.h"
#include "trust/people/people.h"

namespace musubi {

/// An account at a provider that opens the account of a person here.
struct OpenIdLink {
    std::string id;        ///< of issuer and subject: who has it can not tell them
    std::string person;    ///< id
    std::string provider;  ///< id, when it was linked
    std::string issuer;
    Time linked_at;
};

/// Which account at which provider is whose: (issuer, sub) is of one person (OpenID Connect Core
/// 1.0, 5.7). Of the subject only the SHA-256 with its issuer is kept. A projection.
class OpenIdLinks final : public Projection {
public:
    static constexpr std::size_t kMaxOfPerson = 10;

    /// `people` must outlive it.
    explicit OpenIdLinks(const People& people) : people_{people} {}
    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);
    [[nodiscard]] static std::string id_of(std::string_view issuer, std::string_view subject);
    /// Whose it is; nothing where nobody linked it, or who did is gone.
    [[nodiscard]] std::optional<OpenIdLink> find(std::string_view id) const;
    /// Those of a person, in order of time.
    [[nodiscard]] std::vector<OpenIdLink> of(std::string_view person) const;

    // -- within a transaction
    /// As earlier commands left it; nothing as with `find`. Fails: Io, Corrupt.
    Result<std::optional<OpenIdLink>> latest(Transaction& tx, std::string_view id) const;
    /// Links it. Nothing changes where it is the same person's already. Fails: Conflict (it is
    /// somebody else's), TooLarge.
    Result<void> put(Transaction& tx, OpenIdLink link) const;
    /// Fails: NotFound unless it is one of that person.
    Result<void> take(Transaction& tx, std::string_view id, std::string_view person) const;
    /// How many the person has, by what commands before this one left. Fails: Io, Corrupt.
    Result<std::size_t> count(Transaction& tx, std::string_view person) const;

    /// Removes those of people who are gone. Fails: as a commit.
    Result<void> sweep(Store& store) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId /*tenant*/) override {}  // they are of people

private:
    using Table = std::unordered_map<std::string, OpenIdLink>;
    const People& people_;
    SharedGuarded<Table> table_;
};

}  // namespace musubi
