#include "trust/people/people.h"

#include <algorithm>

#include "base/both_words.h"
#include "trust/people/grant.h"

namespace musubi {
namespace {

const Grant* find_grant(const Person& person, std::string_view id) {
    const auto found = std::find_if(person.grants.begin(), person.grants.end(),
                                    [&](const Grant& grant) { return grant.id == id; });
    return found == person.grants.end() ? nullptr : &*found;
}

std::shared_ptr<const AccessFilter> nothing() {
    static const auto kNothing = std::make_shared<const AccessFilter>();
    return kNothing;
}

}  // namespace

Result<void> People::load(Store& store) {
    store_ = &store;
    store.add_projection(*this);
    const auto all = store.tenants();
    const auto is_there = [&](const Grant& grant) {
        return std::any_of(all.begin(), all.end(), [&](const auto& tenant) {
            return tenant.second == grant.number && tenant.first == grant.tenant;
        });
    };
    for (const auto& [id, value] : TRY(store.records(0, kKind))) {
        Person person = TRY(decode_person(id, value));
        std::erase_if(person.grants, [&](const Grant& grant) { return !is_there(grant); });
        table_.with([&](Table& table) { keep(table, std::move(person)); });
    }
    for (const auto& [id, value] : TRY(store.records(0, kOrganisationKind))) {
        Organisation organisation = TRY(decode_organisation(id, value));
        table_.with([&, &key = id](Table& table) {
            table.organisations.insert_or_assign(key, std::move(organisation));
        });
    }
    return {};
}

void People::keep(Table& table, Person person) {
    drop(table, person.id);
    table.ids.insert_or_assign(person.name, person.id);
    for (const Passkey& passkey : person.passkeys) {
        table.ids_by_passkey.insert_or_assign(passkey.credential_id, person.id);
    }
    std::string id = person.id;
    table.people.insert_or_assign(std::move(id), std::make_shared<const Person>(std::move(person)));
}

void People::drop(Table& table, const std::string& id) {
    const auto found = table.people.find(id);
    if (found == table.people.end()) return;
    table.ids.erase(found->second->name);
    for (const Passkey& passkey : found->second->passkeys) {
        table.ids_by_passkey.erase(passkey.credential_id);
    }
    table.people.erase(found);
}

PersonPtr People::find(std::string_view id) const {
    return table_.read([&](const Table& table) -> PersonPtr {
        const auto found = table.people.find(std::string(id));
        return found == table.people.end() ? nullptr : found->second;
    });
}

PersonPtr People::find_by_name(std::string_view name) const {
    return table_.read([&](const Table& table) -> PersonPtr {
        const auto found = table.ids.find(std::string(name));
        return found == table.ids.end() ? nullptr : table.people.at(found->second);
    });
}

PersonPtr People::find_by_passkey(std::string_view credential_id) const {
    return table_.read([&](const Table& table) -> PersonPtr {
        const auto found = table.ids_by_passkey.find(std::string(credential_id));
        return found == table.ids_by_passkey.end() ? nullptr : table.people.at(found->second);
    });
}

std::vector<PersonPtr> People::list() const {
    std::vector<PersonPtr> out;
    table_.read([&](const Table& table) {
        out.reserve(table.people.size());
        for (const auto& [id, person] : table.people) out.push_back(person);
    });
    std::sort(out.begin(), out.end(),
              [](const PersonPtr& a, const PersonPtr& b) { return a->name < b->name; });
    return out;
}

std::vector<Organisation> People::organisations() const {
    std::vector<Organisation> out;
    table_.read([&](const Table& table) {
        for (const auto& [id, organisation] : table.organisations) out.push_back(organisation);
    });
    return out;
}

Result<Organisation> People::organisation(std::string_view id) const {
    for (Organisation& known : organisations()) {
        if (known.id == id) return std::move(known);
    }
    return Error{ErrorCode::NotFound,
                 both_texts("この組織はありません", "there is no such organisation"),
                 std::string(id)};
}

bool People::belongs_there(std::string_view organisation, TenantId tenant) const {
    return table_.read([&](const Table& table) {
        return std::ranges::any_of(table.people, [&](const auto& item) {
            const Person& person = *item.second;
            return person.organisation == organisation &&
                   std::ranges::any_of(person.grants,
                                       [&](const Grant& grant) { return grant.number == tenant; });
        });
    });
}

bool People::holds(const Table& table, const Person& person, const Grant& grant, Time now) {
    if (person.disabled || !is_within_time(grant, now)) return false;
    if (!grant.lender) return true;
    const auto found = table.people.find(grant.lender->person);
    if (found == table.people.end() || found->second->disabled) return false;
    const Grant* own = find_grant(*found->second, grant.lender->grant);
    return own != nullptr && !own->lender && own->number == grant.number &&
           is_within_time(*own, now);
}

bool People::holds(const Person& person, const Grant& grant, Time now) const {
    return table_.read([&](const Table& table) { return holds(table, person, grant, now); });
}

namespace {

// By which of their grants somebody acts: as an operator of all, else those of the tenant asked
// for, else those of the default one, else those of the first of the others.
std::vector<const Grant*> acting_grants(const std::vector<const Grant*>& held,
                                        std::string_view tenant) {
    std::vector<const Grant*> there;
    std::vector<const Grant*> of_all;
    std::vector<const Grant*> anywhere;
    for (const Grant* grant : held) {
        if (grant->tenant == tenant) there.push_back(grant);
        if (grant->tenant.empty()) of_all.push_back(grant);
        if (anywhere.empty() || anywhere.front()->tenant == grant->tenant) {
            anywhere.push_back(grant);
        }
    }
    if (!of_all.empty()) {
        const Combined all = combine(of_all);
        if (all.role == Role::Operator && all.access->has_all_types()) return of_all;
    }
    if (!there.empty()) return there;
    return of_all.empty() ? anywhere : of_all;
}

}  // namespace

std::optional<Caller> People::caller(std::string_view id, std::string_view tenant, Time now) const {
    return table_.read([&](const Table& table) -> std::optional<Caller> {
        const auto found = table.people.find(std::string(id));
        if (found == table.people.end() || found->second->disabled) return std::nullopt;
        const Person& person = *found->second;
        std::vector<const Grant*> held;
        for (const Grant& grant : person.grants) {
            if (holds(table, person, grant, now)) held.push_back(&grant);
        }
        Caller caller;
        caller.subject = person_subject(id);
        caller.organisation = person.organisation;
        caller.role = Role::Citizen;
        caller.access = nothing();
        const auto chosen = acting_grants(held, tenant);
        if (chosen.empty()) return caller;
        Combined combined = combine(chosen);
        caller.tenant = chosen.front()->tenant;
        caller.role = combined.role;
        caller.access = std::move(combined.access);
        return caller;
    });
}

std::shared_ptr<const AccessFilter> People::access(std::string_view subject,
                                                   std::string_view tenant, Time now) const {
    const auto who = caller(person_of(subject), tenant, now);
    if (!who) return nullptr;
    const bool reaches = who->tenant == tenant || operates_all(*who) || watches_all(*who);
    return reaches ? who->access : nullptr;
}

std::optional<People::OwnRight> People::own_right(std::string_view id, const Caller& caller,
                                                  Time now) const {
    return table_.read([&](const Table& table) -> std::optional<OwnRight> {
        const auto found = table.people.find(std::string(id));
        if (found == table.people.end()) return std::nullopt;
        std::optional<OwnRight> own;
        for (const Grant& grant : found->second->grants) {
            // An operator of the installation is one of each tenant.
            const bool reaches = grant.tenant == caller.tenant || grant.tenant.empty();
            if (grant.lender || grant.role != caller.role || !reaches) continue;
            if (!holds(table, *found->second, grant, now)) continue;
            const bool longer = !own || !grant.until || (own->until && *own->until < *grant.until);
            if (longer && (!own || own->until)) own = OwnRight{grant.until};
        }
        return own;
    });
}

bool People::has_grant(Time now, const std::function<bool(const Grant&)>& fits) const {
    return table_.read([&](const Table& table) {
        return std::any_of(table.people.begin(), table.people.end(), [&](const auto& item) {
            const Person& person = *item.second;
            return std::any_of(person.grants.begin(), person.grants.end(), [&](const Grant& grant) {
                return fits(grant) && holds(table, person, grant, now);
            });
        });
    });
}

bool People::has_independent_body(std::string_view tenant, Time now) const {
    return has_own_body(tenant, now) || has_own_body({}, now);
}

bool People::has_own_body(std::string_view tenant, Time now) const {
    return has_grant(now, [&](const Grant& grant) {
        return grant.role == Role::IndependentBody && grant.tenant == tenant;
    });
}

bool People::is_watched(std::string_view tenant, Time now) const {
    if (has_independent_body(tenant, now)) return true;
    const auto number = store_->tenant(tenant);
    return number && has_halts_ && has_halts_(*number);
}

void People::erase_tenant(TenantId tenant) {
    table_.with([&](Table& table) {
        for (auto& [id, person] : table.people) {
            const auto theirs = [&](const Grant& grant) { return grant.number == tenant; };
            if (std::none_of(person->grants.begin(), person->grants.end(), theirs)) continue;
            Person without = *person;
            std::erase_if(without.grants, theirs);
            person = std::make_shared<const Person>(std::move(without));
        }
    });
}

void People::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.tenant != 0) continue;
        if (record.kind == kKind) {
            table_.with([&](Table& table) {
                drop(table, record.name);
                if (!record.value) return;
                auto person = decode_person(record.name, *record.value);
                if (person) keep(table, std::move(person).value());
            });
        } else if (record.kind == kOrganisationKind) {
            table_.with([&](Table& table) {
                table.organisations.erase(record.name);
                if (!record.value) return;
                auto organisation = decode_organisation(record.name, *record.value);
                if (!organisation) return;
                table.organisations.emplace(record.name, std::move(organisation).value());
            });
        }
    }
}

}  // namespace musubi
