#include <algorithm>

#include "insight/lookahead/stored_time.h"
#include "insight/rules/rule_engine.h"

namespace musubi {
namespace {

constexpr std::uint64_t kSilenceFormat = 1;

/// What the ids of a feed's entities have in common.
std::string feed_name(const Tracked& t) {
    const std::size_t colon = t.id.rfind(':');
    return colon == std::string::npos ? t.type->type : t.id.substr(0, colon);
}

bool is_most(const FeedSilence& feed, const RuleConfig& rule) {
    return feed.silent >= rule.at_least && feed.silent > rule.share * feed.monitored;
}

}  // namespace

// ---- which feed --------------------------------------------------------------------------------

std::uint32_t RuleEngine::feed_of(const Tracked& t) {
    const std::string name = feeds_.size() < kMaxFeeds ? feed_name(t) : t.type->type;
    const std::string key = t.type->type + '\n' + name;
    const auto known = feed_by_name_.find(key);
    if (known != feed_by_name_.end()) return known->second;
    const auto index = static_cast<std::uint32_t>(feeds_.size());
    RuledFeed& feed = feeds_.emplace_back();
    feed.name = name;
    feed.type = t.type;
    feed.silences.resize(t.type->silent.size());
    feed_by_name_.emplace(key, index);
    return index;
}

void RuleEngine::mark_feed(std::uint32_t index) {
    if (feeds_[index].dirty) return;
    feeds_[index].dirty = true;
    dirty_feeds_.push_back(index);
}

std::vector<std::pair<std::string, std::string>> RuleEngine::dirty_feeds() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (const std::uint32_t index : dirty_feeds_) {
        const RuledFeed& feed = feeds_[index];
        std::string bytes;
        ByteWriter writer{bytes};
        writer.number(kSilenceFormat);
        writer.number(feed.silences.size());
        for (std::size_t i = 0; i < feed.silences.size(); ++i) {
            writer.text(feed.type->rules[feed.type->silent[i]].config.id);
            writer.text(feed.silences[i].alert);
            writer.signed_number(feed.silences[i].restart.us);
        }
        out.emplace_back(feed.type->type + '\n' + feed.name, std::move(bytes));
    }
    return out;
}

Result<void> RuleEngine::load_feed(std::string_view name, std::string_view bytes) {
    const auto known = feed_by_name_.find(name);
    ByteReader in{bytes};
    const std::uint64_t format = in.number();
    if (format > kSilenceFormat) {
        return Error{ErrorCode::Unsupported, "the state of a rule was written by a later release"};
    }
    for (std::uint64_t left = in.number(); left > 0 && !in.failed(); --left) {
        const std::string rule{in.text()};
        const std::string alert{in.text()};
        const Time restart = read_time(in);
        if (known == feed_by_name_.end()) continue;
        RuledFeed& feed = feeds_[known->second];
        for (std::size_t i = 0; i < feed.silences.size(); ++i) {
            if (feed.type->rules[feed.type->silent[i]].config.id != rule) continue;
            if (!alert.empty()) ++open_feeds_;
            feed.silences[i].alert = alert;
            feed.silences[i].restart = restart;
            break;
        }
    }
    if (in.failed()) return Error{ErrorCode::Corrupt, "the state of a feed can not be read"};
    return {};
}

// ---- one sensor --------------------------------------------------------------------------------

Time RuleEngine::silent_from(std::uint32_t index, std::size_t place) const {
    const Tracked& t = tracked_[index];
    const Rule& rule = t.type->rules[t.type->silent[place]];
    const FeedSilence& feed = feeds_[feed_index_[index]].silences[place];
    return std::max(*t.numbers[rule.value].at, feed.restart) + rule.config.after;
}

void RuleEngine::watch(std::uint32_t index, std::size_t place) {
    Tracked& t = tracked_[index];
    const Rule& rule = t.type->rules[t.type->silent[place]];
    if (!t.numbers[rule.value].at) return;  // a sensor begins with its first reading
    FeedSilence& feed = feeds_[feed_index_[index]].silences[place];
    t.silences[place].watched = true;
    ++feed.monitored;
    if (t.silences[place].silent) ++feed.silent;
}

void RuleEngine::push_silence(std::uint32_t index, std::size_t place) {
    timers_.push({silent_from(index, place), index, tracked_[index].generation,
                  static_cast<std::uint32_t>(place), TimerKind::Silence});
}

void RuleEngine::heard(std::uint32_t index, std::size_t slot, Time at) {
    Tracked& t = tracked_[index];
    for (std::size_t place = 0; place < t.silences.size(); ++place) {
        const Rule& rule = t.type->rules[t.type->silent[place]];
        if (rule.value != slot) continue;
        FeedSilence& feed = feeds_[feed_index_[index]].silences[place];
        SilenceState& silence = t.silences[place];
        if (silence.silent) {
            close_single(index, place, at);
            silence.silent = false;
            --feed.silent;
        } else if (silence.watched) {
            continue;  // its timer is under way
        } else {
            silence.watched = true;
            ++feed.monitored;
        }
        push_silence(index, place);
    }
}

void RuleEngine::fire_silence(std::uint32_t index, std::size_t place, Time now) {
    Tracked& t = tracked_[index];
    SilenceState& silence = t.silences[place];
    if (silence.silent) return;
    const Time due = silent_from(index, place);
    if (due >= now) {
        push_silence(index, place);
        return;
    }
    silence.silent = true;
    silence.since = due;
    ++feeds_[feed_index_[index]].silences[place].silent;
    newly_silent_.emplace_back(index, place);
    mark(index);
}

