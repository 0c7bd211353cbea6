#include "insight/lookahead/trial.h"

#include <algorithm>

#include "insight/lookahead/outlook.h"

namespace musubi {

void try_threshold(const GaugePast& gauge, double threshold, const Trying& with, Trial& out) {
    Latch latch;
    Call call;
    for (const SeenReading& reading : gauge.readings) {
        const Call before = call;
        const bool first = &reading == &gauge.readings.front();
        const Looked looked =
            look_ahead(with.model, with.coefficients(day_of(reading.rise.at)), {latch, call},
                       {reading.rise, reading.clock, first, threshold, with.hysteresis},
                       [&] { return reading.neighbours; });
        const bool came_true = looked.step == Call::Step::ComesTrue;
        if (looked.onset) {
            TriedEvent event{&gauge, threshold, reading.rise.at, std::nullopt};
            if (came_true) event.lead = reading.rise.at - before.called();
            out.events.push_back(event);
        }
        if (came_true || looked.step == Call::Step::ComesFalse) {
            out.calls.push_back({&gauge, threshold, before.began(), before.called(), came_true});
        }
    }
    if (call.active()) {
        out.calls.push_back({&gauge, threshold, call.began(), call.called(), false});
    }
}

namespace {

double ratio(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double Score::precision() const { return ratio(true_calls, calls); }
double Score::recall() const { return ratio(caught, events); }

double Score::f1() const {
    const double sum = precision() + recall();
    return sum == 0 ? 0 : 2 * precision() * recall() / sum;
}

std::optional<Duration> Score::median_lead() const {
    if (leads.empty()) return std::nullopt;
    const std::size_t middle = leads.size() / 2;
    if (leads.size() % 2 == 1) return leads[middle];
    return Duration{(leads[middle - 1].us + leads[middle].us) / 2};
}

std::optional<Duration> Score::worst_lead() const {
    if (leads.empty()) return std::nullopt;
    return leads.front();
}

Score score_of(const Trial& trial, const std::set<DayNumber>& days) {
    Score score;
    for (const TriedEvent& event : trial.events) {
        if (!days.contains(day_of(event.onset))) continue;
        ++score.events;
        if (!event.lead) continue;
        ++score.caught;
        score.leads.push_back(*event.lead);
    }
    for (const TriedCall& call : trial.calls) {
        if (!days.contains(day_of(call.at))) continue;
        ++score.calls;
        if (call.came_true) ++score.true_calls;
    }
    std::sort(score.leads.begin(), score.leads.end());
    return score;
}

}  // namespace musubi
