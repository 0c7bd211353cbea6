#include "broker/temporal.h"

#include <algorithm>

#include "model/ngsild.h"
#include "model/ngsild/members.h"
#include "store/codec.h"

namespace musubi {
namespace {

AttributeKind kind_of_all(const std::vector<const Series*>& all) {
    for (const Series* series : all) {
        for (const Point& point : series->points) {
            if (!point.deleted || !point.detail.empty()) return kind_of(point);
        }
    }
    return AttributeKind::Property;
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

// NGSI-LD Null in the form of the kind (4.5.0, 4.6.5).
std::string_view null_of(AttributeKind kind) {
    return kind == AttributeKind::LanguageProperty ? R"({"@none":"urn:ngsi-ld:null"})"
                                                   : R"("urn:ngsi-ld:null")";
}

// The series of one attribute, written in the format of the query.
class AttributeWriter {
public:
    AttributeWriter(std::string& out, const EvolutionView& view, const Context& context,
                    const TemporalQuery& query, const std::vector<const Series*>& all)
        : out_{out},
          view_{view},
          context_{context},
          query_{query},
          all_{all},
          kind_{kind_of_all(all)},
          is_scope_{all.front()->name == iri::kScope} {}

    Result<void> write() {
        const bool normalized = query_.format == TemporalFormat::Normalized;
        const bool array = normalized || all_.size() > 1;
        if (array) out_ += '[';
        bool first = true;
        for (const Series* series : all_) {
            if (!normalized) next(first);
            switch (query_.format) {
                case TemporalFormat::Normalized: TRY(instances(*series, first)); break;
                case TemporalFormat::Values: TRY(values(*series)); break;
                case TemporalFormat::Aggregated: TRY(aggregated(*series)); break;
            }
        }
        if (array) out_ += ']';
        return {};
    }

private:
    void next(bool& first) {
        if (!first) out_ += ',';
        first = false;
    }

    void type(AttributeKind kind) {
        out_ += "{\"type\":";
        append_json_string(out_, ngsild::kind_name(kind));
    }

    void dataset(const Series& series) {
        if (series.dataset_id.empty()) return;
        append_member_name(out_, "datasetId");
        append_json_string(out_, series.dataset_id);
    }

    Result<void> instances(const Series& series, bool& first) {
        for (const Point& point : series.points) {
            next(first);
            if (point.deleted) {
                deleted(series, point);
            } else {
                TRY(instance(series, point));
            }
        }
        return {};
    }

    // 4.5.6: a deletion is an instance with deletedAt.
    void deleted(const Series& series, const Point& point) {
        type(kind_);
        if (is_scope_) {
            out_ += ",\"value\":[]";
        } else {
            append_member_name(out_, ngsild::value_name(kind_));
            out_ += null_of(kind_);
        }
        if (was_observed(point)) time("observedAt", point.at);
        dataset(series);
        time("deletedAt", point.recorded);
        if (query_.sys_attrs) {
            time("createdAt", point.recorded);
            time("modifiedAt", modified_at(point));
        }
        end(point);
    }

    Result<void> instance(const Series& series, const Point& point) {
        const Attribute a = TRY(from_point(series.name, series.dataset_id, point));
        WriteOptions options;
        options.sys_attrs = query_.sys_attrs;
        options.lang = query_.lang;
        write_attribute(out_, {&a}, context_, options);
        out_.pop_back();  // its closing brace: the instance id follows
        end(point);
        return {};
    }

    void time(std::string_view name, Time t) {
        append_member_name(out_, name);
        out_ += '"';
        append_iso(out_, t);
        out_ += '"';
    }

    void end(const Point& point) {
        if (point.instance != InstanceId{}) {
            append_member_name(out_, "instanceId");
            const bool elsewhere = point.instance.sequence == EvolutionView::kElsewhere;
            append_json_string(out_, elsewhere ? view_.ids_elsewhere[point.instance.ordinal]
                                               : to_text(point.instance));
        }
        out_ += '}';
    }

    Result<void> values(const Series& series) {
        const bool one_language = kind_ == AttributeKind::LanguageProperty && !query_.lang.empty();
        const AttributeKind kind = one_language ? AttributeKind::Property : kind_;
        type(kind);
        dataset(series);
        append_member_name(out_, values_member(kind));
        out_ += '[';
        for (const Point& point : series.points) {
            if (out_.back() == ']') out_ += ',';
            out_ += '[';
            TRY(value(series, point));
            out_ += ",\"";
            append_iso(out_, time_of(point, query_.time.property));
            out_ += "\"]";
        }
        out_ += "]}";
        return {};
    }

    // As in the simplified representation of an entity (4.5.4).
    Result<void> value(const Series& series, const Point& point) {
        if (point.deleted && is_scope_) {
            out_ += "[]";
        } else if (point.deleted && kind_ == AttributeKind::LanguageProperty) {
            out_.append("{\"languageMap\":").append(null_of(kind_)).append("}");
        } else if (point.deleted) {
            out_ += null_of(kind_);
        } else if (point.value.is_number()) {
            append_json(out_, point.value);
        } else {
            const Attribute a = TRY(from_point(series.name, {}, point));
            WriteOptions options;
            options.format = Format::Simplified;
            options.lang = query_.lang;
            write_attribute(out_, {&a}, context_, options);
        }
        return {};
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
        type(kind_);
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
        const std::int64_t period = query_.period.us;
        if (relation == TimeRelation::Before || relation == TimeRelation::Between || period <= 0) {
            return;
        }
        // Nothing says where the last period would be cut: it is a whole one.
        const std::int64_t periods = (to.us - from.us + period - 1) / period;
        if (periods <= static_cast<std::int64_t>(Aggregator::kMaxPeriods)) {
            to = from + Duration{periods * period};
        }
    }

    std::string& out_;
    const EvolutionView& view_;
    const Context& context_;
    const TemporalQuery& query_;
    const std::vector<const Series*>& all_;
    AttributeKind kind_;
    bool is_scope_;
};

Entity head_of(const EvolutionView& view, const TemporalQuery& query) {
    Entity head;
    if (query.shows("id")) head.id = view.id;
    if (!view.entity) return head;
    if (query.shows("type")) head.types = view.entity->types;
    head.created_at = view.entity->created_at;
    head.modified_at = view.entity->modified_at;
    return head;
}

}  // namespace

Result<bool> write_evolution(std::string& out, const EvolutionView& view, const Context& context,
                             const TemporalQuery& query) {
    const std::size_t begin = out.size();
    const Entity head = head_of(view, query);
    bool any = !head.id.empty() || !head.types.empty();
    WriteOptions options;
    options.sys_attrs = query.sys_attrs && view.entity;
    options.context_member = query.context_member;
    write_entity(out, head, context, options);
    out.pop_back();  // its closing brace: the attributes follow
    if (view.deleted_at && query.sys_attrs) {
        append_member_name(out, "deletedAt");
        out += '"';
        append_iso(out, *view.deleted_at);
        out += '"';
    }
    for (auto from = view.series.begin(); from != view.series.end();) {
        const auto to = std::find_if(from, view.series.end(),
                                     [&](const Series& s) { return s.name != from->name; });
        if (query.shows(from->name == iri::kScope ? "scope" : from->name)) {
            std::vector<const Series*> same;
            for (auto it = from; it != to; ++it) same.push_back(&*it);
            append_member_name(out, context.compact(from->name));
            TRY((AttributeWriter{out, view, context, query, same}.write()));
            any = true;
        }
        from = to;
    }
    out += '}';
    if (!any) out.resize(begin);
    return any;
}

}  // namespace musubi
