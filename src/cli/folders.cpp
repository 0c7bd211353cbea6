#include <fmt/core.h>

#include <filesystem>

#include "cli/client.h"
#include "cli/serve.h"
#include "pack/feed_readings.h"
#include "pack/pack.h"
#include "store/rocksdb/rocksdb_store.h"
#include "store/verify.h"
#include "trust/journal/journal_folder.h"
#include "trust/journal/verify_journal.h"

namespace musubi {
namespace {

// Says what is wrong with the journal of a data folder; true: nothing. A folder of a former release
// has none.
Result<bool> verify_journal_of(const std::string& folder) {
    std::error_code ignored;
    if (!std::filesystem::exists(journal_folder(folder), ignored)) return true;
    const JournalReport report =
        TRY(verify_journal({journal_folder(folder)}, {.unfinished = true}));
    fmt::print("{} entries of the journal, signed up to {}\n", report.entries,
               report.signed_through);
    for (const TwoTongues& note : report.notes) fmt::print("note: {}\n", note.en);
    for (const JournalFault& fault : report.faults) {
        fmt::print("BAD {}:{}: {}\n", fault.file, fault.line, fault.what.en);
    }
    return report.clean();
}

}  // namespace

int verify_folder(const std::string& folder) {
    RocksdbOptions options;
    options.folder = folder;
    options.create = false;
    options.read_only = true;
    const auto kv = open_rocksdb_store(options);
    if (!kv) return complain(kv.error());
    const auto report = verify_store(**kv);
    if (!report) return complain(report.error());
    fmt::print("{} entities, {} changes, {} chunks with {} states\n", report->entities,
               report->changes, report->chunks, report->points);
    for (const std::string& note : report->notes) fmt::print("note: {}\n", note);
    for (const std::string& fault : report->faults) fmt::print("BAD {}\n", fault);
    const auto journal = verify_journal_of(folder);
    if (!journal) return complain(journal.error());
    const bool clean = report->clean() && *journal;
    fmt::print("{}\n", clean ? "clean" : "not clean: restore from a backup");
    return clean ? 0 : 1;
}

int restore_folder(const std::string& backup, const std::string& folder) {
    const auto restored = restore_rocksdb_backup(backup, folder);
    if (!restored) return complain(restored.error());
    if (const auto journal = restore_journal(backup, folder); !journal) {
        return complain(journal.error());
    }
    fmt::print("restored to {}; checking it\n", folder);
    return verify_folder(folder);
}

int backtest(const std::string& pack, const std::string& feed, const std::string& language,
             bool json) {
    const auto loaded = load_pack(pack);
    if (!loaded) return complain(loaded.error());
    const auto result = backtest_pack(*loaded, feed);
    if (!result) return complain(result.error());
    const Language words = language == "en" ? Language::English : Language::Japanese;
    fmt::print("{}\n", json ? to_text(to_json(**result)) : to_text(**result, words));
    return 0;
}

}  // namespace musubi
