#include "net/server_output.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <utility>

namespace musubi {

ServerOutput::State ServerOutput::write(int socket, std::string_view first, std::string_view second,
                                        std::size_t& sent) {
    sent = 0;
    const std::size_t total = first.size() + second.size();
    while (sent < total) {
        ssize_t n = 0;
        if (second.empty()) {
            n = ::send(socket, first.data() + sent, total - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        } else {
            const std::size_t of_first = std::min(sent, first.size());
            const std::size_t of_second = sent - of_first;
            std::array<iovec, 2> parts{
                iovec{const_cast<char*>(first.data()) + of_first, first.size() - of_first},
                iovec{const_cast<char*>(second.data()) + of_second, second.size() - of_second}};
            msghdr message{};
            message.msg_iov = parts.data();
            message.msg_iovlen = parts.size();
            n = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        }
        if (n < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN || errno == EWOULDBLOCK ? State::Blocked : State::Failed;
        }
        sent += static_cast<std::size_t>(n);
    }
    return State::Sent;
}

ServerOutput::State ServerOutput::send(int socket, std::string_view bytes, std::string body) {
    assert(empty());
    std::size_t sent = 0;
    const State state = write(socket, bytes, body, sent);
    if (state == State::Blocked) {
        const std::size_t of_bytes = std::min(sent, bytes.size());
        bytes_ = bytes.substr(of_bytes);
        body_ = std::move(body);
        sent_ = sent - of_bytes;
        // Counted from the start of bytes_: nothing of body_ is gone unless all of bytes_ is.
        assert(sent_ == 0 || bytes_.empty());
    }
    return state;
}

ServerOutput::State ServerOutput::resume(int socket) {
    const std::size_t of_bytes = std::min(sent_, bytes_.size());
    const std::string_view first = std::string_view{bytes_}.substr(of_bytes);
    const std::string_view second = std::string_view{body_}.substr(sent_ - of_bytes);
    std::size_t sent = 0;
    const State state = write(socket, first, second, sent);
    sent_ += sent;
    if (state != State::Blocked) {
        std::string{}.swap(bytes_);
        std::string{}.swap(body_);
        sent_ = 0;
    }
    return state;
}

}  // namespace musubi
