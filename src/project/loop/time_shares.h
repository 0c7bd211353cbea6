#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trust/journal/verify_journal.h"

namespace musubi {

/// What somebody gives of their time to a project: a Participant, as people write it.
struct TimeShare {
    std::string name;
    std::string organisation;
    double share = 0;  ///< 0 to 1
    std::string from;  ///< day in Japan
    std::string to;    ///< last day; empty: it has none
};

/// A sentence for each person (name and organisation) whose shares are together over 1 on some day:
/// the first such day, and what they come to. In the order in which people first stand in `shares`.
[[nodiscard]] std::vector<TwoTongues> shares_over_all(const std::vector<TimeShare>& shares);

}  // namespace musubi
