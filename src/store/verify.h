#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/key_value.h"

namespace musubi {

struct VerifyReport {
    std::uint64_t entities = 0;
    std::uint64_t changes = 0;
    std::uint64_t chunks = 0;
    std::uint64_t points = 0;
    std::vector<std::string> notes;   ///< what is worth knowing and harms nothing
    std::vector<std::string> faults;  ///< what is wrong, at most kMaxFaults, in words
    static constexpr std::size_t kMaxFaults = 100;
    [[nodiscard]] bool clean() const { return faults.empty(); }
};

/// Reads everything that is kept and holds the parts against each other: checksums of blocks and
/// chunks; each entity and change decodes; the log has no gap; the state of each attribute is the
/// one its last change left; no instance stands twice in a series; the image of the index, where a
/// start would use it, says of each entity what the entity says. Changes nothing.
/// Fails: Io where it can not be read at all.
Result<VerifyReport> verify_store(const KeyValueStore& kv);

}  // namespace musubi
