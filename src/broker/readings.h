#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace musubi {

/// What a feed or a device says of one entity at one moment. Names are expanded IRIs.
struct Reading {
    std::string id;
    std::vector<std::string> types;     ///< for the case that the entity is new
    std::vector<Attribute> attributes;  ///< with observed_at where they have one
};

/// What became of readings.
struct ReadingCounts {
    std::uint64_t joined = 0;    ///< new in the present state
    std::uint64_t late = 0;      ///< older than the present state: joined history alone
    std::uint64_t repeated = 0;  ///< known already: changed nothing
};

/// Applies readings, in order, within a transaction: an attribute with an event time older than the
/// present one's joins history and leaves the present alone; one that is known already changes
/// nothing; the same event time with other content is a correction and is set. An entity that does
/// not exist is created. Fails: Forbidden, Io; then nothing of the transaction is kept.
Result<ReadingCounts> apply_readings(Transaction& transaction,
                                     const std::vector<Reading>& readings);

}  // namespace musubi
