#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// Takes the next bytes of an archive.
using ArchiveSink = std::function<Result<void>(std::string_view)>;
/// Gives the next bytes of an archive; empty: the end.
using ArchiveSource = std::function<Result<std::string>()>;

/// All files and folders within `folder`, as a tar archive (POSIX.1-2001). Fails: Io, as `write`.
Result<void> write_archive(const std::string& folder, const ArchiveSink& write);
/// Puts an archive into `folder`. Fails: Corrupt (a name that leads out of the folder, a link), Io,
/// as `read`.
Result<void> read_archive(const std::string& folder, const ArchiveSource& read);

}  // namespace musubi
