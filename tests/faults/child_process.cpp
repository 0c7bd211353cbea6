#include "faults/child_process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace musubi::testing {

ChildProcess::ChildProcess(const std::function<void(int)>& work) {
    int ends[2] = {};
    if (::pipe(ends) != 0) return;
    std::fflush(nullptr);
    id_ = ::fork();
    if (id_ == 0) {
        ::close(ends[0]);
        std::signal(SIGPIPE, SIG_IGN);
        work(ends[1]);
        std::fflush(nullptr);
        ::_exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
}

ChildProcess::~ChildProcess() {
    if (!waited_) {
        kill();
        wait();
    }
    if (pipe_ >= 0) ::close(pipe_);
}

bool ChildProcess::read_bytes(void* bytes, std::size_t size) {
    std::size_t have = 0;
    while (have < size) {
        const ssize_t got = ::read(pipe_, static_cast<char*>(bytes) + have, size - have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        have += static_cast<std::size_t>(got);
    }
    return true;
}

void ChildProcess::kill() {
    if (id_ > 0 && !waited_) ::kill(id_, SIGKILL);
}

int ChildProcess::wait() {
    if (!waited_ && id_ > 0) {
        while (::waitpid(id_, &status_, 0) < 0 && errno == EINTR) {
        }
    }
    waited_ = true;
    return status_;
}

bool ChildProcess::was_killed() {
    const int status = wait();
    return id_ > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

bool ChildProcess::ended_well() {
    const int status = wait();
    return id_ > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool in_child(const std::function<void()>& work) {
    ChildProcess child{[&](int) { work(); }};
    return child.ended_well();
}

void tell_bytes(int pipe, const void* bytes, std::size_t size) {
    if (::write(pipe, bytes, size) != static_cast<ssize_t>(size)) ::_exit(5);
}

int fault_rounds() {
    const char* set = std::getenv("MUSUBI_FAULT_ROUNDS");
    return set != nullptr ? std::atoi(set) : 20;
}

}  // namespace musubi::testing
