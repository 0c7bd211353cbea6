#include "trust/policies/odrl.h"

#include "trust/keys.h"

namespace musubi {
namespace {

constexpr const char* kProfile = "urn:musubi:odrl:1";

Json texts(const std::vector<std::string>& all) {
    Json::Array out;
    for (const std::string& text : all) out.emplace_back(text);
    return Json{std::move(out)};
}

void constrain(Json::Array& all, std::string_view left, std::string_view op, Json right) {
    Json item;
    item.set("leftOperand", left);
    item.set("operator", op);
    item.set("rightOperand", std::move(right));
    all.push_back(std::move(item));
}

void constrain(Json::Array& all, std::string_view left, const std::vector<std::string>& any) {
    if (!any.empty()) constrain(all, left, "isAnyOf", texts(any));
}

void constrain(Json::Array& all, std::string_view left, const std::string& one) {
    if (!one.empty()) constrain(all, left, "eq", Json{one});
}

Json moment(Time time) {
    Json out;
    out.set("@value", to_iso(time));
    out.set("@type", "xsd:dateTime");
    return out;
}

// AssetCollection, 2.2.3: what the target is refined by.
Json target_of(const Policy& policy) {
    const AccessRule& rule = policy.rule;
    Json::Array refinement;
    constrain(refinement, "musubi:type", rule.types);
    constrain(refinement, "musubi:attribute", rule.attributes);
    constrain(refinement, "musubi:idPattern", policy.id_pattern);
    constrain(refinement, "musubi:scopeQ", policy.scope_text);
    if (rule.q) constrain(refinement, "musubi:q", to_text(*rule.q));
    if (rule.geo) {
        Json geo;
        geo.set("georel", policy.georel);
        geo.set("geometry", policy.geometry);
        geo.set("coordinates", policy.coordinates);
        if (!policy.geoproperty.empty()) geo.set("geoproperty", policy.geoproperty);
        constrain(refinement, "musubi:geo", "eq", std::move(geo));
    }
    Json target;
    target.set("@type", "AssetCollection");
    target.set("source", "urn:musubi:entities");
    if (!refinement.empty()) target.set("refinement", std::move(refinement));
    return target;
}

// PartyCollection, 2.3.3; null: everybody.
Json assignee_of(const Policy& policy) {
    Json::Array refinement;
    std::vector<std::string> roles;
    for (const Role role : policy.roles) roles.emplace_back(name_of(role));
    constrain(refinement, "musubi:role", roles);
    constrain(refinement, "musubi:organisation", policy.organisations);
    constrain(refinement, "musubi:subject", policy.subjects);
    if (refinement.empty()) return Json{};
    Json out;
    out.set("@type", "PartyCollection");
    out.set("source", "urn:musubi:people");
    out.set("refinement", std::move(refinement));
    return out;
}

std::string hours_text(const DayHours& hours) {
    const auto clock = [](Duration since) {
        const auto minute = static_cast<int>(since.us / 60'000'000);
        const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
        return two(minute / 60) + ":" + two(minute % 60);
    };
    return clock(hours.from) + "-" + clock(hours.until);
}

Json::Array constraints_of(const Policy& policy) {
    Json::Array out;
    constrain(out, "purpose", policy.purposes);
    constrain(out, "musubi:assurance", policy.assurances);
    if (policy.from) constrain(out, "dateTime", "gteq", moment(*policy.from));
    if (policy.until) constrain(out, "dateTime", "lt", moment(*policy.until));
    if (policy.hours) constrain(out, "musubi:hours", "eq", Json{hours_text(*policy.hours)});
    if (policy.limit)
        constrain(out, "count", "lteq", Json{static_cast<std::int64_t>(policy.limit->count)});
    if (policy.limit && policy.limit->each) {
        constrain(out, "musubi:each", "eq", Json{to_iso(*policy.limit->each)});
    }
    return out;
}

Json coarsening_of(const std::string& attribute, const Coarsening& how) {
    Json out;
    out.set("action", "musubi:coarsen");
    out.set("musubi:attribute", attribute);
    switch (how.kind) {
        case Coarsening::Kind::Mesh: out.set("musubi:mesh", how.size); break;
        case Coarsening::Kind::Clock: out.set("musubi:span", to_iso(how.span)); break;
        case Coarsening::Kind::Step: out.set("musubi:step", how.size); break;
    }
    return out;
}

Json rule_of(const Policy& policy) {
    Json out;
    out.set("uid", "urn:musubi:policy:" + policy.id);
    out.set("target", target_of(policy));
    Json::Array actions;
    for (std::size_t i = 0; i < kActions; ++i) {
        if (policy.rule.actions.test(i))
            actions.emplace_back(name_of(static_cast<AccessAction>(i)));
    }
    out.set("action", std::move(actions));
    if (Json assignee = assignee_of(policy); !assignee.is_null()) {
        out.set("assignee", std::move(assignee));
    }
    if (auto constraints = constraints_of(policy); !constraints.empty()) {
        out.set("constraint", std::move(constraints));
    }
    Json::Array duties;
    for (const auto& [name, how] : policy.rule.coarser) duties.push_back(coarsening_of(name, how));
    if (policy.rule.times) {
        duties.push_back(coarsening_of(
            "observedAt", {.kind = Coarsening::Kind::Clock, .span = *policy.rule.times}));
    }
    if (!duties.empty()) out.set("duty", std::move(duties));
    return out;
}

}  // namespace

Json to_odrl(const PolicyVersion& version) {
    Json names;
    names.set("musubi", "urn:musubi:odrl:");
    names.set("xsd", "http://www.w3.org/2001/XMLSchema#");
    Json out;
    out.set("@context", Json::Array{Json{"http://www.w3.org/ns/odrl.jsonld"}, std::move(names)});
    out.set("@type", "Set");
    out.set("uid", "urn:musubi:policies:" + std::to_string(version.number));
    out.set("profile", kProfile);
    out.set("conflict", "prohibit");
    Json::Array permissions;
    Json::Array prohibitions;
    for (const Policy& policy : version.set.policies) {
        (policy.rule.permits ? permissions : prohibitions).push_back(rule_of(policy));
    }
    if (!permissions.empty()) out.set("permission", std::move(permissions));
    if (!prohibitions.empty()) out.set("prohibition", std::move(prohibitions));
    return out;
}

}  // namespace musubi
