#include <algorithm>

#include "broker/deliveries/dispatcher_channel.h"

namespace musubi {

Dispatcher::Dispatcher(const DeliveryLimits& limits, Random& random)
    : limits_{limits}, random_{random} {}

Dispatcher::~Dispatcher() = default;

// ---- queues ------------------------------------------------------------------------------------

void Dispatcher::enqueue(Channel& c, Entry& entry) {
    auto& line = c.of_entity[entry.delivery->entity];
    if (line.empty()) {
        line.push_back(&entry);
        make_ready(c, entry);
        return;
    }
    // Nearly always the last; one that was sent again by hand goes where it was, but not before
    // the one that may be under way.
    auto at = line.end();
    while (at - line.begin() > 1 && (*std::prev(at))->name > entry.name) --at;
    line.insert(at, &entry);
}

void Dispatcher::make_ready(Channel& c, Entry& entry) {
    entry.state = Entry::State::Waiting;
    c.ready.push_back(&entry);
    schedule(c);
}

void Dispatcher::rest(Channel& c, Entry& entry, Duration until) {
    entry.state = Entry::State::Resting;
    entry.rests_until = until;
    c.resting.emplace(until.us, &entry);
    schedule(c);
}

// Takes an entry that is not under way out of whatever it waits in, and lets the next one go.
void Dispatcher::leave_queue(Channel& c, Entry& entry) {
    if (entry.state == Entry::State::Waiting) std::erase(c.ready, &entry);
    if (entry.state == Entry::State::Resting) {
        std::erase_if(c.resting, [&](const auto& item) { return item.second == &entry; });
    }
    const auto line = c.of_entity.find(entry.delivery->entity);
    const bool first = line->second.front() == &entry;
    if (first) {
        line->second.pop_front();
    } else {
        std::erase(line->second, &entry);
    }
    if (line->second.empty()) {
        c.of_entity.erase(line);
    } else if (first) {
        make_ready(c, *line->second.front());
    }
}

// From here on only its name is kept, until it has left the outbox.
void Dispatcher::finish(Channel& c, Entry& entry) {
    leave_queue(c, entry);
    entry.state = Entry::State::Done;
    entry.delivery.reset();
    bytes_ -= entry.bytes;
    --c.live;
    if (entry.gone) forget(c, entry);
    ask_refill(c);
}

void Dispatcher::forget(Channel& c, Entry& entry) { c.entries.erase(c.entries.find(entry.name)); }

// ---- what goes next ----------------------------------------------------------------------------

bool Dispatcher::can_send(const Channel& c, Duration now) const {
    // A receiver that failed is tried with one at a time until it works again.
    const std::size_t lanes = c.failures > 0 ? 1 : limits_.lanes;
    return !c.ready.empty() && c.in_flight < lanes && now >= c.not_before;
}

void Dispatcher::schedule(Channel& c) {
    if (c.runnable) return;
    c.runnable = true;
    runnable_.push_back(&c);
}

void Dispatcher::arm(Channel& c, Duration at) {
    if (c.timer && *c.timer <= at.us) return;
    disarm(c);
    c.timer = at.us;
    timers_.emplace(at.us, c.key);
}

void Dispatcher::disarm(Channel& c) {
    if (!c.timer) return;
    timers_.erase({*c.timer, c.key});
    c.timer.reset();
}

void Dispatcher::wake_due(Duration now) {
    while (!timers_.empty() && timers_.begin()->first <= now.us) {
        Channel& c = *channels_.at(timers_.begin()->second);
        disarm(c);
        schedule(c);
    }
}

void Dispatcher::wake(TenantId tenant, std::uint64_t number, Duration now) {
    const auto found = channels_.find({tenant, number});
    if (found == channels_.end()) return;
    Channel& c = *found->second;
    c.not_before = now;
    std::multimap<std::int64_t, Entry*> resting;
    std::swap(resting, c.resting);
    for (const auto& [at, entry] : resting) c.resting.emplace(now.us, entry);
    schedule(c);
}

std::optional<Dispatcher::Parcel> Dispatcher::next(Duration now) {
    wake_due(now);
    while (!runnable_.empty() && in_flight_ < limits_.max_in_flight) {
        Channel& c = *runnable_.front();
        runnable_.pop_front();
        c.runnable = false;
        while (!c.resting.empty() && c.resting.begin()->first <= now.us) {
            Entry* const entry = c.resting.begin()->second;
            c.resting.erase(c.resting.begin());
            make_ready(c, *entry);
        }
        if (!can_send(c, now)) {
            if (c.runnable) {
                std::erase(runnable_, &c);
                c.runnable = false;
            }
            if (!c.ready.empty() && now < c.not_before) arm(c, c.not_before);
            if (!c.resting.empty()) arm(c, {std::max(c.resting.begin()->first, c.not_before.us)});
            continue;
        }
        Entry& entry = *c.ready.front();
        c.ready.pop_front();
        entry.state = Entry::State::UnderWay;
        entry.round = c.round;
        ++c.in_flight;
        ++in_flight_;
        schedule(c);  // the other receivers come before its next one
        return Parcel{c.key.first, entry.name, entry.delivery, entry.attempts};
    }
    return std::nullopt;
}

std::optional<Duration> Dispatcher::next_at() const {
    if (timers_.empty()) return std::nullopt;
    return Duration{timers_.begin()->first};
}

// ---- what became of it -------------------------------------------------------------------------

Duration Dispatcher::pause(unsigned failures) {
    std::int64_t us = limits_.first_pause.us;
    for (unsigned i = 1; i < failures && us < limits_.max_pause.us; ++i) us *= 2;
    us = std::min(us, limits_.max_pause.us);
    // A quarter more or less, so that receivers which failed together are not asked together.
    return {static_cast<std::int64_t>(static_cast<double>(us) * (0.75 + 0.5 * next_unit(random_)))};
}

bool Dispatcher::is_dead(const Entry& entry, Time wall) const {
    return entry.attempts >= limits_.max_attempts || entry.refusals >= limits_.max_refusals ||
           wall - entry.delivery->due_at >= limits_.max_age;
}

void Dispatcher::note_unreachable(Channel& c, const Entry& entry, const Answer& answer,
                                  Duration now) {
    c.not_before = std::max(c.not_before, now + answer.wait);
    // Several that were under way together and failed are one failure of the receiver.
    if (entry.round != c.round) return;
    ++c.failures;
    ++c.round;
    c.not_before = std::max(c.not_before, now + pause(c.failures));
}

Dispatcher::Settled Dispatcher::settle(TenantId tenant, std::string_view name, const Answer& answer,
                                       Duration now, Time wall) {
    Channel* const c = find_channel(tenant, name);
    const auto found = c == nullptr ? decltype(c->entries.find(name)){} : c->entries.find(name);
    if (c == nullptr || found == c->entries.end()) return {};
    Entry& entry = *found->second;
    if (entry.state != Entry::State::UnderWay) return {};
    --c->in_flight;
    --in_flight_;
    schedule(*c);
    Settled out{.fate = Settled::Fate::Done, .delivery = entry.delivery, .attempts = 0};
    const bool failed =
        answer.verdict == Verdict::Unreachable || answer.verdict == Verdict::Refused;
    if (failed) ++entry.attempts;
    if (answer.verdict == Verdict::Refused) ++entry.refusals;
    out.attempts = entry.attempts;
    if (answer.verdict == Verdict::Unreachable) note_unreachable(*c, entry, answer, now);
    // What the receiver refused it has read: it works.
    if (answer.verdict == Verdict::Delivered || answer.verdict == Verdict::Refused) {
        c->failures = 0;
    }
    if (failed && !entry.gone && !is_dead(entry, wall)) {
        out.fate = Settled::Fate::Again;
        rest(*c, entry, now + pause(entry.attempts));
        return out;
    }
    if (failed && !entry.gone) out.fate = Settled::Fate::Dead;
    finish(*c, entry);
    drop_if_idle(*c);
    return out;
}

}  // namespace musubi
