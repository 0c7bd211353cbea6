#include "api/key_spec.h"

#include <algorithm>

#include "api/people_json.h"
#include "base/both_words.h"
#include "store/tenants.h"
#include "trust/people/grant.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxKeyTypes = 100;
constexpr std::size_t kMaxLabelBytes = 400;

// A text that may be empty or absent.
Result<std::string> short_text(const MemberReader& reader, std::string_view name) {
    const Json* member = reader.find(name);
    if (member == nullptr || member->is_null()) return std::string{};
    if (member->is_string() && member->string().size() <= kMaxLabelBytes) return member->string();
    return reader.bad(name,
                      both_texts("400 バイトまでの文字列です", "it is a text of up to 400 bytes"));
}

Result<std::vector<std::string>> read_types(const MemberReader& reader, const Context& context) {
    const Json* types = reader.find("types");
    if (types == nullptr) return std::vector<std::string>{};
    if (!types->is_array())
        return reader.bad("types", both_texts("型の一覧です", "it is a list of types"));
    if (types->array().size() > kMaxKeyTypes)
        return reader.bad("types", both_texts("型は 100 までです", "at most 100 types"));
    if (types->array().empty()) return std::vector<std::string>{};
    return reader.names("types", context);
}

Result<void> check_organisation(const App& app, const std::string& id, const std::string& place) {
    const auto all = app.people.organisations();
    const bool known = id.empty() || std::any_of(all.begin(), all.end(),
                                                 [&](const auto& one) { return one.id == id; });
    if (known) return {};
    return Error{ErrorCode::NotFound,
                 both_texts("この組織はありません", "there is no such organisation"), place};
}

}  // namespace

Result<void> need_key_manager(const ApiCall& call) {
    const bool body =
        call.caller.role == Role::IndependentBody && !person_of(call.caller.subject).empty();
    return body && call.caller.access->has_all_types() ? Result<void>{} : need_whole_tenant(call);
}

Result<void> may_change_key(const App& app, const ApiCall& call, const KeySpec& spec) {
    TRY(app.authority.reach_of(call.caller));
    TRY(may_manage_keys(call.caller, spec.tenant, spec.role));
    const bool decided_by_body =
        is_independent(spec.role) && app.people.has_independent_body(spec.tenant, app.clock.now());
    if (!decided_by_body || call.caller.role == Role::IndependentBody) return {};
    return Error{ErrorCode::Forbidden,
                 both_texts("独立した役割を決めるのは、独立した機関だけです",
                            "who is independent is decided by the independent body alone"),
                 "/role"};
}

Result<KeySpec> read_key_spec(const App& app, const ApiCall& call, const Json& json) {
    const MemberReader reader{json, ""};
    KeySpec spec;
    const auto role = parse_role(TRY(need_text(reader, "role")));
    if (!role) return reader.bad("role", role.error().detail);
    spec.role = *role;
    spec.tenant = call.caller.tenant;
    if (reader.find("tenant") != nullptr) spec.tenant = TRY(short_text(reader, "tenant"));
    if (!spec.tenant.empty()) TRY(Tenants::check_name(spec.tenant));
    spec.label = TRY(short_text(reader, "label"));
    spec.only_types = TRY(read_types(reader, *call.context));
    spec.only_scopes = TRY(read_scopes(reader));
    spec.organisation = TRY(short_text(reader, "organisation"));
    TRY(check_organisation(app, spec.organisation, reader.where("organisation")));
    if (const Json* until = reader.find("until"); until != nullptr && !until->is_null()) {
        spec.until = TRY(read_end(app, *until, reader.where("until")));
    }
    TRY(may_change_key(app, call, spec));
    TRY(may_give_key(call.caller, spec));
    TRY(app.authority.may_pass_on(call.caller, spec.until));
    return spec;
}

void add_key_spec(const App& app, const Context& context, const KeySpec& spec, Json& out) {
    out.set("tenant", spec.tenant);
    out.set("role", name_of(spec.role));
    out.set("label", spec.label);
    Json::Array types;
    for (const std::string& type : spec.only_types) types.emplace_back(context.compact(type));
    out.set("types", std::move(types));
    set_scopes(out, spec.only_scopes);
    if (!spec.organisation.empty()) out.set("organisation", spec.organisation);
    if (spec.until) out.set("until", to_iso(*spec.until));
    out.set("holds", !is_over(spec, app.clock.now()));
}

void add_key_details(const KeySpec& spec, Json& details) {
    details.set("role", name_of(spec.role));
    details.set("label", spec.label);
    Json::Array types;
    for (const std::string& type : spec.only_types) types.emplace_back(type);
    details.set("types", std::move(types));
    set_scopes(details, spec.only_scopes);
    if (!spec.organisation.empty()) details.set("organisation", spec.organisation);
    if (spec.until) details.set("until", to_iso(*spec.until));
}

}  // namespace musubi
