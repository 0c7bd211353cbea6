#pragma once

#include <optional>
#include <set>
#include <vector>

#include "insight/lookahead/model.h"
#include "insight/lookahead/past.h"

namespace musubi {

/// What a fit came to.
struct FittedLookAhead {
    Features coefficients{};  ///< the limit is in the constant
    double limit = 0;         ///< the probability from which it calls
    std::size_t rows = 0;     ///< what it learnt from
};

/// Fits a look-ahead to the past: ridge logistic regression (le Cessie and van Houwelingen 1992)
/// on whether a gauge reaches a threshold within the horizon, learnt at one threshold and at
/// others beside it; then the limit is chosen that would have given the best calls. Each run of
/// readings towards a threshold counts as one case.
class LookAheadFitter {
public:
    /// `days`: which days there are to learn from. `past` must outlive this.
    LookAheadFitter(const std::vector<GaugePast>& past, const LookAheadModel& model,
                    double hysteresis, std::set<DayNumber> days);

    /// Learnt from all days but one: nothing is learnt from a reading whose horizon or whose last
    /// hour touches that day. Nothing: too little to learn from.
    [[nodiscard]] std::optional<FittedLookAhead> without(DayNumber day) const;
    /// Learnt from all days.
    [[nodiscard]] std::optional<FittedLookAhead> of_all() const;
    [[nodiscard]] std::size_t rows() const { return cases_.size(); }

private:
    /// A reading from which the threshold may be reached.
    struct Candidate {
        Time at;
        DayNumber day;
        Features features;
    };
    /// A candidate whose outcome is known.
    struct Case {
        std::uint32_t candidate;
        bool reached;
        double weight;
    };
    /// A reading that can matter to a call.
    struct Step {
        Time at;
        Time clock;
        bool above;
        bool onset;
        std::int32_t candidate;  // -1: none
    };
    struct Counts {
        std::size_t events = 0;
        std::size_t caught = 0;
        std::size_t calls = 0;
        std::size_t true_calls = 0;
        std::size_t good_leads = 0;
    };
    using Play = std::vector<Step>;  // of one threshold of one gauge

    void add(const GaugePast& gauge, double threshold);
    void add_cases(const GaugePast& gauge, double threshold, const std::vector<std::size_t>& at,
                   std::size_t first_candidate);
    [[nodiscard]] std::optional<FittedLookAhead> fit(std::optional<DayNumber> left_out) const;
    [[nodiscard]] Features regress(const std::vector<const Case*>& cases) const;
    [[nodiscard]] double choose_limit(const Features& coefficients,
                                      std::optional<DayNumber> left_out) const;
    [[nodiscard]] Counts play(const std::vector<double>& sums, double least,
                              std::optional<DayNumber> left_out) const;
    void play_one(const Play& play, const std::vector<double>& sums, double least,
                  std::optional<DayNumber> left_out, Counts& counts) const;
    [[nodiscard]] bool counts_on(Time at, std::optional<DayNumber> left_out) const;

    const LookAheadModel& model_;
    double hysteresis_;
    std::set<DayNumber> days_;
    std::vector<Candidate> candidates_;
    std::vector<Case> cases_;
    std::vector<Play> plays_;
};

}  // namespace musubi
