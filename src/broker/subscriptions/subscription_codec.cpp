#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "broker/subscriptions/subscription.h"

namespace musubi {
namespace {

constexpr std::uint8_t kFormat = 3;
constexpr std::uint8_t kWithoutPurpose = 1;   // the first format
constexpr std::uint8_t kWithoutDecision = 2;  // the former one
constexpr std::uint8_t kStateFormat = 1;      // of what changes while it works

void put_time(ByteWriter& w, const std::optional<Time>& time) {
    w.byte(time ? 1 : 0);
    if (time) w.signed_number(time->us);
}

std::optional<Time> get_time(ByteReader& r) {
    if (r.byte() == 0) return std::nullopt;
    return Time{r.signed_number()};
}

Error corrupt() { return {ErrorCode::Corrupt, "the record of a subscription is malformed"}; }

}  // namespace

bool NotificationEndpoint::context_in_body() const {
    const auto plain = [](const auto& pair) {
        return (pair.first == "Prefer" || pair.first == "prefer") && pair.second == "body=json";
    };
    if (wants_geojson()) return std::none_of(receiver_info.begin(), receiver_info.end(), plain);
    return wants_ld();
}

bool Subscription::watches(const std::string& attribute) const {
    return watched.empty() || std::find(watched.begin(), watched.end(), attribute) != watched.end();
}

bool Subscription::selects(const std::string& entity, const std::vector<std::string>& types) const {
    return entities.empty() ||
           std::any_of(entities.begin(), entities.end(), [&](const EntitySelector& selector) {
               return selector.matches(entity, types);
           });
}

Result<QueryNode> parse_subscription_q(std::string_view text, const Context& context) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        const char* const at = text.data() + i;
        const bool encoded = text[i] == '%' && i + 2 < text.size() &&
                             std::from_chars(at + 1, at + 3, code, 16).ptr == at + 3;
        plain += encoded ? static_cast<char>(code) : text[i];
        if (encoded) i += 2;
    }
    if (!is_utf8(plain)) {
        return Error{ErrorCode::BadRequest, "it is no UTF-8 once its %XX are read", "q"};
    }
    return parse_q(plain, context);
}

// The body is kept with expanded names, so that it outlives its context; q as well in its own
// words, which alone know what its terms mean to vocabulary properties.
std::string encode_subscription(const Subscription& subscription) {
    std::string out;
    ByteWriter w{out};
    w.byte(kFormat);
    w.text(subscription.owner.subject);
    w.byte(static_cast<std::uint8_t>(subscription.owner.role));
    w.text(subscription.owner.purpose);
    w.text(subscription.owner.ground);
    w.text(subscription.owner.decided_by);
    w.number(subscription.since);
    w.signed_number(subscription.created_at.us);
    w.signed_number(subscription.modified_at.us);
    w.text(to_text(subscription.context));
    w.text(subscription.q_text);
    w.text(to_text(write_subscription(subscription, *core_context(), nullptr, Time{})));
    return out;
}

Result<Subscription> decode_subscription(std::string_view bytes, const Contexts& contexts) {
    ByteReader r{bytes};
    const std::uint8_t format = r.byte();
    if (format < kWithoutPurpose || format > kFormat) return corrupt();
    const std::string subject{r.text()};
    const auto role = static_cast<Role>(r.byte());
    const std::string purpose{format > kWithoutPurpose ? r.text() : std::string_view{}};
    const std::string ground{format > kWithoutPurpose ? r.text() : std::string_view{}};
    const std::string decided_by{format > kWithoutDecision ? r.text() : std::string_view{}};
    const std::uint64_t since = r.number();
    const Time created_at{r.signed_number()};
    const Time modified_at{r.signed_number()};
    const std::string_view context_text = r.text();
    const std::string q_text{r.text()};
    const std::string_view body = r.text();
    if (r.failed() || role > kLastRole) return corrupt();
    const auto json = parse_json(body);
    const auto context = parse_json(context_text);
    if (!json || !context) return corrupt();
    auto read = read_subscription(*json, *core_context());
    if (!read) return Error{ErrorCode::Corrupt, to_text(read.error())};
    Subscription out = std::move(read).value();
    if (out.q) {
        const auto known = contexts.resolve(*context);
        auto q = known ? parse_subscription_q(q_text, **known) : Result<QueryNode>{corrupt()};
        // Only where the context still says the same is its reading the better one.
        if (q && to_text(*q) == to_text(*out.q)) out.q = std::move(q).value();
        out.q_text = q_text;
    }
    out.context = *context;
    out.owner = {subject, role, purpose, ground, decided_by};
    out.since = since;
    out.created_at = created_at;
    out.modified_at = modified_at;
    return out;
}

std::string encode_state(const SubscriptionState& state) {
    std::string out;
    ByteWriter w{out};
    w.byte(kStateFormat);
    w.number(state.times_sent);
    w.number(state.times_failed);
    put_time(w, state.last_notification);
    put_time(w, state.last_success);
    put_time(w, state.last_failure);
    w.text(state.last_failure_reason);
    return out;
}

Result<SubscriptionState> decode_state(std::string_view bytes) {
    ByteReader r{bytes};
    if (r.byte() != kStateFormat) return corrupt();
    SubscriptionState out;
    out.times_sent = r.number();
    out.times_failed = r.number();
    out.last_notification = get_time(r);
    out.last_success = get_time(r);
    out.last_failure = get_time(r);
    out.last_failure_reason = r.text();
    if (r.failed()) return corrupt();
    return out;
}

}  // namespace musubi
