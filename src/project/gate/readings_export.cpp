#include "project/gate/readings_export.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <span>

#include "project/measures/compute.h"
#include "project/measures/reading.h"
#include "store/codec.h"

namespace musubi {
namespace {

// What is exported of the entities of one type.
struct ExportedType {
    std::string type;
    std::set<std::string> measured;  // attributes with their readings
    std::set<std::string> looked_at;
    Period reach;
};

std::vector<ExportedType> exported_types(const MeasureSet& measures, const StageQuestion& question,
                                         Time at) {
    std::map<std::string, ExportedType> types;
    for (const StageQuestion::Expectation& expectation : question.expectations) {
        const Measure* measure = measures.find(expectation.measure);
        if (measure == nullptr) continue;
        const Period first = period_at(measure->period, question.baseline_from);
        for (const MeasurePart& part : measure->parts) {
            const Period reach{reach_of(*measure, part, first).from, std::max(at, first.to)};
            auto [found, fresh] =
                types.try_emplace(part.type, ExportedType{part.type, {}, {}, reach});
            ExportedType& type = found->second;
            type.reach.from = std::min(type.reach.from, reach.from);
            type.reach.to = std::max(type.reach.to, reach.to);
            type.measured.insert(part.attribute);
            type.looked_at.insert(part.looks_at.begin(), part.looks_at.end());
        }
    }
    std::vector<ExportedType> out;
    for (auto& [name, type] : types) out.push_back(std::move(type));
    return out;
}

Json state_of(const Attribute& attribute) {
    Json out;
    out.set("name", std::string_view{attribute.name});
    out.set("kind", static_cast<std::int64_t>(attribute.kind));
    out.set("value", attribute.value);
    if (!attribute.unit_code.empty()) out.set("unit", attribute.unit_code);
    if (attribute.observed_at) out.set("at", attribute.observed_at->us);
    return out;
}

std::string day_of(Time at) { return to_iso(at + kJapan).substr(0, 10); }

class EntityExport {
public:
    EntityExport(const Store& store, const Caller& caller, const ExportedType& type,
                 const GateMoment& moment)
        : store_{store}, caller_{caller}, type_{type}, moment_{moment} {}

    // Whether the entity was there at the moment: something of it was recorded by then.
    Result<bool> was_known(const Entity& entity) const {
        if (entity.attributes.empty()) return true;
        const auto by_then = [&](InstanceId instance) {
            return instance.sequence <= moment_.sequence;
        };
        for (const Attribute& attribute : entity.attributes) {
            if (by_then(attribute.instance)) return true;
        }
        for (const Series& series : TRY(store_.history(caller_, entity.id, {}))) {
            for (const Point& point : series.points) {
                if (by_then(point.instance)) return true;
            }
        }
        return false;
    }

    Result<void> write(const Entity& entity, std::string& out) const {
        Json head;
        head.set("entity", entity.id);
        Json::Array types;
        for (const std::string& type : entity.types) types.emplace_back(type);
        head.set("types", std::move(types));
        if (!entity.guardian.empty()) head.set("guardian", entity.guardian);
        Json::Array scopes;
        for (const std::string& scope : entity.scopes) scopes.emplace_back(scope);
        head.set("scopes", std::move(scopes));
        Json::Array attributes;
        for (const Attribute& attribute : entity.attributes) {
            const std::string name{std::string_view{attribute.name}};
            const bool counts = type_.measured.contains(name) || type_.looked_at.contains(name);
            if (!counts || !attribute.dataset_id.empty()) continue;
            if (const auto known = TRY(known_state(entity, attribute))) {
                attributes.push_back(state_of(*known));
            }
        }
        head.set("attributes", std::move(attributes));
        append_json(out, head);
        out += '\n';
        for (const std::string& name : type_.measured) TRY(write_readings(entity, name, out));
        return {};
    }

private:
    // The state as it was known then: a later one may stand there by now. Nothing: there was none.
    Result<std::optional<Attribute>> known_state(const Entity& entity,
                                                 const Attribute& present) const {
        if (present.instance.sequence <= moment_.sequence) return std::optional{present};
        const Point* last = nullptr;
        const std::string name{std::string_view{present.name}};
        const auto history = TRY(store_.history(caller_, entity.id, {name}));
        for (const Series& series : history) {
            if (!series.dataset_id.empty()) continue;
            for (const Point& point : series.points) {
                if (point.instance.sequence <= moment_.sequence) last = &point;
            }
        }
        if (last == nullptr || last->deleted) return std::optional<Attribute>{};
        Attribute then = TRY(from_point(name, {}, *last));
        then.observed_at = last->at;
        return std::optional{std::move(then)};
    }

