#include <fmt/core.h>
#include <sys/stat.h>

#include <filesystem>

#include "cli/client.h"
#include "cli/serve.h"
#include "pack/feed_readings.h"
#include "pack/pack.h"
#include "store/rocksdb/rocksdb_store.h"
#include "store/verify.h"
#include "trust/backup/sealed_archive.h"
#include "trust/journal/journal_folder.h"
#include "trust/journal/verify_journal.h"
#include "trust/signing/sealing_secret.h"
#include "trust/synced_file.h"

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

namespace {

constexpr std::size_t kMaxKeyFile = 4096;

Result<void> unseal(const std::string& backup, const std::string& secret_file,
                    const std::string& folder) {
    if (secret_file.empty()) {
        return Error{ErrorCode::BadRequest,
                     "the backup is sealed: name the file of its secret key with --secret"};
    }
    std::string secret = TRY(read_file_bytes(secret_file, kMaxKeyFile));
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
    return open_sealed(backup, secret, folder);
}

// Of a folder that holds a plain copy.
Result<void> restore_copy(const std::string& copy, const std::string& folder) {
    TRY(restore_rocksdb_backup(copy, folder));
    TRY(restore_journal(copy, folder));
    return restore_sealing_secret(copy, folder);
}

}  // namespace

int restore_folder(const std::string& backup, const std::string& folder,
                   const std::string& secret_file) {
    ::umask(S_IRWXG | S_IRWXO);  // as a server makes the folder
    std::error_code ignored;
    if (std::filesystem::is_directory(backup, ignored)) {
        const auto restored = restore_copy(backup, folder);
        if (!restored) return complain(restored.error());
    } else {
        const std::string copy = folder + ".unsealed";
        auto restored = unseal(backup, secret_file, copy);
        if (restored) {
            restored = restore_copy(copy, folder);
            std::filesystem::remove_all(copy, ignored);
        }
        if (!restored) return complain(restored.error());
    }
    fmt::print("restored to {}; checking it\n", folder);
    return verify_folder(folder);
}

int make_backup_key_file(const std::string& file) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        return complain({ErrorCode::Conflict, "there is something already", file});
    }
    const auto key = make_backup_key();
    if (!key) return complain(key.error());
    const auto written = write_synced_file(file, key->secret_key + "\n", 0600);
    if (!written) return complain(written.error());
    fmt::print("{}\n", key->public_key);
    fmt::print(
        stderr,
        "{} holds the secret key. Keep it elsewhere than the server and its backups: without "
        "it no backup can be opened.\n",
        file);
    return 0;
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
