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
            if (!matches(part.who, entity)) continue;
            parts.push_back(i);
            reach.from = std::min(reach.from, reach_of(part, totals_.period()).from);
        }
        if (parts.empty()) return {};
        const std::string group = group_of(measure_, entity);
        const Attribute* present = entity.find(source.attribute);
        for (const std::size_t i : parts) {
            totals_.join(group, i, entity.id, present != nullptr ? present->unit_code : "");
        }
        const auto readings = TRY(read(source, entity, reach, number, notes));
        if (notes.roots != nullptr) {
            (*notes.roots)[group].add(entity.id, source.attribute, readings);
        }
        for (const std::size_t i : parts) {
            const MeasurePart& part = measure_.parts[i];
            const std::optional<double> bound = bound_of(part, entity);
            const Period own = reach_of(part, totals_.period());
            for (const MeasuredReading& reading : readings) {
                if (own.covers(reading.at)) totals_.add(group, i, number, reading, bound);
            }
        }
        return {};
    }

    Result<std::vector<MeasuredReading>> read(const Source& source, const Entity& entity,
                                              const Period& reach, std::uint32_t number,
                                              const GatherNotes& notes) const {
        const auto wanted = [&](const Series&, const ChunkSummary& chunk) {
            return chunk.last_at >= reach.from && chunk.first_at < reach.to;
        };
        auto history = store_.history(caller_, entity.id, {source.attribute}, wanted);
        // It may have gone since the page was read.
        if (!history && history.error().code == ErrorCode::NotFound)
            return std::vector<MeasuredReading>{};
        if (!history) return history.error();
        for (Series& series : *history) {
            if (!series.dataset_id.empty()) continue;
            std::erase_if(series.points, [&](const Point& point) {
                return point.instance.sequence > notes.known_at;
            });
            if (notes.seen && !series.points.empty()) {
                notes.seen(number, source.attribute, series.points.back().instance);
            }
            return readings_of(series.points, reach);
        }
        return std::vector<MeasuredReading>{};
    }

    const Store& store_;
    const Caller& caller_;
    const Measure& measure_;
    MeasureTotals totals_;
};

}  // namespace

std::uint32_t EntityNumbers::of(const std::string& id) {
    return numbers_.try_emplace(id, static_cast<std::uint32_t>(numbers_.size())).first->second;
}

std::optional<std::uint32_t> EntityNumbers::find(const std::string& id) const {
    const auto found = numbers_.find(id);
    return found == numbers_.end() ? std::nullopt : std::optional{found->second};
}

Result<MeasureTotals> gather_measure(const Store& store, const Caller& caller,
                                     const Measure& measure, const Period& period,
                                     EntityNumbers& numbers, const GatherNotes& notes) {
    return Gathering{store, caller, measure, period}.run(numbers, notes);
}

Result<ComputedMeasure> compute_measure(const Store& store, const Caller& caller,
                                        const Measure& measure, const Period& period, Time as_of,
                                        const LeavesOut& leaves_out, std::uint64_t known_at) {
    EntityNumbers numbers;
    std::map<std::string, ReadingsRoot> roots;
    GatherNotes notes;
    notes.roots = &roots;
    notes.leaves_out = leaves_out;
    notes.known_at = known_at;
    const MeasureTotals totals =
        TRY(gather_measure(store, caller, measure, period, numbers, notes));
    ComputedMeasure out{.values = totals.values(as_of), .roots = {}};
    for (const MeasureValue& value : out.values) out.roots.push_back(roots[value.group].hex());
    return out;
}

}  // namespace musubi
