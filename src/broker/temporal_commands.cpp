#include "broker/temporal_commands.h"

#include <algorithm>
#include <span>

#include "broker/entities.h"
#include "broker/own_part.h"
#include "store/codec.h"

namespace musubi {
namespace {

Time event_time(const Attribute& a, Time otherwise) { return a.observed_at.value_or(otherwise); }

// Adds instances of one attribute and dataset.
class SeriesWriter {
public:
    SeriesWriter(Transaction& tx, EntityEdit& edit) : tx_{tx}, edit_{edit} {}

    // `same` is in order of time.
    Result<void> add(std::span<const Attribute> same, bool may_have_past) {
        name_ = same.front().name;
        dataset_ = same.front().dataset_id;
        past_.points.clear();
        if (may_have_past) TRY(read_past(same));
        for (const Attribute& a : same) TRY(add_one(a, &a == &same.back()));
        return {};
    }

private:
    [[nodiscard]] const Attribute* present() const { return edit_.state().find(name_, dataset_); }

    // The past states with event times among those that come; where there is no present state,
    // also all that are newer.
    Result<void> read_past(std::span<const Attribute> same) {
        const Time from = event_time(same.front(), tx_.now());
        const Time to = present() != nullptr ? event_time(same.back(), tx_.now()) : Time{INT64_MAX};
        auto all = TRY(
            tx_.past(edit_.state().id, name_, [&](const Series& series, const ChunkSummary& chunk) {
                return series.dataset_id == dataset_ && from <= chunk.last_at &&
                       chunk.first_at <= to;
            }));
        for (Series& series : all) {
            if (series.dataset_id == dataset_) past_ = std::move(series);
        }
        std::stable_sort(past_.points.begin(), past_.points.end(),
                         [](const Point& a, const Point& b) { return a.at < b.at; });
        return {};
    }

    [[nodiscard]] const Point* past_at(Time at) const {
        const auto first = past_.points.begin();
        auto after = std::upper_bound(first, past_.points.end(), at,
                                      [](Time t, const Point& p) { return t < p.at; });
        while (after != first && (--after)->at == at) {
            if (was_observed(*after)) return &*after;
        }
        return nullptr;
    }

    [[nodiscard]] bool is_newest(Time at) const {
        if (const Attribute* now = present()) return event_time(*now, now->modified_at) <= at;
        return past_.points.empty() || past_.points.back().at <= at;
    }

    Result<void> add_one(const Attribute& a, bool last) {
        const Attribute* now = present();
        if (now != nullptr && same_content(*now, a)) return {};
        if (now != nullptr && a.observed_at && now->observed_at == a.observed_at &&
            !is_deletion(a)) {
            return edit_.correct(*now, a);
        }
        const Point* past = a.observed_at ? past_at(*a.observed_at) : nullptr;
        if (past != nullptr) {
            const Attribute was = TRY(from_point(name_, dataset_, *past));
            if (same_content(was, a)) return {};
            return edit_.correct(was, a);
        }
        if (!last || !is_newest(event_time(a, tx_.now()))) {
            edit_.add_late(a);
        } else if (!is_deletion(a)) {
            edit_.set(a);
        } else if (!edit_.remove(name_, dataset_, a.observed_at)) {
            edit_.add_late(a);
        }
        return {};
    }