void RuleEngine::open_single(std::uint32_t index, std::size_t place) {
    Tracked& t = tracked_[index];
    SilenceState& silence = t.silences[place];
    const Rule& rule = t.type->rules[t.type->silent[place]];
    silence.alert = alert_id(rules_->pack, t.id, rule.config.group, silence.since);
    AlertEvent event = event_of(t, &rule, silence.since);
    event.alert = silence.alert;
    events_.push_back(std::move(event));
    mark(index);
}

void RuleEngine::close_single(std::uint32_t index, std::size_t place, Time at) {
    Tracked& t = tracked_[index];
    SilenceState& silence = t.silences[place];
    if (silence.alert.empty()) return;
    AlertEvent event = event_of(t, &t.type->rules[t.type->silent[place]], at);
    event.kind = AlertEvent::Kind::Close;
    event.alert = std::exchange(silence.alert, {});
    events_.push_back(std::move(event));
    mark(index);
}

void RuleEngine::forget_silence(std::uint32_t index, Time at) {
    Tracked& t = tracked_[index];
    for (std::size_t place = 0; place < t.silences.size(); ++place) {
        if (!t.silences[place].watched) continue;
        FeedSilence& feed = feeds_[feed_index_[index]].silences[place];
        --feed.monitored;
        if (t.silences[place].silent) --feed.silent;
        close_single(index, place, at);
    }
}

// ---- the whole feed ----------------------------------------------------------------------------

void RuleEngine::review_feeds(Time now) {
    const auto since = [&](const auto& fallen) {
        return tracked_[fallen.first].silences[fallen.second].since;
    };
    std::sort(newly_silent_.begin(), newly_silent_.end(), [&](const auto& a, const auto& b) {
        return since(a) != since(b) ? since(a) < since(b)
                                    : tracked_[a.first].id < tracked_[b.first].id;
    });
    const auto fallen = std::exchange(newly_silent_, {});
    for (const auto& one : fallen) {
        const std::uint32_t index = one.first;
        const std::size_t place = one.second;
        const std::uint32_t feed = feed_index_[index];
        const FeedSilence& state = feeds_[feed].silences[place];
        if (!state.alert.empty()) continue;
        const TypeRules& type = *tracked_[index].type;
        if (!is_most(state, type.rules[type.silent[place]].config)) {
            open_single(index, place);
            continue;
        }
        // The last of them made it the whole feed.
        const auto last = std::find_if(fallen.rbegin(), fallen.rend(), [&](const auto& other) {
            return feed_index_[other.first] == feed && other.second == place;
        });
        open_feed(feed, place, since(*last));
    }
    for (std::uint32_t feed = 0; open_feeds_ > 0 && feed < feeds_.size(); ++feed) {
        for (std::size_t place = 0; place < feeds_[feed].silences.size(); ++place) {
            const FeedSilence& state = feeds_[feed].silences[place];
            const TypeRules& type = *feeds_[feed].type;
            if (state.alert.empty() || is_most(state, type.rules[type.silent[place]].config)) {
                continue;
            }
            close_feed(feed, place, now);
        }
    }
}

void RuleEngine::open_feed(std::uint32_t feed, std::size_t place, Time at) {
    RuledFeed& whole = feeds_[feed];
    FeedSilence& state = whole.silences[place];
    const Rule& rule = whole.type->rules[whole.type->silent[place]];
    AlertEvent event{.rule = &rule, .of_feed = true, .source = whole.name};
    event.name = local_id(whole.name);
    event.at = at;
    event.clock = std::max(newest_, at);
    event.count = state.silent;
    state.alert = alert_id(rules_->pack, whole.name, rule.config.group, at);
    event.alert = state.alert;
    for (std::uint32_t i = 0; i < tracked_.size(); ++i) {
        const Tracked& t = tracked_[i];
        if (!t.alive || feed_index_[i] != feed || !t.silences[place].silent) continue;
        event.synthetic = event.synthetic || t.synthetic;
        // What fell silent shortly before was the same failure; what was silent long since is not.
        if (t.silences[place].since + rule.config.after > at) close_single(i, place, at);
    }
    events_.push_back(std::move(event));
    ++open_feeds_;
    mark_feed(feed);
}

void RuleEngine::close_feed(std::uint32_t feed, std::size_t place, Time now) {
    const Time back = std::min(newest_, now);  // what came back was read by then
    RuledFeed& whole = feeds_[feed];
    FeedSilence& state = whole.silences[place];
    AlertEvent event{.kind = AlertEvent::Kind::Close,
                     .rule = &whole.type->rules[whole.type->silent[place]],
                     .of_feed = true,
                     .source = whole.name};
    event.alert = std::exchange(state.alert, {});
    event.name = local_id(whole.name);
    event.at = back;
    event.clock = std::max(newest_, now);
    event.count = state.silent;
    events_.push_back(std::move(event));
    --open_feeds_;
    state.restart = back;
    for (std::uint32_t i = 0; i < tracked_.size(); ++i) {
        Tracked& t = tracked_[i];
        if (!t.alive || feed_index_[i] != feed) continue;
        SilenceState& silence = t.silences[place];
        if (!silence.silent || !silence.alert.empty()) continue;
        silence.silent = false;
        --state.silent;
        mark(i);
        push_silence(i, place);
    }
    mark_feed(feed);
}

}  // namespace musubi
