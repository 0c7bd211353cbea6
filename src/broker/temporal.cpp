#include "broker/temporal.h"

#include <algorithm>

#include "model/ngsild.h"
#include "store/codec.h"

namespace musubi {
namespace {

AttributeKind kind_of_all(const std::vector<Point>& points) {
    for (const Point& point : points) {
        if (!point.deleted) return kind_of(point);
    }
    return AttributeKind::Property;
}

std::string_view name_of_kind(AttributeKind kind) {
    switch (kind) {
        case AttributeKind::Property: return "Property";
        case AttributeKind::GeoProperty: return "GeoProperty";
        case AttributeKind::Relationship: return "Relationship";
        case AttributeKind::LanguageProperty: return "LanguageProperty";
        case AttributeKind::JsonProperty: return "JsonProperty";
        case AttributeKind::VocabProperty: return "VocabProperty";
        case AttributeKind::ListProperty: return "ListProperty";
        case AttributeKind::ListRelationship: return "ListRelationship";
    }
    return "Property";
}

// The member that holds the values in the simplified temporal representation (4.5.8).
std::string_view values_member(AttributeKind kind) {
    switch (kind) {
        case AttributeKind::Relationship: return "objects";
        case AttributeKind::LanguageProperty: return "languageMaps";
        case AttributeKind::JsonProperty: return "jsons";
        case AttributeKind::VocabProperty: return "vocabs";
        case AttributeKind::ListProperty: return "valueLists";
        case AttributeKind::ListRelationship: return "objectLists";
        default: return "values";
    }
}

Time time_of(const Point& point, TimeProperty property) {
    return property == TimeProperty::ObservedAt ? point.at : point.recorded;
}

// One series, written in the format of the query.
class SeriesWriter {
public:
    SeriesWriter(std::string& out, const Context& context, const TemporalQuery& query)
        : out_{out}, context_{context}, query_{query} {}

    Result<void> normalized(const Series& series, bool& first) {
        for (const Point& point : series.points) {
            if (!first) out_ += ',';
            first = false;
            TRY(instance(series, point));
        }
        return {};
    }

    void values(const Series& series) {
        const AttributeKind kind = kind_of_all(series.points);
        out_ += "{\"type\":";
        append_json_string(out_, name_of_kind(kind));
        dataset(series);
        append_member_name(out_, values_member(kind));
        out_ += '[';
        for (const Point& point : series.points) {
            if (point.deleted) continue;
            if (out_.back() == ']') out_ += ',';
            out_ += '[';
            append_json(out_, point.value);
            out_ += ",\"";
            append_iso(out_, time_of(point, query_.time.property));
            out_ += "\"]";
        }
        out_ += "]}";
    }

    Result<void> aggregated(const Series& series) {
        Time from = query_.time.at;
        Time to = query_.time.end;
        span(series, from, to);
        auto aggregator = TRY(Aggregator::create(query_.methods, from, to, query_.period));
        for (const Point& point : series.points) {
            if (!point.deleted) {
                aggregator.add(time_of(point, query_.time.property), point.value);
            }
        }
        const auto buckets = TRY(aggregator.finish());
        out_ += "{\"type\":";
        append_json_string(out_, name_of_kind(kind_of_all(series.points)));
        dataset(series);
        for (std::size_t m = 0; m < query_.methods.size(); ++m) {
            append_member_name(out_, name_of(query_.methods[m]));
            out_ += '[';
            for (const AggregateBucket& bucket : buckets) {
                if (out_.back() == ']') out_ += ',';
                out_ += '[';
                append_json(out_, bucket.results[m]);
                out_ += ",\"";
                append_iso(out_, bucket.from);
                out_ += "\",\"";
                append_iso(out_, bucket.to);
                out_ += "\"]";
            }
            out_ += ']';
        }
        out_ += '}';
        return {};
    }

private:
    void dataset(const Series& series) {
        if (series.dataset_id.empty()) return;
        append_member_name(out_, "datasetId");
        append_json_string(out_, series.dataset_id);
    }

