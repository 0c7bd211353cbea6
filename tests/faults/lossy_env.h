#pragma once

#include <cstdint>
#include <memory>

namespace rocksdb {
class Env;
}

namespace musubi::testing {

/// What goes wrong with a disk.
struct DiskFaults {
    /// Half of what is appended reaches the file at once, the rest when it is synced: a process
    /// that is killed leaves records of which a part is there.
    bool torn = false;
    /// Each n-th sync fails, as of a disk that is broken (0: none).
    int fail_sync_every = 0;
    /// No more than so many bytes can be appended to all files together (0: no limit): the disk is
    /// full then.
    std::uint64_t room = 0;
};

/// The operating system's files, but what is written reaches the file only when it is synced: a
/// process that is killed loses everything else, as a machine without power would. `kill -9` alone
/// would not show a missing sync, since the kernel keeps what was written.
std::unique_ptr<rocksdb::Env> make_lossy_env(const DiskFaults& faults = {});

}  // namespace musubi::testing
