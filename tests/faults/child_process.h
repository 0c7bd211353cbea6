#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace musubi::testing {

/// A process for work that is to be killed. Whoever opens a RocksDB store in tests/faults does it
/// in one: RocksDB keeps threads for all stores of a process, and a fork of a process that has some
/// would believe that it has them too, and wait for them.
class ChildProcess {
public:
    /// Runs `work(pipe)`; what it writes to the pipe is read here. Exits with 0 when the work
    /// returns, with 1 where an expectation of gtest failed in it (its message is printed).
    explicit ChildProcess(const std::function<void(int pipe)>& work);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();  ///< kills it

    /// The next record it wrote; false: it is gone, and everything was read. Records of up to 4096
    /// bytes come whole or not at all.
    template <typename Record>
    [[nodiscard]] bool read(Record& record) {
        return read_bytes(&record, sizeof record);
    }
    /// kill -9. What it wrote before can still be read.
    void kill();
    /// Waits for its end. True: it was killed, and had not ended by itself before.
    [[nodiscard]] bool was_killed();
    /// Waits for its end. True: it exited with 0.
    [[nodiscard]] bool ended_well();

private:
    bool read_bytes(void* bytes, std::size_t size);
    int wait();

    pid_t id_ = -1;
    int pipe_ = -1;
    int status_ = 0;
    bool waited_ = false;
};

/// Runs `work` in a child; true where nothing in it failed.
[[nodiscard]] bool in_child(const std::function<void()>& work);

void tell_bytes(int pipe, const void* bytes, std::size_t size);
/// Writes one record to a pipe; ends the process where nobody reads any more.
template <typename Record>
void tell(int pipe, const Record& record) {
    tell_bytes(pipe, &record, sizeof record);
}

/// How many times each fault is tried: MUSUBI_FAULT_ROUNDS, or 20.
[[nodiscard]] int fault_rounds();

}  // namespace musubi::testing
