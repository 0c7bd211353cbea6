#include "broker/snapshots/snapshot_copy.h"

#include <algorithm>
#include <span>

#include "broker/snapshots/snapshot.h"
#include "store/codec.h"
#include "store/departed.h"

namespace musubi {
namespace {

constexpr std::size_t kAtOnce = 200;          // entities in one commit
constexpr std::size_t kPointsAtOnce = 2'000;  // instances in one commit

Result<void> commit(Store& store, const std::string& inner,
                    const std::function<Result<void>(Transaction&)>& run) {
    auto done = store.commit(service_caller(inner, kSnapshotService), [&](Transaction& tx) {
        tx.keep_times();
        return run(tx);
    });
    if (!done) return std::move(done).error();
    return {};
}

// Nobody guards a copy: simulations may change it.
Result<void> place(Transaction& tx, const Entity& entity) {
    Entity copy = entity;
    copy.guardian.clear();
    const auto made = tx.create(std::move(copy));
    if (made || made.error().code == ErrorCode::AlreadyExists) return {};
    return made.error();
}

bool is_newer(const Point& a, const Point& b) {
    return std::tie(a.at, a.instance) > std::tie(b.at, b.instance);
}

// The entity of a view with the newest instance of each of its attributes.
Result<Entity> present_of(const EvolutionView& view) {
    Entity out;
    if (view.entity) out = *view.entity;
    out.id = view.id;
    out.attributes.clear();
    for (const Series& series : view.series) {
        if (series.name == iri::kScope || series.points.empty() || view.deleted_at) continue;
        const Point* newest = &series.points.front();
        for (const Point& p : series.points) {
            if (is_newer(p, *newest)) newest = &p;
        }
        if (newest->deleted) continue;
        out.attributes.push_back(TRY(from_point(series.name, series.dataset_id, *newest)));
    }
    return out;
}

Result<void> add_past(Transaction& tx, const std::string& id, const Series& series,
                      std::span<const Point> points) {
    EntityEdit* edit = TRY(tx.edit(id));
    for (const Point& point : points) {
        Attribute instance = TRY(from_point(series.name, series.dataset_id, point));
        const Attribute* now = edit->state().find(instance.name, instance.dataset_id);
        if (now != nullptr && same_content(*now, instance)) continue;
        if (!point.deleted && TRY(tx.is_known(*edit, instance))) continue;
        edit->add_late(std::move(instance));
    }
    return {};
}

}  // namespace

Result<void> copy_entities(Store& store, const std::string& inner,
                           const std::vector<EntityPtr>& entities) {
    for (std::size_t from = 0; from < entities.size(); from += kAtOnce) {
        const std::size_t to = std::min(entities.size(), from + kAtOnce);
        TRY(commit(store, inner, [&](Transaction& tx) -> Result<void> {
            for (std::size_t i = from; i < to; ++i) TRY(place(tx, *entities[i]));
            return {};
        }));
    }
    return {};
}

Result<void> copy_evolution(Store& store, const std::string& inner, const EvolutionView& view) {
    const Entity present = TRY(present_of(view));
    if (present.types.empty()) return {};  // deleted by a former release: nothing is known of it
    TRY(commit(store, inner, [&](Transaction& tx) { return place(tx, present); }));
    for (const Series& series : view.series) {
        const std::span<const Point> points{series.points};
        for (std::size_t from = 0; from < points.size(); from += kPointsAtOnce) {
            const auto part = points.subspan(from, std::min(kPointsAtOnce, points.size() - from));
            TRY(commit(store, inner,
                       [&](Transaction& tx) { return add_past(tx, view.id, series, part); }));
        }
    }
    if (!view.deleted_at) return {};
    return commit(store, inner, [&](Transaction& tx) { return tx.erase(view.id); });
}

Result<void> copy_all(Store& store, const std::string& from, const std::string& inner) {
    const Caller reader = service_caller(from, kSnapshotService);
    EntityQuery all;
    all.limit = Snapshot::kMaxEntities + 1;
    const QueryResult found = TRY(store.query(reader, all));
    if (found.entities.size() > Snapshot::kMaxEntities) {
        return Error{ErrorCode::TooLarge, "a snapshot of more than 100,000 entities is not cloned"};
    }
    TRY(copy_entities(store, inner, found.entities));
    for (const EntityPtr& entity : found.entities) {
        EvolutionView view{.id = entity->id, .entity = entity, .series = {}};
        view.series = TRY(store.history(reader, entity->id, {}));
        TRY(copy_evolution(store, inner, view));
    }
    std::string after;
    for (bool more = true; more;) {
        DepartedPage page =
            TRY(list_departed(store, reader, after, kAtOnce, [](const Entity&) { return true; }));
        more = page.more;
        after = std::move(page.last);
        for (const Departed& departed : page.departed) {
            EvolutionView view{.id = departed.entity->id, .entity = departed.entity, .series = {}};
            view.deleted_at = departed.deleted_at;
            view.series = TRY(store.history(reader, view.id, {}));
            TRY(copy_evolution(store, inner, view));
        }
    }
    return {};
}

}  // namespace musubi
