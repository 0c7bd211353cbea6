#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace musubi {

struct TomlSchema;

/// A project that might be chosen. The smaller the whole numbers are, the sooner it is decided.
struct NarrowingCandidate {
    std::string id;
    std::string ja;
    std::string en;
    std::int64_t cost = 0;  ///< in the file's unit
    std::string field;      ///< empty: not said
    std::string region;
    std::vector<std::string> functions;
    /// The sum over the criteria of weight times mean of the points of those who scored it, times
    /// Narrowing::score_unit: a whole number.
    std::int64_t score = 0;
    std::size_t reviewers = 0;
};

/// At least, and at most, so many of a field, a region or a function.
struct NarrowingLimit {
    std::string of;    ///< field, region or function
    std::string name;  ///< which
    std::optional<std::int64_t> least;
    std::optional<std::int64_t> most;
};

struct Narrowing {
    static constexpr std::int64_t kMaxBudget = 1'000'000'000;
    static constexpr std::int64_t kMaxPoints = 100;           ///< for a criterion
    static constexpr std::int64_t kMaxCriterionWeight = 100;  ///< of a criterion
    static constexpr std::size_t kMaxCriteria = 20;
    static constexpr std::size_t kMaxReviewers = 20;  ///< of one candidate

    std::string unit;  ///< of costs and of the budget
    std::vector<NarrowingCandidate> candidates;
    std::vector<NarrowingLimit> limits;
    std::vector<std::pair<std::size_t, std::size_t>> exclusions;  ///< not both
    double score_unit = 1;
};

struct Narrowed {
    std::vector<bool> chosen;
    std::int64_t score = 0;
    std::int64_t cost = 0;
};

/// The text format of candidates and their scores (docs/portfolio.md).
[[nodiscard]] const TomlSchema& narrowing_schema();

/// Fails, with "file:line": BadRequest where it does not keep the schema, a candidate, criterion
/// or word is not known, somebody scored a candidate twice or left out a criterion, a candidate
/// has no score, or the numbers are too large to be told apart exactly
/// (ChoiceProgram::kMaxWeight); TooLarge beyond 200 candidates.
Result<Narrowing> read_narrowing(std::string_view text, const std::string& file);

/// The candidates of the highest score within the budget and all conditions. Of several such sets
/// the cheapest; of those the one that has the earlier candidates of the file.
/// Fails: BadRequest for a budget below 0 or beyond 10^9; Conflict where no set keeps all
/// conditions, naming those that can not be kept together (each of them is needed for that);
/// Timeout.
Result<Narrowed> narrow(const Narrowing& narrowing, std::int64_t budget);

/// The best choice in which one candidate is decided the other way; of several such the cheapest.
/// Nothing where there is none: within the budget and the conditions it cannot be decided
/// otherwise. An error (Timeout) where kReasonSeconds are not enough.
using NarrowedOtherwise = Result<std::optional<Narrowed>>;
/// Why each candidate is in or out, by candidate. None beyond kMaxReasons candidates: that may take
/// too long. Fails: as narrow.
Result<std::vector<NarrowedOtherwise>> narrow_otherwise(const Narrowing& narrowing,
                                                        const Narrowed& narrowed,
                                                        std::int64_t budget);
inline constexpr std::size_t kMaxReasons = 100;
inline constexpr int kReasonSeconds = 1;  ///< for each of the two steps of one

/// By the id of each candidate null, or {"score", "cost", "in": [id], "out": [id]}: what the other
/// choice comes to, and which of the other candidates it has beside, or has not. Those that were
/// not decided in time are not there.
[[nodiscard]] Json to_json(const Narrowing& narrowing, const Narrowed& narrowed,
                           const std::vector<NarrowedOtherwise>& otherwise);

/// {"budget", "unit", "cost", "score", "chosen": [candidate], "others": [candidate]}; a candidate:
/// {"id", "ja", "en", "cost", "score", "reviewers"}, in the order of the file.
[[nodiscard]] Json to_json(const Narrowing& narrowing, const Narrowed& narrowed,
                           std::int64_t budget);

}  // namespace musubi
