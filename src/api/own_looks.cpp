// Who looked at what is held about the person who asks: the journal's accesses, without its names.
#include <algorithm>
#include <array>

#include "api/handlers.h"
#include "api/own_data.h"
#include "api/parameters.h"
#include "api/people_json.h"
#include "api/sign_in.h"
#include "base/both_words.h"
#include "trust/machines/machine.h"
#include "trust/people/grant.h"
#include "trust/people/people.h"
#include "trust/policies/persons.h"

namespace musubi::api {
namespace {

constexpr std::string_view kLooksPath = "/musubi/v1/me/looks";
constexpr std::size_t kDefaultLooks = 50;
constexpr std::size_t kMostLooks = 200;

// How data left, in words: `begins` is how the journal calls it.
struct Way {
    std::string_view begins;
    std::string_view name;
    std::string_view ja;
    std::string_view en;
};
constexpr std::array kWays{
    Way{"/ngsi-ld/v1/temporal/", "history", "これまでの値や集計を読んだ",
        "read its past values, or figures made of them"},
    Way{"/ngsi-ld/v1/entities/", "retrieve", "一件を開いた", "opened this one"},
    Way{"/ngsi-ld/v1/entit", "query", "条件で探して読んだ", "found it by a search"},
    Way{"/musubi/v1/me/", "own", "「わたしの情報」で見た", "read it under “My data”"},
    Way{"notification", "notification", "変化の知らせとして送られた", "was sent a notification"},
    Way{"live feed", "live", "変化が開いている画面に届いた", "saw it change on an open page"},
    Way{"", "other", "ほかの方法", "another way"},
};

Json way_view(std::string_view way) {
    const auto found = std::find_if(kWays.begin(), kWays.end(), [&](const Way& known) {
        return way.starts_with(known.begins);
    });
    Json out = both_words(found->ja, found->en);
    out.set("name", found->name);
    return out;
}

// Of what sort who looked is, with role and organisation as they were then; nobody's name or id.
Json who_view(const std::vector<Organisation>& organisations, const JournalRecord& record) {
    Json out;
    const std::string_view subject = record.subject;
    out.set("kind", !person_of(subject).empty()    ? "person"
                    : !machine_of(subject).empty() ? "machine"
                    : subject.starts_with("key:")  ? "key"
                                                   : "program");
    if (std::string role = text_in(*record.details, "role"); !role.empty()) {
        out.set("role", std::move(role));
    }
    const std::string id = text_in(*record.details, "organisation");
    for (const Organisation& known : organisations) {
        if (known.id == id) out.set("organisation", both_words(known.ja, known.en));
    }
    return out;
}

Json ground_view(const std::string& name) {
    const Ground* ground = find_ground(name);
    Json out = ground == nullptr ? Json{Json::Object{}} : both_words(ground->ja, ground->en);
    out.set("name", name);
    return out;
}

// The personal type of the entity at this place of the entry; empty: it is not told.
std::string type_at(const Json& details, std::int64_t place) {
    const Json* types = details.find("types");
    if (types == nullptr || !types->is_object()) return {};
    for (const JsonMember& type : types->object()) {
        if (!type.value.is_array()) continue;
        for (const Json& at : type.value.array()) {
            if (at.is_integer() && at.integer() == place) return type.name;
        }
    }
    return {};
}

// Those of the entry's entities that are about the person: of the others nothing is told.
Json::Array data_of(const ApiCall& call, const OwnAsker& asker, const Json& details) {
    Json::Array out;
    const Json* persons = details.find("persons");
    const Json* entities = details.find("entities");
    const Json* places = persons == nullptr ? nullptr : persons->find(asker.id);
    if (places == nullptr || !places->is_array() || entities == nullptr || !entities->is_array()) {
        return out;
    }
    for (const Json& place : places->array()) {
        if (!place.is_integer() || place.integer() < 0) continue;
        const auto at = static_cast<std::size_t>(place.integer());
        if (at >= entities->array().size()) continue;
        const std::string type = type_at(details, place.integer());
        Json one;
        one.set("id", entities->array()[at]);
        one.set("type", call.context->compact(type));
        const PersonalType* personal =
            asker.set == nullptr ? nullptr : personal_type_of(*asker.set, {type});
        if (personal != nullptr && (!personal->ja.empty() || !personal->en.empty())) {
            one.set("about", both_words(personal->ja, personal->en));
        }
        out.push_back(std::move(one));
    }
    return out;
}

Json look_view(const ApiCall& call, const OwnAsker& asker,
               const std::vector<Organisation>& organisations, const JournalRecord& record) {
    const Json& details = *record.details;
    Json out;
    out.set("number", static_cast<std::int64_t>(record.number));
    out.set("at", to_iso(record.at));
    out.set("own", record.subject == asker.caller.subject);
    out.set("who", who_view(organisations, record));
    out.set("way", way_view(text_in(details, "way")));
    out.set("data", data_of(call, asker, details));
    out.set("purpose", text_in(details, "purpose"));
    out.set("ground", ground_view(text_in(details, "ground")));
    if (std::string by = text_in(details, "decidedBy"); !by.empty()) {
        out.set("decidedBy", std::move(by));
    }
    return out;
}

Result<JournalQuery> read_looks_query(const ApiCall& call) {
    TRY(only_parameters(call.params, {"before", "limit", "others"}));
    JournalQuery query;
    if (const auto before = TRY(call.number("before"))) query.before = *before;
    query.limit = TRY(call.number("limit")).value_or(kDefaultLooks);
    if (query.limit < 1 || query.limit > kMostLooks) {
        return Error{ErrorCode::BadRequest, "it is from 1 to 200", "limit"};
    }
    query.kind = journal_kind::kAccess;
    return query;
}

}  // namespace

// GET /musubi/v1/me/looks: the newest first.
Result<Answer> get_looks(const App& app, const ApiCall& call) {
    JournalQuery query = TRY(read_looks_query(call));
    const bool others = TRY(read_flag(call, "others"));
    const OwnAsker asker = TRY(own_asker(app, call));
    query.tenant = asker.caller.tenant;
    query.person = asker.id;
    if (others) query.not_subject = asker.caller.subject;
    const JournalPage page = TRY(app.journal.read(query));
    const auto organisations = app.people.organisations();
    Json::Array looks;
    for (const JournalRecord& record : page.entries) {
        looks.push_back(look_view(call, asker, organisations, record));
    }
    HttpResponse response = private_json(Json{std::move(looks)});
    if (page.next) {
        add_next_link(response, std::string(kLooksPath) + "?limit=" + std::to_string(query.limit) +
                                    (others ? "&others=true" : "") +
                                    "&before=" + std::to_string(*page.next));
    }
    return Answer{std::move(response)};
}

}  // namespace musubi::api
