// People, their roles and their organisations, for those who answer for them.
#include <algorithm>

#include "api/handlers.h"
#include "api/people_journal.h"
#include "api/people_json.h"
#include "api/sign_in.h"
#include "base/both_words.h"
#include "broker/member_reader.h"
#include "trust/people/grant.h"

namespace musubi::api {
namespace {

// The person of the path. Fails: NotFound where the caller may not know of them.
Result<PersonPtr> person_of_path(const App& app, const ApiCall& call) {
    PersonPtr person = app.people.find(call.path.front());
    if (person && may_see(call.caller, *person)) return person;
    return Error{ErrorCode::NotFound, both_texts("この人はいません", "there is no such person"),
                 call.path.front()};
}

HttpResponse done() { return {204, {}, {}}; }

Answer action(std::function<Result<void>(Transaction&)> run) {
    return Action{.run = std::move(run), .reply = done};
}

Result<Organisation> read_organisation(const Json& body) {
    const MemberReader reader{body, ""};
    TRY(reader.only({"name"}));
    const Json* name = reader.find("name");
    if (name == nullptr) return reader.bad("name", "the body needs \"name\": {\"ja\", \"en\"}");
    const MemberReader names{*name, "/name"};
    TRY(names.only({"ja", "en"}));
    Organisation out;
    out.ja = TRY(read_display_name(TRY(need_text(names, "ja")), "/name/ja"));
    out.en = names.find("en") == nullptr
                 ? out.ja
                 : TRY(read_display_name(TRY(need_text(names, "en")), "/name/en"));
    return out;
}

}  // namespace

// GET /musubi/v1/people
Result<Answer> list_people(const App& app, const ApiCall& call) {
    Json::Array out;
    for (const PersonPtr& person : app.people.list()) {
        if (!may_see(call.caller, *person)) continue;
        out.push_back(person_view(app, *call.context, *person, call.caller));
    }
    return Answer{private_json(Json{std::move(out)})};
}

// GET /musubi/v1/people/{id}
Result<Answer> get_person(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(person_of_path(app, call));
    return Answer{private_json(person_view(app, *call.context, *person, call.caller))};
}

// PATCH /musubi/v1/people/{id}: {"displayName", "organisation", "disabled"}
Result<Answer> patch_person(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(person_of_path(app, call));
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"displayName", "organisation", "disabled"}));
    PersonPatch patch;
    if (reader.find("displayName") != nullptr) {
        patch.display_name =
            TRY(read_display_name(TRY(need_text(reader, "displayName")), "/displayName"));
    }
    if (const Json* organisation = reader.find("organisation")) {
        if (!organisation->is_string() && !organisation->is_null()) {
            return reader.bad("organisation", "it is the id of an organisation, or null");
        }
        patch.organisation = organisation->is_string() ? organisation->string() : std::string{};
    }
    patch.disabled = TRY(reader.flag("disabled"));
    return action([&app, id = person->id, patch](Transaction& tx) -> Result<void> {
        TRY(app.authority.reach_of(tx.caller()));
        const std::string former = TRY(app.people.latest(tx, id)).organisation;
        TRY(app.people.change(tx, id, patch));
        const std::string_view what = !patch.disabled   ? "changed"
                                      : *patch.disabled ? "disabled"
                                                        : "enabled";
        Json more;
        if (patch.organisation && *patch.organisation != former) {  // policies go by it
            more.set("organisation", *patch.organisation);
            more.set("formerOrganisation", former);
        }
        return record_person(app, tx.caller(), id, what, std::move(more));
    });
}

// DELETE /musubi/v1/people/{id}
Result<Answer> remove_person(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(person_of_path(app, call));
    return action([&app, id = person->id](Transaction& tx) -> Result<void> {
        TRY(app.authority.reach_of(tx.caller()));
        TRY(app.people.remove(tx, id));
        return record_person(app, tx.caller(), id, "removed");
    });
}

