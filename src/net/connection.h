#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <optional>

#include "net/http_parser.h"
#include "net/http_server.h"
#include "net/io_thread.h"
#include "net/server_output.h"
#include "net/server_stream.h"
#include "net/tls.h"

namespace musubi {

/// What a responder reaches. Both from any thread, one of them, once.
struct HttpResponder::Impl {
    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    virtual ~Impl() = default;
    virtual void respond(HttpResponse response, LastLook look) = 0;
    virtual std::shared_ptr<HttpStream> open_stream(HttpResponse head) = 0;
};

/// Who is at the other end.
struct HttpPeer {
    std::string address;  ///< without the port
    bool from_loopback = false;
};

/// One peer: its bytes, its present request, its answer. One request is handled at a time, so
/// answers keep the order of pipelined requests; while one is handled or an answer is not taken,
/// nothing is read from the peer. Lives on its I/O thread but for respond and open_stream; shared
/// with the responder of the present request, which needs the request's bytes.
class Connection final : public HttpResponder::Impl,
                         public std::enable_shared_from_this<Connection> {
public:
    enum class Speaks { Plain, Tls };
    /// Owns `socket` from now on. With `refused`, all it does is to say 503.
    Connection(std::shared_ptr<IoThread> thread, int socket, HttpPeer peer, Speaks speaks,
               bool refused);
    ~Connection() override;

    void respond(HttpResponse response, LastLook look) override;
    std::shared_ptr<HttpStream> open_stream(HttpResponse head) override;
    /// From any thread: look into the stream's buffer.
    void stream_has_data();

    void receive(Mail& mail);
    void check_deadline();
    void begin_stop();
    void close();
    /// Tells apart what the peer has not taken of what it was sent; 0: it took all.
    [[nodiscard]] std::uint64_t unsent() const noexcept { return output_.empty() ? 0 : blocked_; }

    std::size_t place = 0;  ///< in its thread's list

private:
    enum class State {
        Shaking,    ///< hands of TLS
        Reading,    ///< a request, or waiting for one
        Handling,   ///< a responder is out
        Streaming,  ///< the body of an answer is open
        Finishing,  ///< closes once all is sent
        Draining,   ///< all is sent; what still comes is dropped until the peer closes
        Closed
    };

    [[nodiscard]] bool in_turn() const noexcept { return thread_->turn == this; }
    [[nodiscard]] bool can_answer_here() const noexcept;
    void adopt();
    void read();
    void read_waste();
    void on_read(const boost::system::error_code& ec, std::size_t bytes);
    void on_waste(const boost::system::error_code& ec, std::size_t bytes);
    void set_read_deadline();
    void take_turn();
    void handle_request();
    void answer(HttpResponse response, const LastLook& look = nullptr);
    void write_answer(HttpResponse response, bool keep_alive, bool head_only);
    void start_stream(HttpResponse head);
    void pump_stream();
    void refuse(int status, std::string_view detail);
    /// Sends what is in the scratch, and `body` behind it. True when all of it is gone.
    bool flush(std::string body = {});
    bool send(std::string_view bytes, std::string body);
    void wait_writable();
    void on_writable();
    void on_all_sent();
    void finish();

    // Of TLS, in connection_tls.cpp.
    enum class Pulled { Some, Nothing, Over };
    void begin_handshake();
    void leave_handshake();
    void read_sealed();
    void on_sealed();
    void shake(std::string_view bytes);
    void give_up_handshake();
    Pulled pull();
    bool flush_sealed(std::string_view body);
    void say_over();

    std::shared_ptr<IoThread> thread_;
    boost::asio::ip::tcp::socket socket_;
    int native_;  ///< the socket until it is adopted, then its handle
    bool adopted_ = false;
    Speaks speaks_;
    bool refused_;
    State state_ = State::Reading;
    bool reading_ = false;                           ///< a read is under way
    bool answered_ = false;                          ///< the present request; its bytes can go
    std::optional<HttpRequestParser::Phase> timed_;  ///< what the deadline was set for
    std::int64_t deadline_ = 0;                      ///< 0: none
    std::uint64_t served_ = 0;
    std::size_t progress_ = 0;  ///< bytes since the deadline was set
    std::size_t dropped_ = 0;
    HttpRequestParser parser_;
    ServerOutput output_;
    std::optional<HttpResponse> held_;  ///< an answer that waits for the one before it to leave
    LastLook held_look_;
    std::uint64_t blocked_ = 0;  ///< how often the peer did not take all at once
    std::shared_ptr<StreamBuffer> stream_;
    std::unique_ptr<TlsSession> tls_;  ///< null: plain
    std::optional<IoThread::Handshake> handshake_;
};

}  // namespace musubi
