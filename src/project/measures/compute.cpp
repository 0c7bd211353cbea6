#include "project/measures/compute.h"

#include <algorithm>
#include <set>

namespace musubi {
namespace {

constexpr std::size_t kPage = 1'000;
// So many are gathered in one pass: what is held of them is bounded.
constexpr std::size_t kPeriodsAtOnce = 100;

// Parts that look at the same attribute of the same type are gathered in one pass over it.
struct Source {
    std::string type;
    std::string attribute;
    std::vector<std::size_t> parts;
};

std::vector<Source> sources_of(const Measure& measure) {
    std::vector<Source> sources;
    for (std::size_t i = 0; i < measure.parts.size(); ++i) {
        const MeasurePart& part = measure.parts[i];
        const auto same = [&](const Source& source) {
            return source.type == part.type && source.attribute == part.attribute;
        };
        auto found = std::find_if(sources.begin(), sources.end(), same);
        if (found == sources.end()) {
            sources.push_back({part.type, part.attribute, {}});
            found = std::prev(sources.end());
        }
        found->parts.push_back(i);
    }
    return sources;
}

// The states of a series in the reach, and when it began.
struct Heard {
    std::vector<Point> points;
    std::optional<ReadingTimes> times;
    [[nodiscard]] std::optional<Time> first() const {
        return times ? std::optional{times->first} : std::nullopt;
    }
};

// What is heard of: the states in the reach that were recorded by a commit.
struct Heeded {
    const std::string& entity;
    const std::string& attribute;
    Period reach;
    std::uint64_t known_at = UINT64_MAX;
};

// Chunks outside the reach are not read: their summaries tell from when to when the series goes.
Result<Heard> hear(const Store& store, const Caller& caller, const Heeded& of) {
    Heard out;
    const auto seen = [&out](Time at) {
        if (!out.times) out.times = ReadingTimes{at, at};
        out.times->first = std::min(out.times->first, at);
        out.times->last = std::max(out.times->last, at);
    };
    const auto wanted = [&](const Series& series, const ChunkSummary& chunk) {
        if (chunk.first.sequence > of.known_at) return false;
        const bool whole = chunk.last.sequence <= of.known_at;
        if (whole && series.dataset_id.empty()) {
            seen(chunk.first_at);
            seen(chunk.last_at);
        }
        return !whole || (chunk.last_at >= of.reach.from && chunk.first_at < of.reach.to);
    };
    auto history = store.history(caller, of.entity, {of.attribute}, wanted);
    // It may have gone since it was found.
    if (!history && history.error().code == ErrorCode::NotFound) return out;
    if (!history) return history.error();
    for (Series& series : *history) {
        if (!series.dataset_id.empty()) continue;
        std::erase_if(series.points,
                      [&](const Point& point) { return point.instance.sequence > of.known_at; });
        for (const Point& point : series.points) seen(point.at);
        out.points = std::move(series.points);
    }
    return out;
}

using GroupRoots = std::map<std::string, ReadingsRoot>;

// A measure for one or more periods, in one pass over who belongs to it.
class Gathering {
public:
    Gathering(const Store& store, const Caller& caller, const Measure& measure,
              std::span<const Period> periods)
        : store_{store}, caller_{caller}, measure_{measure} {
        totals_.reserve(periods.size());
        for (const Period& period : periods) totals_.emplace_back(measure, period);
    }

    /// `roots`: of each period, or none at all.
    Result<std::vector<MeasureTotals>> run(const GatherNotes& notes, std::span<GroupRoots> roots) {
        EntityNumbers own;
        EntityNumbers& numbers = notes.numbers != nullptr ? *notes.numbers : own;
        for (const Source& source : sources_of(measure_)) {
            EntityQuery query;
            query.types = TypeSelection{.type = source.type};
            query.limit = kPage;
            for (std::size_t found = kPage; found == kPage; query.offset += kPage) {
                const QueryResult page = TRY(store_.query(caller_, query));
                found = page.entities.size();
                for (const EntityPtr& entity : page.entities) {
                    if (notes.stop.stop_requested()) return computing_stopped();
                    TRY(take(source, *entity, numbers.of(entity->id), notes, roots));
                }
            }
        }
        return std::move(totals_);
    }

private:
    struct Found {
        const Source& source;
        const Entity& entity;
        std::uint32_t number;
        const std::vector<std::size_t>& parts;
    };

    Result<void> take(const Source& source, const Entity& entity, std::uint32_t number,
                      const GatherNotes& notes, std::span<GroupRoots> roots) {
        if (notes.leaves_out && notes.leaves_out(entity.types)) return {};
        std::vector<std::size_t> parts;
        for (const std::size_t i : source.parts) {
            if (belongs(measure_.parts[i], entity)) parts.push_back(i);
        }
        if (parts.empty()) return {};
        Heard heard = TRY(hear(store_, caller_,
                               {entity.id, source.attribute, reach_of_all(parts), notes.known_at}));
        if (notes.seen && !heard.points.empty()) {
            // In order of time, which is not that in which they were recorded.
            const auto newest = std::ranges::max_element(heard.points, {}, &Point::instance);
            notes.seen(number, source.attribute, newest->instance);
        }
        if (!std::ranges::is_sorted(heard.points, {}, &Point::at)) {  // nearly always it is
            std::ranges::stable_sort(heard.points, {}, &Point::at);
        }
        for (std::size_t n = 0; n < totals_.size(); ++n) {
            add({source, entity, number, parts}, heard, totals_[n],
                roots.empty() ? nullptr : &roots[n]);
        }
        return {};
    }