// POST /musubi/v1/people/{id}/grants: {"role", "tenant", "types", "until"}
Result<Answer> post_grant(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(person_of_path(app, call));
    const Body body = TRY(read_body(app, call));
    const Grant grant = TRY(read_grant_body(app, call, body.json, ""));
    Json out;
    out.set("id", grant.id);
    return Answer{Action{.run = [&app, id = person->id, grant](Transaction& tx) -> Result<void> {
                             TRY(app.authority.may_pass_on(tx.caller(), grant.until));
                             TRY(app.people.give(tx, id, grant));
                             return record_role(app, tx.caller(), id, grant, "given");
                         },
                         .reply = [out = std::move(out)] { return private_json(out, 201); }}};
}

// DELETE /musubi/v1/people/{id}/grants/{id}
Result<Answer> remove_grant(const App& app, const ApiCall& call) {
    const PersonPtr person = TRY(person_of_path(app, call));
    Grant taken;
    taken.id = call.path.at(1);
    const auto known = std::find_if(person->grants.begin(), person->grants.end(),
                                    [&](const Grant& grant) { return grant.id == taken.id; });
    if (known != person->grants.end()) taken = *known;
    return action([&app, id = person->id, taken](Transaction& tx) -> Result<void> {
        if (person_of(tx.caller().subject) != id) TRY(app.authority.reach_of(tx.caller()));
        TRY(app.people.take(tx, id, taken.id));
        return record_role(app, tx.caller(), id, taken, "taken");
    });
}

// GET /musubi/v1/organisations
Result<Answer> list_organisations(const App& app, const ApiCall& call) {
    if (call.caller.access == nullptr || !call.caller.access->may_administer) {
        TRY(need_read(call));
    }
    Json::Array out;
    const bool of_all = call.caller.tenant.empty() && operates_all(call.caller);
    for (const Organisation& known : app.people.organisations()) {
        const bool own =
            known.tenant == call.owner || app.people.belongs_there(known.id, call.owner);
        if (of_all || own) out.push_back(organisation_view(known));
    }
    return Answer{private_json(Json{std::move(out)})};
}

// POST /musubi/v1/organisations: {"name": {"ja", "en"}}
Result<Answer> post_organisation(const App& app, const ApiCall& call) {
    TRY(need_whole_tenant(call));
    Organisation organisation = TRY(read_organisation(TRY(read_json(call))));
    organisation.id = random_token(app.random).substr(0, 10);
    organisation.tenant = call.owner;
    return Answer{Action{
        .run = [&app, organisation](Transaction& tx) -> Result<void> {
            TRY(app.people.put_organisation(tx, organisation, true));
            return record_organisation(app, tx.caller(), organisation, "made");
        },
        .reply = [organisation] { return private_json(organisation_view(organisation), 201); }}};
}

// PUT /musubi/v1/organisations/{id}: {"name": {"ja", "en"}}
Result<Answer> put_organisation(const App& app, const ApiCall& call) {
    TRY(need_operator_of(call.caller, ""));
    Organisation organisation = TRY(read_organisation(TRY(read_json(call))));
    const Organisation former = TRY(app.people.organisation(call.path.front()));
    organisation.id = former.id;
    organisation.tenant = former.tenant;
    return action([&app, organisation, former](Transaction& tx) -> Result<void> {
        TRY(app.people.put_organisation(tx, organisation, false));
        return record_organisation(app, tx.caller(), organisation, "renamed", &former);
    });
}

// DELETE /musubi/v1/organisations/{id}
Result<Answer> remove_organisation(const App& app, const ApiCall& call) {
    TRY(need_operator_of(call.caller, ""));
    const Organisation gone = TRY(app.people.organisation(call.path.front()));
    return action([&app, gone](Transaction& tx) -> Result<void> {
        TRY(app.people.remove_organisation(tx, gone.id));
        return record_organisation(app, tx.caller(), gone, "removed");
    });
}

}  // namespace musubi::api
