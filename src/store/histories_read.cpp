#include <algorithm>

#include "history/chunk.h"
#include "store/histories.h"
#include "store/history_points.h"
#include "store/keys.h"

namespace musubi {
namespace {

constexpr std::size_t kNameBytes = 8;      // the attribute's and the dataset's number
constexpr std::size_t kSequenceBytes = 8;  // of the change a chunk goes up to

// The series of a key of a tail or chunk, made where it is the first of its kind.
Series* series_of(std::map<std::string, Series>& out, std::string_view numbers,
                  const std::vector<std::uint32_t>& names, const Dictionary& dictionary) {
    const std::uint32_t name = read_be32(numbers);
    if (names.empty() && (name & kFormerStates) != 0) return nullptr;  // only where asked for
    if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
        return nullptr;
    }
    Series& series = out[std::string(numbers.substr(0, kNameBytes))];
    if (series.name.empty()) {
        series.name = dictionary.text(name & ~kFormerStates);
        series.dataset_id = dictionary.text(read_be32(numbers.substr(4)));
    }
    return &series;
}

// Moves what was read of the tails behind what came from the chunks: nearly always it is later.
void append(std::map<std::string, Series>& out, std::map<std::string, Series>&& later) {
    for (auto& [key, series] : later) {
        const auto [at, is_new] = out.try_emplace(key);
        if (is_new) {
            at->second = std::move(series);
        } else {
            std::move(series.points.begin(), series.points.end(),
                      std::back_inserter(at->second.points));
        }
    }
}

// Each series in order of instance ids, each state once.
std::vector<Series> in_order(std::map<std::string, Series>&& all) {
    std::vector<Series> result;
    for (auto& [key, series] : all) {
        const auto same = [](const Point& a, const Point& b) { return a.instance == b.instance; };
        if (!std::is_sorted(series.points.begin(), series.points.end(), by_instance)) {
            std::stable_sort(series.points.begin(), series.points.end(), by_instance);
        }
        series.points.erase(std::unique(series.points.begin(), series.points.end(), same),
                            series.points.end());
        result.push_back(std::move(series));
    }
    return result;
}

}  // namespace

Result<void> Histories::read_chunks(std::string_view prefix, SeriesByName& out,
                                    const std::vector<std::uint32_t>& names,
                                    const ChunkFilter& wanted) const {
    const auto cursor = kv_.scan(Space::History, prefix, keys::after(std::string(prefix)));
    for (; cursor->valid(); cursor->next()) {
        const std::string_view rest = cursor->key().substr(prefix.size());
        if (rest.size() != kNameBytes + kSequenceBytes) {
            return Error{ErrorCode::Corrupt, "a key of history is malformed"};
        }
        Series* series = series_of(out, rest, names, dictionary_);
        if (series == nullptr) continue;
        if (wanted && !wanted(*series, TRY(read_summary(cursor->value())))) continue;
        std::vector<Point> points = TRY(decode_chunk(cursor->value()));
        std::move(points.begin(), points.end(), std::back_inserter(series->points));
    }
    return cursor->status();
}

namespace {

// Calls `take` with each state that the changes leave behind them and that the present state, as it
// was read, does not show. `written`: it was read when they were on disk already.
template <typename Take>
void each_left_behind(const std::vector<ChangePtr>& announced, TenantId tenant, std::string_view id,
                      bool written, const Take& take) {
    const std::uint64_t first = announced.front()->sequence;
    const auto look = [&](const AttributeChange& a, Time at) {
        if (a.rewrite != Rewrite::None) return;
        if (a.before && (written || a.before->instance.sequence < first)) {
            take(a, to_point(*a.before));
        }
        if (written && a.late) take(a, to_point(*a.after));
        if (written && !a.after) take(a, deletion(a, at));
    };
    for (const ChangePtr& change : announced) {
        for (const EntityChange& e : change->entities) {
            if (e.tenant != tenant || e.id != id || e.purged) continue;
            for (const AttributeChange& a : e.attributes) look(a, change->at);
        }
    }
}

}  // namespace

void Histories::read_announced(TenantId tenant, std::string_view id, const Entity* present,
                               SeriesByName& out, const std::vector<std::uint32_t>& names) const {
    announced_.read([&](const std::vector<ChangePtr>& announced) {
        if (announced.empty()) return;
        const std::uint64_t first = announced.front()->sequence;
        const bool written =
            present != nullptr &&
            std::any_of(present->attributes.begin(), present->attributes.end(),
                        [&](const Attribute& a) { return a.instance.sequence >= first; });
        const auto take = [&](const AttributeChange& a, const Point& point) {
            std::string key;
            append_be32(key, dictionary_.find(a.name).value_or(0));
            append_be32(key, dictionary_.find(a.dataset_id).value_or(0));
            Series* series = series_of(out, key, names, dictionary_);
            if (series != nullptr) series->points.push_back(point);
        };
        each_left_behind(announced, tenant, id, written, take);
    });
}

