#include "broker/distribution/distributor.h"

#include <algorithm>
#include <array>

#include "broker/subscriptions/receiver_info.h"

namespace musubi {
namespace {

constexpr std::string_view kRoot = "/ngsi-ld/v1";
// A value that stands for the header of the same name of the request that is followed (4.3.6.5).
constexpr std::string_view kOfRequest = "urn:ngsi-ld:request";

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

// What contextSourceInfo tells the broker, not the source (4.3.6.6, 4.3.6.8), and what it may not
// say of the message: that is passed over (4.3.6.5).
bool is_sent(std::string_view key) {
    constexpr std::array<std::string_view, 6> kNotSent{
        "jsonldContext", "contentType", "accept", "ngsildConformance", "via", "NGSILD-Tenant"};
    return may_set_header(key) && std::none_of(kNotSent.begin(), kNotSent.end(),
                                               [&](std::string_view n) { return same(key, n); });
}

// Why the answer counts as a failure of the source; empty where it does not. Not to have what was
// asked for is none (6.3.17).
std::string failure_in(const Result<SourceResponse>& response) {
    if (!response) return response.error().detail;
    if (response->status < 400 || response->status == 404) return {};
    return "it answered " + std::to_string(response->status);
}

bool is_out_of_order(const Result<SourceResponse>& response) {
    return !response || response->status >= 500;
}

}  // namespace

bool is_in_via(std::string_view via, std::string_view alias) {
    while (!via.empty()) {
        const std::size_t end = std::min(via.find(','), via.size());
        std::string_view entry = via.substr(0, end);
        via.remove_prefix(std::min(end + 1, via.size()));
        // protocol, pseudonym, comment, parted by spaces
        while (entry.starts_with(' ') || entry.starts_with('\t')) entry.remove_prefix(1);
        const std::size_t space = entry.find(' ');
        if (space == std::string_view::npos) continue;
        entry.remove_prefix(space + 1);
        if (entry.substr(0, entry.find_first_of(" \t")) == alias) return true;
    }
    return false;
}

std::optional<std::string> context_url(const Json& context) {
    if (context.is_string()) {
        return is_core_context(context.string()) ? std::string{} : context.string();
    }
    if (!context.is_array()) return context.is_null() ? std::optional{std::string{}} : std::nullopt;
    std::string url;
    for (const Json& item : context.array()) {
        const auto part = context_url(item);
        if (!part || (!part->empty() && !url.empty())) return std::nullopt;
        if (!part->empty()) url = *part;
    }
    return url;
}

const std::string* info_of(const Registration& source, std::string_view key) {
    for (const auto& [name, value] : source.source_info) {
        if (same(name, key)) return &value;
    }
    return nullptr;
}

namespace {

using Held = std::shared_ptr<std::atomic<std::size_t>>;

// Counts the bytes of an answer until it is dealt with; null where there is no room for them.
std::shared_ptr<const void> hold(const Held& held, std::size_t bytes) {
    if (held->fetch_add(bytes) + bytes > Distributor::kMaxHeldBytes) {
        held->fetch_sub(bytes);
        return nullptr;
    }
    return {held.get(), [held, bytes](const void*) { held->fetch_sub(bytes); }};
}

}  // namespace

/// The requests that are under way together.
struct Distributor::Round {
    struct Open {
        std::vector<SourceReply> replies;
        std::size_t missing = 0;
    };
    Guarded<Open> open;
    std::function<void(std::vector<SourceReply>)> done;

