#include "store/histories.h"

#include <algorithm>

#include "history/chunk.h"
#include "store/keys.h"

namespace musubi {
namespace {

constexpr std::string_view kFloorKey = "history/floor";
constexpr std::string_view kSealPrefix = "seal/";
constexpr std::size_t kNameBytes = 8;      // the attribute's and the dataset's number
constexpr std::size_t kSequenceBytes = 8;  // of the change a chunk goes up to
constexpr std::uint64_t kLookEvery = 1U << 20U;

std::string seal_key(std::uint64_t sequence) {
    std::string key{kSealPrefix};
    append_be64(key, sequence);
    return key;
}

Point deletion(const AttributeChange& attribute, Time at) {
    Point point;
    point.at = point.recorded = at;
    point.instance = attribute.instance;
    point.deleted = true;
    return point;
}

bool by_instance(const Point& a, const Point& b) { return a.instance < b.instance; }

}  // namespace

std::string Histories::series_key(const EntityChange& entity,
                                  const AttributeChange& attribute) const {
    // The change was encoded, so its names have numbers.
    return keys::series(entity.tenant, entity.id, dictionary_.find(attribute.name).value_or(0),
                        dictionary_.find(attribute.dataset_id).value_or(0));
}

void Histories::add(Tails& tails, std::string key, const Point& point, std::uint64_t sequence) {
    auto [entry, is_new] = tails.by_series.try_emplace(std::move(key));
    Tail& tail = entry->second;
    if (is_new) {
        tail.from = sequence;
        tails.bytes += entry->first.size() + sizeof(*entry) + 48;
    }
    tails.bytes -= tail.points.memory();
    tail.points.append(point, tails.details);
    tails.bytes += tail.points.memory();
    if (tail.points.size() == kChunkPoints) full_.push_back(entry->first);
}

void Histories::apply_to(Tails& tails, const Change& change,
                         const std::map<std::string, std::uint64_t>& sealed) {
    for (const EntityChange& entity : change.entities) {
        for (const AttributeChange& a : entity.attributes) {
            if (!a.late && !a.before && a.after) continue;  // the first state: stays the present
            std::string key = series_key(entity, a);
            if (!sealed.empty()) {
                const auto seal = sealed.find(key);
                if (seal != sealed.end() && change.sequence <= seal->second) continue;
            }
            const Attribute& past = a.late ? *a.after : *a.before;
            if (!a.after) add(tails, key, deletion(a, change.at), change.sequence);
            add(tails, std::move(key), to_point(past), change.sequence);
        }
    }
}

void Histories::apply(const Change& change) {
    static const std::map<std::string, std::uint64_t> kNothingSealed;
    tails_.with([&](Tails& tails) { apply_to(tails, change, kNothingSealed); });
}

Result<void> Histories::load(const ChangeLog& log) {
    std::uint64_t floor = 0;
    if (const auto stored = TRY(kv_.get(Space::Meta, kFloorKey))) {
        if (stored->size() != 8) return Error{ErrorCode::Corrupt, "history/floor is malformed"};
        floor = read_be64(*stored);
    }
    std::map<std::string, std::uint64_t> sealed;
    const auto seals = kv_.scan(Space::Meta, seal_key(floor), "seal0");
    for (; seals->valid(); seals->next()) {
        ByteReader r{seals->value()};
        const std::uint64_t sequence = read_be64(seals->key().substr(kSealPrefix.size()));
        while (!r.at_end() && !r.failed()) sealed[std::string(r.text())] = sequence;
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
    tails_.with([&](Tails& tails) {
        const auto from = tails.by_series.lower_bound(keys::tenant(tenant));
        const auto to = tails.by_series.lower_bound(keys::after_tenant(tenant));
        for (auto it = from; it != to; ++it) tails.bytes -= it->second.points.memory();
        tails.by_series.erase(from, to);
    });
}

std::vector<std::string> Histories::due(const ChangeLog& log) const {
    std::vector<std::string> series = full_;
    tails_.read([&](const Tails& tails) {
        std::uint64_t oldest = UINT64_MAX;
        for (const auto& [key, tail] : tails.by_series) oldest = std::min(oldest, tail.from);
        const bool too_old = oldest != UINT64_MAX && log.bytes_after(oldest) > limits_.replay_bytes;
        const bool too_many = tails.bytes > limits_.open_bytes;
        if (!too_old && !too_many) return;
        // The older half of the span of changes that tails reach back over.
        const std::uint64_t cut = oldest + (log.last() - oldest) / 2;
        for (const auto& [key, tail] : tails.by_series) {
            if (tail.from <= cut) series.push_back(key);
        }
    });
    std::sort(series.begin(), series.end());
    series.erase(std::unique(series.begin(), series.end()), series.end());
    return series;
}

Result<void> Histories::stage_chunk(Batch& batch, const std::string& series, const Tail& tail,
                                    std::uint64_t sequence, bool merge) const {
    std::vector<Point> points;
    tail.points.append_points(points);
    if (merge) {  // few points: join them to the last chunk, where that has room
        const auto last = TRY(kv_.last(Space::History, series, keys::after(series)));
        if (last) {
            const ChunkSummary summary = TRY(read_summary(last->second));
            if (summary.count + points.size() <= kChunkPoints) {
                std::vector<Point> earlier = TRY(decode_chunk(last->second));
                std::move(points.begin(), points.end(), std::back_inserter(earlier));
                points = std::move(earlier);
                batch.erase(Space::History, last->first);
            }
        }
    }
    std::stable_sort(points.begin(), points.end(), by_instance);
    std::string key = series;
    append_be64(key, sequence);
    batch.put(Space::History, std::move(key), encode_chunk(points));
    return {};
}

Result<void> Histories::stage_chunks(Batch& batch, const ChangeLog& log, std::uint64_t sequence) {
    const std::uint64_t written = log.bytes_after(0);
    const bool look = written - std::min(checked_at_bytes_, written) > kLookEvery;
    if (full_.empty() && !look) return {};
    checked_at_bytes_ = written;
    const std::vector<std::string> series = due(log);
    if (series.empty()) return {};
    Batch chunks;
    std::string sealed;
    ByteWriter w{sealed};
    TRY(tails_.read([&](const Tails& tails) -> Result<void> {
        for (const std::string& key : series) {
            const auto tail = tails.by_series.find(key);
            if (tail == tails.by_series.end()) continue;
            const bool merge = tail->second.points.size() < kChunkPoints / 2;
            TRY(stage_chunk(chunks, key, tail->second, sequence, merge));
            w.text(key);
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
        for (const std::string& key : staged_) {
            const auto tail = tails.by_series.find(key);
            if (tail == tails.by_series.end()) continue;
            const std::size_t bytes =
                tail->second.points.memory() + key.size() + sizeof(*tail) + 48;
            tails.bytes -= std::min(tails.bytes, bytes);
            tails.by_series.erase(tail);
        }
    });
    staged_.clear();
    full_.clear();
}

void Histories::stage_floor(Batch& batch, std::uint64_t floor) {
    std::string value;
    append_be64(value, floor);
    batch.put(Space::Meta, std::string(kFloorKey), std::move(value));
    batch.erase_range(Space::Meta, seal_key(0), seal_key(floor));
}

std::uint64_t Histories::floor(std::uint64_t otherwise) const {
    return tails_.read([&](const Tails& tails) {
        std::uint64_t oldest = otherwise;
        for (const auto& [key, tail] : tails.by_series) oldest = std::min(oldest, tail.from);
        return oldest;
    });
}

namespace {

// The series of a key of a tail or chunk, made where it is the first of its kind.
Series* series_of(std::map<std::string, Series>& out, std::string_view numbers,
                  const std::vector<std::uint32_t>& names, const Dictionary& dictionary) {
    const std::uint32_t name = read_be32(numbers);
    if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
        return nullptr;
    }
    Series& series = out[std::string(numbers.substr(0, kNameBytes))];
    if (series.name.empty()) {
        series.name = dictionary.text(name);
        series.dataset_id = dictionary.text(read_be32(numbers.substr(4)));
    }
    return &series;
}

}  // namespace

Result<void> Histories::read_chunks(std::string_view prefix, std::map<std::string, Series>& out,
                                    const std::vector<std::uint32_t>& names) const {
    const auto cursor = kv_.scan(Space::History, prefix, keys::after(std::string(prefix)));
    for (; cursor->valid(); cursor->next()) {
        const std::string_view rest = cursor->key().substr(prefix.size());
        if (rest.size() != kNameBytes + kSequenceBytes) {
            return Error{ErrorCode::Corrupt, "a key of history is malformed"};
        }
        Series* series = series_of(out, rest, names, dictionary_);
        if (series == nullptr) continue;
        std::vector<Point> points = TRY(decode_chunk(cursor->value()));
        std::move(points.begin(), points.end(), std::back_inserter(series->points));
    }
    return cursor->status();
}

Result<std::vector<Series>> Histories::read(TenantId tenant, std::string_view id,
                                            const std::vector<std::string>& names,
                                            const Entity* present) const {
    std::vector<std::uint32_t> numbers;
    for (const std::string& name : names) {
        if (const auto number = dictionary_.find(name)) numbers.push_back(*number);
    }
    if (!names.empty() && numbers.empty()) return std::vector<Series>{};
    const std::string prefix = keys::series_of_entity(tenant, id);
    std::map<std::string, Series> out;
    // First the tails, then the chunks: what moves from the one to the other in between is seen
    // twice, never missed. The present state was read before both, for the same reason.
    tails_.read([&](const Tails& tails) {
        auto tail = tails.by_series.lower_bound(prefix);
        const auto end = tails.by_series.lower_bound(keys::after(prefix));
        for (; tail != end; ++tail) {
            const std::string_view key{tail->first};
            Series* series = series_of(out, key.substr(prefix.size()), numbers, dictionary_);
            if (series != nullptr) tail->second.points.append_points(series->points);
        }
    });
    TRY(read_chunks(prefix, out, numbers));
    if (present != nullptr) {
        for (const Attribute& a : present->attributes) {
            std::string key;
            append_be32(key, dictionary_.find(a.name).value_or(0));
            append_be32(key, dictionary_.find(a.dataset_id).value_or(0));
            Series* series = series_of(out, key, numbers, dictionary_);
            if (series != nullptr) series->points.push_back(to_point(a));
        }
    }
    std::vector<Series> result;
    for (auto& [key, series] : out) {
        const auto same = [](const Point& a, const Point& b) { return a.instance == b.instance; };
        std::stable_sort(series.points.begin(), series.points.end(), by_instance);
        series.points.erase(std::unique(series.points.begin(), series.points.end(), same),
                            series.points.end());
        result.push_back(std::move(series));
    }
    return result;
}

Result<bool> Histories::contains(TenantId tenant, std::string_view id, const Point& point,
                                 std::uint32_t name, std::uint32_t dataset) const {
    const std::string series = keys::series(tenant, id, name, dataset);
    const bool in_tail = tails_.read([&](const Tails& tails) {
        const auto tail = tails.by_series.find(series);
        return tail != tails.by_series.end() &&
               tail->second.points.contains(point.at, point.value, point.detail);
    });
    if (in_tail) return true;
    const auto cursor = kv_.scan(Space::History, series, keys::after(series));
    for (; cursor->valid(); cursor->next()) {
        const ChunkSummary summary = TRY(read_summary(cursor->value()));
        if (point.at < summary.first_at || summary.last_at < point.at) continue;
        const std::vector<Point> points = TRY(decode_chunk(cursor->value()));
        const auto same = [&](const Point& p) {
            return p.at == point.at && !p.deleted && p.value == point.value &&
                   p.detail == point.detail;
        };
        if (std::any_of(points.begin(), points.end(), same)) return true;
    }
    TRY(cursor->status());
    return false;
}

Histories::Figures Histories::figures() const {
    return tails_.read([](const Tails& tails) {
        Figures figures{.series = tails.by_series.size(), .points = 0, .bytes = tails.bytes};
        for (const auto& [key, tail] : tails.by_series) figures.points += tail.points.size();
        return figures;
    });
}

}  // namespace musubi
