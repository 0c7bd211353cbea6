#include <algorithm>

#include "broker/temporal.h"
#include "store/codec.h"

namespace musubi {
namespace {

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Keeps what has the time that is compared: only what was observed, only what was deleted.
void keep_comparable(std::vector<Point>& points, const TimeSelection& time) {
    if (time.property == TimeProperty::DeletedAt) {
        std::erase_if(points, [](const Point& p) { return !p.deleted; });
    } else if (time.property == TimeProperty::ObservedAt && time.relation) {
        std::erase_if(points, [](const Point& p) { return !p.deleted && !was_observed(p); });
    }
}

// The scopes of an entity whose history does not tell of them: as they are, since it was created.
Series scopes_of(const Entity& entity) {
    Attribute scope;
    scope.name = iri::kScope;
    Json::Array values;
    for (const std::string& s : entity.scopes) values.emplace_back(s);
    scope.value = std::move(values);
    scope.observed_at = scope.created_at = scope.modified_at = entity.created_at;
    return {.name = scope.name, .dataset_id = {}, .points = {to_point(scope)}};
}

void add_names(const QueryNode& node, std::vector<std::string>& names) {
    if (!node.path.names.empty()) names.push_back(node.path.names.front());
    for (const QueryNode& child : node.children) add_names(child, names);
}

// Where a series has to be cut: the time of the last instance that a page holds.
std::optional<Time> page_end(const Series& series, const TemporalQuery& query) {
    if (series.points.size() <= query.page) return std::nullopt;
    return time_of(series.points[query.page - 1], query.time.property);
}

void widen(const EvolutionView& view, const TemporalQuery& query, std::optional<Time>& least,
           std::optional<Time>& greatest) {
    for (const Series& series : view.series) {
        for (const Point& point : series.points) {
            const Time t = time_of(point, query.time.property);
            least = std::min(least.value_or(t), t);
            greatest = std::max(greatest.value_or(t), t);
        }
    }
}

// The nearest end of a page, seen from where the answer begins.
std::optional<Time> cut_of(const std::vector<EvolutionView>& views, const TemporalQuery& query) {
    std::optional<Time> cut;
    for (const EvolutionView& view : views) {
        for (const Series& series : view.series) {
            const auto end = page_end(series, query);
            if (!end) continue;
            const Time other = cut.value_or(*end);
            cut = query.last_n > 0 ? std::max(other, *end) : std::min(other, *end);
        }
    }
    return cut;
}

// From where the query begins to what the answer reaches; with lastN from the newest backwards.
TemporalRange range_of(Time least, Time greatest, const TemporalQuery& query) {
    const auto relation = query.time.relation;
    if (query.last_n > 0) {
        TemporalRange range{.start = greatest, .end = least, .size = query.last_n};
        if (relation == TimeRelation::Before) range.start = query.time.at;
        if (relation == TimeRelation::Between) range.start = query.time.end;
        return range;
    }
    const bool from_below = relation == TimeRelation::After || relation == TimeRelation::Between;
    return {.start = from_below ? query.time.at : least, .end = greatest, .size = {}};
}

}  // namespace

bool TemporalQuery::shows(std::string_view member) const {
    return (pick.empty() || has(pick, member)) && !has(omit, member);
}

Time time_of(const Point& point, TimeProperty property) {
    switch (property) {
        case TimeProperty::ObservedAt: return point.at;
        case TimeProperty::ModifiedAt: return modified_at(point);
        default: return point.recorded;
    }
}

ChunkFilter chunks_of_interest(const TimeSelection& time) {
    if (!time.relation || time.property != TimeProperty::ObservedAt) return {};
    return [time](const Series&, const ChunkSummary& chunk) {
        switch (*time.relation) {
            case TimeRelation::Before: return chunk.first_at < time.at;
            case TimeRelation::After: return chunk.last_at >= time.at;
            case TimeRelation::Between:
                return chunk.last_at >= time.at && chunk.first_at < time.end;
        }
        return true;
    };
}

EvolutionView select_evolution(std::string id, EntityPtr entity, std::vector<Series> series,
                               const TemporalQuery& query) {
    EvolutionView view{.id = std::move(id), .entity = std::move(entity), .series = {}};
    const bool scoped = view.entity && !view.entity->scopes.empty() &&
                        (query.attrs.empty() || has(query.attrs, iri::kScope));
    if (scoped && std::none_of(series.begin(), series.end(),
                               [](const Series& s) { return s.name == iri::kScope; })) {
        series.push_back(scopes_of(*view.entity));
    }
    for (Series& s : series) {
        if (!query.attrs.empty() && !has(query.attrs, s.name)) continue;
        view.known = true;
        if (!query.datasets.empty() && !has(query.datasets, s.dataset_id)) continue;
        keep_comparable(s.points, query.time);
        s.points = select_points(std::move(s.points),
                                 {.time = query.time, .last_n = query.last_n, .time_of = time_of})
                       .points;
        if (!s.points.empty()) view.series.push_back(std::move(s));
    }
    return view;
}

namespace {

bool any_scopes_match(const ScopeQuery& query, const EvolutionView& view) {
    for (const Series& series : view.series) {
        if (series.name != iri::kScope) continue;
        for (const Point& point : series.points) {
            if (point.deleted || !point.value.is_array()) continue;
            std::vector<std::string> scopes;
            for (const Json& scope : point.value.array()) {
                if (scope.is_string()) scopes.push_back(scope.string());
            }
            if (matches(query, scopes)) return true;
        }
    }
    return false;
}

}  // namespace

void keep_attributes(EvolutionView& view, const std::vector<std::string>& attrs) {
    if (attrs.empty()) return;
    std::erase_if(view.series, [&](const Series& s) { return !has(attrs, s.name); });
}

Result<bool> matches(const InstanceConditions& conditions, const EvolutionView& view) {
    if (conditions.scopes && !any_scopes_match(*conditions.scopes, view)) return false;
    if (!conditions.q && !conditions.geo) return true;
    std::vector<std::string> names;
    if (conditions.q) add_names(*conditions.q, names);
    if (conditions.geo) names.push_back(conditions.geo->property);
    Entity instances;
    instances.id = view.id;
    if (view.entity) {
        instances.types = view.entity->types;
        instances.created_at = view.entity->created_at;
        instances.modified_at = view.entity->modified_at;
    }
    for (const Series& series : view.series) {
        if (!has(names, series.name)) continue;
        for (const Point& point : series.points) {
            if (point.deleted) continue;
            instances.attributes.push_back(TRY(from_point(series.name, series.dataset_id, point)));
        }
    }
    if (conditions.q && !matches(*conditions.q, instances)) return false;
    return !conditions.geo || matches(*conditions.geo, instances);
}

std::optional<TemporalRange> cut_to_page(std::vector<EvolutionView>& views,
                                         const TemporalQuery& query) {
    const std::optional<Time> cut = cut_of(views, query);
    if (!cut) return std::nullopt;
    std::optional<Time> least;
    std::optional<Time> greatest;
    for (EvolutionView& view : views) {
        for (Series& series : view.series) {
            std::erase_if(series.points, [&](const Point& p) {
                const Time t = time_of(p, query.time.property);
                return query.last_n > 0 ? t < *cut : *cut < t;
            });
        }
        widen(view, query, least, greatest);
    }
    return range_of(*least, *greatest, query);
}

}  // namespace musubi
