#include "broker/distribution/remote_evolution.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "broker/temporal_commands.h"
#include "model/ngsild.h"
#include "model/ngsild/members.h"
#include "store/codec.h"

namespace musubi {
namespace {

bool is_of_entity(std::string_view name) {
    constexpr std::array<std::string_view, 9> kOwn{"id",        "@id",       "type",
                                                   "@type",     "createdAt", "modifiedAt",
                                                   "expiresAt", "deletedAt", "@context"};
    return std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end();
}

Result<std::optional<Time>> time_in(const Json& json, std::string_view member) {
    const Json* text = json.find(member);
    if (text == nullptr) return std::optional<Time>{};
    if (!text->is_string()) {
        return Error{ErrorCode::BadRequest, "it is a time", "/" + std::string(member)};
    }
    return std::optional{TRY(parse_time(text->string()))};
}

class RemoteReader {
public:
    explicit RemoteReader(const Context& context) : context_{context} {}

    Result<EvolutionView> read(const Json& json) {
        if (!json.is_object()) return Error{ErrorCode::BadRequest, "it is a JSON object"};
        Json::Object head;
        for (const JsonMember& member : json.object()) {
            if (is_of_entity(member.name)) head.push_back(member);
        }
        Entity entity = TRY(read_entity(Json{std::move(head)}, context_, {.recorded = true}));
        view_.id = entity.id;
        view_.deleted_at = TRY(time_in(json, "deletedAt"));
        for (const JsonMember& member : json.object()) {
            if (!is_of_entity(member.name)) TRY(read_member(member, entity));
        }
        view_.entity = std::make_shared<const Entity>(std::move(entity));
        view_.known = !view_.series.empty();
        return std::move(view_);
    }

private:
    Result<void> read_member(const JsonMember& member, Entity& entity) {
        // What could not be held of a series leaves it empty (6.3.10).
        if (member.value.is_array() && member.value.array().empty()) return {};
        const bool many = member.value.is_array() && ngsild::are_instances(member.value);
        if (member.name == "scope" && !many && !ngsild::is_instance(member.value)) {
            Json head;
            head.set("scope", member.value);
            entity.scopes = TRY(read_entity(head, context_, {.as = ReadAs::Fragment})).scopes;
            return {};
        }
        if (!many) return read_instance(member.name, member.value);
        for (const Json& instance : member.value.array()) {
            TRY(read_instance(member.name, instance));
        }
        return {};
    }

    Result<void> read_instance(const std::string& name, const Json& json) {
        Attribute instance;
        if (name == "scope") {
            instance = TRY(read_scope_instance(json, context_));
            instance.created_at = TRY(time_in(json, "createdAt")).value_or(Time{});
            instance.modified_at = TRY(time_in(json, "modifiedAt")).value_or(Time{});
        } else {
            auto read = TRY(read_attribute(context_.expand(name), name, json, context_,
                                           {.nulls = true, .recorded = true}));
            if (read.size() != 1) {
                return Error{ErrorCode::BadRequest, "an instance is one", "/" + name};
            }
            instance = std::move(read.front());
        }
        const auto deleted = TRY(time_in(json, "deletedAt"));
        const bool timed = deleted || instance.observed_at || instance.created_at != Time{} ||
                           instance.modified_at != Time{};
        if (!timed) return Error{ErrorCode::BadRequest, "an instance has no time", "/" + name};
        take(instance, deleted, json.find("instanceId"));
        return {};
    }

    void take(Attribute& instance, std::optional<Time> deleted, const Json* id) {
        if (deleted) {
            instance.value = iri::kNull;
            instance.created_at = instance.modified_at = *deleted;
        }
        if (instance.modified_at == Time{}) instance.modified_at = instance.created_at;
        const bool corrected =
            instance.created_at != Time{} && instance.created_at != instance.modified_at;
        Point point = corrected ? to_corrected_point(instance) : to_point(instance);
        if (id != nullptr && id->is_string() && is_uri(id->string())) {
            point.instance = {EvolutionView::kElsewhere,
                              static_cast<std::uint32_t>(view_.ids_elsewhere.size())};
            view_.ids_elsewhere.push_back(id->string());
        }
        series_of(instance).points.push_back(std::move(point));
    }

    // Series of one attribute stand together, as they are written.
    Series& series_of(const Attribute& instance) {
        auto& all = view_.series;
        const auto [it, is_new] =
            places_.try_emplace({instance.name, instance.dataset_id}, all.size());
        if (is_new) {
            all.push_back({.name = instance.name, .dataset_id = instance.dataset_id, .points = {}});
        }
        return all[it->second];
    }

    const Context& context_;
    EvolutionView view_;
    std::map<std::pair<std::string, std::string>, std::size_t> places_;
};

/// The points of one series in several parts.
class SeriesMerge {
public:
    explicit SeriesMerge(const TemporalQuery& query) : query_{query} {}

    void add(Precedence precedence, std::vector<Point> points) {
        if (points.empty()) return;
        const bool exclusive = precedence == Precedence::Exclusive;
        if (exclusive && !exclusive_) parts_.clear();
        if (exclusive_ && !exclusive) return;
        exclusive_ = exclusive;
        parts_.push_back({precedence, std::move(points)});
    }

