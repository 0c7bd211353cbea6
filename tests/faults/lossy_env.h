#pragma once

#include <memory>

namespace rocksdb {
class Env;
}

namespace musubi::testing {

/// The operating system's files, but what is written reaches the file only when it is synced: a
/// process that is killed loses everything else, as a machine without power would. `kill -9` alone
/// would not show a missing sync, since the kernel keeps what was written.
/// Every `fail_sync_every`-th sync fails (0: none), as of a disk that is full or broken.
std::unique_ptr<rocksdb::Env> make_lossy_env(int fail_sync_every = 0);

}  // namespace musubi::testing
