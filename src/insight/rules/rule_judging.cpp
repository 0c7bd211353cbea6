#include <algorithm>

#include "insight/lookahead/outlook.h"
#include "insight/rules/rule_engine.h"

namespace musubi {
namespace {

std::optional<double> known(const TrackedNumber& number) {
    return number.known() ? std::optional{number.value} : std::nullopt;
}

/// A rule's value and threshold where both are there.
bool is_complete(const Tracked& t, const Rule& rule) {
    return t.numbers[rule.value].known() && t.numbers[rule.threshold].known();
}

}  // namespace

void RuleEngine::settle(std::uint32_t index, Time at) {
    Tracked& t = tracked_[index];
    for (std::size_t i = 0; i < t.latches.size(); ++i) {
        const Rule& rule = t.type->rules[i];
        const auto due = t.latches[i].due(rule.config.hold);
        if (!due || *due >= at) continue;
        t.latches[i].settle(at, rule.config.hold);
        decide(index, rule.group, *due);
    }
}

void RuleEngine::judge(std::uint32_t index, Time at, std::span<const std::size_t> fresh) {
    Tracked& t = tracked_[index];
    if (watcher_ != nullptr) show_gauges(index, fresh);
    for (std::size_t g = 0; g < t.groups.size(); ++g) {
        for (const std::size_t r : t.type->groups[g].rules) {
            const Rule& rule = t.type->rules[r];
            Latch& latch = t.latches[r];
            bool opens = false;
            bool closes = true;
            if (rule.config.kind == RuleKind::LookAhead) {
                const bool is_fresh =
                    std::find(fresh.begin(), fresh.end(), rule.value) != fresh.end();
                if (is_fresh) judge_look_ahead(index, r);
                continue;
            }
            if (rule.config.kind == RuleKind::Threshold) {
                if (is_complete(t, rule)) {
                    const double value = t.numbers[rule.value].value;
                    const double threshold = t.numbers[rule.threshold].value;
                    opens = Crossing::opens(value, threshold);
                    closes = Crossing::closes(value, threshold, rule.config.hysteresis);
                }
            } else {
                opens = matches(*rule.q, t.queried);
                closes = !opens && (!rule.until || matches(*rule.until, t.queried));
            }
            const bool waited = latch.due(rule.config.hold).has_value();
            latch.take(at, opens, closes, rule.config.hold);
            const auto due = latch.due(rule.config.hold);
            if (due && !waited) {
                timers_.push(
                    {*due, index, t.generation, static_cast<std::uint32_t>(r), TimerKind::Hold});
            }
        }
        decide(index, g, at);
    }
}

void RuleEngine::show_gauges(std::uint32_t index, std::span<const std::size_t> fresh) {
    const Tracked& t = tracked_[index];
    for (const Rule& rule : t.type->rules) {
        if (rule.config.kind != RuleKind::LookAhead) continue;
        if (std::find(fresh.begin(), fresh.end(), rule.value) == fresh.end()) continue;
        watcher_->saw(t, t.gauges[rule.value].now(), newest_, neighbours_of(index, rule));
        return;
    }
}

void RuleEngine::judge_look_ahead(std::uint32_t index, std::size_t r) {
    Tracked& t = tracked_[index];
    const Rule& rule = t.type->rules[r];
    Latch& latch = t.latches[r];
    Call& call = t.calls[r];
    if (!is_complete(t, rule)) {
        latch = Latch{};
        call.end();
        return;
    }
    const Gauge& gauge = t.gauges[rule.value];
    const Sight sight{.rise = gauge.now(),
                      .clock = newest_,
                      .first = gauge.is_first(),
                      .threshold = t.numbers[rule.threshold].value,
                      .hysteresis = rule.config.hysteresis};
    const Looked looked = look_ahead(rule.model, &rule.model.coefficients, {latch, call}, sight,
                                     [&] { return neighbours_of(index, rule); });
    if (looked.step == Call::Step::Begins) {
        timers_.push({call.called() + rule.model.horizon * 2, index, t.generation,
                      static_cast<std::uint32_t>(r), TimerKind::Call});
    }
}

double RuleEngine::neighbours_of(std::uint32_t index, const Rule& rule) {
    const LookAheadModel& model = rule.model;
    const Time at = tracked_[index].gauges[rule.value].now().at;
    std::optional<double> nearest;
    for (const std::uint32_t j : neighbourhood_.around(tracked_, index, model.near_km)) {
        const Tracked& other = tracked_[j];
        const Gauge& gauge = other.gauges[rule.value];
        const TrackedNumber& threshold = other.numbers[rule.neighbours];
        if (!gauge.has_reading() || !threshold.known()) continue;
        if (at - gauge.now().at > model.near_age || gauge.now().age < model.least_age) continue;
        const double nearness = gauge.nearness(threshold.value, model.near_least);
        nearest = std::max(nearest.value_or(nearness), nearness);
    }
    return nearest.value_or(0);
}

void RuleEngine::decide(std::uint32_t index, std::size_t g, Time at) {
    Tracked& t = tracked_[index];
    GroupState& state = t.groups[g];
    const TypeRules::Group& group = t.type->groups[g];
    const auto holds = [&](std::size_t r) {
        return group.kind == RuleKind::LookAhead ? t.calls[r].active() : t.latches[r].is_open();
    };
    const auto found = std::find_if(group.rules.begin(), group.rules.end(), holds);
    const std::size_t current = found == group.rules.end() ? GroupState::kNone : *found;
    const bool has_alert = !state.alert.empty();
    if (current == state.rule && has_alert == (current != GroupState::kNone)) return;
    if (current == GroupState::kNone && !has_alert) {
        state.rule = current;
        return;
    }
    const std::size_t spoken_of = current == GroupState::kNone ? state.rule : current;
    const bool is_known = spoken_of < t.type->rules.size();
    AlertEvent event = event_of(t, is_known ? &t.type->rules[spoken_of] : nullptr, at);
    if (!has_alert) {
        state.alert = alert_id(rules_->pack, t.id, group.name, at);
        event.kind = AlertEvent::Kind::Open;
    } else {
        event.kind =
            current == GroupState::kNone ? AlertEvent::Kind::Close : AlertEvent::Kind::Change;
    }
    event.alert = state.alert;
    events_.push_back(std::move(event));
    state.rule = current;
    if (current == GroupState::kNone) state.alert.clear();
    mark(index);
}

AlertEvent RuleEngine::event_of(const Tracked& t, const Rule* rule, Time at) const {
    AlertEvent event{.rule = rule, .source = t.id};
    event.name = t.name.empty() ? std::string{local_id(t.id)} : t.name;
    event.at = at;
    event.clock = std::max(newest_, at);
    event.lon = t.lon;
    event.lat = t.lat;
    event.synthetic = t.synthetic;
    if (rule == nullptr || rule->config.value.empty()) return event;
    const TrackedNumber& value = t.numbers[rule->value];
    event.value = known(value);
    event.value_at = value.at;
    event.unit = value.unit;
    if (!rule->config.threshold.empty()) event.threshold = known(t.numbers[rule->threshold]);
    return event;
}

// ---- time --------------------------------------------------------------------------------------

void RuleEngine::pass(Time now) {
    while (!timers_.empty() && timers_.top().due < now) {
        const Timer timer = timers_.top();
        timers_.pop();
        const Tracked& t = tracked_[timer.entity];
        if (!t.alive || t.generation != timer.generation) continue;
        switch (timer.kind) {
            case TimerKind::Hold: fire_hold(timer.entity, timer.rule, now); break;
            case TimerKind::Call: fire_call(timer.entity, timer.rule, now); break;
            case TimerKind::Silence: fire_silence(timer.entity, timer.rule, now); break;
        }
    }
    review_feeds(now);
}

void RuleEngine::fire_hold(std::uint32_t index, std::size_t r, Time now) {
    Tracked& t = tracked_[index];
    const Rule& rule = t.type->rules[r];
    const auto due = t.latches[r].due(rule.config.hold);
    if (!due || *due >= now) return;
    t.latches[r].settle(now, rule.config.hold);
    mark(index);
    decide(index, rule.group, *due);
}

void RuleEngine::fire_call(std::uint32_t index, std::size_t r, Time now) {
    Tracked& t = tracked_[index];
    const Rule& rule = t.type->rules[r];
    Call& call = t.calls[r];
    if (!call.active()) return;
    // While readings come they end it; nobody should wait for a gauge that has stopped.
    const Time due = std::max(call.called() + rule.model.horizon * 2,
                              t.numbers[rule.value].at.value_or(now) + rule.model.horizon);
    if (due >= now) {
        timers_.push({due, index, t.generation, static_cast<std::uint32_t>(r), TimerKind::Call});
        return;
    }
    call.end();
    mark(index);
    decide(index, rule.group, due);
}

void RuleEngine::push_timers(std::uint32_t index) {
    const Tracked& t = tracked_[index];
    for (std::size_t r = 0; r < t.type->rules.size(); ++r) {
        const auto rule = static_cast<std::uint32_t>(r);
        if (const auto due = t.latches[r].due(t.type->rules[r].config.hold)) {
            timers_.push({*due, index, t.generation, rule, TimerKind::Hold});
        }
        if (t.calls[r].active()) {
            const Time due = t.calls[r].called() + t.type->rules[r].model.horizon * 2;
            timers_.push({due, index, t.generation, rule, TimerKind::Call});
        }
    }
    for (std::size_t place = 0; place < t.silences.size(); ++place) {
        if (t.silences[place].watched && !t.silences[place].silent) push_silence(index, place);
    }
}

void RuleEngine::trim_timers() {
    // Entities that come and go leave timers behind.
    if (timers_.size() < most_timers_) return;
    timers_ = {};
    for (std::uint32_t i = 0; i < tracked_.size(); ++i) {
        if (tracked_[i].alive) push_timers(i);
    }
    most_timers_ = std::max(most_timers_, 2 * timers_.size());
}

void RuleEngine::start(Time newest) {
    newest_ = std::max(newest_, newest);
    for (std::uint32_t i = 0; i < tracked_.size(); ++i) {
        if (!tracked_[i].alive) continue;
        for (std::size_t place = 0; place < tracked_[i].silences.size(); ++place) watch(i, place);
        push_timers(i);
    }
}

}  // namespace musubi