Result<std::vector<Series>> Histories::read(TenantId tenant, std::string_view id,
                                            const std::vector<std::string>& names,
                                            const Entity* present,
                                            const ChunkFilter& wanted) const {
    std::vector<std::uint32_t> numbers;
    for (const std::string& name : names) {
        if (const auto number = dictionary_.find(name)) numbers.push_back(*number);
    }
    if (!names.empty() && numbers.empty()) return std::vector<Series>{};
    const std::string prefix = keys::series_of_entity(tenant, id);
    SeriesByName announced;
    SeriesByName tails;
    SeriesByName out;
    read_announced(tenant, id, present, announced, numbers);
    // First the tails, then the chunks: what moves from the one to the other in between is seen
    // twice, never missed. The present state was read before all, for the same reason.
    read_tails(prefix, tails, numbers);
    TRY(read_chunks(prefix, out, numbers, wanted));
    append(out, std::move(tails));
    append(out, std::move(announced));
    if (present != nullptr) {
        for (const Attribute& a : present->attributes) {
            std::string key;
            append_be32(key, dictionary_.find(a.name).value_or(0));
            append_be32(key, dictionary_.find(a.dataset_id).value_or(0));
            Series* series = series_of(out, key, numbers, dictionary_);
            if (series != nullptr) series->points.push_back(to_point(a));
        }
    }
    return in_order(std::move(out));
}

void Histories::read_tails(const std::string& prefix, SeriesByName& out,
                           const std::vector<std::uint32_t>& names) const {
    tails_.read([&](const Tails& tails) {
        const auto entity = tails.by_entity.find(prefix);
        if (entity == tails.by_entity.end()) return;
        for (const Tail& tail : entity->second) {
            std::string key;
            append_be32(key, tail.name);
            append_be32(key, tail.dataset);
            Series* series = series_of(out, key, names, dictionary_);
            if (series != nullptr) tail.points.append_points(series->points);
        }
    });
}

Result<std::vector<Series>> Histories::select(TenantId tenant, std::string_view id,
                                              std::uint32_t name, const ChunkFilter& wanted) const {
    const std::string prefix = keys::series_of_entity(tenant, id);
    SeriesByName tails;
    SeriesByName out;
    read_tails(prefix, tails, {name});
    TRY(read_chunks(prefix, out, {name}, wanted));
    append(out, std::move(tails));
    return in_order(std::move(out));
}

Result<std::vector<Series>> Histories::past(TenantId tenant, std::string_view id,
                                            std::string_view name,
                                            const ChunkFilter& wanted) const {
    const auto number = dictionary_.find(name);
    if (!number) return std::vector<Series>{};
    return select(tenant, id, *number, wanted);
}

Result<std::vector<Series>> Histories::former(TenantId tenant, std::string_view id,
                                              std::string_view name) const {
    const auto number = dictionary_.find(name);
    if (!number) return std::vector<Series>{};
    return select(tenant, id, *number | kFormerStates, {});
}

void Histories::drop_expired(std::vector<Series>& series, Time now) {
    for (Series& s : series) {
        std::erase_if(s.points, [&](const Point& p) { return has_expired(p, now); });
    }
}

Error Histories::none(std::string_view id) {
    return {ErrorCode::NotFound, "there is no such entity, nor history of one", std::string(id)};
}

Result<bool> Histories::any(TenantId tenant, std::string_view id) const {
    const std::string prefix = keys::series_of_entity(tenant, id);
    if (tails_.read([&](const Tails& tails) { return tails.by_entity.contains(prefix); })) {
        return true;
    }
    const auto cursor = kv_.scan(Space::History, prefix, keys::after(prefix));
    const bool found = cursor->valid();
    TRY(cursor->status());
    return found;
}

Result<bool> Histories::contains(TenantId tenant, std::string_view id, const Point& point,
                                 std::uint32_t name, std::uint32_t dataset) const {
    const std::string series = keys::series(tenant, id, name, dataset);
    const bool in_tail = tails_.read([&](const Tails& tails) {
        const Tail* tail = find_tail(tails, {keys::series_of_entity(tenant, id), name, dataset});
        return tail != nullptr && tail->points.contains(point.at, point.value, point.detail);
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
        Figures figures{.series = 0, .points = 0, .bytes = tails.bytes};
        for (const auto& [entity, all] : tails.by_entity) {
            figures.series += all.size();
            for (const Tail& t : all) figures.points += t.points.size();
        }
        return figures;
    });
}

}  // namespace musubi
