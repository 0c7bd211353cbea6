#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace musubi {

/// What a socket did not take yet: bytes, then a large body behind them.
class ServerOutput {
public:
    enum class State { Sent, Blocked, Failed };

    /// Tries to send `bytes` and `body` at once; keeps what is left over. Requires empty().
    State send(int socket, std::string_view bytes, std::string body);
    /// Tries again with what is left.
    State resume(int socket);
    [[nodiscard]] bool empty() const noexcept { return left() == 0; }
    [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() + body_.size() - sent_; }

private:
    State write(int socket, std::string_view first, std::string_view second, std::size_t& sent);

    std::string bytes_;
    std::string body_;
    std::size_t sent_ = 0;
};

}  // namespace musubi
