#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/dial.h"
#include "net/http_client.h"
#include "net/response_parser.h"

namespace musubi {

/// A request on its way, with whom to tell.
struct Exchange {
    HttpClientRequest request;
    Url url;
    HttpClient::Callback done;
    std::int64_t deadline_us = 0;
    bool retried = false;
    bool refused = false;  ///< for want of room
};

/// One connection of the client: connects, then carries one exchange after the other. All on the
/// client's thread.
class ClientConnection : public std::enable_shared_from_this<ClientConnection> {
public:
    /// What its owner hears. The owner outlives it.
    class Owner {
    public:
        Owner() = default;
        Owner(const Owner&) = delete;
        Owner& operator=(const Owner&) = delete;
        virtual ~Owner() = default;
        virtual void on_connected(ClientConnection& connection) = 0;
        virtual void on_connect_failed(ClientConnection& connection, const Error& error) = 0;
        /// The exchange is over; the connection is idle, or closed.
        virtual void on_done(ClientConnection& connection, std::unique_ptr<Exchange> exchange,
                             Result<HttpResponse> result) = 0;
        /// Nothing of the answer was read on a kept connection: worth another try.
        virtual void on_stale(ClientConnection& connection, std::unique_ptr<Exchange> exchange) = 0;
        /// An idle connection was closed by its peer.
        virtual void on_idle_closed(ClientConnection& connection) = 0;
    };
    enum class State { Connecting, Idle, Busy, Closed };

    ClientConnection(boost::asio::io_context& context, ClientTls& tls, Owner& owner, Peer peer);

    void connect();
    /// False where the peer turns out to have closed it; the exchange is untouched then.
    bool start(std::unique_ptr<Exchange>& exchange);
    /// Closes it; gives back what was under way.
    std::unique_ptr<Exchange> close();

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] const Exchange* exchange() const noexcept { return exchange_.get(); }
    /// Tells apart the request that is being written; 0: none is.
    [[nodiscard]] std::uint64_t unsent() const noexcept {
        return writing_ && state_ == State::Busy ? begun_ : 0;
    }
    [[nodiscard]] const Peer& peer() const noexcept { return dial_.peer(); }

    std::int64_t since_us = 0;  ///< the owner's note: when it began to connect or to idle

private:
    void write_request();
    void on_written(const boost::system::error_code& ec, std::size_t bytes);
    void read();
    void on_read(const boost::system::error_code& ec, std::size_t bytes);
    void check_answer(Result<void> read);
    void break_off(std::string_view why);
    [[nodiscard]] bool peer_has_closed();

    Owner& owner_;
    Dial dial_;
    State state_ = State::Connecting;
    std::unique_ptr<Exchange> exchange_;
    std::optional<HttpResponseParser> parser_;
    std::string head_;
    std::string body_;  ///< outlives the exchange while it is being written
    std::uint64_t served_ = 0;
    std::uint64_t begun_ = 0;
    bool writing_ = false;
    bool nothing_sent_ = false;  ///< of the present request, for certain
    std::array<char, 16U << 10U> input_;
};

/// The request's head as it goes on the wire. Fails: BadRequest for a header that can't be sent.
Result<std::string> client_request_head(const HttpClientRequest& request, const Url& url);

}  // namespace musubi
