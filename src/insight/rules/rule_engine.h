#pragma once

#include <deque>
#include <memory>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "insight/rules/alert_event.h"
#include "insight/rules/neighbourhood.h"
#include "insight/rules/tracked.h"
#include "store/change.h"

namespace musubi {

/// How a whole feed stands with one rule that looks for silence. A feed is known by what the ids
/// of its entities have in common: all up to the last colon.
struct FeedSilence {
    std::string alert;  ///< id of the one alert; empty: there is none
    Time restart;       ///< when it came back: sensors have from then on to be heard again
    std::uint32_t monitored = 0;
    std::uint32_t silent = 0;
};
struct RuledFeed {
    std::string name;
    const TypeRules* type = nullptr;
    std::vector<FeedSilence> silences;  ///< by place in TypeRules::silent
    bool dirty = false;
};

/// Sees each reading that a look-ahead sees, as it sees it: for the back-test.
class GaugeWatcher {
public:
    GaugeWatcher() = default;
    GaugeWatcher(const GaugeWatcher&) = delete;
    GaugeWatcher& operator=(const GaugeWatcher&) = delete;
    virtual ~GaugeWatcher() = default;
    virtual void saw(const Tracked& gauge, const Rise& rise, Time clock, double neighbours) = 0;
};

/// The rules of one tenant at work: a fold over its changes, without a store and without a clock.
/// The same changes give the same events and the same state, wherever it was stopped, kept and
/// taken up again in between. For one thread.
class RuleEngine {
public:
    /// Beyond, further entities are not watched.
    static constexpr std::size_t kMaxTracked = 200'000;
    /// Beyond, feeds of one type count as one.
    static constexpr std::size_t kMaxFeeds = 10'000;

    explicit RuleEngine(std::shared_ptr<const RuleSet> rules) : rules_{std::move(rules)} {}

    // -- taking up what was kept; then start()
    /// Fails: Corrupt, Unsupported.
    Result<void> load(std::string_view id, std::string_view view, std::string_view state);
    Result<void> load_feed(std::string_view name, std::string_view bytes);
    /// An entity the rules have never seen: what it held before `sequence` and with it.
    void adopt(const Entity& entity, std::uint64_t sequence, Time now);
    [[nodiscard]] bool knows(std::string_view id) const;
    /// `newest` is what newest() was.
    void start(Time newest);

    // -- at work
    /// What a change brings. In a replay time passes by the readings themselves.
    void take(const Change& change, bool replay);
    /// What time alone brings, up to `now`.
    void pass(Time now);
    /// What came about since it was asked last, in order.
    std::vector<AlertEvent> take_events();
    /// The newest event time of all readings so far.
    [[nodiscard]] Time newest() const { return newest_; }

    // -- keeping it
    struct Kept {
        std::string id;
        std::optional<std::string> view;   ///< where it is to be written
        std::optional<std::string> state;  ///< where it is to be written
        bool gone = false;                 ///< the entity was deleted
    };
    [[nodiscard]] bool is_dirty() const {
        return !dirty_.empty() || !dirty_feeds_.empty() || !gone_.empty();
    }
    /// What is to be kept now. Without end() the next call gives it again.
    [[nodiscard]] std::vector<Kept> dirty_entities() const;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> dirty_feeds() const;
    void end_keeping();
    /// An alert got another id than was asked for.
    void rename(const std::string& asked, const std::string& given);

    /// Shows each reading of gauges to `watcher`, which outlives this.
    void show_to(GaugeWatcher& watcher) { watcher_ = &watcher; }

    [[nodiscard]] std::size_t tracked() const { return by_id_.size(); }

private:
    enum class TimerKind : std::uint8_t { Hold, Silence, Call };
    struct Timer {
        Time due;
        std::uint32_t entity;
        std::uint32_t generation;
        std::uint32_t rule;  // of Silence: place in TypeRules::silent
        TimerKind kind;
        friend bool operator>(const Timer& a, const Timer& b) { return a.due > b.due; }
    };
    enum class Role : std::uint8_t { Reading, Number, Name, Location, Synthetic, Queried, None };
    struct Item {
        std::uint32_t ordinal;
        std::uint32_t entity;
        Role role;
        std::uint32_t slot;
        const AttributeChange* change;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    // rule_engine.cpp
    std::optional<std::uint32_t> track(const TypeRules& type, std::string_view id);
    void drop(std::uint32_t index, Time at);
    void gather(const EntityChange& entity, std::vector<Item>& items);
    [[nodiscard]] std::pair<Role, std::uint32_t> role_of(const TypeRules& type,
                                                         const std::string& name) const;
    void apply(std::span<const Item> items, Time recorded, bool replay);
    void set_datum(Tracked& tracked, const Item& item);
    bool set_reading(Tracked& tracked, const Item& item, Time at);
    static void set_queried(Tracked& tracked, const AttributeChange& change);
    void mark(std::uint32_t index);
    void mark_feed(std::uint32_t index);
    [[nodiscard]] Time time_of(std::span<const Item> items, Time recorded, bool replay) const;

    // rule_judging.cpp
    void settle(std::uint32_t index, Time at);
    void judge(std::uint32_t index, Time at, std::span<const std::size_t> fresh);
    void judge_look_ahead(std::uint32_t index, std::size_t rule);
    void show_gauges(std::uint32_t index, std::span<const std::size_t> fresh);
    void decide(std::uint32_t index, std::size_t group, Time at);
    [[nodiscard]] double neighbours_of(std::uint32_t index, const Rule& rule);
    [[nodiscard]] AlertEvent event_of(const Tracked& tracked, const Rule* rule, Time at) const;
    void fire_hold(std::uint32_t index, std::size_t rule, Time now);
    void fire_call(std::uint32_t index, std::size_t rule, Time now);
    void push_timers(std::uint32_t index);
    void trim_timers();

    // silence.cpp
    std::uint32_t feed_of(const Tracked& tracked);
    void heard(std::uint32_t index, std::size_t slot, Time at);
    void watch(std::uint32_t index, std::size_t place);
    void push_silence(std::uint32_t index, std::size_t place);
    [[nodiscard]] Time silent_from(std::uint32_t index, std::size_t place) const;
    void fire_silence(std::uint32_t index, std::size_t place, Time now);
    void review_feeds(Time now);
    void open_feed(std::uint32_t feed, std::size_t place, Time at);
    void close_feed(std::uint32_t feed, std::size_t place, Time now);
    void open_single(std::uint32_t index, std::size_t place);
    void close_single(std::uint32_t index, std::size_t place, Time at);
    void forget_silence(std::uint32_t index, Time at);

    std::shared_ptr<const RuleSet> rules_;
    std::deque<Tracked> tracked_;
    std::vector<std::uint32_t> free_;
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> by_id_;
    std::deque<RuledFeed> feeds_;
    std::vector<std::uint32_t> feed_index_;  // by tracked
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> feed_by_name_;
    std::vector<std::pair<std::uint32_t, std::size_t>> newly_silent_;  // (tracked, place)
    std::size_t open_feeds_ = 0;                                       // that have an alert
    Neighbourhood neighbourhood_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::size_t most_timers_ = 4096;
    Time newest_{INT64_MIN / 2};
    GaugeWatcher* watcher_ = nullptr;
    std::vector<AlertEvent> events_;
    std::vector<std::uint32_t> dirty_;
    std::vector<std::uint32_t> dirty_feeds_;
    std::vector<std::string> gone_;
    std::vector<Item> items_;  // kept for its memory
    std::vector<std::size_t> fresh_;
};

}  // namespace musubi
