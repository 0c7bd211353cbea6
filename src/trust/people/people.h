#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "store/store.h"
#include "trust/operators.h"
#include "trust/people/person.h"

namespace musubi {

/// What an operator changes of a person; what is absent stays.
struct PersonPatch {
    std::optional<std::string> display_name;
    std::optional<std::string> organisation;
    std::optional<bool> disabled;
};

/// The people of the installation and what they may do. A projection: a right that was taken away,
/// or whose time is over, does not hold at the next request. Commands act within a transaction and
/// decide on the latest state.
class People final : public Projection, public OperatorCount {
public:
    static constexpr std::size_t kMaxPeople = 10'000;
    static constexpr std::size_t kMaxOrganisations = 1'000;
    static constexpr std::string_view kKind = "person";  ///< of its records
    static constexpr std::string_view kOrganisationKind = "organisation";

    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);
    /// Whose operators count as well when the last one would go.
    void also_count(const OperatorCount& others) { others_ = &others; }

    /// Whether halts are in force in a tenant: as long as they are, the independent body stays.
    void know_halts(std::function<bool(TenantId)> has_halts) { has_halts_ = std::move(has_halts); }

    // -- queries
    /// Null where there is none.
    [[nodiscard]] PersonPtr find(std::string_view id) const;
    /// By the name to sign in, as read_sign_in_name gives it.
    [[nodiscard]] PersonPtr find_by_name(std::string_view name) const;
    /// By the bytes that a passkey is known by.
    [[nodiscard]] PersonPtr find_by_passkey(std::string_view credential_id) const;
    /// All, in order of names.
    [[nodiscard]] std::vector<PersonPtr> list() const;
    /// In order of ids.
    [[nodiscard]] std::vector<Organisation> organisations() const;
    /// Fails: NotFound.
    [[nodiscard]] Result<Organisation> organisation(std::string_view id) const;
    /// Whether somebody with a role in the tenant belongs to it.
    [[nodiscard]] bool belongs_there(std::string_view organisation, TenantId tenant) const;
    /// Whether the grant holds: the person is not disabled, its time is not over, and what was lent
    /// is still the lender's.
    [[nodiscard]] bool holds(const Person& person, const Grant& grant, Time now) const;
    /// Who the person is to `tenant`. Where no grant of theirs holds there: to the tenant where one
    /// does, the default one first; with none at all a caller who may do nothing but look after
    /// their own account. Nothing where they are gone or disabled.
    [[nodiscard]] std::optional<Caller> caller(std::string_view id, std::string_view tenant,
                                               Time now) const;
    /// What the person of this subject may do in `tenant` now; null where no grant holds there. An
    /// operator of the installation operates each tenant, and who watches it looks into each.
    [[nodiscard]] std::shared_ptr<const AccessFilter> access(std::string_view subject,
                                                             std::string_view tenant,
                                                             Time now) const;
    /// The right by which the person is what they are as this caller, where it is not lent to them:
    /// until when it lasts. Nothing where they have it lent, or not any more.
    struct OwnRight {
        std::optional<Time> until;  ///< nothing: for good
    };
    [[nodiscard]] std::optional<OwnRight> own_right(std::string_view id, const Caller& caller,
                                                    Time now) const;
    /// Whether there is an independent body: the tenant's own, or that of the installation.
    [[nodiscard]] bool has_independent_body(std::string_view tenant, Time now) const;
    /// The tenant's own.
    [[nodiscard]] bool has_own_body(std::string_view tenant, Time now) const;
    /// Where there is an independent body, or halts of one are in force, no operator names one.
    [[nodiscard]] bool is_watched(std::string_view tenant, Time now) const;

    // -- within a transaction
    /// The person as earlier commands left them. Fails: NotFound, Io, Corrupt.
    Result<Person> latest(Transaction& tx, std::string_view id) const;
    /// Somebody new. Fails: AlreadyExists (the name), TooLarge.
    Result<void> add(Transaction& tx, const Person& person) const;
    /// The person has changed. Fails: Conflict where no operator would be left, or nobody of the
    /// independent body while halts are in force.
    Result<void> put(Transaction& tx, const Person& person) const;
    /// Adds a grant, given by the caller now; returns its id. Fails: NotFound, Forbidden, NoTenant,
    /// Conflict (not separate), TooLarge.
    Result<void> give(Transaction& tx, std::string_view person, Grant grant) const;
    /// Fails: NotFound, Forbidden, Conflict (the last operator).
    Result<void> take(Transaction& tx, std::string_view person, std::string_view grant) const;
    /// The caller lends what they have to another. Fails: NotFound, Forbidden (not theirs, more
    /// than theirs, lent to them), BadRequest (no end), Conflict, TooLarge.
    Result<void> lend(Transaction& tx, std::string_view to, Grant grant) const;
    /// What the caller lent goes back. Fails: NotFound.
    Result<void> end_loan(Transaction& tx, std::string_view person, std::string_view grant) const;
    /// Fails: NotFound, Forbidden, Conflict (the last operator).
    Result<void> change(Transaction& tx, std::string_view person, const PersonPatch& patch) const;
    /// The person goes, with their sessions and all they lent. Fails: as `change`.
    Result<void> remove(Transaction& tx, std::string_view person) const;
    /// Gives the person a passkey; they are put or added after it. Fails: AlreadyExists where
    /// somebody has the credential (WebAuthn Level 3, 7.1, step 26), TooLarge.
    static Result<void> add_passkey(Transaction& tx, Person& person, Passkey passkey);
    /// Takes it away. `opened_elsewhere`: they also come in by a provider of OpenID Connect.
    /// Fails: NotFound, Conflict where the person could not sign in any more.
    static Result<void> take_passkey(Transaction& tx, Person& person, std::string_view id,
                                     bool opened_elsewhere = false);
    /// Fails: NotFound, Conflict, as take_passkey.
    static Result<void> take_password(Person& person, bool opened_elsewhere = false);
    /// Fails: TooLarge, NotFound (to change one), AlreadyExists (one of the tenant has the name).
    Result<void> put_organisation(Transaction& tx, const Organisation& organisation,
                                  bool is_new) const;
    /// Fails: NotFound, Conflict (people belong to it).
    Result<void> remove_organisation(Transaction& tx, std::string_view id) const;
    /// Fails: NotFound unless it is empty or names one.
    Result<void> check_organisation(Transaction& tx, const std::string& id) const;

    Result<bool> has_operator(Transaction& tx, std::string_view except) const override;
    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    /// Grants in a tenant go with it: one that is made anew under its name has others.
    void erase_tenant(TenantId tenant) override;

private:
    struct Table {
        std::unordered_map<std::string, PersonPtr> people;
        std::unordered_map<std::string, std::string> ids;             // by name
        std::unordered_map<std::string, std::string> ids_by_passkey;  // by credential id
        std::map<std::string, Organisation> organisations;
    };
    static bool holds(const Table& table, const Person& person, const Grant& grant, Time now);
    static void keep(Table& table, Person person);
    static void drop(Table& table, const std::string& id);
    Result<void> keep_an_operator(Transaction& tx, const Person& before, const Person* after) const;
    Result<void> keep_a_body(Transaction& tx, const Person& before, const Person* after) const;
    [[nodiscard]] bool has_grant(Time now, const std::function<bool(const Grant&)>& fits) const;

    SharedGuarded<Table> table_;
    const OperatorCount* others_ = nullptr;
    std::function<bool(TenantId)> has_halts_;
    Store* store_ = nullptr;
};

}  // namespace musubi