    Result<void> instance(const Series& series, const Point& point) {
        if (point.deleted) {  // 4.5.6: a deletion is an instance with deletedAt
            out_ += "{\"type\":";
            append_json_string(out_, name_of_kind(kind_of_all(series.points)));
            append_member_name(out_, "deletedAt");
            append_json_string(out_, to_iso(point.recorded));
            dataset(series);
        } else {
            const Attribute a = TRY(from_point(series.name, series.dataset_id, point));
            WriteOptions options;
            options.sys_attrs = query_.sys_attrs;
            write_attribute(out_, {&a}, context_, options);
            out_.pop_back();  // its closing brace: the instance id follows
        }
        append_member_name(out_, "instanceId");
        append_json_string(out_, to_text(point.instance));
        out_ += '}';
        return {};
    }

    // The ends of what is aggregated, where the query leaves them open.
    void span(const Series& series, Time& from, Time& to) const {
        Time least{INT64_MAX};
        Time greatest{INT64_MIN};
        for (const Point& point : series.points) {
            const Time t = time_of(point, query_.time.property);
            least = std::min(least, t);
            greatest = std::max(greatest, t + microseconds(1));
        }
        const auto relation = query_.time.relation;
        if (!relation || *relation == TimeRelation::Before) from = least;
        if (!relation || *relation == TimeRelation::After) to = greatest;
        if (relation == TimeRelation::Before) to = query_.time.at;
    }

    std::string& out_;
    const Context& context_;
    const TemporalQuery& query_;
};

bool wanted(const Series& series, const TemporalQuery& query) {
    return query.attrs.empty() ||
           std::find(query.attrs.begin(), query.attrs.end(), series.name) != query.attrs.end();
}

// Keeps what the query asks for. A series whose states have no event time is not found by one.
Result<void> narrow(Series& series, const TemporalQuery& query) {
    if (query.time.property == TimeProperty::ObservedAt && query.time.relation) {
        std::erase_if(series.points, [](const Point& p) { return !p.deleted && !was_observed(p); });
    }
    auto selected =
        select_points(std::move(series.points), {.time = query.time, .last_n = query.last_n});
    if (selected.points.size() > TemporalQuery::kMaxInstances &&
        query.format != TemporalFormat::Aggregated) {
        return Error{ErrorCode::TooComplexQuery,
                     "more than 100,000 instances of one attribute; narrow the time, or use lastN "
                     "or aggregation",
                     series.name};
    }
    series.points = std::move(selected.points);
    return {};
}

Result<void> write_attribute_evolution(std::string& out, const std::vector<const Series*>& all,
                                       const Context& context, const TemporalQuery& query) {
    SeriesWriter writer{out, context, query};
    if (query.format == TemporalFormat::Normalized) {
        out += '[';
        bool first = true;
        for (const Series* series : all) TRY(writer.normalized(*series, first));
        out += ']';
        return {};
    }
    if (all.size() > 1) out += '[';
    for (const Series* series : all) {
        if (series != all.front()) out += ',';
        if (query.format == TemporalFormat::Values) {
            writer.values(*series);
        } else {
            TRY(writer.aggregated(*series));
        }
    }
    if (all.size() > 1) out += ']';
    return {};
}

}  // namespace

Result<bool> write_evolution(std::string& out, std::string_view id, const Entity* entity,
                             std::vector<Series> series, const Context& context,
                             const TemporalQuery& query) {
    std::erase_if(series, [&](const Series& s) { return !wanted(s, query); });
    for (Series& s : series) TRY(narrow(s, query));
    std::erase_if(series, [](const Series& s) { return s.points.empty(); });
    Entity head;
    head.id = id;
    if (entity != nullptr) {
        head.types = entity->types;
        head.scopes = entity->scopes;
        head.created_at = entity->created_at;
        head.modified_at = entity->modified_at;
    }
    WriteOptions options;
    options.sys_attrs = query.sys_attrs && entity != nullptr;
    options.context_member = query.context_member;
    write_entity(out, head, context, options);
    out.pop_back();  // its closing brace: the attributes follow
    for (auto from = series.begin(); from != series.end();) {
        const auto to =
            std::find_if(from, series.end(), [&](const Series& s) { return s.name != from->name; });
        std::vector<const Series*> same;
        for (auto it = from; it != to; ++it) same.push_back(&*it);
        append_member_name(out, context.compact(from->name));
        TRY(write_attribute_evolution(out, same, context, query));
        from = to;
    }
    out += '}';
    return !series.empty();
}

}  // namespace musubi
