#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "base/time.h"
#include "net/http.h"

namespace musubi {

struct HttpClientRequest {
    HttpMethod method = HttpMethod::Get;
    std::string url;
    std::vector<HttpHeader> headers;  ///< Host, Content-Length and Connection are added
    std::string body;
    Duration timeout = seconds(10);  ///< for the whole exchange
    std::size_t max_response_bytes = 8U << 20U;
    /// Only the head of the answer matters; its body is read and dropped up to the limit.
    bool drop_body = false;
    /// Asked on the client's thread, just before it is put on the wire; where it fails nothing is,
    /// and so does the exchange. None: it goes.
    std::function<Result<void>()> still = nullptr;
};

struct HttpClientOptions {
    /// Which addresses may be reached: loopback, private, link-local and the like only where
    /// allowed (no request forgery). Checked on the resolved address, at each connection.
    bool allow_private_addresses = false;
    /// A file of certificates (PEM) that are believed in place of the system's list; empty: that
    /// list. One that can not be read is no list: nothing is believed.
    std::string ca_file = {};
    std::size_t max_connections_per_host = 8;
    std::size_t max_waiting_per_host = 1024;  ///< beyond: Busy
    Duration idle_timeout = seconds(30);
};

/// An HTTP/1.1 client with kept connections, http and https (certificates checked against the
/// system's list, and for the host's name), on one thread of its own. Redirects are not followed,
/// interim answers (1xx) are skipped. Time-outs are seen within 50 ms.
///
/// A kept connection that is found closed before a request is put on it is replaced without a
/// fault. If it breaks later, with no byte of the answer read, the request is sent once more if its
/// method is idempotent (RFC 9110, 9.2.2: not POST, not PATCH) or none of its bytes were taken by
/// the socket; else it fails with Unavailable, and the peer may have seen it.
class HttpClient {
public:
    using Callback = std::function<void(Result<HttpResponse>)>;
    static std::unique_ptr<HttpClient> create(const HttpClientOptions& options, Log& log,
                                              Metrics& metrics);
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    virtual ~HttpClient() = default;  ///< stops
    /// Cancels what is under way: callbacks get Unavailable before it returns, and so does whatever
    /// is sent from then on. Not from a callback.
    virtual void stop() {}
    /// As HttpServer::drain, of requests.
    virtual void drain(Duration patience) = 0;
    /// Calls back exactly once, on the client's thread (must not block). Requests to one host:port
    /// that are waiting start in order; `timeout` counts the wait. Where no connection can be made,
    /// all that wait for that peer fail with the reason. Fails: Timeout, Unavailable (with the
    /// reason in words), TooLarge, Forbidden (address not allowed), BadRequest (URL, header), Busy.
    virtual void send(HttpClientRequest request, Callback done) = 0;
    /// The same, waiting for the answer; for threads that may wait, never the client's own.
    Result<HttpResponse> fetch(HttpClientRequest request);

protected:
    HttpClient() = default;
};

}  // namespace musubi
