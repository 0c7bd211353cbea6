#include "broker/registrations/registry_log.h"

#include <algorithm>

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::uint8_t kRegistryLogFormat = 1;

}  // namespace

std::string encode(const RegistryLog& log) {
    std::string out;
    ByteWriter w{out};
    w.byte(kRegistryLogFormat);
    w.number(log.version);
    w.number(log.told);
    w.number(log.entries.size());
    for (const RegistryLog::Entry& entry : log.entries) {
        w.number(entry.version);
        w.byte(entry.is_subscription ? 1 : 0);
        w.text(entry.name);
    }
    return out;
}

Result<RegistryLog> decode_registry_log(std::string_view bytes) {
    ByteReader r{bytes};
    RegistryLog out;
    if (r.byte() != kRegistryLogFormat) r.fail();
    out.version = r.number();
    out.told = r.number();
    const std::uint64_t count = r.number();
    for (std::uint64_t i = 0; i < count && !r.failed(); ++i) {
        RegistryLog::Entry entry;
        entry.version = r.number();
        entry.is_subscription = r.byte() != 0;
        entry.name = r.text();
        out.entries.push_back(std::move(entry));
    }
    if (r.failed()) return Error{ErrorCode::Corrupt, "the log of the registry is malformed"};
    return out;
}

Result<RegistryLog> read_registry_log(Transaction& tx) {
    const auto stored = TRY(tx.record(kRegistryLogKind, kRegistryLogName));
    return stored ? decode_registry_log(*stored) : Result<RegistryLog>{RegistryLog{}};
}

void put_registry_log(Transaction& tx, const RegistryLog& log) {
    tx.put_record(kRegistryLogKind, kRegistryLogName, encode(log));
}

Result<void> note_change(Transaction& tx, bool is_subscription, std::string_view name) {
    RegistryLog log = TRY(read_registry_log(tx));
    log.entries.push_back({++log.version, is_subscription, std::string(name)});
    if (log.entries.size() > RegistryLog::kMaxEntries) log.entries.erase(log.entries.begin());
    put_registry_log(tx, log);
    return {};
}

Result<std::vector<std::string>> changed_since(Transaction& tx, std::uint64_t version,
                                               bool subscriptions) {
    const RegistryLog log = TRY(read_registry_log(tx));
    std::vector<std::string> out;
    if (log.version <= version) return out;
    if (log.entries.empty() || log.entries.front().version > version + 1) {
        return Error{ErrorCode::Busy, "many change the registry at once; try again"};
    }
    for (const RegistryLog::Entry& entry : log.entries) {
        if (entry.version <= version || entry.is_subscription != subscriptions) continue;
        if (std::find(out.begin(), out.end(), entry.name) == out.end()) out.push_back(entry.name);
    }
    return out;
}

}  // namespace musubi
