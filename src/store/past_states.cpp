#include "store/past_states.h"

#include <algorithm>

#include "store/codec.h"

namespace musubi {
namespace {

// One attribute and dataset on its way through the past.
struct Followed {
    const Series* series = nullptr;
    std::uint64_t rewritten = 0;  // what was before is not known
    bool known = false;           // a state of it was met
    bool open = false;            // which of its states was the present one can not be told
    Time newest;                  // of the event times so far
};

struct Step {
    std::uint64_t moment = 0;
    const Point* point = nullptr;
    std::size_t of = 0;  // place in the followed
};

// The entity as it was, step by step.
class Replay {
public:
    Replay(const PastStates& states, const EntityPast& past, Entity first)
        : states_{states}, state_{std::move(first)} {
        for (const Series& series : past.conditions) follow(series, past);
        std::sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) {
            return std::tie(a.moment, a.point->instance) < std::tie(b.moment, b.point->instance);
        });
    }

    /// When something of it becomes another, or known; in no order.
    [[nodiscard]] std::vector<std::uint64_t> moments() const {
        std::vector<std::uint64_t> out;
        for (const Step& step : steps_) out.push_back(step.moment);
        for (const Followed& followed : followed_) out.push_back(followed.rewritten);
        return out;
    }
    /// Takes the steps up to that moment. Fails: Corrupt.
    Result<void> take(std::uint64_t moment) {
        for (; next_ < steps_.size() && steps_[next_].moment <= moment; ++next_) {
            TRY(take(steps_[next_]));
        }
        return {};
    }
    void be(const Belonging& belonging) {
        state_.types = belonging.types;
        state_.scopes = belonging.scopes;
    }
    [[nodiscard]] const Entity& state() const { return state_; }
    /// True where each attribute is known after that moment.
    [[nodiscard]] bool knows(std::uint64_t moment) const {
        return std::all_of(followed_.begin(), followed_.end(), [&](const Followed& f) {
            return f.known && !f.open && f.rewritten <= moment;
        });
    }
    /// When the scopes were set for the last time before that moment; 0: not since it was made.
    [[nodiscard]] std::uint64_t last_scopes(std::uint64_t before) const {
        std::uint64_t last = 0;
        for (const std::uint64_t moment : scopes_) {
            if (moment < before) last = std::max(last, moment);
        }
        return last;
    }

private:
    void follow(const Series& series, const EntityPast& past) {
        const bool scopes = series.name == iri::kScope;
        Followed followed{.series = &series};
        for (const auto& [name, moment] : past.rewritten) {
            if (name == series.name) followed.rewritten = std::max(followed.rewritten, moment);
        }
        bool any = false;
        for (const Point& point : series.points) {
            if (states_.is_of_another_life(point)) continue;
            any = true;
            const std::uint64_t moment = states_.moment_of(point);
            if (scopes) {
                scopes_.push_back(moment);
            } else {
                steps_.push_back({moment, &point, followed_.size()});
            }
        }
        if (any && !scopes) followed_.push_back(followed);
    }

    Result<void> take(const Step& step) {
        Followed& followed = followed_[step.of];
        const Point& point = *step.point;
        // It joined history and left the present state alone, or it did not: both can be.
        const bool maybe_late = was_observed(point) && followed.known && point.at < followed.newest;
        Attribute attribute =
            TRY(from_point(followed.series->name, followed.series->dataset_id, point));
        followed.open = maybe_late || attribute.expires_at;
        followed.newest = followed.known ? std::max(followed.newest, point.at) : point.at;
        followed.known = true;
        const std::size_t place = state_.place_of(attribute.name, attribute.dataset_id);
        const bool there = place < state_.attributes.size();
        if (point.deleted) {
            if (there) state_.attributes.erase(place);
        } else if (there) {
            state_.attributes.put(place, std::make_shared<const Attribute>(std::move(attribute)));
        } else {
            state_.attributes.push_back(std::move(attribute));
        }
        return {};
    }

