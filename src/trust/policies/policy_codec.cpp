#include <algorithm>

#include "base/bytes.h"
#include "trust/policies/policy.h"

namespace musubi {
namespace {

// The second one has limits of permissions and the attributes that name people. What says neither
// is kept in the first one: what is told apart by these bytes (Governance::fingerprint) stays the
// same over an upgrade.
constexpr std::uint8_t kFirstFormat = 1;
constexpr std::uint8_t kPolicyFormat = 2;

bool fits_first_format(const PolicySet& set) {
    return std::none_of(set.policies.begin(), set.policies.end(),
                        [](const Policy& policy) { return policy.limit.has_value(); }) &&
           std::all_of(set.personal.begin(), set.personal.end(),
                       [](const PersonalType& personal) { return personal.persons.empty(); });
}

void put(ByteWriter& w, const std::vector<std::string>& texts) {
    w.number(texts.size());
    for (const std::string& text : texts) w.text(text);
}

std::vector<std::string> read_texts(ByteReader& r) {
    std::vector<std::string> out;
    const std::uint64_t count = r.number();
    for (std::uint64_t i = 0; i < count && !r.failed(); ++i) out.emplace_back(r.text());
    return out;
}

void put(ByteWriter& w, const std::optional<Time>& time) {
    w.byte(time ? 1 : 0);
    if (time) w.signed_number(time->us);
}

std::optional<Time> read_time(ByteReader& r) {
    if (r.byte() == 0) return std::nullopt;
    return Time{r.signed_number()};
}

void put(ByteWriter& w, const Coarsening& how) {
    w.byte(static_cast<std::uint8_t>(how.kind));
    w.real(how.size);
    w.signed_number(how.span.us);
}

Coarsening read_coarsening(ByteReader& r) {
    Coarsening how;
    const std::uint8_t kind = r.byte();
    if (kind > static_cast<std::uint8_t>(Coarsening::Kind::Step)) r.fail();
    how.kind = static_cast<Coarsening::Kind>(kind);
    how.size = r.real();
    how.span = Duration{r.signed_number()};
    return how;
}

void put(ByteWriter& w, const AccessRule& rule) {
    w.byte(rule.permits ? 1 : 0);
    w.number(rule.actions.to_ulong());
    put(w, rule.types);
    put(w, rule.attributes);
    w.text(rule.q ? to_text(*rule.q) : std::string{});
    w.number(rule.coarser.size());
    for (const auto& [name, how] : rule.coarser) {
        w.text(name);
        put(w, how);
    }
    w.signed_number(rule.times ? rule.times->us : 0);
}

Result<void> read_rule(ByteReader& r, AccessRule& rule) {
    rule.permits = r.byte() != 0;
    rule.actions = std::bitset<kActions>{r.number()};
    rule.types = read_texts(r);
    rule.attributes = read_texts(r);
    const std::string q{r.text()};
    if (!q.empty()) rule.q = TRY(parse_q(q, *core_context()));
    const std::uint64_t coarser = r.number();
    for (std::uint64_t i = 0; i < coarser && !r.failed(); ++i) {
        std::string name{r.text()};
        rule.coarser.emplace_back(std::move(name), read_coarsening(r));
    }
    const Duration times{r.signed_number()};
    if (times.us > 0) rule.times = times;
    return {};
}

void put(ByteWriter& w, const Policy& policy, std::uint8_t format) {
    for (const std::string* text : {&policy.id, &policy.ja, &policy.en}) w.text(*text);
    put(w, policy.rule);
    w.number(policy.roles.size());
    for (const Role role : policy.roles) w.byte(static_cast<std::uint8_t>(role));
    for (const auto* texts :
         {&policy.organisations, &policy.subjects, &policy.purposes, &policy.assurances}) {
        put(w, *texts);
    }
    put(w, policy.from);
    put(w, policy.until);
    w.signed_number(policy.hours ? policy.hours->from.us : -1);
    w.signed_number(policy.hours ? policy.hours->until.us : -1);
    for (const std::string* text : {&policy.georel, &policy.geometry, &policy.coordinates,
                                    &policy.geoproperty, &policy.scope_text, &policy.id_pattern}) {
        w.text(*text);
    }
    if (format == kFirstFormat) return;
    w.number(policy.limit ? policy.limit->count : 0);
    w.signed_number(policy.limit && policy.limit->each ? policy.limit->each->us : 0);
}

// What was kept as it was written is read again.
Result<void> restore_target(Policy& policy) {
    AccessRule& rule = policy.rule;
    rule.policy = policy.id;
    if (!policy.scope_text.empty()) rule.scopes = TRY(parse_scope_query(policy.scope_text));
    if (!policy.id_pattern.empty()) rule.ids = TRY(Pattern::parse(policy.id_pattern));
    if (policy.georel.empty()) return {};
    const Json coordinates = TRY(parse_json(policy.coordinates));
    rule.geo = TRY(parse_geo_query(policy.georel, policy.geometry, coordinates, policy.geoproperty,
                                   *core_context()));
    return {};
}

std::optional<UseLimit> read_limit(ByteReader& r) {
    UseLimit limit{.count = r.number(), .each = {}};
    const Duration each{r.signed_number()};
    if (each.us > 0) limit.each = each;
    if (limit.count == 0) return std::nullopt;
    return limit;
}

Result<Policy> read_policy(ByteReader& r, std::uint8_t format) {
    Policy policy;
    for (std::string* text : {&policy.id, &policy.ja, &policy.en}) *text = r.text();
    TRY(read_rule(r, policy.rule));
    const std::uint64_t roles = r.number();
    for (std::uint64_t i = 0; i < roles && !r.failed(); ++i) {
        const std::uint8_t role = r.byte();
        if (role > static_cast<std::uint8_t>(kLastRole)) r.fail();
        policy.roles.push_back(static_cast<Role>(role));
    }
    for (auto* texts :
         {&policy.organisations, &policy.subjects, &policy.purposes, &policy.assurances}) {
        *texts = read_texts(r);
    }
    policy.from = read_time(r);
    policy.until = read_time(r);
    const DayHours hours{Duration{r.signed_number()}, Duration{r.signed_number()}};
    if (hours.from.us >= 0) policy.hours = hours;
    for (std::string* text : {&policy.georel, &policy.geometry, &policy.coordinates,
                              &policy.geoproperty, &policy.scope_text, &policy.id_pattern}) {
        *text = r.text();
    }
    if (format != kFirstFormat) policy.limit = read_limit(r);
    TRY(restore_target(policy));
    return policy;
}

}  // namespace

std::string encode(const PolicySet& set) {
    std::string out;
    ByteWriter w{out};
    const std::uint8_t format = fits_first_format(set) ? kFirstFormat : kPolicyFormat;
    w.byte(format);
    w.text(set.version);
    w.number(set.policies.size());
    for (const Policy& policy : set.policies) put(w, policy, format);
    w.number(set.personal.size());
    for (const PersonalType& personal : set.personal) {
        w.text(personal.type);
        put(w, personal.purposes);
        w.text(personal.ja);
        w.text(personal.en);
        if (format != kFirstFormat) put(w, personal.persons);
    }
    put(w, set.other_digits);
    return out;
}

Result<PolicySet> decode_policies(std::string_view bytes) {
    ByteReader r{bytes};
    PolicySet set;
    const std::uint8_t format = r.byte();
    if (format != kFirstFormat && format != kPolicyFormat) r.fail();
    set.version = r.text();
    const std::uint64_t policies = r.number();
    for (std::uint64_t i = 0; i < policies && !r.failed(); ++i) {
        set.policies.push_back(TRY(read_policy(r, format)));
    }
    const std::uint64_t personal = r.number();
    for (std::uint64_t i = 0; i < personal && !r.failed(); ++i) {
        PersonalType& type = set.personal.emplace_back();
        type.type = r.text();
        type.purposes = read_texts(r);
        type.ja = r.text();
        type.en = r.text();
        if (format != kFirstFormat) type.persons = read_texts(r);
    }
    set.other_digits = read_texts(r);
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "the kept policies can not be read"};
    }
    return set;
}

}  // namespace musubi
