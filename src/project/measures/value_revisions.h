#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "project/measures/value_writer.h"
#include "store/series.h"

namespace musubi {

/// What made a revision another than the one before it.
struct RevisionCause {
    /// `definition`, `code`, `members`, `late`, `withdrawn`, `corrected` or `compared`.
    std::string_view kind;
    std::string ja;
    std::string en;
};

/// A final value of a measure as it was written once.
struct ValueRevision {
    std::int64_t number = 0;  ///< from 1
    Time written;             ///< wall clock
    std::string as_of;        ///< as the entity has it (RFC 3339); empty: not kept
    std::optional<double> value;
    Json lack;                  ///< {"ja", "en"}; null: there is a value
    std::int64_t readings = 0;  ///< it was made of
    std::int64_t entities = 0;  ///< they are of
    std::string hash;           ///< of the definition
    std::string root;           ///< of the readings
    std::string code;           ///< version of the computing
    /// Against the revision before; empty: of the first one that is kept.
    std::vector<RevisionCause> causes;
};

/// The names whose history `revisions_of` reads.
[[nodiscard]] std::vector<std::string> revision_names(const MeasureNames& names);

/// The revisions of a value that are kept, the oldest first, from the history of its entity
/// (`write_value` made it). Each says why it was made as far as what it is made of tells: the
/// definition, the version of the computing, how many there are, the readings.
[[nodiscard]] std::vector<ValueRevision> revisions_of(const std::vector<Series>& history,
                                                      const MeasureNames& names);

/// Of a measure that hides small groups: takes away the values of revisions of which the difference
/// to the newest one would tell of few, and all of them where the group is `too_small` now. What is
/// left of those: when, and by which definition and code.
void withhold_small(std::vector<ValueRevision>& revisions, bool too_small);

}  // namespace musubi
