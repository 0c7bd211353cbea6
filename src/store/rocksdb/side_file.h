#pragma once

#include <memory>
#include <string>

#include "store/key_value.h"

namespace rocksdb {
class Env;
}

namespace musubi {

// Files beside a database, through its own file layer: what loses its files loses these. `env`
// outlives them.

/// Null where there is none. Fails: Io.
Result<std::unique_ptr<SideFileReader>> read_side_file(rocksdb::Env& env, const std::string& path);
/// Writes to another name, which `publish` changes. Syncs every few megabytes: a sync of the log
/// beside it must not wait for all of it. Fails: Io.
Result<std::unique_ptr<SideFileWriter>> write_side_file(rocksdb::Env& env,
                                                        const std::string& folder,
                                                        const std::string& name);

}  // namespace musubi
