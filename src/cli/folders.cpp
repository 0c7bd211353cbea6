#include <fmt/core.h>

#include "cli/client.h"
#include "cli/serve.h"
#include "pack/feed_readings.h"
#include "pack/pack.h"
#include "store/rocksdb/rocksdb_store.h"
#include "store/verify.h"

namespace musubi {

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
    fmt::print("{}\n", report->clean() ? "clean" : "not clean: restore from a backup");
    return report->clean() ? 0 : 1;
}

int restore_folder(const std::string& backup, const std::string& folder) {
    const auto restored = restore_rocksdb_backup(backup, folder);
    if (!restored) return complain(restored.error());
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
