#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace musubi::net_test {

/// Debian's mosquitto on a loopback port of its own, with the user `town` and the password `secret`
/// where one is asked for; what is published is read with mosquitto_sub.
class MosquittoBroker {
public:
    /// Waits until it serves. is_running() is false where it is not installed.
    explicit MosquittoBroker(bool with_password = false);
    ~MosquittoBroker();
    MosquittoBroker(const MosquittoBroker&) = delete;
    MosquittoBroker& operator=(const MosquittoBroker&) = delete;

    [[nodiscard]] bool is_running() const { return broker_ > 0; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Begins to listen to a topic; the messages come with next().
    void listen(const std::string& topic);
    /// The next message as a line; empty after five seconds without one.
    std::string next();

private:
    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    bool with_password_ = false;
    pid_t broker_ = 0;
    pid_t listener_ = 0;
    int from_listener_ = -1;
    std::string read_;
};

}  // namespace musubi::net_test
