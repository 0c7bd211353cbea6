#include <fmt/format.h>

#include "api/admin_json.h"
#include "api/handlers.h"
#include "api/people_json.h"
#include "api/policies.h"
#include "api/record.h"
#include "base/both_words.h"
#include "base/random.h"
#include "broker/member_reader.h"
#include "trust/keys.h"
#include "trust/secret.h"

namespace musubi::api {
namespace {

constexpr std::size_t kIdLength = 10;

// What is halted, as it was asked for.
void add_target(const Context& context, const Policy& policy, Json& out) {
    Json::Array actions;
    for (std::size_t i = 0; i < kActions; ++i) {
        if (policy.rule.actions.test(i))
            actions.emplace_back(name_of(static_cast<AccessAction>(i)));
    }
    Json::Array roles;
    for (const Role role : policy.roles) roles.emplace_back(name_of(role));
    out.set("action", std::move(actions));
    const auto add = [&](std::string_view name, Json list) {
        if (!list.array().empty()) out.set(name, std::move(list));
    };
    add("type", compacted(context, policy.rule.types));
    add("attrs", compacted(context, policy.rule.attributes));
    add("role", Json{std::move(roles)});
    add("organisation", texts(policy.organisations));
    add("subject", texts(policy.subjects));
    add("purpose", texts(policy.purposes));
}

Json to_json(const Context& context, const Halt& halt) {
    Json out;
    out.set("id", halt.id);
    out.set("state", halt.lifted_at ? "lifted" : "in-force");
    add_target(context, halt.prohibition, out);
    out.set("why", halt.why);
    out.set("by", halt.by);
    out.set("at", to_iso(halt.at));
    if (!halt.lifted_at) return out;
    out.set("liftedAt", to_iso(*halt.lifted_at));
    out.set("liftedBy", halt.lifted_by);
    out.set("liftedWhy", halt.lifted_why);
    return out;
}

Result<std::vector<std::string>> texts_or_none(const MemberReader& reader, std::string_view name) {
    if (reader.find(name) == nullptr) return std::vector<std::string>{};
    return reader.texts(name);
}

Result<Policy> read_target(const ApiCall& call, const MemberReader& reader) {
    Policy policy;
    for (const std::string& word : TRY(texts_or_none(reader, "action"))) {
        const auto action = parse_access_action(word);
        if (!action)
            return reader.bad("action", both_texts("動作は read、modify、delete のどれかです",
                                                   "an action is read, modify or delete"));
        policy.rule.actions.set(static_cast<std::size_t>(*action));
    }
    if (policy.rule.actions.none()) policy.rule.actions.set();
    for (const std::string& word : TRY(texts_or_none(reader, "role"))) {
        auto role = parse_role(word);
        if (!role) return reader.bad("role", role.error().detail);
        policy.roles.push_back(*role);
    }
    for (const std::string& type : TRY(texts_or_none(reader, "type"))) {
        policy.rule.types.push_back(call.context->expand(type));
    }
    for (const std::string& name : TRY(texts_or_none(reader, "attrs"))) {
        policy.rule.attributes.push_back(call.context->expand(name));
    }
    policy.organisations = TRY(texts_or_none(reader, "organisation"));
    policy.subjects = TRY(texts_or_none(reader, "subject"));
    policy.purposes = TRY(texts_or_none(reader, "purpose"));
    return policy;
}

JournalEntry halt_entry(const ApiCall& call, std::string_view what, const std::string& id,
                        const std::string& why) {
    JournalEntry entry{
        .kind = journal_kind::kHalt, .tenant = call.caller.tenant, .subject = {}, .details = {}};
    entry.details.set("what", what);
    entry.details.set("halt", id.substr(0, Halt::kMaxTargets));
    entry.details.set("why", why.substr(0, Halt::kMaxWhy));
    return entry;
}

}  // namespace

Result<Answer> list_halts(const App& app, const ApiCall& call) {
    TRY(need_insight(call));
    Json::Array out;
    for (const Halt& halt : TRY(app.policies.halts(app.store, call.caller))) {
        out.push_back(to_json(*call.context, halt));
    }
    return Answer{plain_json(Json{std::move(out)})};
}

// {"why", "type", "attrs", "role", "organisation", "subject", "purpose", "action"}
Result<Answer> post_halt(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only(
        {"why", "type", "attrs", "role", "organisation", "subject", "purpose", "action"}));
    Halt halt;
    halt.why = TRY(reader.text("why"));
    halt.prohibition = TRY(read_target(call, reader));
    TRY(may_halt(call.caller));
    TRY(check_halt(halt));
    halt.id = "halt-" + random_token(app.random).substr(0, kIdLength);
    JournalEntry entry = halt_entry(call, "halted", halt.id, halt.why);
    Json target;
    add_target(*core_context(), halt.prohibition, target);
    entry.details.set("target", std::move(target));
    TRY(recorded(app, call, std::move(entry), [&]() -> Result<void> {
        halt = TRY(app.policies.halt(app.store, call.caller, std::move(halt)));
        return {};
    }));
    HttpResponse response = plain_json(to_json(*call.context, halt), 201);
    response.headers.emplace_back("Location", "/musubi/v1/halts/" + halt.id);
    return Answer{std::move(response)};
}

// {"why"}
Result<Answer> lift_halt(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"why"}));
    const std::string why = TRY(reader.text("why"));
    TRY(may_halt(call.caller));
    Halt halt;
    TRY(recorded(app, call, halt_entry(call, "lifted", call.path.front(), why),
                 [&]() -> Result<void> {
                     halt = TRY(app.policies.lift(app.store, call.caller, call.path.front(), why));
                     return {};
                 }));
    return Answer{plain_json(to_json(*call.context, halt))};
}

}  // namespace musubi::api
