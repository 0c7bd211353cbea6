#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/guarded.h"
#include "trust/journal/journal.h"

namespace musubi {

/// Writes what was refused into the journal, so that who tries again and again does not fill it:
/// the first of a sort is written at once; those that follow within kGather are counted, and the
/// count is an entry when that time is over. Any thread.
class Refusals {
public:
    static constexpr Duration kGather = minutes(1);
    static constexpr std::size_t kMaxSorts = 256;  ///< beyond, they are counted as one sort

    /// Both outlive this.
    Refusals(Journal& journal, const Clock& clock) : journal_{journal}, clock_{clock} {}
    /// `sort`: refusals of the same sort are counted together. What cannot be written is refused
    /// all the same; the journal's log and figures tell of it.
    void note(std::string_view sort, const JournalEntry& entry);
    /// Writes the counts whose time is over; all of them where `all`. For who looks each second.
    void flush(bool all = false);

private:
    struct Gathered {
        Duration since;
        std::int64_t more = 0;
        JournalEntry entry;
    };
    using Sorts = std::map<std::string, Gathered, std::less<>>;
    Journal& journal_;
    const Clock& clock_;
    Guarded<Sorts> sorts_;
};

}  // namespace musubi
