#include <set>

#include "api/admin_json.h"
#include "api/handlers.h"
#include "api/policies.h"
#include "api/use.h"
#include "model/scope.h"
#include "trust/policies/dry_run.h"

namespace musubi::api {
namespace {

constexpr std::size_t kSample = 1'000;  // entities of a type that a dry run looks at

std::string_view reach_name(DryRunLine::Reach reach) {
    switch (reach) {
        case DryRunLine::Reach::Nothing: return "nothing";
        case DryRunLine::Reach::Part: return "part";
        case DryRunLine::Reach::All: return "all";
    }
    return "unknown";
}

Json to_json(const ApiCall& call, const DryRunLine& line) {
    Json out;
    out.set("subject", line.use.subject);
    out.set("action", name_of(line.use.action));
    out.set("type", line.use.type == "*" ? line.use.type : call.context->compact(line.use.type));
    if (!line.use.purpose.empty()) out.set("purpose", line.use.purpose);
    if (!line.use.ground.empty()) out.set("ground", line.use.ground);
    out.set("times", static_cast<std::int64_t>(line.times));
    out.set("before", reach_name(line.before));
    out.set("after", reach_name(line.after));
    out.set("entities", static_cast<std::int64_t>(line.entities));
    out.set("shownBefore", static_cast<std::int64_t>(line.shown_before));
    out.set("shownAfter", static_cast<std::int64_t>(line.shown_after));
    Json::Array attributes;
    for (const std::string& name : line.attributes) {
        attributes.emplace_back(call.context->compact(name));
    }
    out.set("attributes", std::move(attributes));
    return out;
}

// The text that is tried: in the body, or of a version.
Result<PolicySet> tried_set(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    if (const Json* number = body.find("number"); number != nullptr && number->is_number()) {
        const auto wanted = static_cast<std::uint32_t>(number->number());
        return TRY(app.policies.version(app.store, call.caller, wanted)).set;
    }
    const std::string text = TRY(need_text(body, "text"));
    const std::string url = TRY(context_of_policies(text, "policies"));
    const ContextPtr context = TRY(app.contexts.resolve_url(url, context_use(call)));
    return parse_policies(text, "policies", *context);
}

Caller caller_of(const ApiCall& call, const Use& use) {
    Caller caller;
    caller.tenant = call.caller.tenant;
    caller.subject = use.subject;
    caller.purpose = use.purpose;
    caller.ground = use.ground;
    caller.counted = true;
    return caller;
}

// The word of an action. Fails: BadRequest.
Result<AccessAction> action_named(const ApiCall& call) {
    const std::string* text = call.param("action");
    return text == nullptr ? AccessAction::Read : parse_access_action(*text);
}

Json decision(const ApiCall& call, const AccessFilter& access, AccessAction action,
              const EntityPtr& entity) {
    Json out;
    const bool role_lets = action == AccessAction::Read ? access.may_read : access.may_write;
    const bool reads = action == AccessAction::Read;
    const bool by_key =
        role_lets && (reads ? access.covers(entity->types) : access.covers_all(entity->types));
    Json::Array policies;
    Json::Array hidden;
    Json::Array coarser;
    bool passes = by_key;
    if (by_key && access.governance != nullptr) {
        const auto verdict = access.governance->decide(action, *entity);
        passes = verdict.passes();
        for (const AccessRule* rule : verdict.because()) policies.emplace_back(rule->policy);
        for (const Attribute& a : entity->attributes) {
            if (!passes) break;
            const std::string name = call.context->compact(a.name);
            if (verdict.hides(a.name)) {
                hidden.emplace_back(name);
            } else if (verdict.coarsening(a.name) != nullptr) {
                coarser.emplace_back(name);
            }
        }
    }
    out.set("action", name_of(action));
    out.set("entity", entity->id);
    out.set("decision", !passes                             ? "denied"
                        : hidden.empty() && coarser.empty() ? "permitted"
                                                            : "in part");
    out.set("decidedBy", by_key ? "policies" : "role or key");
    out.set("policies", std::move(policies));
    out.set("hidden", std::move(hidden));
    out.set("coarser", std::move(coarser));
    return out;
}

// The types of uses of which the caller is not shown everything: what would become of those is
// not told, or in part.
Json unseen_types(const App& app, const ApiCall& call,
                  const std::vector<std::pair<Use, std::uint64_t>>& uses) {
    std::set<std::string> types;
    for (const auto& [use, times] : uses) types.insert(use.type);
    Json::Array out;
    for (const std::string& type : types) {
        if (type == "*") continue;
        const bool whole = call.caller.access->shows_all_rows({type});
        if (whole && need_whole_types(app, call, {type})) continue;
        out.emplace_back(call.context->compact(type));
    }
    return Json{std::move(out)};
}

}  // namespace

// {"text": "..."} or {"number": 3}: who would gain or lose what of the uses of the last month.
Result<Answer> try_policies(const App& app, const ApiCall& call) {
    TRY(need_insight(call));
    if (!call.caller.access->has_all_types()) {
        return Error{ErrorCode::Forbidden,
                     "a dry run tells of all uses: it is for those who are not limited to types or "
                     "scopes"};
    }
    const PolicySet set = TRY(tried_set(app, call));
    std::vector<EntityPtr> sampled;
    const DryRunner runner{
        .before = [&](const Use& use) { return app.authority.access(caller_of(call, use)); },
        .after = [&](const Use& use) -> std::shared_ptr<const AccessFilter> {
            const auto standing = app.authority.standing(caller_of(call, use));
            return standing ? Policies::bound_by(set, *standing, app.clock.now()).filter : nullptr;
        },
        // Of what who asks may see, as they see it: else any condition on it could be tried here.
        .sample = [&](const std::string& type) -> Result<std::vector<EntityPtr>> {
            EntityQuery query;
            query.limit = kSample;
            if (type != "*") {
                query.types =
                    TypeSelection{.kind = TypeSelection::Kind::Type, .type = type, .children = {}};
            }
            auto found = TRY(app.store.query(call.caller, query)).entities;
            sampled.insert(sampled.end(), found.begin(), found.end());
            return found;
        }};
    const auto uses = app.uses.uses(call.owner);
    const auto changes = TRY(dry_run(uses, runner));
    TRY(record_access(app, call, sampled));
    Json::Array lines;
    for (const DryRunLine& line : changes) lines.push_back(to_json(call, line));
    Json out;
    out.set("uses", static_cast<std::int64_t>(uses.size()));
    out.set("days", UseTally::kDays);
    out.set("changes", std::move(lines));
    out.set("unseen", unseen_types(app, call, uses));
    return Answer{plain_json(out)};
}

// Why somebody may or may not do something with an entity: id, action, subject (else the caller).
Result<Answer> explain_access(const App& app, const ApiCall& call) {
    TRY(need_insight(call));
    const std::string* id = call.param("id");
    if (id == nullptr) return Error{ErrorCode::BadRequest, "it names an entity", "id"};
    const AccessAction action = TRY(action_named(call));
    const EntityPtr entity =
        TRY(app.store.find(service_caller(call.caller.tenant, "explain"), *id));
    const bool reached = entity && call.caller.access->covers(entity->types) &&
                         (call.caller.access->only_scopes.empty() ||
                          are_within(entity->scopes, call.caller.access->only_scopes));
    if (!reached) return Error{ErrorCode::NotFound, "there is no such entity", *id};
    TRY(record_access(app, call, {entity}));
    Caller who = call.caller;
    if (const std::string* subject = call.param("subject")) {
        who.subject = *subject;
        who.role = Role::Reader;
    }
    const auto access = app.authority.access(who);
    if (access == nullptr) {
        return Error{ErrorCode::NotFound, "there is no such key or person", who.subject};
    }
    Json out = decision(call, *access, action, entity);
    out.set("subject", who.subject);
    return Answer{plain_json(out)};
}

}  // namespace musubi::api
