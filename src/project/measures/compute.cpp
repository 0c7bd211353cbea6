#include "project/measures/compute.h"

#include <algorithm>
#include <set>

namespace musubi {
namespace {

constexpr std::size_t kPage = 1'000;

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
    std::optional<Time> first;
};

// What is heard of: the states in the reach that were recorded by a commit.
struct Heeded {
    const std::string& entity;
    const std::string& attribute;
    Period reach;
    std::uint64_t known_at = UINT64_MAX;
};

// Chunks before the reach are not read: their summaries tell when the series began.
Result<Heard> hear(const Store& store, const Caller& caller, const Heeded& of) {
    Heard out;
    const auto seen = [&out](Time at) { out.first = std::min(out.first.value_or(at), at); };
    const auto wanted = [&](const Series& series, const ChunkSummary& chunk) {
        if (chunk.first.sequence > of.known_at) return false;
        const bool whole = chunk.last.sequence <= of.known_at;
        if (whole && series.dataset_id.empty()) seen(chunk.first_at);
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

class Gathering {
public:
    Gathering(const Store& store, const Caller& caller, const Measure& measure,
              const Period& period)
        : store_{store}, caller_{caller}, measure_{measure}, totals_{measure, period} {}

    Result<MeasureTotals> run(EntityNumbers& numbers, const GatherNotes& notes) {
        for (const Source& source : sources_of(measure_)) {
            EntityQuery query;
            query.types = TypeSelection{.type = source.type};
            query.limit = kPage;
            for (std::size_t found = kPage; found == kPage; query.offset += kPage) {
                const QueryResult page = TRY(store_.query(caller_, query));
                found = page.entities.size();
                for (const EntityPtr& entity : page.entities) {
                    TRY(take(source, *entity, numbers.of(entity->id), notes));
                }
            }
        }
        return std::move(totals_);
    }

private:
    Result<void> take(const Source& source, const Entity& entity, std::uint32_t number,
                      const GatherNotes& notes) {
        if (notes.leaves_out && notes.leaves_out(entity.types)) return {};
        std::vector<std::size_t> parts;
        Period reach = totals_.period();
        for (const std::size_t i : source.parts) {
            const MeasurePart& part = measure_.parts[i];
            if (!belongs(part, entity)) continue;
            parts.push_back(i);
            reach.from = std::min(reach.from, reach_of(measure_, part, totals_.period()).from);
        }
        if (parts.empty()) return {};
        const Heard heard =
            TRY(hear(store_, caller_, {entity.id, source.attribute, reach, notes.known_at}));
        if (notes.seen && !heard.points.empty()) {
            notes.seen(number, source.attribute, heard.points.back().instance);
        }
        add(source, entity, {number, parts, heard}, notes);
        return {};
    }

    struct Found {
        std::uint32_t number;
        const std::vector<std::size_t>& parts;
        const Heard& heard;
    };
    void add(const Source& source, const Entity& entity, const Found& found,
             const GatherNotes& notes) {
        const std::string group = group_of(measure_, entity);
        const std::string each = each_of(measure_, entity);
        const Attribute* present = entity.find(source.attribute);
        std::vector<Period> reaches;
        for (const std::size_t i : found.parts) {
            reaches.push_back(reach_of(measure_, measure_.parts[i], totals_.period()));
        }
        const auto used = readings_of(found.heard.points, reaches);
        if (notes.roots != nullptr) {
            (*notes.roots)[group].add(entity.id, source.attribute, used);
        }
        for (std::size_t i = 0; i < reaches.size(); ++i) {
            const MeasurePlace place{group, each, found.parts[i]};
            totals_.join(place, {entity.id, present != nullptr ? present->unit_code : "",
                                 found.heard.first});
            const HeldAgainst against = held_against(measure_.parts[place.part], entity);
            for (const MeasuredReading& reading : used) {
                if (reaches[i].covers(reading.at)) {
                    totals_.add(place, found.number, reading, against);
                }
            }
        }
    }

    const Store& store_;
    const Caller& caller_;
    const Measure& measure_;
    MeasureTotals totals_;
};

}  // namespace

Result<std::optional<Time>> first_reading(const Store& store, const Caller& caller,
                                          const std::string& entity, const std::string& attribute,
                                          std::uint64_t known_at) {
    const Heard heard = TRY(hear(store, caller, {entity, attribute, Period{}, known_at}));
    return heard.first;
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
    EntityNumbers own;
    EntityNumbers& numbers = notes.numbers != nullptr ? *notes.numbers : own;
    return Gathering{store, caller, measure, period}.run(numbers, notes);
}

Result<ComputedMeasure> compute_measure(const Store& store, const Caller& caller,
                                        const Measure& measure, const Period& period,
                                        const ComputedAt& at) {
    std::map<std::string, ReadingsRoot> roots;
    GatherNotes notes;
    notes.roots = &roots;
    notes.leaves_out = at.leaves_out;
    notes.known_at = at.known_at;
    const MeasureTotals totals = TRY(gather_measure(store, caller, measure, period, notes));
    ComputedMeasure out{.values = totals.values(at.as_of), .roots = {}};
    for (const MeasureValue& value : out.values) out.roots.push_back(roots[value.group].hex());
    return out;
}

}  // namespace musubi
