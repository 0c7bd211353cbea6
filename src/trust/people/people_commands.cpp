// What commands do to people; people.cpp has what is asked of them.
#include <algorithm>

#include "base/both_words.h"
#include "model/normal_text.h"
#include "model/scope.h"
#include "trust/encoding.h"
#include "trust/keys.h"
#include "trust/people/grant.h"
#include "trust/people/people.h"
#include "trust/signing/signing_keys.h"

namespace musubi {
namespace {

constexpr std::string_view kNameKind = "person-name";
constexpr std::string_view kPasskeyKind = "passkey";  // by credential id: whose it is

Error missing(std::string_view id) {
    return {ErrorCode::NotFound, both_texts("この人はいません", "there is no such person"),
            std::string(id)};
}

// Two of one tenant that look the same to people.
bool may_be_confused(const Organisation& one, const Organisation& other) {
    const auto looks = [](const std::string& name) {
        return to_nfkc_casefold(name).value_or(name);
    };
    return one.tenant == other.tenant &&
           (looks(one.ja) == looks(other.ja) || looks(one.en) == looks(other.en));
}

bool operates_installation_for_good(const Person& person) {
    return !person.disabled &&
           std::any_of(person.grants.begin(), person.grants.end(), operates_installation);
}

}  // namespace

Result<Person> People::latest(Transaction& tx, std::string_view id) const {
    const auto value = TRY(tx.record_of(0, kKind, id));
    if (!value) return missing(id);
    Person person = TRY(decode_person(id, *value));
    // Grants of a tenant that was deleted are gone, whatever has its name now.
    const auto all = store_->tenants();
    std::erase_if(person.grants, [&](const Grant& grant) {
        return std::none_of(all.begin(), all.end(), [&](const auto& tenant) {
            return tenant.second == grant.number && tenant.first == grant.tenant;
        });
    });
    return person;
}

Result<void> People::add(Transaction& tx, const Person& person) const {
    const std::size_t known = table_.read([](const Table& t) { return t.people.size(); });
    if (known >= kMaxPeople) {
        return Error{ErrorCode::TooLarge,
                     both_texts("人が 10,000 人います。去った人を消してください",
                                "there are 10,000 people; remove those who left")};
    }
    if (TRY(tx.record_of(0, kNameKind, person.name))) {
        return Error{ErrorCode::AlreadyExists,
                     both_texts("この名前でサインインする人がすでにいます",
                                "somebody signs in by this name already"),
                     "/name"};
    }
    tx.put_record_of(0, kNameKind, person.name, person.id);
    tx.put_record_of(0, kKind, person.id, encode(person));
    return {};
}

Result<void> People::put(Transaction& tx, const Person& person) const {
    const Person before = TRY(latest(tx, person.id));
    TRY(keep_an_operator(tx, before, &person));
    TRY(keep_a_body(tx, before, &person));
    tx.put_record_of(0, kKind, person.id, encode(person));
    return {};
}

Result<void> People::give(Transaction& tx, std::string_view person, Grant grant) const {
    const Caller& caller = tx.caller();
    Person who = TRY(latest(tx, person));
    if (!may_see(caller, who)) return missing(person);
    TRY(may_give(caller, grant, is_watched(grant.tenant, tx.now())));
    TRY(check_separate(who, grant, tx.now()));
    std::erase_if(who.grants, [&](const Grant& old) { return !is_within_time(old, tx.now()); });
    if (who.grants.size() >= Person::kMaxGrants) {
        return Error{ErrorCode::TooLarge,
                     both_texts("一人の役割は 50 までです", "a person has at most 50 roles")};
    }
    grant.number = TRY(store_->tenant(grant.tenant));
    grant.given_by = caller.subject;
    grant.given_at = tx.now();
    who.grants.push_back(std::move(grant));
    return put(tx, who);
}

Result<void> People::take(Transaction& tx, std::string_view person, std::string_view grant) const {
    const Caller& caller = tx.caller();
    Person who = TRY(latest(tx, person));
    if (!may_see(caller, who)) return missing(person);
    const auto found = std::find_if(who.grants.begin(), who.grants.end(),
                                    [&](const Grant& known) { return known.id == grant; });
    if (found == who.grants.end()) {
        return Error{ErrorCode::NotFound,
                     both_texts("その人にこの役割はありません", "the person has no such role"),
                     std::string(grant)};
    }
    const bool own = person_of(caller.subject) == person;
    if (!own) TRY(may_take(caller, *found, tx.now()));
    who.grants.erase(found);
    return put(tx, who);
}

Result<void> People::lend(Transaction& tx, std::string_view to, Grant grant) const {
    const std::string_view id = person_of(tx.caller().subject);
    const Person lender = TRY(latest(tx, id));
    Person who = TRY(latest(tx, to));
    const auto own = std::find_if(
        lender.grants.begin(), lender.grants.end(),
        [&](const Grant& known) { return known.id == grant.lender->grant && !known.lender; });
    const bool holds_now =
        own != lender.grants.end() && is_within_time(*own, tx.now()) && !lender.disabled;
    if (!holds_now) {
        return Error{
            ErrorCode::Forbidden,
            both_texts("貸せるのは、自分自身の役割だけです", "only what is one's own can be lent"),
            "/grant"};
    }
    if (who.id == lender.id) {
        return Error{ErrorCode::BadRequest,
                     both_texts("すでに自分のものです", "it is yours already"), "/to"};
    }
    grant.tenant = own->tenant;
    grant.number = own->number;
    grant.role = own->role;
    if (grant.only_types.empty()) grant.only_types = own->only_types;
    if (grant.only_scopes.empty()) grant.only_scopes = own->only_scopes;
    if (!are_within(grant.only_scopes, own->only_scopes)) {
        return Error{ErrorCode::Forbidden,
                     both_texts("だれも、自分が持つ以上のものは貸せません",
                                "nobody lends more than they have"),
                     "/scopes"};
    }
    if (!are_types_within(grant.only_types, own->only_types)) {
        return Error{ErrorCode::Forbidden,
                     both_texts("だれも、自分が持つ以上のものは貸せません",
                                "nobody lends more than they have"),
                     "/types"};
    }
    if (!grant.until || *grant.until <= tx.now() || (own->until && *grant.until > *own->until)) {
        return Error{ErrorCode::BadRequest,
                     both_texts("貸すものには、これから来る終わりが要ります。自分の役割の終わりより"
                                "後にはできません",
                                "what is lent ends at a time to come, not after one's own role"),
                     "/until"};
    }
    TRY(check_separate(who, grant, tx.now()));
    std::erase_if(who.grants, [&](const Grant& old) { return !is_within_time(old, tx.now()); });
    if (who.grants.size() >= Person::kMaxGrants) {
        return Error{ErrorCode::TooLarge,
                     both_texts("一人の役割は 50 までです", "a person has at most 50 roles")};
    }
    grant.lender->person = lender.id;
    grant.given_by = tx.caller().subject;
    grant.given_at = tx.now();
    who.grants.push_back(std::move(grant));
    return put(tx, who);
}

Result<void> People::end_loan(Transaction& tx, std::string_view person,
                              std::string_view grant) const {
    Person who = TRY(latest(tx, person));
    const std::size_t ended = std::erase_if(who.grants, [&](const Grant& known) {
        return known.id == grant && known.lender &&
               known.lender->person == person_of(tx.caller().subject);
    });
    if (ended == 0) {
        return Error{
            ErrorCode::NotFound,
            both_texts("この識別子で貸したものはありません", "you lent nothing under this id"),
            std::string(grant)};
    }
    return put(tx, who);
}

Result<void> People::change(Transaction& tx, std::string_view person,
                            const PersonPatch& patch) const {
    const Caller& caller = tx.caller();
    Person who = TRY(latest(tx, person));
    if (!may_see(caller, who)) return missing(person);
    TRY(may_manage(caller, who, tx.now()));
    if (patch.display_name) who.display_name = *patch.display_name;
    if (patch.organisation) {
        TRY(check_organisation(tx, *patch.organisation));
        who.organisation = *patch.organisation;
    }
    if (patch.disabled) {
        who.disabled = *patch.disabled;
        if (who.disabled) ++who.session_epoch;
    }
    return put(tx, who);
}

Result<void> People::remove(Transaction& tx, std::string_view person) const {
    const Caller& caller = tx.caller();
    const Person who = TRY(latest(tx, person));
    if (!may_see(caller, who)) return missing(person);
    TRY(may_manage(caller, who, tx.now()));
    TRY(keep_an_operator(tx, who, nullptr));
    TRY(keep_a_body(tx, who, nullptr));
    TRY(SigningKeys::end(tx, who.id));
    tx.put_record_of(0, kKind, who.id, std::nullopt);
    tx.put_record_of(0, kNameKind, who.name, std::nullopt);
    for (const Passkey& passkey : who.passkeys) {
        tx.put_record_of(0, kPasskeyKind, to_base64url(passkey.credential_id), std::nullopt);
    }
    return {};
}

Result<void> People::add_passkey(Transaction& tx, Person& person, Passkey passkey) {
    if (person.passkeys.size() >= Passkey::kMaxOfPerson) {
        return Error{ErrorCode::TooLarge,
                     both_texts("パスキーは一人 20 個までです。先に一つ外してください",
                                "a person has at most 20 passkeys; remove one first")};
    }
    const std::string known = to_base64url(passkey.credential_id);
    if (TRY(tx.record_of(0, kPasskeyKind, known))) {
        return Error{ErrorCode::AlreadyExists,
                     both_texts("このパスキーはすでにだれかのものです。別のものを作ってください",
                                "this passkey is somebody's already; make another one"),
                     "/passkey/id"};
    }
    tx.put_record_of(0, kPasskeyKind, known, person.id);
    person.passkeys.push_back(std::move(passkey));
    return {};
}

Result<void> People::take_passkey(Transaction& tx, Person& person, std::string_view id,
                                  bool opened_elsewhere) {
    const auto found = std::find_if(person.passkeys.begin(), person.passkeys.end(),
                                    [&](const Passkey& known) { return known.id == id; });
    if (found == person.passkeys.end()) {
        return Error{ErrorCode::NotFound,
                     both_texts("このパスキーはありません", "there is no such passkey"),
                     std::string(id)};
    }
    if (person.passkeys.size() == 1 && person.password.empty() && !opened_elsewhere) {
        return Error{
            ErrorCode::Conflict,
            both_texts(
                "最後の入り口です。先に別のパスキーかパスワードを加えてください",
                "this is the last way to sign in; add another passkey, or a password, first")};
    }
    tx.put_record_of(0, kPasskeyKind, to_base64url(found->credential_id), std::nullopt);
    person.passkeys.erase(found);
    return {};
}

Result<void> People::take_password(Person& person, bool opened_elsewhere) {
    if (person.password.empty())
        return Error{ErrorCode::NotFound,
                     both_texts("パスワードはありません", "there is no password")};
    if (person.passkeys.empty() && !opened_elsewhere) {
        return Error{ErrorCode::Conflict,
                     both_texts("最後の入り口です。先にパスキーを加えてください",
                                "this is the last way to sign in; add a passkey first")};
    }
    person.password.clear();
    return {};
}

// Fails: Conflict where the installation would be left without an operator.
Result<void> People::keep_an_operator(Transaction& tx, const Person& before,
                                      const Person* after) const {
    if (!operates_installation_for_good(before)) return {};
    if (after != nullptr && operates_installation_for_good(*after)) return {};
    if (TRY(has_operator(tx, before.id))) return {};
    if (others_ != nullptr && TRY(others_->has_operator(tx, {}))) return {};
    return Error{ErrorCode::Conflict,
                 both_texts("最後の運用者です。外す前に、もう一人を運用者にしてください",
                            "this is the last operator; make another one before this one goes")};
}

// Fails: Conflict where halts would be in force that nobody watches over: whom an operator named
// next would lift them.
Result<void> People::keep_a_body(Transaction& tx, const Person& before, const Person* after) const {
    const auto watches = [](const Person& person, std::string_view tenant) {
        return !person.disabled && std::ranges::any_of(person.grants, [&](const Grant& grant) {
            return watches_for_good(grant, tenant);
        });
    };
    if (!has_halts_) return {};
    for (const auto& [tenant, number] : store_->tenants()) {
        if (!watches(before, tenant) || !has_halts_(number)) continue;
        if (after != nullptr && watches(*after, tenant)) continue;
        bool another = false;
        for (const PersonPtr& person : list()) {
            if (another || person->id == before.id || !watches(*person, tenant)) continue;
            const auto value = TRY(tx.record_of(0, kKind, person->id));
            another = value && watches(TRY(decode_person(person->id, *value)), tenant);
        }
        if (another) continue;
        return Error{ErrorCode::Conflict,
                     both_texts("止めた利用が残っています。先に解くか、独立した機関にもう一人を"
                                "（終わりなしで）加えてください",
                                "uses are still halted: lift those first, or name another person "
                                "of the independent body, without an end"),
                     tenant};
    }
    return {};
}

Result<bool> People::has_operator(Transaction& tx, std::string_view except) const {
    std::vector<std::string> candidates;
    table_.read([&](const Table& table) {
        for (const auto& [id, person] : table.people) {
            if (id != except && operates_installation_for_good(*person)) candidates.push_back(id);
        }
    });
    for (const std::string& id : candidates) {
        const auto value = TRY(tx.record_of(0, kKind, id));
        if (value && operates_installation_for_good(TRY(decode_person(id, *value)))) return true;
    }
    return false;
}

Result<void> People::check_organisation(Transaction& tx, const std::string& id) const {
    if (id.empty() || TRY(tx.record_of(0, kOrganisationKind, id))) return {};
    return Error{ErrorCode::NotFound,
                 both_texts("この組織はありません", "there is no such organisation"),
                 "/organisation"};
}

Result<void> People::put_organisation(Transaction& tx, const Organisation& organisation,
                                      bool is_new) const {
    const std::size_t known = table_.read([](const Table& t) { return t.organisations.size(); });
    if (is_new && known >= kMaxOrganisations) {
        return Error{ErrorCode::TooLarge,
                     both_texts("組織が 1,000 あります。先に消してください",
                                "there are 1,000 organisations; remove some first")};
    }
    if (!is_new) TRY(check_organisation(tx, organisation.id));
    for (const Organisation& other : organisations()) {
        if (other.id == organisation.id || !may_be_confused(other, organisation)) continue;
        return Error{ErrorCode::AlreadyExists,
                     both_texts("同じ名前の組織があります。見分けられる名前にしてください",
                                "there is an organisation of this name; choose one by which they "
                                "are told apart"),
                     "/name"};
    }
    tx.put_record_of(0, kOrganisationKind, organisation.id, encode(organisation));
    return {};
}

Result<void> People::remove_organisation(Transaction& tx, std::string_view id) const {
    TRY(check_organisation(tx, std::string(id)));
    const bool used = table_.read([&](const Table& table) {
        return std::any_of(table.people.begin(), table.people.end(),
                           [&](const auto& item) { return item.second->organisation == id; });
    });
    if (used) {
        return Error{ErrorCode::Conflict,
                     both_texts("ここに所属する人がいます。先に所属を変えてください",
                                "people belong to it; give them another one first"),
                     std::string(id)};
    }
    tx.put_record_of(0, kOrganisationKind, id, std::nullopt);
    return {};
}

}  // namespace musubi
