#include "store/index/index_image.h"

#include <algorithm>
#include <set>

#include "history/crc32c.h"
#include "store/codec.h"
#include "store/format.h"
#include "store/index/image.h"
#include "store/keys.h"

namespace musubi {
namespace {

constexpr const char* kFile = "index.image";
constexpr std::uint64_t kMagic = 0x7865'646e'6962'736dU;
constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kMaxExpiries = 1ULL << 32U;
constexpr std::size_t kChangesAtOnce = 64;  // each may be a batch of a megabyte

// Hashes of texts are in it: they are the standard library's own.
std::uint64_t hash_probe() { return text_cell("musubi") ^ IndexTable::hash_of("結"); }

using Stale = std::vector<std::pair<TenantId, std::string>>;

// The entities that changes after `from` touched, each once, in order.
Result<Stale> stale_since(const ChangeLog& log, std::uint64_t from) {
    std::set<std::pair<TenantId, std::string>> touched;
    while (from < log.last()) {
        const auto changes = TRY(log.read(from, kChangesAtOnce, Duration{}));
        if (changes.empty()) break;
        for (const ChangePtr& change : changes) {
            for (const EntityChange& e : change->entities) touched.emplace(e.tenant, e.id);
        }
        from = changes.back()->sequence;
    }
    return Stale{touched.begin(), touched.end()};
}

Result<void> put_stale(const KeyValueStore& kv, const Dictionary& dictionary,
                       const std::vector<TenantId>& tenants, const Stale& stale, IndexParts parts) {
    for (const auto& [tenant, id] : stale) {
        if (std::find(tenants.begin(), tenants.end(), tenant) == tenants.end()) continue;
        const auto bytes = TRY(kv.get(Space::Entities, keys::entity(tenant, id)));
        if (!bytes) {
            parts.index.put(tenant, id, nullptr);
            parts.expiries.erase(tenant, id);
            continue;
        }
        const Entity entity = TRY(decode_entity(id, *bytes, dictionary));
        parts.index.put(tenant, id, &entity);
        parts.expiries.put(tenant, entity);
    }
    return {};
}

Result<ExpiryIndex::Moments> read_expiries(ImageReader& in, const std::vector<TenantId>& tenants) {
    ExpiryIndex::Moments moments;
    for (std::uint64_t left = TRY(in.number(kMaxExpiries)); left > 0; --left) {
        std::string key = TRY(in.text());
        const Time time{static_cast<std::int64_t>(TRY(in.number()))};
        if (key.size() < 4) return ImageReader::damaged();
        if (std::find(tenants.begin(), tenants.end(), read_be32(key)) == tenants.end()) continue;
        moments.emplace_back(std::move(key), time);
    }
    return moments;
}

// What names a change beyond its number, which another one may have got after a loss.
struct ChangeMark {
    std::uint64_t size = 0;
    std::uint64_t crc = 0;
    friend bool operator==(const ChangeMark&, const ChangeMark&) = default;
};

Result<std::optional<ChangeMark>> mark_of(const KeyValueStore& kv, std::uint64_t sequence) {
    const auto bytes = TRY(kv.get(Space::Changes, keys::change(sequence)));
    if (!bytes) return std::optional<ChangeMark>{};
    return std::optional{ChangeMark{.size = bytes->size(), .crc = crc32c(*bytes)}};
}

// False: it is of other times than the log.
Result<bool> read_parts(const KeyValueStore& kv, const ChangeLog& log,
                        const std::vector<TenantId>& tenants, ImageReader& in, const Stale& stale,
                        IndexParts parts) {
    TRY(parts.index.read(in, tenants, stale));
    const auto expiries = TRY(read_expiries(in, tenants));
    const std::uint64_t up_to = TRY(in.number());
    ChangeMark mark;
    mark.size = TRY(in.number());
    mark.crc = TRY(in.number());
    TRY(in.finish());
    if (up_to > log.last() || TRY(mark_of(kv, up_to)) != mark) return false;
    parts.expiries.replace(expiries);
    return true;
}

}  // namespace

Result<ImageHead> read_image_head(ImageReader& in) {
    const Error other{ErrorCode::Unsupported, "the image is of another release or machine"};
    if (TRY(in.number()) != kMagic) return ImageReader::damaged();
    if (TRY(in.number()) != kVersion) return other;
    if (TRY(in.number()) != kFolderFormat) return other;
    if (TRY(in.number()) != hash_probe()) return other;
    return ImageHead{.from = TRY(in.number())};
}

Result<std::optional<std::uint64_t>> read_index_image(const KeyValueStore& kv,
                                                      const Dictionary& dictionary,
                                                      const ChangeLog& log,
                                                      const std::vector<TenantId>& tenants,
                                                      IndexParts parts) {
    using From = std::optional<std::uint64_t>;
    const auto file = TRY(kv.read_side_file(kFile));
    if (!file) return From{};
    ImageReader in{*file};
    const auto head = read_image_head(in);
    if (!head && head.error().code == ErrorCode::Unsupported) return From{};
    const std::uint64_t from = TRY(head).from;
    if (from > log.last() || log.first() > from + 1) return From{};
    const auto fill = [&]() -> Result<bool> {
        const Stale stale = TRY(stale_since(log, from));
        if (!TRY(read_parts(kv, log, tenants, in, stale, parts))) return false;
        TRY(put_stale(kv, dictionary, tenants, stale, parts));
        return true;
    };
    auto filled = fill();
    if (filled && *filled) return From{from};
    parts.index.clear();
    parts.expiries.replace({});
    if (!filled) return std::move(filled).error();
    return From{};
}

Result<std::uint64_t> write_index_image(KeyValueStore& kv, const EntityIndex& index,
                                        const ExpiryIndex& expiries, std::uint64_t from,
                                        const std::function<std::uint64_t()>& up_to) {
    const auto file = TRY(kv.write_side_file(kFile));
    if (!file) return std::uint64_t{0};
    ImageWriter out{*file};
    for (const std::uint64_t number :
         {kMagic, kVersion, std::uint64_t{kFolderFormat}, hash_probe(), from}) {
        TRY(out.number(number));
    }
    TRY(index.write(out));
    const auto moments = expiries.all();
    TRY(out.number(moments.size()));
    for (const auto& [key, time] : moments) {
        TRY(out.text(key));
        TRY(out.number(static_cast<std::uint64_t>(time.us)));
    }
    const std::uint64_t last = up_to();
    const auto mark = TRY(mark_of(kv, last));
    if (!mark) return Error{ErrorCode::Busy, "the log was cut meanwhile"};
    for (const std::uint64_t number : {last, mark->size, mark->crc}) TRY(out.number(number));
    TRY(out.finish());
    TRY(file->publish());
    return out.written();
}

}  // namespace musubi
