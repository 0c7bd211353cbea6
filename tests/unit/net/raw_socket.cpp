#include "unit/net/raw_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace musubi::net_test {
namespace {

constexpr int kPatienceMs = 10'000;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool wait_for(int handle, short events) {
    pollfd entry{.fd = handle, .events = events, .revents = 0};
    return ::poll(&entry, 1, kPatienceMs) == 1;
}

}  // namespace

std::string RawAnswer::header(std::string_view name) const {
    const std::string line = "\r\n" + std::string{name} + ": ";
    const std::size_t at = head.find(line);
    if (at == std::string::npos) return {};
    const std::size_t start = at + line.size();
    return head.substr(start, head.find('\r', start) - start);
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : handle_{std::exchange(other.handle_, -1)}, buffer_{std::move(other.buffer_)} {}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(buffer_, other.buffer_);
    return *this;
}

RawSocket::~RawSocket() { close(); }

RawSocket RawSocket::connect(std::uint16_t port, int receive_buffer) {
    RawSocket made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int on = 1;
    ::setsockopt(made.handle_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (receive_buffer > 0) {
        ::setsockopt(made.handle_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    const sockaddr_in address = loopback(port);
    if (::connect(made.handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        made.close();
    }
    return made;
}

bool RawSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        if (!wait_for(handle_, POLLOUT)) return false;
        const ssize_t n = ::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

bool RawSocket::fill() {
    if (!wait_for(handle_, POLLIN)) return false;
    char part[16384];
    const ssize_t n = ::recv(handle_, part, sizeof part, 0);
    if (n <= 0) return false;
    buffer_.append(part, static_cast<std::size_t>(n));
    return true;
}

std::string RawSocket::read_some() {
    if (buffer_.empty()) fill();
    return std::exchange(buffer_, {});
}

std::string RawSocket::read_all() {
    while (fill()) {
    }
    return std::exchange(buffer_, {});
}

std::string RawSocket::read_until(std::string_view mark) {
    std::size_t at = 0;
    while ((at = buffer_.find(mark)) == std::string::npos) {
        if (!fill()) return {};
    }
    std::string found = buffer_.substr(0, at + mark.size());
    buffer_.erase(0, found.size());
    return found;
}

RawAnswer RawSocket::read_answer(bool to_head) {
    RawAnswer answer;
    answer.head = read_until("\r\n\r\n");
    if (answer.head.size() < 12) return answer;
    answer.status = std::atoi(answer.head.c_str() + 9);
    if (to_head || answer.status / 100 == 1) return answer;
    if (answer.header("Transfer-Encoding") == "chunked") {
        answer.body = read_until("0\r\n\r\n");
        return answer;
    }
    const std::size_t length = std::strtoull(answer.header("Content-Length").c_str(), nullptr, 10);
    while (buffer_.size() < length && fill()) {
    }
    answer.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return answer;
}

bool RawSocket::closes() {
    if (!buffer_.empty() || !wait_for(handle_, POLLIN)) return false;
    char byte = 0;
    return ::recv(handle_, &byte, 1, 0) <= 0;
}

void RawSocket::half_close() { ::shutdown(handle_, SHUT_WR); }

void RawSocket::reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(handle_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

void RawSocket::close() {
    if (handle_ >= 0) ::close(handle_);
    handle_ = -1;
}

RawListener::RawListener() : handle_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(handle_, reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(handle_, 64);
    ::getsockname(handle_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
}

RawListener::~RawListener() { ::close(handle_); }

RawSocket RawListener::accept() {
    if (!wait_for(handle_, POLLIN)) return {};
    return RawSocket{::accept4(handle_, nullptr, nullptr, SOCK_CLOEXEC)};
}

}  // namespace musubi::net_test