    // From the first moment to the last that any part looks at in any period.
    [[nodiscard]] Period reach_of_all(const std::vector<std::size_t>& parts) const {
        Period out = totals_.front().period();
        for (const MeasureTotals& totals : totals_) {
            out.to = std::max(out.to, totals.period().to);
            for (const std::size_t i : parts) {
                const Period reach = reach_of(measure_, measure_.parts[i], totals.period());
                out.from = std::min(out.from, reach.from);
            }
        }
        return out;
    }

    void add(const Found& found, const Heard& heard, MeasureTotals& totals, GroupRoots* roots) {
        const Entity& entity = found.entity;
        const std::string group = group_of(measure_, entity);
        const std::string each = each_of(measure_, entity);
        std::vector<Period> reaches;
        Period all = totals.period();
        for (const std::size_t i : found.parts) {
            reaches.push_back(reach_of(measure_, measure_.parts[i], totals.period()));
            all.from = std::min(all.from, reaches.back().from);
        }
        const auto first = std::ranges::lower_bound(heard.points, all.from, {}, &Point::at);
        const auto end =
            std::ranges::lower_bound(first, heard.points.end(), all.to, {}, &Point::at);
        const auto used = readings_of({first, end}, reaches);
        if (roots != nullptr) (*roots)[group].add(entity.id, found.source.attribute, used);
        for (std::size_t i = 0; i < reaches.size(); ++i) {
            const MeasurePlace place{group, each, found.parts[i]};
            totals.join(place, {heard.first()});
            const HeldAgainst against = held_against(measure_.parts[place.part], entity);
            for (const MeasuredReading& reading : used) {
                if (reaches[i].covers(reading.at))
                    totals.add(place, {found.number, entity.id}, reading, against);
            }
        }
    }

    const Store& store_;
    const Caller& caller_;
    const Measure& measure_;
    std::vector<MeasureTotals> totals_;
};

}  // namespace

Error computing_stopped() {
    return {
        ErrorCode::Busy,
        "サーバーが止まるところです。動き出したら、もう一度 / the server is stopping; try again "
        "when it is back"};
}

Result<std::optional<ReadingTimes>> reading_times(const Store& store, const Caller& caller,
                                                  const std::string& entity,
                                                  const std::string& attribute,
                                                  std::uint64_t known_at) {
    const Heard heard = TRY(hear(store, caller, {entity, attribute, Period{}, known_at}));
    return heard.times;
}

std::uint32_t EntityNumbers::of(const std::string& id) {
    return numbers_.try_emplace(id, static_cast<std::uint32_t>(numbers_.size())).first->second;
}

std::optional<std::uint32_t> EntityNumbers::find(const std::string& id) const {
    const auto found = numbers_.find(id);
    return found == numbers_.end() ? std::nullopt : std::optional{found->second};
}

Result<MeasureTotals> gather_measure(const Store& store, const Caller& caller,
                                     const Measure& measure, const Period& period,
                                     const GatherNotes& notes) {
    auto totals = TRY((Gathering{store, caller, measure, {&period, 1}}.run(notes, {})));
    return std::move(totals.front());
}

Result<std::vector<ComputedMeasure>> compute_measures(const Store& store, const Caller& caller,
                                                      const Measure& measure,
                                                      std::span<const Period> periods,
                                                      const ComputedAt& at) {
    GatherNotes notes;
    notes.leaves_out = at.leaves_out;
    notes.known_at = at.known_at;
    notes.stop = at.stop;
    static const std::string of_nothing = ReadingsRoot{}.hex();
    std::vector<ComputedMeasure> out;
    while (!periods.empty()) {
        const auto some = periods.first(std::min(periods.size(), kPeriodsAtOnce));
        periods = periods.subspan(some.size());
        std::vector<GroupRoots> roots(some.size());
        const auto totals = TRY((Gathering{store, caller, measure, some}.run(notes, roots)));
        for (std::size_t n = 0; n < some.size(); ++n) {
            ComputedMeasure one{.values = totals[n].values(at.as_of), .roots = {}};
            for (const MeasureValue& value : one.values) {
                // Of few readings the root tells what they were.
                const bool hidden = value.lack == MeasureLack::TooSmall;
                one.roots.push_back(hidden ? of_nothing : roots[n][value.group].hex());
            }
            out.push_back(std::move(one));
        }
    }
    return out;
}

Result<ComputedMeasure> compute_measure(const Store& store, const Caller& caller,
                                        const Measure& measure, const Period& period,
                                        const ComputedAt& at) {
    return std::move(TRY(compute_measures(store, caller, measure, {&period, 1}, at)).front());
}

}  // namespace musubi
