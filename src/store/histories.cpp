#include "store/histories.h"

#include <algorithm>

#include "history/chunk.h"
#include "store/history_points.h"
#include "store/keys.h"

namespace musubi {
namespace {

constexpr std::string_view kFloorKey = "history/floor";
constexpr std::string_view kSealPrefix = "seal/";
constexpr std::uint64_t kLookEvery = 1U << 20U;   // of log, between looks at age and memory
constexpr std::uint64_t kFloorEvery = 4U << 20U;  // of log, between moves of the floor
constexpr std::size_t kSealAtOnce = 512;
// About what the tables hold beside keys and points.
constexpr std::size_t kEntityOverhead = 112;
constexpr std::size_t kTailOverhead = 24;

std::string seal_key(std::uint64_t sequence) {
    std::string key{kSealPrefix};
    append_be64(key, sequence);
    return key;
}

// Puts the points of a chunk before `points` where they fit into one; false: it stays as it is. So
// does one that can not be read: the others must not wait for it.
bool join(std::string_view chunk, std::vector<Point>& points) {
    const auto summary = read_summary(chunk);
    if (!summary || summary->count + points.size() > kChunkPoints) return false;
    auto earlier = decode_chunk(chunk);
    if (!earlier || text_of(*earlier) + text_of(points) > SeriesTail::kMaxText) return false;
    std::move(points.begin(), points.end(), std::back_inserter(*earlier));
    points = std::move(*earlier);
    return true;
}

}  // namespace

const Histories::Tail* Histories::find_tail(const Tails& tails, const TailName& series) {
    const auto entity = tails.by_entity.find(series.entity);
    if (entity == tails.by_entity.end()) return nullptr;
    const auto tail = std::find_if(
        entity->second.begin(), entity->second.end(),
        [&](const Tail& t) { return t.name == series.name && t.dataset == series.dataset; });
    return tail == entity->second.end() ? nullptr : &*tail;
}

void Histories::erase_tail(Tails& tails, const TailName& series) {
    const auto entity = tails.by_entity.find(series.entity);
    if (entity == tails.by_entity.end()) return;
    std::erase_if(entity->second, [&](const Tail& t) {
        if (t.name != series.name || t.dataset != series.dataset) return false;
        tails.bytes -= std::min(tails.bytes, t.points.memory() + kTailOverhead);
        return true;
    });
    if (!entity->second.empty()) return;
    tails.bytes -= std::min(tails.bytes, entity->first.size() + kEntityOverhead);
    tails.by_entity.erase(entity);
}

void Histories::add(Tails& tails, const std::string& entity, TailName name, const Point& point,
                    std::uint64_t sequence) {
    auto [entry, is_new] = tails.by_entity.try_emplace(entity);
    if (is_new) tails.bytes += entity.size() + kEntityOverhead;
    auto tail = std::find_if(entry->second.begin(), entry->second.end(), [&](const Tail& t) {
        return t.name == name.name && t.dataset == name.dataset;
    });
    if (tail == entry->second.end()) {
        entry->second.push_back(
            {.name = name.name, .dataset = name.dataset, .points = {}, .from = sequence});
        tail = std::prev(entry->second.end());
        tails.bytes += tail->points.memory() + kTailOverhead;
    }
    const bool was_full = tail->points.full();
    tails.bytes -= tail->points.memory();
    tail->points.append(point, tails.details);
    tails.bytes += tail->points.memory();
    if (tail->points.full() && !was_full) {
        name.entity = entity;
        full_.push_back(std::move(name));
    }
}

void Histories::apply_attribute(Tails& tails, const TailName& series, const AttributeChange& a,
                                const Change& change) {
    const Attribute& past = a.late ? *a.after : *a.before;
    if (!a.after) {
        add(tails, series.entity, {{}, series.name, series.dataset}, deletion(a, change.at),
            change.sequence);
    }
    add(tails, series.entity, {{}, series.name, series.dataset}, to_point(past), change.sequence);
}

// Whether what the change did to the series is in a chunk since.
bool Histories::is_packed(const Sealed& sealed, const TailName& series, std::uint64_t sequence) {
    if (sealed.empty()) return false;
    const auto seal = sealed.find(series);
    return seal != sealed.end() && sequence <= seal->second;
}

void Histories::apply_to(Tails& tails, const Change& change, const Sealed& sealed) {
    for (const EntityChange& entity : change.entities) {
        if (entity.purged) {
            purge_tails(tails, keys::series_of_entity(entity.tenant, entity.id));
            continue;
        }
        TailName series;
        for (const AttributeChange& a : entity.attributes) {
            if (!a.late && !a.before && a.after) continue;  // the first state: stays the present
            if (series.entity.empty()) {
                series.entity = keys::series_of_entity(entity.tenant, entity.id);
            }
            // The change was encoded, so its names have numbers.
            series.name = dictionary_.find_name(a.name).value_or(0);
            series.dataset = dictionary_.find(a.dataset_id).value_or(0);
            if (a.rewrite != Rewrite::None) {
                apply_rewrite(tails, series, a);
                TailName former = series;
                former.name |= kFormerStates;
                if (has_former_state(a) && !is_packed(sealed, former, change.sequence)) {
                    add(tails, former.entity, {{}, former.name, former.dataset},
                        former_state(a, change.at), change.sequence);
                }
            } else if (!is_packed(sealed, series, change.sequence)) {
                apply_attribute(tails, series, a, change);
            }
        }
    }
}

void Histories::apply(const Change& change) {
    static const Sealed kNothingSealed;
    tails_.with([&](Tails& tails) { apply_to(tails, change, kNothingSealed); });
}

Result<void> Histories::load(const ChangeLog& log) {
    std::uint64_t floor = 0;
    if (const auto stored = TRY(kv_.get(Space::Meta, kFloorKey))) {
        if (stored->size() != 8) return Error{ErrorCode::Corrupt, "history/floor is malformed"};
        floor = read_be64(*stored);
    }
    stored_floor_ = floor;
    Sealed sealed;
    const auto seals = kv_.scan(Space::Meta, seal_key(floor), "seal0");
    for (; seals->valid(); seals->next()) {
        ByteReader r{seals->value()};
        const std::uint64_t sequence = read_be64(seals->key().substr(kSealPrefix.size()));
        while (!r.at_end() && !r.failed()) {
            TailName series;
            series.entity = r.text();
            series.name = static_cast<std::uint32_t>(r.number());
            series.dataset = static_cast<std::uint32_t>(r.number());
            sealed[std::move(series)] = sequence;
        }
        if (r.failed()) return Error{ErrorCode::Corrupt, "a seal of history is malformed"};
    }
    TRY(seals->status());
    std::uint64_t position = floor == 0 ? 0 : floor - 1;
    while (position < log.last()) {
        const auto changes = TRY(log.read(position, 256, Duration{}));
        if (changes.empty()) break;
        tails_.with([&](Tails& tails) {
            for (const ChangePtr& change : changes) apply_to(tails, *change, sealed);
        });
        position = changes.back()->sequence;
    }
    return {};
}

void Histories::erase_tenant(TenantId tenant) {
    const std::string prefix = keys::tenant(tenant);
    tails_.with([&](Tails& tails) {
        std::erase_if(tails.by_entity, [&](const auto& entry) {
            if (!entry.first.starts_with(prefix)) return false;
            std::size_t bytes = entry.first.size() + kEntityOverhead;
            for (const Tail& t : entry.second) bytes += t.points.memory() + kTailOverhead;
            tails.bytes -= std::min(tails.bytes, bytes);
            return true;
        });
    });
}

void Histories::keep_tenants(const std::vector<std::pair<std::string, TenantId>>& tenants) {
    std::vector<TenantId> gone;
    tails_.read([&](const Tails& tails) {
        for (const auto& [entity, all] : tails.by_entity) {
            const TenantId id = read_be32(entity);
            const bool known = std::any_of(tenants.begin(), tenants.end(),
                                           [&](const auto& t) { return t.second == id; });
            if (!known && std::find(gone.begin(), gone.end(), id) == gone.end()) gone.push_back(id);
        }
    });
    for (const TenantId id : gone) erase_tenant(id);
}

void Histories::announce(const Changes& changes) {
    announced_.with([&](std::vector<ChangePtr>& announced) {
        announced.clear();
        for (const auto& [change, bytes] : changes) announced.push_back(change);
    });
}

// Whether a start would have to read too much for the tails. The floor only ever rises: as long as
// the one that was last looked up is near enough, the tails need not be gone through.
bool Histories::too_old(const Tails& tails, const ChangeLog& log) {
    if (log.bytes_after(known_floor_) <= limits_.replay_bytes) return false;
    const std::uint64_t oldest = floor_of(tails, UINT64_MAX);
    if (oldest == UINT64_MAX) return false;
    known_floor_ = oldest;
    return log.bytes_after(oldest) > limits_.replay_bytes;
}

std::vector<Histories::TailName> Histories::due(const ChangeLog& log) {
    std::vector<TailName> series = full_;
    tails_.read([&](const Tails& tails) {
        const bool too_old = this->too_old(tails, log);
        const bool too_many = tails.bytes > limits_.open_bytes;
        if (!too_old && !too_many) return;
        struct Candidate {
            std::uint64_t rank;
            const std::string* entity;
            const Tail* tail;
        };
        // The oldest, or those with the most points: a few at a time, so that no commit waits long.
        std::vector<Candidate> candidates;
        for (const auto& [entity, all] : tails.by_entity) {
            for (const Tail& t : all) {
                candidates.push_back(
                    {too_old ? t.from : UINT64_MAX - t.points.size(), &entity, &t});
            }
        }
        const std::size_t count = std::min(candidates.size(), kSealAtOnce);
        const auto nth = candidates.begin() + static_cast<std::ptrdiff_t>(count);
        std::nth_element(candidates.begin(), nth, candidates.end(),
                         [](const Candidate& a, const Candidate& b) { return a.rank < b.rank; });
        for (auto it = candidates.begin(); it != nth; ++it) {
            series.push_back({*it->entity, it->tail->name, it->tail->dataset});
        }
    });
    std::sort(series.begin(), series.end());
    series.erase(std::unique(series.begin(), series.end()), series.end());
    return series;
}

Result<void> Histories::stage_chunk(Batch& batch, const TailName& series, const Tail& tail,
                                    std::uint64_t sequence, bool merge) const {
    std::vector<Point> points;
    tail.points.append_points(points);
    std::string key = series.entity;
    append_be32(key, series.name);
    append_be32(key, series.dataset);
    if (merge) {  // few points: join them to the last chunk, where that has room
        const auto last = TRY(kv_.last(Space::History, key, keys::after(key)));
        if (last && join(last->second, points)) batch.erase(Space::History, last->first);
    }
    std::stable_sort(points.begin(), points.end(), by_instance);
    append_be64(key, sequence);
    batch.put(Space::History, std::move(key), encode_chunk(points));
    return {};
}

Result<void> Histories::stage_chunks(Batch& batch, const ChangeLog& log, std::uint64_t sequence,
                                     const Changes& next) {
    const std::uint64_t written = log.bytes_after(0);
    checked_at_bytes_ = std::min(checked_at_bytes_, written);  // it was trimmed
    const bool look = written - std::min(checked_at_bytes_, written) > kLookEvery;
    if (full_.empty() && !look) return {};
    checked_at_bytes_ = written;
    std::vector<TailName> series = due(log);
    // What the tail holds now is not what the chunk would have to hold once `next` is applied.
    const std::vector<TailName> waiting = rewritten(next);
    std::erase_if(series, [&](const TailName& name) {
        return std::find(waiting.begin(), waiting.end(), name) != waiting.end();
    });
    if (series.empty()) return {};
    Batch chunks;
    // A start may have left a seal of the same sequence: what it says stays said.
    std::string sealed = TRY(kv_.get(Space::Meta, seal_key(sequence))).value_or(std::string{});
    ByteWriter w{sealed};
    TRY(tails_.read([&](const Tails& tails) -> Result<void> {
        for (const TailName& name : series) {
            const Tail* tail = find_tail(tails, name);
            if (tail == nullptr) continue;
            const bool merge = tail->points.size() < kChunkPoints / 2;
            TRY(stage_chunk(chunks, name, *tail, sequence, merge));
            w.text(name.entity);
            w.number(name.name);
            w.number(name.dataset);
        }
        return {};
    }));
    batch.append(std::move(chunks));
    batch.put(Space::Meta, seal_key(sequence), std::move(sealed));
    staged_ = series;
    return {};
}

void Histories::chunks_written() {
    if (staged_.empty()) return;
    tails_.with([&](Tails& tails) {
        for (const TailName& series : staged_) erase_tail(tails, series);
        std::erase_if(full_,
                      [&](const TailName& name) { return find_tail(tails, name) == nullptr; });
    });
    staged_.clear();
}

std::optional<std::uint64_t> Histories::stage_floor(Batch& batch, const ChangeLog& log,
                                                    std::uint64_t otherwise) {
    const std::uint64_t written = log.bytes_after(0);
    floor_at_bytes_ = std::min(floor_at_bytes_, written);  // it was trimmed
    if (written - std::min(floor_at_bytes_, written) < kFloorEvery) return std::nullopt;
    floor_at_bytes_ = written;
    const std::uint64_t now =
        tails_.read([&](const Tails& tails) { return floor_of(tails, otherwise); });
    if (now <= stored_floor_) return stored_floor_;
    std::string value;
    append_be64(value, now);
    batch.put(Space::Meta, std::string(kFloorKey), std::move(value));
    batch.erase_range(Space::Meta, seal_key(0), seal_key(now));
    stored_floor_ = now;
    return now;
}

std::uint64_t Histories::floor_of(const Tails& tails, std::uint64_t otherwise) {
    std::uint64_t oldest = otherwise;
    for (const auto& [entity, all] : tails.by_entity) {
        for (const Tail& t : all) oldest = std::min(oldest, t.from);
    }
    return oldest;
}

}  // namespace musubi