    void take(std::size_t place, Result<SourceResponse> response,
              std::shared_ptr<const void> lease = {}) {
        const bool last = open.with([&](Open& o) {
            o.replies[place].response = std::move(response);
            o.replies[place].lease = std::move(lease);
            return --o.missing == 0;
        });
        if (last) done(open.with([](Open& o) { return std::move(o.replies); }));
    }
};

Distributor::Distributor(const Parts& parts, Metrics& metrics)
    : parts_{parts},
      requests_{metrics.counter("musubi_sources_requests_total", "Requests to context sources.")},
      failures_{metrics.counter("musubi_sources_failures_total",
                                "Requests to context sources that were not answered as they "
                                "should: see the registration's lastFailure.")},
      spared_{metrics.counter("musubi_sources_spared_total",
                              "Requests that were not made, as the source had failed lately.")} {
    metrics.gauge("musubi_sources_paused", "Context sources that are left alone after failures.",
                  [&health = parts_.health, &clock = parts_.clock] {
                      return static_cast<double>(health.paused(clock.monotonic()));
                  });
}

bool Distributor::is_loop(const Origin& origin) const {
    return !origin.via.empty() && is_in_via(origin.via, parts_.identity.alias(origin.tenant));
}

Result<std::vector<MatchedSource>> Distributor::matching(const Origin& origin,
                                                         const SourceQuery& query) const {
    auto out = parts_.table.matching(origin.tenant_id, query, parts_.clock.now());
    std::erase_if(out, [&](const MatchedSource& source) {
        const std::string& alias = source.registration->alias;
        return !alias.empty() && is_in_via(origin.via, alias);
    });
    if (out.size() > kMaxSources) {
        return Error{ErrorCode::TooComplexQuery,
                     "more than 100 context sources would have to be asked; narrow the request, "
                     "or use local=true"};
    }
    return out;
}

SourceExchange Distributor::exchange_of(const Origin& origin, SourceRequest request) const {
    const Registration& source = *request.source;
    SourceExchange out;
    out.method = request.method;
    out.url = source.endpoint;
    while (out.url.ends_with('/')) out.url.pop_back();
    out.url.append(kRoot).append(request.target);
    out.headers = std::move(request.headers);
    std::string via = origin.via;
    if (!via.empty()) via += ", ";
    out.headers.emplace_back("Via", via + "1.1 " + parts_.identity.alias(origin.tenant));
    if (!source.tenant.empty()) out.headers.emplace_back("NGSILD-Tenant", source.tenant);
    for (const auto& [key, value] : source.source_info) {
        if (!is_sent(key)) continue;
        if (value != kOfRequest) {
            out.headers.emplace_back(key, value);
        } else if (const auto given = origin.header(key); !given.empty()) {
            out.headers.emplace_back(key, given);
        }
    }
    out.body = std::move(request.body);
    const bool own_time = source.management && source.management->timeout.us > 0;
    out.timeout = own_time ? source.management->timeout : kTimeout;
    out.max_bytes = kMaxAnswerBytes;
    return out;
}

void Distributor::note(TenantId tenant, const Registration& source,
                       const Result<SourceResponse>& response) {
    const std::string failure = failure_in(response);
    requests_.add();
    if (!failure.empty()) failures_.add();
    parts_.health.note(tenant, source,
                       {.failure = failure, .out_of_order = is_out_of_order(response)},
                       parts_.clock.now(), parts_.clock.monotonic());
}

void Distributor::send(const Origin& origin, std::vector<SourceRequest> requests,
                       std::function<void(std::vector<SourceReply>)> done) {
    if (requests.empty()) return done({});
    auto round = std::make_shared<Round>();
    round->done = std::move(done);
    round->open.with([&](Round::Open& open) {
        open.missing = requests.size();
        open.replies.assign(requests.size(), {nullptr, Error{ErrorCode::Unavailable, "not asked"}});
        for (std::size_t i = 0; i < requests.size(); ++i) {
            open.replies[i].source = requests[i].source;
        }
    });
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const RegistrationPtr source = requests[i].source;
        if (const auto left =
                parts_.health.pause(origin.tenant_id, *source, parts_.clock.monotonic())) {
            spared_.add();
            round->take(i, Error{ErrorCode::Unavailable,
                                 "it failed lately and is asked again in " +
                                     std::to_string(left->us / 1'000'000 + 1) + " s"});
            continue;
        }
        parts_.port.send(exchange_of(origin, std::move(requests[i])),
                         [this, round, i, source, held = held_,
                          tenant = origin.tenant_id](Result<SourceResponse> response) {
                             note(tenant, *source, response);
                             auto lease = hold(held, response ? response->body.size() : 0);
                             if (!lease) {
                                 response =
                                     Error{ErrorCode::TooLarge,
                                           "the answers of sources take too much memory now"};
                             }
                             round->take(i, std::move(response), std::move(lease));
                         });
    }
}

}  // namespace musubi