    std::vector<Point> take() {
        if (parts_.empty()) return {};
        if (parts_.size() == 1) return std::move(parts_.front().second);
        std::vector<Place> places;
        for (std::size_t part = 0; part < parts_.size(); ++part) {
            for (std::size_t i = 0; i < parts_[part].second.size(); ++i) {
                places.push_back({time_of(parts_[part].second[i], query_.time.property), part, i});
            }
        }
        std::stable_sort(places.begin(), places.end(),
                         [](const Place& a, const Place& b) { return a.at < b.at; });
        std::vector<Point> united;
        for (auto from = places.begin(); from != places.end();) {
            const auto to = std::find_if(from, places.end(),
                                         [&](const Place& place) { return place.at != from->at; });
            const std::size_t chosen = chosen_of(from, to);
            for (auto it = from; it != to; ++it) {
                if (it->part == chosen) united.push_back(std::move(point_at(*it)));
            }
            from = to;
        }
        return select_points(std::move(united), {.time = {.property = query_.time.property},
                                                 .last_n = query_.last_n,
                                                 .time_of = time_of})
            .points;
    }

private:
    struct Place {
        Time at;
        std::size_t part;
        std::size_t index;
    };
    using Places = std::vector<Place>::const_iterator;

    Point& point_at(const Place& place) { return parts_[place.part].second[place.index]; }

    // The part whose points of one time stay.
    std::size_t chosen_of(Places from, Places to) {
        const auto better = [&](const Place& a, const Place& b) {
            const bool fills_a = parts_[a.part].first == Precedence::Auxiliary;
            const bool fills_b = parts_[b.part].first == Precedence::Auxiliary;
            if (fills_a != fills_b) return fills_b;
            return modified_at(point_at(a)) > modified_at(point_at(b));
        };
        Places best = from;
        for (auto it = from; it != to; ++it) {
            if (better(*it, *best)) best = it;
        }
        return best->part;
    }

    const TemporalQuery& query_;
    std::vector<std::pair<Precedence, std::vector<Point>>> parts_;
    bool exclusive_ = false;
};

// What parts say of the entity itself, without its attributes.
EntityPtr head_of(const std::vector<std::pair<Precedence, EvolutionView>>& parts) {
    EntityMerge merge;
    for (const auto& [precedence, view] : parts) {
        if (!view.entity) continue;
        Entity head;
        head.id = view.id;
        head.types = view.entity->types;
        head.scopes = view.entity->scopes;
        head.created_at = view.entity->created_at;
        head.modified_at = view.entity->modified_at;
        head.expires_at = view.entity->expires_at;
        merge.add(head, precedence);
    }
    auto merged = merge.take();
    return merged.empty() ? nullptr : std::move(merged.front());
}

EvolutionView merged(std::vector<std::pair<Precedence, EvolutionView>> parts,
                     const TemporalQuery& query) {
    if (parts.size() == 1) return std::move(parts.front().second);
    EvolutionView out{.id = parts.front().second.id, .entity = head_of(parts), .series = {}};
    out.deleted_at = parts.front().second.deleted_at;
    std::map<std::pair<std::string, std::string>, SeriesMerge> all;
    for (auto& [precedence, view] : parts) {
        out.known = out.known || view.known;
        // It is gone where nobody has it any more.
        if (!out.deleted_at || !view.deleted_at) {
            out.deleted_at.reset();
        } else {
            out.deleted_at = std::max(*out.deleted_at, *view.deleted_at);
        }
        const auto before = static_cast<std::uint32_t>(out.ids_elsewhere.size());
        std::move(view.ids_elsewhere.begin(), view.ids_elsewhere.end(),
                  std::back_inserter(out.ids_elsewhere));
        for (Series& series : view.series) {
            for (Point& point : series.points) {
                if (point.instance.sequence == EvolutionView::kElsewhere) {
                    point.instance.ordinal += before;
                }
            }
            all.try_emplace({series.name, series.dataset_id}, query)
                .first->second.add(precedence, std::move(series.points));
        }
    }
    for (auto& [key, series] : all) {
        out.series.push_back(
            {.name = key.first, .dataset_id = key.second, .points = series.take()});
    }
    return out;
}

}  // namespace

Result<EvolutionView> read_remote_evolution(const Json& json, const Context& context) {
    auto view = TRY(RemoteReader{context}.read(json));
    // Those of one attribute stand together, as they are written.
    std::stable_sort(view.series.begin(), view.series.end(),
                     [](const Series& a, const Series& b) { return a.name < b.name; });
    return view;
}

void EvolutionMerge::add(EvolutionView view, Precedence precedence) {
    const auto [place, is_new] = places_.try_emplace(view.id, parts_.size());
    if (is_new) parts_.emplace_back();
    parts_[place->second].emplace_back(precedence, std::move(view));
}

std::vector<EvolutionView> EvolutionMerge::take() {
    std::vector<EvolutionView> out;
    for (std::vector<Part>& parts : parts_) out.push_back(merged(std::move(parts), query_));
    parts_.clear();
    places_.clear();
    return out;
}

}  // namespace musubi
