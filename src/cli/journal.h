#pragma once

#include <string>
#include <vector>

#include "trust/journal/verify_journal.h"

namespace musubi {

/// `musubi journal verify`: works alone, on files or folders.
struct JournalVerifyOptions {
    std::vector<std::string> paths;
    std::vector<std::string> keys;  ///< public keys, or files of them
    std::string expected;           ///< NUMBER:HASH; empty: none
    bool unfinished = false;
    std::string language = "ja";
};
int verify_journal_files(const JournalVerifyOptions& options);

/// What was found in a journal, for people.
[[nodiscard]] std::string to_text(const JournalReport& report, bool japanese, bool pinned);

}  // namespace musubi
