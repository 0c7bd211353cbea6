#pragma once

#include <string>
#include <vector>

#include "cli/client.h"
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

// These ask a running server. Each prints its result and returns an exit code.

struct JournalListOptions {
    std::string kind;
    std::string who;
    std::string after;  ///< a number; empty: the newest ones
    std::string limit = "100";
};
/// One entry a line: number, time, kind, who, tenant, details.
int list_journal(const ServerAccess& access, const JournalListOptions& options);
/// Writes all of it into a file, which only its owner may read.
int export_journal(const ServerAccess& access, const std::string& file);

/// What was found in a journal, for people.
[[nodiscard]] std::string to_text(const JournalReport& report, bool japanese, bool pinned);

}  // namespace musubi
