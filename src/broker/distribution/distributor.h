#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "broker/distribution/source_port.h"
#include "broker/registrations/registration_table.h"
#include "broker/registrations/source_health.h"
#include "broker/source_identity.h"

namespace musubi {

/// The request that has others follow it.
struct Origin {
    std::string tenant;  ///< its name
    TenantId tenant_id = 0;
    std::string via;  ///< the Via header it came with (RFC 9110, 7.6.3); empty: none
    /// The value of one of its headers, empty where it has none: for what a registration wants
    /// passed on (GS CIM 009 v1.9.1, 4.3.6.5). Called before `send` returns.
    std::function<std::string_view(std::string_view name)> header;
};

/// A request to one source: what the operation makes of it.
struct SourceRequest {
    RegistrationPtr source;
    std::string_view method;
    std::string target;  ///< below /ngsi-ld/v1, with its query string
    std::vector<std::pair<std::string, std::string>> headers;  ///< Accept, Content-Type, Link
    std::string body;
};

/// What came of it. A response may have any status.
struct SourceReply {
    RegistrationPtr source;
    Result<SourceResponse> response;
    std::shared_ptr<const void> lease = {};  ///< on the memory of the answer, see kMaxHeldBytes
};

/// Asks context sources (4.3.6): all at once, each for its own time, so that one that does not
/// answer keeps no other waiting. Loops end here: a source that a request has come through, as its
/// Via tells, is not asked again (6.3.18).
class Distributor {
public:
    static constexpr Duration kTimeout = seconds(5);  ///< where the registration names none
    static constexpr std::size_t kMaxAnswerBytes = 16U << 20U;
    static constexpr std::size_t kMaxSources = 100;  ///< that one operation asks
    /// Of all answers that are here and not yet dealt with; one beyond counts as too large.
    static constexpr std::size_t kMaxHeldBytes = 256U << 20U;

    /// All must outlive it.
    struct Parts {
        const RegistrationTable& table;
        SourceHealth& health;
        const SourceIdentity& identity;
        SourcePort& port;
        const Clock& clock;
    };
    Distributor(const Parts& parts, Metrics& metrics);

    /// True where the tenant has no registration; cheap.
    [[nodiscard]] bool empty(TenantId tenant) const { return parts_.table.empty(tenant); }
    /// The sources that what is asked for concerns, whatever they can do with it: those that the
    /// request has not come through. In the order of RegistrationTable::sources. Fails:
    /// TooComplexQuery beyond kMaxSources.
    Result<std::vector<MatchedSource>> matching(const Origin& origin,
                                                const SourceQuery& query) const;
    /// True where the request has been here before (6.3.18).
    [[nodiscard]] bool is_loop(const Origin& origin) const;
    /// Sends them all; calls back once, with the replies in the order of the requests, from any
    /// thread or before it returns. Does not wait.
    void send(const Origin& origin, std::vector<SourceRequest> requests,
              std::function<void(std::vector<SourceReply>)> done);

private:
    struct Round;
    [[nodiscard]] SourceExchange exchange_of(const Origin& origin, SourceRequest request) const;
    void note(TenantId tenant, const Registration& source, const Result<SourceResponse>& response);

    Parts parts_;
    std::shared_ptr<std::atomic<std::size_t>> held_ = std::make_shared<std::atomic<std::size_t>>(0);
    Counter& requests_;
    Counter& failures_;
    Counter& spared_;
};

/// True where `alias` is one of the pseudonyms in a Via header.
[[nodiscard]] bool is_in_via(std::string_view via, std::string_view alias);
/// The one URL that says what an "@context" value says beside the core context; empty: that alone.
/// Nothing where it takes more than a URL.
[[nodiscard]] std::optional<std::string> context_url(const Json& context);
/// The value of the registration's contextSourceInfo under `key`, letter case ignored; null: none.
[[nodiscard]] const std::string* info_of(const Registration& source, std::string_view key);

}  // namespace musubi
