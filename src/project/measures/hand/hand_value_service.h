#pragma once

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "project/measures/hand/hand_value.h"
#include "project/measures/measure.h"
#include "store/store.h"

namespace musubi {

/// Values that people enter by hand. Each thing that is counted (and each firm, household or
/// department it is of) is one protected entity of type HandValue, whose attribute `enteredValue`
/// has a reading a day, with who entered it and when, a note and an attachment as properties of its
/// own. A correction stands beside what it corrects, in its history. Measures take it as any type.
class HandValueService {
public:
    static constexpr std::size_t kMaxLine = 200;       ///< characters of a name
    static constexpr std::size_t kMaxNote = 4'000;     ///< characters
    static constexpr std::size_t kMaxAtOnce = 10'000;  ///< entries
    static constexpr std::size_t kMaxListed = 1'000;

    explicit HandValueService(Store& store) : store_{store} {}

    /// Enters all of them, or none. Answers with the ids of their entities, in order.
    /// Fails: Forbidden (who may not write); BadRequest (no number, a day that is none or has not
    /// come yet, an unknown unit or another than before, no name), Conflict (the day has a value
    /// and it is not said that this corrects it, or it has none to correct; the clock was set back;
    /// somebody else's entity has the id), TooLarge; Io. The error names the entry.
    Result<std::vector<std::string>> enter(const Caller& caller,
                                           std::span<const HandEntry> entries);

    /// What of all that was entered is answered at once.
    struct Page {
        std::string of = {};  ///< empty: of all
        std::size_t offset = 0;
        std::size_t limit = kMaxListed;  ///< up to kMaxListed
    };
    struct Listed {
        std::vector<HandValue> values;
        std::size_t total = 0;  ///< of all pages
    };
    /// What was entered, with what was corrected, the newest days first, as the caller may see it.
    /// Fails: NoTenant, Io, Corrupt.
    Result<Listed> list(const Caller& caller, const Page& page) const;

private:
    Store& store_;
};

/// `urn:ngsi-ld:HandValue:<of>`, and where it is of somebody 16 digits of the hash of who.
[[nodiscard]] std::string hand_value_entity(const std::string& of, const std::string& about);

}  // namespace musubi
