#include <algorithm>

#include "history/chunk.h"
#include "store/histories.h"
#include "store/history_points.h"
#include "store/keys.h"

namespace musubi {
namespace {

std::string history_key(const std::string& entity, std::uint32_t name, std::uint32_t dataset) {
    std::string key = entity;
    append_be32(key, name);
    append_be32(key, dataset);
    return key;
}

// Gathers what a batch does to chunks on disk.
class ChunkRewriter {
public:
    explicit ChunkRewriter(const KeyValueStore& kv) : kv_{kv} {}

    // Does nothing where no chunk of the series holds the state: then its tail does.
    Result<void> rewrite(const std::string& series, const PastRewrite& what) {
        auto chunk = TRY(find(series, what.instance));
        if (chunk == chunks_.end()) return {};
        std::vector<Point>& points = chunk->second;
        const auto point = std::find_if(points.begin(), points.end(), [&](const Point& p) {
            return p.instance == what.instance;
        });
        if (what.now) {
            *point = *what.now;
        } else {
            points.erase(point);
        }
        return {};
    }

    void purge(const std::string& prefix) {
        std::erase_if(chunks_, [&](const auto& c) { return c.first.starts_with(prefix); });
        batch_.erase_range(Space::History, prefix, keys::after(prefix));
    }

    void stage(Batch& batch) {
        for (auto& [key, points] : chunks_) {
            if (points.empty()) {
                batch_.erase(Space::History, key);
            } else {
                batch_.put(Space::History, key, encode_chunk(points));
            }
        }
        batch.append(std::move(batch_));
    }

private:
    using Chunks = std::map<std::string, std::vector<Point>>;

    static bool holds(const std::vector<Point>& points, InstanceId instance) {
        return std::any_of(points.begin(), points.end(),
                           [&](const Point& p) { return p.instance == instance; });
    }

    Result<Chunks::iterator> find(const std::string& series, InstanceId instance) {
        for (auto chunk = chunks_.lower_bound(series);
             chunk != chunks_.end() && chunk->first.starts_with(series); ++chunk) {
            if (holds(chunk->second, instance)) return chunk;
        }
        // A chunk is named by the last change it goes up to.
        std::string from = series;
        append_be64(from, instance.sequence);
        const auto cursor = kv_.scan(Space::History, from, keys::after(series));
        for (; cursor->valid(); cursor->next()) {
            const ChunkSummary summary = TRY(read_summary(cursor->value()));
            if (instance < summary.first || summary.last < instance) continue;
            std::vector<Point> points = TRY(decode_chunk(cursor->value()));
            if (!holds(points, instance)) continue;
            return chunks_.insert_or_assign(std::string(cursor->key()), std::move(points)).first;
        }
        TRY(cursor->status());
        return chunks_.end();
    }

    const KeyValueStore& kv_;
    Chunks chunks_;  // as they will be, by key
    Batch batch_;
};

}  // namespace

void Histories::rewrite_tail(Tails& tails, const TailName& series, const PastRewrite& rewrite) {
    const auto entity = tails.by_entity.find(series.entity);
    if (entity == tails.by_entity.end()) return;
    for (Tail& tail : entity->second) {
        if (tail.name != series.name || tail.dataset != series.dataset) continue;
        tails.bytes -= std::min(tails.bytes, tail.points.memory());
        tail.points.rewrite(rewrite.instance, rewrite.now, tails.details);
        tails.bytes += tail.points.memory();
        if (tail.points.empty()) erase_tail(tails, series);
        return;
    }
}

void Histories::purge_tails(Tails& tails, const std::string& entity) {
    const auto found = tails.by_entity.find(entity);
    if (found == tails.by_entity.end()) return;
    std::vector<TailName> all;
    for (const Tail& tail : found->second) all.push_back({entity, tail.name, tail.dataset});
    for (const TailName& tail : all) erase_tail(tails, tail);
}

void Histories::apply_rewrite(Tails& tails, const TailName& series, const AttributeChange& a) {
    if (a.rewrite == Rewrite::Purged) {
        TailName former = series;
        former.name |= kFormerStates;
        erase_tail(tails, series);
        erase_tail(tails, former);
    } else if (const auto past = past_rewrite(a)) {
        rewrite_tail(tails, series, *past);
    }
}

std::vector<Histories::TailName> Histories::rewritten(const Changes& changes) const {
    std::vector<TailName> series;
    for (const auto& [change, bytes] : changes) {
        for (const EntityChange& entity : change->entities) {
            for (const AttributeChange& a : entity.attributes) {
                if (a.rewrite == Rewrite::None) continue;
                series.push_back({keys::series_of_entity(entity.tenant, entity.id),
                                  dictionary_.find(a.name).value_or(0),
                                  dictionary_.find(a.dataset_id).value_or(0)});
            }
        }
    }
    return series;
}

Result<void> Histories::stage_rewrites(Batch& batch, const Changes& next) const {
    ChunkRewriter rewriter{kv_};
    for (const auto& [change, bytes] : next) {
        for (const EntityChange& entity : change->entities) {
            const auto of = [&] { return keys::series_of_entity(entity.tenant, entity.id); };
            if (entity.purged) rewriter.purge(of());
            for (const AttributeChange& a : entity.attributes) {
                if (a.rewrite == Rewrite::None) continue;
                const std::uint32_t name = dictionary_.find(a.name).value_or(0);
                const std::uint32_t dataset = dictionary_.find(a.dataset_id).value_or(0);
                const std::string series = history_key(of(), name, dataset);
                if (a.rewrite == Rewrite::Purged) {
                    rewriter.purge(series);
                    rewriter.purge(history_key(of(), name | kFormerStates, dataset));
                } else if (const auto past = past_rewrite(a)) {
                    TRY(rewriter.rewrite(series, *past));
                }
            }
        }
    }
    rewriter.stage(batch);
    return {};
}

}  // namespace musubi
