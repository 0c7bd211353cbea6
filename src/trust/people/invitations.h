#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/random.h"
#include "store/store.h"
#include "trust/people/people.h"

namespace musubi {

/// A way in for one person, once: by a link, or by a code on paper that they type.
struct Invitation {
    static constexpr Duration kLongest = days(60);
    static constexpr Duration kStandard = days(7);

    std::string id;
    std::string digest;  ///< SHA-256 of the code as read_typed_code gives it
    std::string name;    ///< to sign in by; empty: they choose
    std::string display_name;
    std::string organisation;
    std::vector<Grant> grants;
    std::string
        person;  ///< id of somebody known, who chooses another password; empty: somebody new
    std::string given_by;
    std::string given_in;  ///< the tenant it was given in
    Time given_at;
    Time until;
    /// True where nothing is left to accept: the tenants of its roles were deleted.
    [[nodiscard]] bool is_void() const { return person.empty() && grants.empty(); }
};

/// The invitations that were not accepted yet. Only digests of their codes are kept. A projection.
class Invitations final : public Projection {
public:
    static constexpr std::size_t kMaxInvitations = 10'000;
    static constexpr std::size_t kCodeGroups = 5;  ///< of 20 bits

    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);
    /// The invitation of this typed code, where it is valid at `now`. Nothing for all other codes
    /// alike.
    [[nodiscard]] std::optional<Invitation> find(std::string_view typed, Time now) const;
    /// Those that are not over, in order of time.
    [[nodiscard]] std::vector<Invitation> list(Time now) const;

    // -- within a transaction
    /// A new one and its code, which is shown this once.
    struct Made {
        Invitation invitation;
        std::string code;
    };
    [[nodiscard]] static Made prepare(Invitation invitation, Random& random);
    /// Fails: TooLarge.
    Result<void> put(Transaction& tx, const Invitation& invitation) const;
    /// It is used up. Fails: NotFound where it was used, taken back or is over: whoever comes
    /// second.
    Result<Invitation> take(Transaction& tx, std::string_view id) const;
    /// Removes those that are over. Fails: as a commit.
    Result<void> sweep(Store& store, Time now) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    struct Table {
        std::unordered_map<std::string, Invitation> by_id;
        std::unordered_map<std::string, std::string> ids;  // by digest
    };
    static void drop(Table& table, const std::string& id);
    SharedGuarded<Table> table_;
};

/// What is said of each code that opens nothing, whatever the reason.
[[nodiscard]] Error no_such_invitation();

}  // namespace musubi
