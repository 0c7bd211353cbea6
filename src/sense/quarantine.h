#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sense/table/refusal.h"
#include "store/store.h"

namespace musubi {

/// A row that was not taken, kept for a person to read.
struct QuarantinedRow {
    std::uint64_t number = 0;  ///< counted from 1 in its feed
    std::string source;
    std::string file;  ///< its name, or the URL
    std::uint64_t line = 0;
    RefusalReason reason = RefusalReason::BadTime;
    std::string detail;
    std::string row;  ///< its first kMaxQuarantinedBytes, made readable
    Time at;          ///< when it was put here
};

inline constexpr std::size_t kMaxQuarantinedBytes = 500;
/// The last so many of a feed are kept; the older ones are only counted.
inline constexpr std::uint64_t kMaxQuarantined = 10'000;

struct Quarantine {
    std::vector<QuarantinedRow> rows;  ///< the newest first
    std::uint64_t total = 0;           ///< all there ever were
    std::uint64_t dropped = 0;         ///< of them no longer kept
};

/// Puts a row away under its number, and lets go of the one that is too old by then.
void put_quarantined(Transaction& transaction, std::string_view feed, const QuarantinedRow& row);
/// Up to `limit` rows of the feed. Fails: Io, Corrupt.
Result<Quarantine> read_quarantine(const Store& store, TenantId tenant, std::string_view feed,
                                   std::size_t limit);

}  // namespace musubi
