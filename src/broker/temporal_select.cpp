#include <algorithm>

#include "broker/temporal.h"
#include "store/codec.h"

namespace musubi {
namespace {

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Keeps what has the time that is compared: only what was observed, only what was deleted. A
// deletion has no other time than deletedAt (4.5.7), and an observedAt where one was given for it.
void keep_comparable(std::vector<Point>& points, const TimeSelection& time) {
    if (time.property == TimeProperty::DeletedAt) {
        std::erase_if(points, [](const Point& p) { return !p.deleted; });
    } else if (time.property == TimeProperty::ObservedAt && time.relation) {
        std::erase_if(points, [](const Point& p) { return !p.deleted && !was_observed(p); });
    } else if (time.relation) {
        std::erase_if(points, [](const Point& p) { return p.deleted; });
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
            cut = nearer(cut, end, query);
        }
    }
    return cut;
}

// From where the query begins to what the answer reaches; with lastN from the newest backwards.
TemporalRange range_of(Time least, Time greatest, Time cut, const TemporalQuery& query) {
    const auto relation = query.time.relation;
    if (query.last_n > 0) {
        TemporalRange range{.start = greatest, .end = cut, .size = query.last_n};
        if (relation == TimeRelation::Before) range.start = query.time.at;
        if (relation == TimeRelation::Between) range.start = query.time.end;
        return range;
    }
    const bool from_below = relation == TimeRelation::After || relation == TimeRelation::Between;
    return {.start = from_below ? query.time.at : least, .end = cut, .size = {}};
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
    return [time](const Series& series, const ChunkSummary& chunk) {
        if (series.name == iri::kScope) return true;  // valid until the next one (4.18)
        switch (*time.relation) {
            case TimeRelation::Before: return chunk.first_at < time.at;
            case TimeRelation::After: return chunk.last_at >= time.at;
            case TimeRelation::Between:
                return chunk.last_at >= time.at && chunk.first_at < time.end;
        }
        return true;
    };
}

namespace {

// When the scopes of an entity fitted: from a point of their history, without its end.
struct ScopeSpan {
    Time from;
    Time to;
    Point point;
};

bool fits(const ScopeQuery& query, const Point& point) {
    if (point.deleted || !point.value.is_array()) return false;
    std::vector<std::string> scopes;
    for (const Json& scope : point.value.array()) {
        if (scope.is_string()) scopes.push_back(scope.string());
    }
    return matches(query, scopes);
}

std::vector<ScopeSpan> spans_of(const ScopeQuery& query, const std::vector<Series>& all,
                                TimeProperty property) {
    std::vector<ScopeSpan> spans;
    for (const Series& series : all) {
        if (series.name != iri::kScope) continue;
        std::vector<Point> points = series.points;
        std::stable_sort(points.begin(), points.end(), [&](const Point& a, const Point& b) {
            return time_of(a, property) < time_of(b, property);
        });
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (!fits(query, points[i])) continue;
            const bool last = i + 1 == points.size();
            spans.push_back({.from = time_of(points[i], property),
                             .to = last ? Time{INT64_MAX} : time_of(points[i + 1], property),
                             .point = points[i]});
        }
    }
    return spans;
}

void keep_within(const std::vector<ScopeSpan>& spans, std::vector<Point>& points,
                 TimeProperty property) {
    std::erase_if(points, [&](const Point& p) {
        const Time t = time_of(p, property);
        return std::none_of(spans.begin(), spans.end(),
                            [&](const ScopeSpan& s) { return s.from <= t && t < s.to; });
    });
}

// The scopes that were set before the time asked for and still held as it began (C.5.16).
void add_scope_at_start(EvolutionView& view, const std::vector<ScopeSpan>& spans,
                        const TemporalQuery& query) {
    const auto relation = query.time.relation;
    const bool wanted = query.attrs.empty() || has(query.attrs, iri::kScope);
    if (!wanted || !relation || *relation == TimeRelation::Before || view.series.empty()) return;
    const auto held = std::find_if(spans.begin(), spans.end(), [&](const ScopeSpan& s) {
        return s.from < query.time.at && query.time.at < s.to;
    });
    if (held == spans.end()) return;
    auto scope = std::find_if(view.series.begin(), view.series.end(),
                              [](const Series& s) { return s.name == iri::kScope; });
    if (scope == view.series.end()) {
        scope = view.series.insert(scope, {.name = std::string(iri::kScope), .dataset_id = {}});
    }
    const auto place = query.last_n > 0 ? scope->points.end() : scope->points.begin();
    scope->points.insert(place, held->point);
}

// Adds the history of the scopes, as far as it can be told from the entity.
void complete_scopes(const Entity* entity, std::vector<Series>& series) {
    const bool known = std::any_of(series.begin(), series.end(),
                                   [](const Series& s) { return s.name == iri::kScope; });
    if (entity != nullptr && !entity->scopes.empty() && !known) {
        series.push_back(scopes_of(*entity));
    }
}

}  // namespace

