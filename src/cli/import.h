#pragma once

#include <string>
#include <vector>

#include "cli/client.h"

namespace musubi {

struct ImportOptions {
    std::vector<std::string> files;  ///< each a JSON entity, or an array of them
    /// URL of the context of their names, instead of their own "@context"; empty: their own.
    std::string context;
    bool lenient = false;  ///< mends what can be mended (mend.h), and says so
};

/// Puts the entities of files into a running server, in batches that it upserts: what is there is
/// replaced, so that an import that broke off is started again. Says on standard output how far it
/// is, on standard error what was refused, with file, entity and place. Returns an exit code: 0
/// where everything went in.
int import_files(const ServerAccess& access, const ImportOptions& options);

}  // namespace musubi
