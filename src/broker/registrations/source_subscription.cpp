#include "broker/registrations/source_subscription.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "broker/member_reader.h"

namespace musubi {
namespace {

constexpr std::uint8_t kSourceSubscriptionFormat = 1;
// What a subscription to registrations has and one to entities has not, or has in another sense.
constexpr std::array<std::string_view, 4> kOwn{"timeInterval", "temporalQ", "csf", "scopeQ"};

bool is_own(const JsonMember& member) {
    return std::find(kOwn.begin(), kOwn.end(), member.name) != kOwn.end();
}

Result<std::optional<TimeSelection>> read_temporal(const MemberReader& in) {
    const Json* json = in.find("temporalQ");
    if (json == nullptr) return std::optional<TimeSelection>{};
    const MemberReader part{*json, in.where("temporalQ")};
    TRY(part.only({"timerel", "timeAt", "endTimeAt", "timeproperty"}));
    const std::string relation = TRY(part.text("timerel"));
    const std::string property = TRY(part.text("timeproperty"));
    const auto at = TRY(part.time("timeAt"));
    const auto end = TRY(part.time("endTimeAt"));
    if (relation.empty()) return part.bad("timerel", "it is before, after or between");
    auto parsed = parse_time_relation(relation);
    if (!parsed) return part.bad("timerel", parsed.error().detail);
    auto of = property.empty() ? Result<TimeProperty>{TimeProperty::ObservedAt}
                               : parse_time_property(property);
    if (!of) return part.bad("timeproperty", of.error().detail);
    auto made = make_time_selection(*parsed, at, end, *of);
    if (!made) return part.bad(made.error().where, made.error().detail);
    return std::optional<TimeSelection>{*made};
}

Result<void> read_own(const Json& json, const Context& context, SourceSubscription& out) {
    const MemberReader in{json, ""};
    out.time_interval = TRY(in.span("timeInterval", seconds(1), days(366)));
    out.time = TRY(read_temporal(in));
    out.csf_text = TRY(in.text("csf"));
    if (!out.csf_text.empty()) {
        auto csf = parse_q(out.csf_text, context);
        if (!csf) return within("/csf", std::move(csf).error());
        out.csf = std::move(csf).value();
    }
    out.scope_text = TRY(in.text("scopeQ"));
    if (!out.scope_text.empty()) {
        auto scope = parse_scope_query(out.scope_text);
        if (!scope) return within("/scopeQ", std::move(scope).error());
        out.scope = std::move(scope).value();
    }
    if (out.time_interval.us > 0 && json.find("throttling") != nullptr) {
        return in.bad("throttling", "what is told periodically is not throttled");
    }
    if (json.find("notificationTrigger") != nullptr) {
        return in.bad("notificationTrigger",
                      "a subscription to registrations is told of every change of them");
    }
    return {};
}

std::string name_of(TimeRelation relation) {
    if (relation == TimeRelation::Before) return "before";
    return relation == TimeRelation::After ? "after" : "between";
}

std::string name_of(TimeProperty property) {
    if (property == TimeProperty::ObservedAt) return "observedAt";
    return property == TimeProperty::CreatedAt ? "createdAt" : "modifiedAt";
}

Json temporal_of(const TimeSelection& time) {
    Json out;
    out.set("timerel", name_of(*time.relation));
    out.set("timeAt", to_iso(time.at));
    if (time.relation == TimeRelation::Between) out.set("endTimeAt", to_iso(time.end));
    out.set("timeproperty", name_of(time.property));
    return out;
}

// As it was given where the context of the answer reads it so; else with whole names.
std::string csf_for(const SourceSubscription& s, const Context& context) {
    std::string canonical = to_text(*s.csf);
    const auto again = parse_q(s.csf_text, context);
    return again && to_text(*again) == canonical ? s.csf_text : canonical;
}

Json own_of(const SourceSubscription& s, const Context& context) {
    Json out{Json::Object{}};
    if (s.time_interval.us > 0) {
        const bool whole = s.time_interval.us % 1'000'000 == 0;
        out.set("timeInterval",
                whole ? Json{s.time_interval.us / 1'000'000} : Json{s.time_interval.seconds()});
    }
    if (s.time) out.set("temporalQ", temporal_of(*s.time));
    if (s.csf) out.set("csf", csf_for(s, context));
    if (s.scope) out.set("scopeQ", s.scope_text);
    return out;
}

Error corrupt_subscription(std::string detail) { return {ErrorCode::Corrupt, std::move(detail)}; }

}  // namespace

SourceQuery SourceSubscription::query() const {
    SourceQuery out;
    out.entities = base->entities;
    out.attributes = base->watched;
    out.csf = csf;
    if (base->q) {
        // q and csf both speak of the properties of the source.
        out.csf = base->q;
        if (csf) {
            QueryNode both;
            both.kind = QueryNode::Kind::And;
            both.children = {*base->q, *csf};
            out.csf = std::move(both);
        }
    }
    out.geo = base->geo;
    out.scope = scope;
    out.time = time;
    return out;
}

Result<SourceSubscription> read_source_subscription(const Json& json, const Context& context) {
    if (!json.is_object()) {
        return Error{ErrorCode::BadRequest, "a subscription is a JSON object", "/"};
    }
    SourceSubscription out;
    TRY(read_own(json, context, out));
    Json::Object rest;
    for (const JsonMember& member : json.object()) {
        if (!is_own(member)) rest.push_back(member);
    }
    Subscription base = TRY(read_subscription(Json{std::move(rest)}, context));
    out.base = std::make_shared<const Subscription>(std::move(base));
    return out;
}

Json write_source_subscription(const SourceSubscription& s, const Context& context,
                               const SubscriptionState* state, Time now) {
    Json out = write_subscription(*s.base, context, state, now);
    std::erase_if(out.object(),
                  [](const JsonMember& m) { return m.name == "notificationTrigger"; });
    const Json own = own_of(s, context);
    for (const JsonMember& member : own.object()) out.set(member.name, member.value);
    return out;
}

SourceSubscription with_base(SourceSubscription subscription, Subscription base) {
    subscription.base = std::make_shared<const Subscription>(std::move(base));
    return subscription;
}

Result<SourceSubscription> patch_source_subscription(const SourceSubscription& present,
                                                     const Json& patch, const Context& context) {
    if (!patch.is_object() || patch.object().empty()) {
        return Error{ErrorCode::BadRequest, "it is a JSON object that is not empty", "/"};
    }
    if (const Json* id = patch.find("id"); id != nullptr && *id != Json{present.base->id}) {
        return Error{ErrorCode::BadRequest, "the id of a subscription stays", "/id"};
    }
    Json whole = write_source_subscription(present, context, nullptr, Time{});
    Json::Object members = std::move(whole.object());
    for (const JsonMember& change : patch.object()) {
        std::erase_if(members, [&](const JsonMember& m) { return m.name == change.name; });
        const bool removes = change.value.is_null() || change.value == Json{iri::kNull};
        if (!removes) members.push_back(change);
    }
    SourceSubscription read = TRY(read_source_subscription(Json{std::move(members)}, context));
    Subscription base = *read.base;
    base.context = context.source();
    base.owner = present.base->owner;
    base.created_at = present.base->created_at;
    base.modified_at = present.base->modified_at;
    return with_base(std::move(read), std::move(base));
}

std::string encode_source_subscription(const SourceSubscription& subscription) {
    std::string out;
    ByteWriter w{out};
    w.byte(kSourceSubscriptionFormat);
    w.text(encode_subscription(*subscription.base));
    w.text(subscription.csf_text);
    w.text(to_text(own_of(subscription, *core_context())));
    return out;
}

Result<SourceSubscription> decode_source_subscription(std::string_view bytes,
                                                      const Contexts& contexts) {
    ByteReader r{bytes};
    if (r.byte() != kSourceSubscriptionFormat)
        return corrupt_subscription("a subscription to sources has another format");
    const std::string_view base_bytes = r.text();
    const std::string csf_text{r.text()};
    const std::string_view own_text = r.text();
    if (r.failed())
        return corrupt_subscription("the record of a subscription to sources is malformed");
    const auto own = parse_json(own_text);
    if (!own) return corrupt_subscription("the record of a subscription to sources holds no JSON");
    Subscription base = TRY(decode_subscription(base_bytes, contexts));
    SourceSubscription out;
    if (auto read = read_own(*own, *core_context(), out); !read) {
        return corrupt_subscription(to_text(read.error()));
    }
    if (out.csf) out.csf_text = csf_text;
    return with_base(std::move(out), std::move(base));
}

}  // namespace musubi