EvolutionView select_evolution(std::string id, EntityPtr entity, std::vector<Series> series,
                               const TemporalQuery& query) {
    EvolutionView view{.id = std::move(id), .entity = std::move(entity), .series = {}};
    complete_scopes(view.entity.get(), series);
    std::vector<ScopeSpan> spans;
    if (query.scopes) spans = spans_of(*query.scopes, series, query.time.property);
    for (Series& s : series) {
        if (!query.attrs.empty() && !has(query.attrs, s.name)) continue;
        view.known = true;
        if (!query.datasets.empty() && !has(query.datasets, s.dataset_id)) continue;
        keep_comparable(s.points, query.time);
        if (query.scopes) keep_within(spans, s.points, query.time.property);
        s.points = select_points(std::move(s.points),
                                 {.time = query.time, .last_n = query.last_n, .time_of = time_of})
                       .points;
        if (!s.points.empty()) view.series.push_back(std::move(s));
    }
    if (query.scopes) add_scope_at_start(view, spans, query);
    return view;
}

void select_again(EvolutionView& view, const TemporalQuery& query) {
    const Entity* entity = view.entity.get();
    if (entity != nullptr && entity->created_at != Time{}) complete_scopes(entity, view.series);
    for (Series& s : view.series) {
        const bool wanted = (query.attrs.empty() || has(query.attrs, s.name)) &&
                            (query.datasets.empty() || has(query.datasets, s.dataset_id));
        if (!wanted) s.points.clear();
        const bool of_before = query.scopes && s.name == iri::kScope;
        PointSelection selection{.time = query.time, .last_n = query.last_n, .time_of = time_of};
        if (of_before) selection = {.time = {.property = query.time.property}, .time_of = time_of};
        if (!of_before) keep_comparable(s.points, query.time);
        s.points = select_points(std::move(s.points), selection).points;
        if (of_before && query.last_n > 0) std::reverse(s.points.begin(), s.points.end());
    }
    std::erase_if(view.series, [](const Series& s) { return s.points.empty(); });
    view.known = !view.series.empty();
}

void keep_attributes(EvolutionView& view, const std::vector<std::string>& attrs) {
    if (attrs.empty()) return;
    std::erase_if(view.series, [&](const Series& s) { return !has(attrs, s.name); });
}

Result<bool> matches(const InstanceConditions& conditions, const EvolutionView& view) {
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

std::optional<Time> nearer(std::optional<Time> a, std::optional<Time> b,
                           const TemporalQuery& query) {
    if (!a || !b) return a ? a : b;
    return query.last_n > 0 ? std::max(*a, *b) : std::min(*a, *b);
}

std::optional<TemporalRange> cut_to_page(std::vector<EvolutionView>& views,
                                         const TemporalQuery& query, std::optional<Time> reached) {
    const std::optional<Time> cut = nearer(cut_of(views, query), reached, query);
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
    return range_of(least.value_or(*cut), greatest.value_or(*cut), *cut, query);
}

}  // namespace musubi
