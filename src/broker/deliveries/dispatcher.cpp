#include "broker/deliveries/dispatcher.h"

#include <algorithm>

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::size_t kOverhead = 512;  // of an entry, beside its record
constexpr std::size_t kMinWindow = 4;   // however little memory is left

std::string name_before(std::string_view name) {
    std::string out{name.substr(0, 16)};
    const std::uint32_t number = read_be32(name.substr(16));
    append_be32(out, number == 0 ? 0 : number - 1);
    return out;
}

}  // namespace

struct Dispatcher::Entry {
    enum class State { Waiting, Resting, UnderWay, Done };
    std::string name;
    std::shared_ptr<const Delivery> delivery;  // null once done
    std::size_t bytes = 0;
    State state = State::Waiting;
    bool gone = false;  // left the outbox while under way
    unsigned attempts = 0;
    unsigned refusals = 0;
    std::uint64_t round = 0;  // of the channel, when it was sent
    Duration rests_until;
};

struct Dispatcher::Channel {
    ChannelKey key;
    std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries;
    std::unordered_map<std::string, std::deque<Entry*>> of_entity;  // in order; the first may go
    std::deque<Entry*> ready;
    std::multimap<std::int64_t, Entry*> resting;
    std::size_t in_flight = 0;
    std::size_t live = 0;  // entries that are not done
    Duration not_before;
    unsigned failures = 0;    // in a row
    std::uint64_t round = 0;  // counts the failures that were believed
    bool runnable = false;
    std::optional<std::int64_t> timer;
    bool unread = false;     // the outbox holds more than `entries`
    std::string read_after;  // up to here all is, or was, in `entries`
};

Dispatcher::Dispatcher(const DeliveryLimits& limits, Random& random)
    : limits_{limits}, random_{random} {}

Dispatcher::~Dispatcher() = default;

// ---- what lies in the outbox -------------------------------------------------------------------

Dispatcher::Channel& Dispatcher::channel(TenantId tenant, std::uint64_t number) {
    auto& slot = channels_[{tenant, number}];
    if (!slot) {
        slot = std::make_unique<Channel>();
        slot->key = {tenant, number};
    }
    return *slot;
}

Dispatcher::Channel* Dispatcher::find_channel(TenantId tenant, std::string_view name) {
    const auto found = channels_.find({tenant, channel_in(name)});
    return found == channels_.end() ? nullptr : found->second.get();
}

bool Dispatcher::has_room(const Channel& c) const {
    return c.live < kMinWindow || (c.live < limits_.window && bytes_ < limits_.window_bytes);
}

Result<void> Dispatcher::add(TenantId tenant, std::string_view name, std::string_view value) {
    Channel& c = channel(tenant, channel_in(name));
    if (c.unread && name > c.read_after) return {};
    if (!has_room(c) && !c.entries.contains(name)) {
        set_unread(c, name);
        return {};
    }
    return insert(c, name, value);
}

void Dispatcher::add_unread(TenantId tenant, std::string_view name) {
    Channel& c = channel(tenant, channel_in(name));
    set_unread(c, name);
    ask_refill(c);
}

void Dispatcher::set_unread(Channel& c, std::string_view name) {
    std::string before = name_before(name);
    if (!c.unread || before < c.read_after) c.read_after = std::move(before);
    c.unread = true;
}

Result<void> Dispatcher::insert(Channel& c, std::string_view name, std::string_view value) {
    if (c.entries.contains(name)) return {};
    auto entry = std::make_unique<Entry>();
    entry->delivery = std::make_shared<const Delivery>(TRY(decode_delivery(value)));
    entry->name = name;
    entry->bytes = value.size() + kOverhead;
    bytes_ += entry->bytes;
    ++c.live;
    Entry& placed = *c.entries.emplace(entry->name, std::move(entry)).first->second;
    enqueue(c, placed);
    return {};
}

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

void Dispatcher::erased(TenantId tenant, std::string_view name) {
    Channel* const c = find_channel(tenant, name);
    if (c == nullptr) return;
    const auto found = c->entries.find(name);
    if (found == c->entries.end()) return;
    Entry& entry = *found->second;
    entry.gone = true;
    if (entry.state == Entry::State::UnderWay) return;
    if (entry.state == Entry::State::Done) {
        forget(*c, entry);
    } else {
        finish(*c, entry);
    }
    drop_if_idle(*c);
}

void Dispatcher::erase_tenant(TenantId tenant) {
    auto at = channels_.lower_bound({tenant, 0});
    while (at != channels_.end() && at->first.first == tenant) {
        Channel& c = *at->second;
        ++at;
        drop(c);
    }
}

std::vector<std::string> Dispatcher::discard(TenantId tenant, std::string_view subscription) {
    std::vector<std::string> names;
    for (auto at = channels_.lower_bound({tenant, 0});
         at != channels_.end() && at->first.first == tenant; ++at) {
        Channel& c = *at->second;
        for (const auto& [name, entry] : c.entries) {
            const bool waits = entry->delivery && entry->state != Entry::State::UnderWay;
            if (!waits || entry->delivery->subscription != subscription) continue;
            finish(c, *entry);
            names.push_back(name);
        }
    }
    return names;
}

void Dispatcher::drop_if_idle(Channel& c) {
    if (c.entries.empty() && c.in_flight == 0 && !c.unread) drop(c);
}

void Dispatcher::drop(Channel& c) {
    disarm(c);
    if (c.runnable) std::erase(runnable_, &c);
    hungry_.erase(c.key);
    in_flight_ -= c.in_flight;
    for (const auto& [name, entry] : c.entries) {
        if (entry->state != Entry::State::Done) bytes_ -= entry->bytes;
    }
    channels_.erase(ChannelKey{c.key});
}

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

// ---- reading on --------------------------------------------------------------------------------

void Dispatcher::ask_refill(Channel& c) {
    const bool low =
        c.live < kMinWindow || (c.live <= limits_.window / 4 && bytes_ < limits_.window_bytes);
    if (c.unread && low) hungry_.insert(c.key);
}

std::vector<Dispatcher::Refill> Dispatcher::refills() {
    std::vector<Refill> out;
    for (const ChannelKey& key : hungry_) {
        out.push_back({key.first, key.second, channels_.at(key)->read_after});
    }
    hungry_.clear();
    return out;
}

Result<void> Dispatcher::refilled(const Refill& refill,
                                  const std::vector<std::pair<std::string, std::string>>& records,
                                  bool more) {
    const auto found = channels_.find({refill.tenant, refill.channel});
    if (found == channels_.end()) return {};
    Channel& c = *found->second;
    c.unread = more;
    Result<void> fault;
    for (const auto& [name, value] : records) {
        if (!has_room(c) && !c.entries.contains(name)) {
            c.unread = true;
            break;
        }
        c.read_after = name;
        if (auto inserted = insert(c, name, value); !inserted) fault = std::move(inserted);
    }
    ask_refill(c);
    drop_if_idle(c);
    return fault;
}

std::optional<Time> Dispatcher::oldest() const {
    std::optional<Time> out;
    for (const auto& [key, c] : channels_) {
        const auto waits = std::find_if(c->entries.begin(), c->entries.end(), [](const auto& e) {
            return e.second->delivery != nullptr;
        });
        if (waits == c->entries.end()) continue;
        const Time due = waits->second->delivery->due_at;
        if (!out || due < *out) out = due;
    }
    return out;
}

}  // namespace musubi
