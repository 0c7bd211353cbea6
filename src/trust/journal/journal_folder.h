#pragma once

#include <memory>
#include <string>

#include "trust/journal/journal.h"

namespace musubi {

/// Where the journal and the server's key lie in a data folder, and in a backup of one.
[[nodiscard]] std::string journal_folder(const std::string& data);
[[nodiscard]] std::string signing_key_file(const std::string& data);

/// The files and the key of a data folder, made where they are not there; without a folder, in
/// memory and with a key of this run. Fails: Io, Corrupt, Conflict (SigningKey::load_or_make).
struct JournalHome {
    std::unique_ptr<JournalFiles> files;
    SigningKey key;
    JournalOptions options;
};
Result<JournalHome> open_journal_home(const std::string& data);

/// Puts journal and key of a backup into a data folder; a backup of a former release has none.
/// Fails: Io.
Result<void> restore_journal(const std::string& backup, const std::string& data);

}  // namespace musubi
