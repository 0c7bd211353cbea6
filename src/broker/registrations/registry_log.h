#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/transaction.h"

namespace musubi {

/// What changed last in the registry of a tenant: its registrations and the subscriptions to them.
/// Commands of one group are decided before any of them reaches the projections; by this record a
/// command sees which names those before it have touched, and reads them from the transaction.
struct RegistryLog {
    struct Entry {
        std::uint64_t version = 0;
        bool is_subscription = false;
        std::string name;
    };
    /// As many changes as may wait in one group; beyond, a command is asked to come again.
    static constexpr std::size_t kMaxEntries = 64;
    std::uint64_t version = 0;  ///< one more with each change
    std::uint64_t told = 0;     ///< one more with each notification, to number them
    std::vector<Entry> entries;
};

inline constexpr std::string_view kRegistryLogKind = "registry-log";
inline constexpr std::string_view kRegistryLogName = "log";

[[nodiscard]] std::string encode(const RegistryLog& log);
/// Fails: Corrupt.
Result<RegistryLog> decode_registry_log(std::string_view bytes);

/// The log as the commands before this one left it. Fails: Io, Corrupt.
Result<RegistryLog> read_registry_log(Transaction& tx);
void put_registry_log(Transaction& tx, const RegistryLog& log);
/// Adds a change to the log.
Result<void> note_change(Transaction& tx, bool is_subscription, std::string_view name);
/// The names changed after `version` that are not yet in a projection which has that version, each
/// once. Fails: Busy where there are more than the log holds; Io, Corrupt.
Result<std::vector<std::string>> changed_since(Transaction& tx, std::uint64_t version,
                                               bool subscriptions);

}  // namespace musubi
