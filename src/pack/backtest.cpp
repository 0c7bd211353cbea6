#include "pack/backtest.h"

#include <algorithm>
#include <map>

#include "insight/rules/rule_engine.h"

namespace musubi {
namespace {

/// Days on which most readings follow the one before within this are judged.
constexpr Duration kFine = minutes(15);

const TypeRules* type_with_look_ahead(const RuleSet& rules) {
    for (const TypeRules& type : rules.types) {
        for (const Rule& rule : type.rules) {
            if (rule.config.kind == RuleKind::LookAhead) return &type;
        }
    }
    return nullptr;
}

std::vector<const Rule*> look_aheads(const TypeRules& type) {
    std::vector<const Rule*> out;
    for (const Rule& rule : type.rules) {
        if (rule.config.kind == RuleKind::LookAhead) out.push_back(&rule);
    }
    return out;
}

/// Keeps what the look-ahead saw of each gauge.
class Collector final : public GaugeWatcher {
public:
    void saw(const Tracked& gauge, const Rise& rise, Time clock, double neighbours) override {
        auto [entry, is_new] = place_.try_emplace(gauge.id, past_.size());
        if (is_new) past_.emplace_back().id = gauge.id;
        past_[entry->second].readings.push_back({rise, clock, neighbours});
        latest_[gauge.id] = &gauge;
    }
    /// The pasts in order of ids, with the names and thresholds known in the end.
    std::vector<GaugePast> finish() && {
        for (GaugePast& past : past_) {
            const Tracked& gauge = *latest_.at(past.id);
            past.name = gauge.name;
            for (std::size_t i = gauge.type->readings; i < gauge.numbers.size(); ++i) {
                if (!gauge.numbers[i].known()) continue;
                past.thresholds[gauge.type->numbers[i].term] = gauge.numbers[i].value;
            }
        }
        std::sort(past_.begin(), past_.end(),
                  [](const GaugePast& a, const GaugePast& b) { return a.id < b.id; });
        return std::move(past_);
    }

private:
    std::vector<GaugePast> past_;
    std::map<std::string, std::size_t, std::less<>> place_;
    std::map<std::string, const Tracked*, std::less<>> latest_;
};

/// A reading as the change it makes.
Change change_of(const Reading& reading, std::uint64_t sequence) {
    Change change;
    change.sequence = sequence;
    EntityChange& entity = change.entities.emplace_back();
    entity.id = reading.id;
    entity.types = reading.types;
    entity.attributes.reserve(reading.attributes.size());
    for (const Attribute& attribute : reading.attributes) {
        if (attribute.observed_at) change.at = *attribute.observed_at;
        AttributeChange& made = entity.attributes.emplace_back();
        made.name = attribute.name;
        made.dataset_id = attribute.dataset_id;
        made.after = std::make_shared<const Attribute>(attribute);
    }
    return change;
}

Result<std::vector<GaugePast>> replay(const std::shared_ptr<const RuleSet>& rules,
                                      const ReadingSource& source, std::size_t& readings) {
    Collector collector;
    RuleEngine engine{rules};
    engine.show_to(collector);
    TRY(source([&](const Reading& reading) -> Result<void> {
        engine.take(change_of(reading, ++readings), true);
        static_cast<void>(engine.take_events());
        engine.end_keeping();
        return {};
    }));
    return std::move(collector).finish();
}

void sort_days(BacktestResult& result) {
    std::map<DayNumber, std::pair<std::size_t, std::size_t>> gaps;  // fine, coarse
    for (const GaugePast& past : result.past) {
        for (std::size_t i = 1; i < past.readings.size(); ++i) {
            const Time at = past.readings[i].rise.at;
            auto& [fine, coarse] = gaps[day_of(at)];
            ++(at - past.readings[i - 1].rise.at <= kFine ? fine : coarse);
        }
    }
    for (const auto& [day, counts] : gaps) {
        (counts.first > counts.second ? result.judged : result.coarse).insert(day);
    }
}

void judge(BacktestResult& result, const RuleSet& rules, const TypeRules& type) {
    const std::vector<const Rule*> all = look_aheads(type);
    const Rule& rule = *all.front();
    const LookAheadFitter fitter{result.past, rule.model, rule.config.hysteresis, result.judged};
    std::map<DayNumber, FittedLookAhead> by_day;
    result.least_limit = 1;
    for (const DayNumber day : result.judged) {
        const auto fitted = fitter.without(day);
        if (!fitted) continue;
        by_day[day] = *fitted;
        result.least_limit = std::min(result.least_limit, fitted->limit);
        result.most_limit = std::max(result.most_limit, fitted->limit);
    }
    result.of_all = fitter.of_all().value_or(FittedLookAhead{});
    const CoefficientsOfDay coefficients = [&](DayNumber day) -> const Features* {
        const auto fitted = by_day.find(day);
        return fitted == by_day.end() ? nullptr : &fitted->second.coefficients;
    };
    const LevelsVersion* names = rules.levels.at(result.last);
    for (const Rule* one : all) {
        ThresholdResult& at = result.thresholds.emplace_back();
        at.attribute = one->config.threshold;
        const LevelItem* item = names != nullptr ? names->find(at.attribute) : nullptr;
        at.name = item != nullptr ? item->name : Words{at.attribute, at.attribute};
        const Trying with{one->model, one->config.hysteresis, coefficients};
        for (const GaugePast& gauge : result.past) {
            const auto threshold = gauge.thresholds.find(at.attribute);
            if (threshold == gauge.thresholds.end()) continue;
            try_threshold(gauge, threshold->second, with, at.trial);
        }
        at.score = score_of(at.trial, result.judged);
    }
}

}  // namespace

Result<std::unique_ptr<const BacktestResult>> run_backtest(std::shared_ptr<const RuleSet> rules,
                                                           const ReadingSource& source) {
    const TypeRules* type = type_with_look_ahead(*rules);
    if (type == nullptr) {
        return Error{ErrorCode::NotFound, "the pack has no rule of kind \"lookahead\" to judge"};
    }
    auto result = std::make_unique<BacktestResult>();
    result->pack = rules->pack;
    result->rules_version = rules->version;
    result->past = TRY(replay(rules, source, result->readings));
    result->gauges = result->past.size();
    result->first = Time{INT64_MAX};
    result->last = Time{INT64_MIN};
    for (const GaugePast& past : result->past) {
        result->first = std::min(result->first, past.readings.front().rise.at);
        result->last = std::max(result->last, past.readings.back().rise.at);
    }
    if (result->past.empty()) {
        return Error{ErrorCode::NotFound, "the feed has no reading that a look-ahead follows"};
    }
    const Rule& rule = *look_aheads(*type).front();
    result->horizon = rule.model.horizon;
    result->hysteresis = rule.config.hysteresis;
    sort_days(*result);
    judge(*result, *rules, *type);
    return std::unique_ptr<const BacktestResult>{std::move(result)};
}

}  // namespace musubi
