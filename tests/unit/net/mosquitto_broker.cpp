#include "unit/net/mosquitto_broker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include "unit/net/raw_socket.h"

namespace musubi::net_test {
namespace {

// Starts a program, its output going to `output` where that is no negative number.
pid_t start(std::vector<std::string> words, int output) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const int out = output < 0 ? STDERR_FILENO : output;
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (output < 0) {
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    pid_t pid = 0;
    const int failed =
        posix_spawnp(&pid, arguments.front(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed != 0 ? 0 : pid;
}

void end(pid_t pid) {
    if (pid <= 0) return;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
}

std::uint16_t free_port() { return RawListener{}.port(); }

std::string program(const std::string& name) {
    for (const std::string folder : {"/usr/sbin/", "/usr/bin/"}) {
        if (::access((folder + name).c_str(), X_OK) == 0) return folder + name;
    }
    return {};
}

}  // namespace

MosquittoBroker::MosquittoBroker(bool with_password)
    : port_{free_port()}, with_password_{with_password} {
    const std::string binary = program("mosquitto");
    if (binary.empty() || program("mosquitto_sub").empty()) return;
    std::string name = (std::filesystem::temp_directory_path() / "musubi-mqtt-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::ofstream configuration{folder_ / "mosquitto.conf"};
    configuration << "listener " << port_ << " 127.0.0.1\n";
    if (::getuid() == 0) configuration << "user root\n";  // else it could not read the folder
    configuration << "allow_anonymous " << (with_password ? "false" : "true") << "\n";
    if (with_password) {
        configuration << "password_file " << (folder_ / "passwords").string() << "\n";
        const pid_t maker = start({program("mosquitto_passwd"), "-b", "-c",
                                   (folder_ / "passwords").string(), "town", "secret"},
                                  -1);
        ::waitpid(maker, nullptr, 0);
    }
    configuration.close();
    broker_ = start({binary, "-c", (folder_ / "mosquitto.conf").string()}, -1);
    for (int i = 0; i < 200 && !RawSocket::connect(port_).is_open(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

MosquittoBroker::~MosquittoBroker() {
    end(listener_);
    end(broker_);
    if (from_listener_ >= 0) ::close(from_listener_);
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

void MosquittoBroker::listen(const std::string& topic) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    // -d says when it has subscribed.
    std::vector<std::string> words{
        program("stdbuf"), "-oL", program("mosquitto_sub"), "-d", "-q",  "2",  "-h",
        "127.0.0.1",       "-p",  std::to_string(port_),    "-t", topic, "-F", "MESSAGE %q %p"};
    if (with_password_) words.insert(words.end(), {"-u", "town", "-P", "secret"});
    listener_ = start(words, ends[1]);
    ::close(ends[1]);
    from_listener_ = ends[0];
    for (std::string line = "-"; !line.empty() && line.find("SUBACK") == std::string::npos;) {
        line = next();
    }
}

std::string MosquittoBroker::next() {
    for (;;) {
        const std::size_t end_of_line = read_.find('\n');
        if (end_of_line != std::string::npos) {
            std::string line = read_.substr(0, end_of_line);
            read_.erase(0, end_of_line + 1);
            if (line.starts_with("MESSAGE ")) return line.substr(8);
            if (line.find("SUBACK") != std::string::npos) return line;
            continue;
        }
        pollfd ready{.fd = from_listener_, .events = POLLIN, .revents = 0};
        std::array<char, 4096> piece{};
        if (::poll(&ready, 1, 5000) <= 0) return {};
        const ssize_t bytes = ::read(from_listener_, piece.data(), piece.size());
        if (bytes <= 0) return {};
        read_.append(piece.data(), static_cast<std::size_t>(bytes));
    }
}

}  // namespace musubi::net_test
