#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "store/store.h"

namespace musubi {

/// What one reviewer gave, as they wrote it.
struct ReviewScores {
    std::string reviewer;  ///< "person:ID"
    Json scores;           ///< [{"candidate", "points": {criterion: 0...100}}]
};

/// The points of a round that somebody may see.
struct SeenScores {
    std::vector<ReviewScores> seen;
    std::size_t given = 0;  ///< how many reviewers have given points, seen or not
    bool may_give = false;  ///< whether the caller may give points now
};

/// Rounds of reviews over the candidates of a portfolio (docs/portfolio.md): while a round is open
/// each reviewer sees their own points alone; when it is closed all are shown, and what goes on
/// within the budget is chosen exactly (narrowing.h). A reviewer with an interest in a candidate
/// leaves it out.
class ReviewRounds {
public:
    static constexpr std::string_view kScores = "review-score";  ///< of its records
    static constexpr std::size_t kMaxReviewers = 200;            ///< of a round

    explicit ReviewRounds(Store& store) : store_{store} {}

    /// Puts the caller's points in the place of what they gave before. Fails: NotFound, Forbidden
    /// (not a person who reviews), BadRequest (no such candidate or criterion, one left out, points
    /// out of bounds), Conflict (closed), TooLarge, Io.
    Result<void> score(const Caller& caller, std::string_view round, const Json& scores);
    /// Those that the caller may see: of an open round their own. Fails: NotFound, Io.
    [[nodiscard]] Result<SeenScores> scores(const Caller& caller, std::string_view round) const;
    /// Closes it and chooses within its budget. The result is kept in the round, with what it would
    /// be were each candidate decided the other way (narrow_otherwise). Fails: NotFound,
    /// Forbidden, Conflict (closed, a candidate that nobody scored), as narrow.
    Result<void> close(const Caller& caller, std::string_view round);

private:
    [[nodiscard]] Result<std::vector<ReviewScores>> all(const Caller& caller,
                                                        const std::string& id) const;
    Store& store_;
};

}  // namespace musubi
