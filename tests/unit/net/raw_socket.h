#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace musubi::net_test {

/// An answer as it stood on the wire.
struct RawAnswer {
    int status = 0;  ///< 0: none came
    std::string head;
    std::string body;
    /// The header's value; empty where there is none.
    [[nodiscard]] std::string header(std::string_view name) const;
};

/// A blocking TCP socket on loopback that does exactly what it is told. No call waits for longer
/// than ten seconds.
class RawSocket {
public:
    RawSocket() = default;
    explicit RawSocket(int handle) : handle_{handle} {}
    RawSocket(RawSocket&& other) noexcept;
    RawSocket& operator=(RawSocket&& other) noexcept;
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;
    ~RawSocket();

    /// `receive_buffer` in bytes; 0: the system's.
    static RawSocket connect(std::uint16_t port, int receive_buffer = 0);
    [[nodiscard]] bool is_open() const { return handle_ >= 0; }
    /// False once the peer is gone.
    bool send(std::string_view bytes);
    /// What is there, at least a byte; empty at the end.
    std::string read_some();
    /// Up to the peer's close.
    std::string read_all();
    /// Up to and with `mark`.
    std::string read_until(std::string_view mark);
    /// One answer, with a length or chunked (then the body as it is on the wire). `to_head`:
    /// without.
    RawAnswer read_answer(bool to_head = false);
    /// True where the peer closes (or resets) without sending anything more.
    bool closes();
    void half_close();
    void reset();  ///< closes with RST
    void close();

private:
    bool fill();

    int handle_ = -1;
    std::string buffer_;
};

/// A listening socket on loopback.
class RawListener {
public:
    RawListener();
    ~RawListener();
    RawListener(const RawListener&) = delete;
    RawListener& operator=(const RawListener&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    RawSocket accept();

private:
    int handle_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace musubi::net_test