    const PastStates& states_;
    Entity state_;
    std::vector<Followed> followed_;
    std::vector<Step> steps_;
    std::vector<std::uint64_t> scopes_;
    std::size_t next_ = 0;
};

}  // namespace

PastStates::PastStates(const EntityPast& past) : past_{&past} {
    auto end = past.former.end();
    is_told_ = past.present != nullptr;
    if (past.present) {
        last_ = {past.present->types, past.present->scopes};
    } else if (end != past.former.begin() && std::prev(end)->gone) {
        last_ = (--end)->was;
        end_ = end->end;
        is_told_ = true;
    } else if (past.departed) {
        last_.types = past.departed->types;
    }
    if (past.copied) {
        if (past.present) begin_at_ = past.present->created_at;
        return;
    }
    auto begin = end;
    while (begin != past.former.begin() && !std::prev(begin)->gone) --begin;
    former_.assign(begin, end);
    if (begin != past.former.begin()) begin_ = std::prev(begin)->end;
}

std::uint64_t PastStates::moment_of(const Point& point) const {
    return past_->copied ? static_cast<std::uint64_t>(std::max<std::int64_t>(0, point.recorded.us))
                         : point.instance.sequence;
}

bool PastStates::is_of_another_life(const Point& point) const {
    if (begin_at_) return point.recorded < *begin_at_;
    if (past_->copied) return false;
    const bool before = point.instance < begin_;
    const bool after = end_ && !(point.instance < *end_);
    return before || after || (past_->gone_at && point.recorded <= *past_->gone_at);
}

std::vector<std::string> PastStates::all_types() const {
    std::vector<std::string> types = last_.types;
    for (const FormerBelonging& former : former_) {
        types.insert(types.end(), former.was.types.begin(), former.was.types.end());
    }
    std::sort(types.begin(), types.end());
    types.erase(std::unique(types.begin(), types.end()), types.end());
    return types;
}

Result<void> PastStates::each(const Governance::Looked& looked, const Use& use) const {
    Entity first;
    first.id = past_->id;
    const EntityPtr& last = past_->present ? past_->present : past_->departed;
    if (last) first.created_at = last->created_at;
    Replay replay{*this, *past_, std::move(first)};
    const std::uint64_t told = former_.empty() ? UINT64_MAX : former_.front().end.sequence;
    const std::uint64_t unscoped = looked.at_scopes ? replay.last_scopes(told) : 0;
    std::vector<std::uint64_t> moments = replay.moments();
    for (const FormerBelonging& former : former_) moments.push_back(former.end.sequence);
    moments.push_back(unscoped);
    moments.push_back(0);
    std::sort(moments.begin(), moments.end());
    moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
    auto stretch = former_.begin();
    for (const std::uint64_t moment : moments) {
        while (stretch != former_.end() && stretch->end.sequence <= moment) ++stretch;
        replay.be(stretch == former_.end() ? last_ : stretch->was);
        TRY(replay.take(moment));
        auto known = moment < unscoped ? Governance::Known::Unscoped : Governance::Known::Whole;
        if (looked.at_times || !replay.knows(moment)) known = Governance::Known::Part;
        use(moment, replay.state(), known);
    }
    return {};
}

Result<EntityPtr> PastStates::after(const Governance::Looked& looked,
                                    std::uint64_t sequence) const {
    const bool is_earlier = sequence < begin_.sequence || past_->gone_at;
    const bool is_later = end_ && end_->sequence <= sequence;
    EntityPtr found;
    if (!is_told_ || past_->copied || is_earlier || is_later) return found;
    TRY(each(looked, [&](std::uint64_t moment, const Entity& state, Governance::Known known) {
        if (moment > sequence) return;
        const bool is_known = known == Governance::Known::Whole;
        found = is_known ? std::make_shared<const Entity>(state) : nullptr;
    }));
    return found;
}

}  // namespace musubi
