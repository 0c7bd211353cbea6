#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "project/cases/case_index.h"
#include "project/cases/town_likeness.h"

namespace musubi {

/// What we have, as far as it is said. Codes are those of case_words.h.
struct OurSituation {
    std::string challenge;
    std::optional<std::vector<std::string>> functions;  ///< at hand, or within reach
    std::optional<std::vector<std::string>> tiers;      ///< of people in reach
    CaseMoney money;                                    ///< what we can carry
};

/// What a case is held against ours by, and how much of the score it is: together 100. The weights
/// are a way to put cases in order, and say nothing of chances.
struct FitCriterion {
    std::string_view code;
    int weight = 0;
    std::string_view ja;
    std::string_view en;
};
[[nodiscard]] std::span<const FitCriterion> fit_criteria();

struct FitReason {
    std::string_view criterion;  ///< a code of fit_criteria()
    std::string ja;
    std::string en;
};

/// Whether a case fits us, and why not.
struct CaseFit {
    /// 0...100: of the criteria that could be compared, the part that speaks for it. Nothing where
    /// none could.
    std::optional<int> score;
    int compared = 0;      ///< the weights of the criteria that could be compared, of 100
    bool stopped = false;  ///< it ended by a stop: the first of the reasons against it says so
    std::vector<FitReason> reasons;     ///< for it
    std::vector<FitReason> objections;  ///< against it
    std::vector<FitReason> not_compared;
};

/// Holds a case against our situation: the challenge, the functions at hand, people in reach, the
/// towns, how it ended, whether the intervals found leave out no effect, and money.
/// `towns`: nothing where they can not be compared.
[[nodiscard]] CaseFit fit(const CaseText& text, const OurSituation& ours,
                          const std::optional<TownLikeness>& towns);

struct FittingCase {
    CaseTextPtr text;
    CaseFit fit;
};

/// The likeness of the town of a code to ours.
using LikenessOf = std::function<std::optional<TownLikeness>(const std::string& town_code)>;

/// All of the cases, the best fitting first: by score, then by how much could be compared, then by
/// id; none is left out, whatever speaks against it.
[[nodiscard]] std::vector<FittingCase> fit_all(std::span<const CaseTextPtr> cases,
                                               const OurSituation& ours,
                                               const LikenessOf& likeness);

/// {"score" (or null), "compared", "stopped", "for": [{"criterion", "ja", "en"}], "against",
///  "notCompared"}
[[nodiscard]] Json to_json(const CaseFit& fit);

}  // namespace musubi
