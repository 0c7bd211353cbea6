#pragma once

#include <memory>
#include <string>

#include "store/key_value.h"

namespace rocksdb {
class Env;
}

namespace musubi {

struct RocksdbOptions {
    std::string folder;
    bool create = true;      ///< make the folder where there is none
    bool read_only = false;  ///< for verify
    std::size_t block_cache_bytes = 32U << 20U;
    std::size_t write_buffer_bytes = 32U << 20U;
    /// The file layer to work on; nullptr: the operating system's. Tests give one that loses what
    /// was not synced. Must outlive the store.
    rocksdb::Env* env = nullptr;
};

/// RocksDB 7.8, one column family a space, one write-ahead log for all.
/// Fails: Io (folder in use, no rights, full disk), Corrupt.
Result<std::unique_ptr<KeyValueStore>> open_rocksdb_store(const RocksdbOptions& options);

/// Puts a copy made by `backup` at `folder`, which must not exist or be empty. Fails: Io, Conflict.
Result<void> restore_rocksdb_backup(const std::string& backup, const std::string& folder);

}  // namespace musubi