    Result<void> write_readings(const Entity& entity, const std::string& name,
                                std::string& out) const {
        // The first reading ever counts too: from it on more are expected.
        const auto times = TRY(reading_times(store_, caller_, entity.id, name, moment_.sequence));
        std::vector<Period> periods{type_.reach};
        if (times && times->first < type_.reach.from) {
            periods.insert(periods.begin(), {times->first, times->first + microseconds(1)});
        }
        const auto wanted = [&](const Series&, const ChunkSummary& chunk) {
            return std::any_of(periods.begin(), periods.end(), [&](const Period& period) {
                return chunk.last_at >= period.from && chunk.first_at < period.to;
            });
        };
        auto history = store_.history(caller_, entity.id, {name}, wanted);
        if (!history && history.error().code == ErrorCode::NotFound) return {};
        if (!history) return history.error();
        for (Series& series : *history) {
            if (!series.dataset_id.empty()) continue;
            std::erase_if(series.points, [&](const Point& point) {
                return point.instance.sequence > moment_.sequence;
            });
            write_days({entity.id, name, TRY(units_of(series.points))},
                       readings_of(series.points, periods), out);
        }
        return {};
    }

    using UnitCodes = std::map<std::uint32_t, std::string>;
    static Result<UnitCodes> units_of(const std::vector<Point>& points) {
        UnitCodes out;
        const std::string* detail = nullptr;  // nearly always the same
        for (const Point& point : points) {
            if (point.deleted || (detail != nullptr && *detail == point.detail)) continue;
            detail = &point.detail;
            const Attribute state = TRY(from_point({}, {}, point));
            out[unit_number(state.unit_code)] = state.unit_code;
        }
        return out;
    }

    struct WrittenSeries {
        const std::string& entity;
        const std::string& name;
        UnitCodes units;
    };
    // A line is in the unit of its first reading; one in another has it as its third member.
    static void write_days(const WrittenSeries& of, const std::vector<MeasuredReading>& readings,
                           std::string& out) {
        const auto code = [&of](const MeasuredReading& reading) {
            const auto found = of.units.find(reading.unit);
            return found == of.units.end() ? std::string{} : found->second;
        };
        for (std::size_t i = 0; i < readings.size();) {
            const std::string day = day_of(readings[i].at);
            Json line;
            line.set("of", of.entity);
            line.set("attribute", of.name);
            line.set("day", day);
            const std::uint32_t unit = readings[i].unit;
            if (unit != 0) line.set("unit", code(readings[i]));
            Json::Array list;
            for (; i < readings.size() && day_of(readings[i].at) == day; ++i) {
                Json::Array one;
                one.emplace_back(readings[i].at.us);
                if (readings[i].is_number) {
                    one.emplace_back(readings[i].number);
                } else {
                    one.emplace_back(readings[i].text);
                }
                if (readings[i].unit != unit) one.emplace_back(code(readings[i]));
                list.emplace_back(std::move(one));
            }
            line.set("readings", std::move(list));
            append_json(out, line);
            out += '\n';
        }
    }

    const Store& store_;
    const Caller& caller_;
    const ExportedType& type_;
    const GateMoment& moment_;
};

// "<type> <offset>", both numbers.
struct ReadingsCursor {
    std::size_t type = 0;
    std::size_t offset = 0;
};

Result<ReadingsCursor> read_cursor(const std::string& text) {
    ReadingsCursor out;
    if (text.empty()) return out;
    const char* end = text.data() + text.size();
    const auto type = std::from_chars(text.data(), end, out.type);
    if (type.ec == std::errc{} && type.ptr != end && *type.ptr == '-') {
        const auto offset = std::from_chars(type.ptr + 1, end, out.offset);
        if (offset.ec == std::errc{} && offset.ptr == end) return out;
    }
    return Error{ErrorCode::BadRequest, "this is no place to go on from", "after"};
}

}  // namespace

Result<ReadingsPage> export_readings(const Store& store, const Caller& caller,
                                     const MeasureSet& measures, const StageQuestion& question,
                                     const GateMoment& moment, const std::string& after,
                                     std::size_t entities) {
    ReadingsCursor cursor = TRY(read_cursor(after));
    const std::vector<ExportedType> types = exported_types(measures, question, moment.at);
    ReadingsPage page;
    if (cursor.type >= types.size()) return page;
    const ExportedType& type = types[cursor.type];
    EntityQuery query;
    query.types = TypeSelection{.type = type.type};
    query.offset = cursor.offset;
    query.limit = entities;
    const QueryResult found = TRY(store.query(caller, query));
    const EntityExport writer{store, caller, type, moment};
    for (const EntityPtr& entity : found.entities) {
        if (moment.leaves_out && moment.leaves_out(entity->types)) continue;
        if (TRY(writer.was_known(*entity))) TRY(writer.write(*entity, page.lines));
    }
    const bool more = found.entities.size() == entities;
    if (more) {
        page.next = std::to_string(cursor.type) + "-" + std::to_string(cursor.offset + entities);
    } else if (cursor.type + 1 < types.size()) {
        page.next = std::to_string(cursor.type + 1) + "-0";
    }
    return page;
}

}  // namespace musubi
