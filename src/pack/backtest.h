#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "broker/readings.h"
#include "insight/lookahead/fit.h"
#include "insight/lookahead/trial.h"
#include "insight/rules/rule_set.h"

namespace musubi {

/// Gives the readings of a feed in the order in which they were published, each to `each`.
/// Fails: as the feed; as `each`.
using ReadingSource =
    std::function<Result<void>(const std::function<Result<void>(const Reading&)>& each)>;

/// How the look-ahead did at one threshold.
struct ThresholdResult {
    std::string attribute;  ///< a term
    Words name;
    Trial trial;
    Score score;  ///< of the judged days
};

/// A back-test of the look-ahead of a pack.
struct BacktestResult {
    std::string pack;
    std::string rules_version;
    std::size_t readings = 0;
    std::size_t gauges = 0;
    Time first;
    Time last;
    std::set<DayNumber> judged;  ///< days with a reading at least every quarter of an hour
    std::set<DayNumber> coarse;  ///< the others: a lead can not be told, so they are not judged
    Duration horizon;
    double hysteresis = 0;
    double least_limit = 0;  ///< over the fits
    double most_limit = 0;
    std::vector<ThresholdResult> thresholds;  ///< the gravest first, as in the rules
    std::vector<GaugePast> past;              ///< what `thresholds` point into
    FittedLookAhead of_all;                   ///< for the parameter file; not what was judged with
};

/// Replays a feed through the rules and judges each day with a look-ahead that was fitted without
/// it. In memory; the same readings give the same result. Only levels of look-ahead rules are
/// judged: that a threshold is crossed is seen by definition.
/// Fails: NotFound where the pack has no look-ahead, or the feed nothing to judge; as `source`.
Result<std::unique_ptr<const BacktestResult>> run_backtest(std::shared_ptr<const RuleSet> rules,
                                                           const ReadingSource& source);

enum class Language { Japanese, English };
/// For people: a table, and what it does not say.
[[nodiscard]] std::string to_text(const BacktestResult& result, Language language);
/// For programs: the same, with each event and each call.
[[nodiscard]] Json to_json(const BacktestResult& result);

}  // namespace musubi
