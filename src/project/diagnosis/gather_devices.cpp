#include <algorithm>
#include <set>

#include "project/diagnosis/diagnose.h"
#include "project/diagnosis/loop_reader.h"
#include "project/measures/reading.h"

namespace musubi {
namespace {

constexpr std::size_t kIntervals = 30;    // so many of the latest are looked at
constexpr std::size_t kFewIntervals = 3;  // fewer say nothing

/// The areas of links.
struct Reach {
    std::vector<GeoQuery> areas;
    bool complete = true;  ///< every link has one

    [[nodiscard]] std::optional<bool> of(const Entity& device) const {
        if (device.find(iri::kLocation) == nullptr) return std::nullopt;
        const bool inside =
            std::ranges::any_of(areas, [&](const GeoQuery& area) { return matches(area, device); });
        if (inside) return true;
        return complete && !areas.empty() ? std::optional{false} : std::nullopt;
    }
};

Reach reach_of_links(const std::vector<EntityPtr>& links) {
    Reach out;
    for (const EntityPtr& link : links) {
        const Json* area = link == nullptr ? nullptr : LoopReader::value(*link, "coverage");
        const Json* type = area == nullptr ? nullptr : area->find("type");
        const Json* coordinates = area == nullptr ? nullptr : area->find("coordinates");
        if (type == nullptr || !type->is_string() || coordinates == nullptr) {
            out.complete = false;
            continue;
        }
        auto query =
            parse_geo_query("intersects", type->string(), *coordinates, {}, *core_context());
        if (query) {
            out.areas.push_back(std::move(query).value());
        } else {
            out.complete = false;
        }
    }
    return out;
}

/// What was heard last, and of which attribute. Where nothing says when it was observed, what was
/// written after the entity was made; where that is not shown to the caller, that it was.
struct LastHeard {
    std::optional<Time> at;
    std::string attribute;
};

LastHeard last_heard(const Entity& entity) {
    LastHeard observed;
    LastHeard written;
    const auto take = [](LastHeard& of, Time at, const Attribute& attribute) {
        if (of.at && *of.at >= at) return;
        of = {at, std::string{attribute.name}};
    };
    for (const Attribute& attribute : entity.attributes) {
        if (attribute.observed_at) take(observed, *attribute.observed_at, attribute);
        if (attribute.modified_at > entity.created_at) {
            take(written, attribute.modified_at, attribute);
        }
    }
    if (!observed.at && !written.at && entity.modified_at > entity.created_at) {
        return {entity.modified_at, {}};
    }
    return observed.at ? observed : written;
}

/// The median time between the latest readings; zero: there are too few.
Result<Duration> usual_interval(const LoopReader& reader, const Entity& entity,
                                const LastHeard& heard) {
    const auto wanted = [&](const Series&, const ChunkSummary& chunk) {
        return chunk.last_at >= *heard.at;
    };
    auto history = reader.history(entity.id, heard.attribute, wanted);
    if (!history && history.error().code == ErrorCode::NotFound) return Duration{};
    if (!history) return history.error();
    const Period until_then{Time{}, *heard.at + microseconds(1)};
    std::vector<MeasuredReading> readings;
    for (const Series& series : *history) {
        if (!series.dataset_id.empty()) continue;
        readings = readings_of(series.points, {&until_then, 1});
    }
    std::vector<Duration> gaps;
    for (std::size_t i = readings.size(); i-- > 1 && gaps.size() < kIntervals;) {
        gaps.push_back(readings[i].at - readings[i - 1].at);
    }
    if (gaps.size() < kFewIntervals) return Duration{};
    const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
    std::ranges::nth_element(gaps, middle);
    return *middle;
}

Result<SeenDevice> see_device(const LoopReader& reader, const Entity& entity,
                              const std::string& type, Time now) {
    const LastHeard heard = last_heard(entity);
    SeenDevice out{.id = entity.id,
                   .type = type,
                   .known_since = entity.created_at,
                   .last_heard = heard.at,
                   .interval = {},
                   .in_reach = {}};
    // One that was heard lately is not silent, whatever its interval.
    const bool may_be_silent = heard.at && now - *heard.at >= diagnosis::kSilentAfter;
    if (may_be_silent && !heard.attribute.empty())
        out.interval = TRY(usual_interval(reader, entity, heard));
    return out;
}

}  // namespace

Result<std::vector<SeenDevice>> see_devices(const LoopReader& reader,
                                            const std::vector<std::string>& types, Time now,
                                            const std::vector<EntityPtr>& links) {
    const Reach reach = reach_of_links(links);
    std::vector<SeenDevice> out;
    std::set<std::string> known;
    for (const std::string& type : types) {
        EntityQuery query;
        query.types = TypeSelection{.type = type};
        for (const EntityPtr& entity : TRY(reader.all(query, kMaxSeenDevices - out.size()))) {
            if (!known.insert(entity->id).second) continue;
            out.push_back(TRY(see_device(reader, *entity, type, now)));
            out.back().in_reach = reach.of(*entity);
        }
    }
    return out;
}

}  // namespace musubi