    Transaction& tx_;
    EntityEdit& edit_;
    std::string name_;
    std::string dataset_;
    Series past_;
};

std::vector<std::string> texts(const Json& array) {
    std::vector<std::string> out;
    if (!array.is_array()) return out;
    for (const Json& item : array.array()) out.push_back(item.string());
    return out;
}

// The newest scopes are those of the entity.
Result<void> add_scopes(Transaction& tx, EntityEdit& edit, std::vector<Attribute> scopes) {
    if (scopes.empty()) return {};
    const Time now = tx.now();
    std::stable_sort(scopes.begin(), scopes.end(), [&](const Attribute& a, const Attribute& b) {
        return event_time(a, now) < event_time(b, now);
    });
    std::vector<Point> past;
    for (Series& s : TRY(tx.past(edit.state().id, iri::kScope, {}))) past = std::move(s.points);
    std::stable_sort(past.begin(), past.end(),
                     [](const Point& a, const Point& b) { return a.at < b.at; });
    const auto recorded = [&](const Attribute& scope) {
        const auto [first, last] =
            std::equal_range(past.begin(), past.end(), Point{.at = event_time(scope, now)},
                             [](const Point& a, const Point& b) { return a.at < b.at; });
        return std::any_of(first, last, [&](const Point& p) {
            return p.deleted ? is_deletion(scope) : p.value == scope.value;
        });
    };
    for (const Attribute& scope : scopes) {
        if (recorded(scope)) continue;
        const Time at = event_time(scope, now);
        const bool newest = &scope == &scopes.back() && (past.empty() || past.back().at <= at);
        const std::vector<std::string> values = texts(scope.value);
        if (newest && values != edit.state().scopes) {
            edit.set_scopes(values, at);
        } else {
            Attribute late = scope;
            late.observed_at = at;
            edit.add_late(std::move(late));
        }
    }
    return {};
}

Result<void> add_instances(Transaction& tx, EntityEdit& edit, const Evolution& evolution,
                           bool may_have_past) {
    std::vector<Attribute> all = evolution.instances;
    const auto key = [&](const Attribute& a) { return std::tie(a.name, a.dataset_id); };
    std::stable_sort(all.begin(), all.end(), [&](const Attribute& a, const Attribute& b) {
        if (key(a) != key(b)) return key(a) < key(b);
        return event_time(a, tx.now()) < event_time(b, tx.now());
    });
    SeriesWriter writer{tx, edit};
    for (auto from = all.begin(); from != all.end();) {
        const auto to =
            std::find_if(from, all.end(), [&](const Attribute& a) { return key(a) != key(*from); });
        TRY(may_change(tx, edit, from->name));
        TRY(writer.add({from, to}, may_have_past));
        from = to;
    }
    if (!evolution.head.scopes.empty()) edit.set_scopes(evolution.head.scopes);
    return add_scopes(tx, edit, evolution.scopes);
}

Error no_instance() {
    return {ErrorCode::NotFound, "the attribute has no such instance", "instanceId"};
}

// The state with that id: the present one, or a past one. Fails: NotFound.
Result<Attribute> locate(Transaction& tx, const EntityEdit& edit, std::string_view name,
                         InstanceId instance) {
    bool any = false;
    for (const Attribute& a : edit.state().attributes) {
        if (a.name != name) continue;
        if (a.instance == instance) return a;
        any = true;
    }
    const auto all =
        TRY(tx.past(edit.state().id, name, [&](const Series&, const ChunkSummary& chunk) {
            return chunk.first <= instance && instance <= chunk.last;
        }));
    for (const Series& series : all) {
        const auto point = std::find_if(series.points.begin(), series.points.end(),
                                        [&](const Point& p) { return p.instance == instance; });
        if (point != series.points.end()) return from_point(name, series.dataset_id, *point);
    }
    if (any || !all.empty()) return no_instance();
    return Error{ErrorCode::NotFound, "the entity has no such attribute", std::string(name)};
}

// The newest past state, which becomes the present one: none where that is a deletion.
Result<std::optional<Attribute>> newest_past(Transaction& tx, const std::string& id,
                                             const Attribute& present) {
    std::optional<Time> latest;
    TRY(tx.past(id, present.name, [&](const Series& series, const ChunkSummary& chunk) {
        if (series.dataset_id == present.dataset_id) {
            latest = std::max(latest.value_or(chunk.last_at), chunk.last_at);
        }
        return false;
    }));
    const auto all =
        TRY(tx.past(id, present.name, [&](const Series& series, const ChunkSummary& chunk) {
            return series.dataset_id == present.dataset_id && chunk.last_at == *latest;
        }));
    for (const Series& series : all) {
        if (series.dataset_id != present.dataset_id || series.points.empty()) continue;
        const auto newest = std::max_element(
            series.points.begin(), series.points.end(), [](const Point& a, const Point& b) {
                return std::tie(a.at, a.instance) < std::tie(b.at, b.instance);
            });
        if (newest->deleted) break;
        return std::optional{TRY(from_point(present.name, present.dataset_id, *newest))};
    }
    return std::optional<Attribute>{};
}

}  // namespace

Result<bool> upsert_evolution(Transaction& tx, const Evolution& evolution) {
    auto found = tx.edit(evolution.head.id);
    if (!found && found.error().code != ErrorCode::NotFound) return std::move(found).error();
    const bool created = !found;
    if (created) {
        Entity skeleton;
        skeleton.id = evolution.head.id;
        skeleton.types = evolution.head.types;
        found = TRY(tx.create(std::move(skeleton)));
    }
    EntityEdit& edit = **found;
    std::vector<std::string> types = edit.state().types;
    types.insert(types.end(), evolution.head.types.begin(), evolution.head.types.end());
    edit.set_types(std::move(types));
    // One that was deleted may have a past under the same id.
    TRY(add_instances(tx, edit, evolution, true));
    return created;
}

Result<void> add_to_evolution(Transaction& tx, const Evolution& evolution) {
    return add_instances(tx, *TRY(tx.edit(evolution.head.id)), evolution, true);
}

Result<void> remove_attribute_evolution(Transaction& tx, std::string_view id, std::string_view name,
                                        std::string_view dataset_id, bool all_datasets) {
    EntityEdit* edit = TRY(tx.edit(id));
    TRY(may_change(tx, *edit, name));
    std::vector<std::string> datasets;
    const auto take = [&](const std::string& dataset) {
        const bool wanted = all_datasets || dataset == dataset_id;
        if (wanted && std::find(datasets.begin(), datasets.end(), dataset) == datasets.end()) {
            datasets.push_back(dataset);
        }
    };
    for (const Attribute& a : edit->state().attributes) {
        if (a.name == name) take(a.dataset_id);
    }
    const auto none = [](const Series&, const ChunkSummary&) { return false; };
    for (const Series& series : TRY(tx.past(id, name, none))) take(series.dataset_id);
    if (datasets.empty()) {
        return Error{ErrorCode::NotFound, "the entity has no such attribute, nor had it",
                     std::string(name)};
    }
    for (const std::string& dataset : datasets) edit->purge(name, dataset);
    return {};
}

Result<void> modify_instance(Transaction& tx, std::string_view id, InstanceId instance,
                             const Attribute& patch, bool typed) {
    EntityEdit* edit = TRY(tx.edit(id));
    TRY(may_change(tx, *edit, patch.name));
    const Attribute was = TRY(locate(tx, *edit, patch.name, instance));
    if (!patch.dataset_id.empty() && patch.dataset_id != was.dataset_id) {
        return Error{ErrorCode::BadRequest, "the datasetId of an instance can not be changed",
                     "/datasetId"};
    }
    if (typed && patch.kind != was.kind && !is_deletion(was)) {
        return Error{ErrorCode::BadRequest, "the type of an instance can not be changed", "/type"};
    }
    const Attribute* present = edit->state().find(was.name, was.dataset_id);
    const bool is_present = present != nullptr && present->instance == instance;
    if (is_deletion(patch) && is_present) {
        return Error{ErrorCode::BadRequest,
                     "the present state can not be made a deletion; delete the instance instead",
                     "/value"};
    }
    Attribute now = merge_attribute(was, patch, false);
    if (same_content(was, now)) return {};
    return edit->correct(was, std::move(now));
}

Result<void> remove_instance(Transaction& tx, std::string_view id, std::string_view name,
                             InstanceId instance) {
    EntityEdit* edit = TRY(tx.edit(id));
    TRY(may_change(tx, *edit, name));
    const Attribute was = TRY(locate(tx, *edit, name, instance));
    const Attribute* present = edit->state().find(was.name, was.dataset_id);
    std::optional<Attribute> successor;
    if (present != nullptr && present->instance == instance) {
        successor = TRY(newest_past(tx, edit->state().id, was));
    }
    edit->withdraw(was, std::move(successor));
    return {};
}

Result<void> remove_evolution(Transaction& tx, std::string_view id) { return tx.purge(id); }

}  // namespace musubi
