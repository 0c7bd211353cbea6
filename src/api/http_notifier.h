#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "broker/deliveries/notification_port.h"
#include "net/http_client.h"

namespace musubi {

/// Sends notifications as POST requests (GS CIM 009 v1.9.1, 6.3.8). What the receiver says beyond
/// status and Retry-After is not read. Both must outlive it.
class HttpNotifier final : public NotificationPort {
public:
    static constexpr std::size_t kMaxAnswerBytes = 256U << 10U;

    HttpNotifier(HttpClient& client, const Clock& clock) : client_{client}, clock_{clock} {}
    void send(Outgoing outgoing, Callback done) override;

private:
    HttpClient& client_;
    const Clock& clock_;
};

/// The pause that a Retry-After header asks for (RFC 9110, 10.2.3): seconds or an HTTP date;
/// nothing where it says neither, or a moment that has passed.
[[nodiscard]] std::optional<Duration> parse_retry_after(std::string_view text, Time now);

}  // namespace musubi
