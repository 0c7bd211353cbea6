#include "store/index/each_entity.h"

#include <future>
#include <vector>

#include "base/bytes.h"
#include "store/codec.h"

namespace musubi {
namespace {

constexpr std::size_t kRowsAtOnce = 2048;
constexpr std::size_t kBytesAtOnce = 8U << 20U;

struct Row {
    std::string key;
    std::string value;
};
struct Decoded {
    TenantId tenant = 0;
    Entity entity;
};

std::vector<Row> read_rows(Cursor& cursor) {
    std::vector<Row> rows;
    std::size_t bytes = 0;
    for (; cursor.valid() && rows.size() < kRowsAtOnce && bytes < kBytesAtOnce; cursor.next()) {
        rows.push_back({std::string(cursor.key()), std::string(cursor.value())});
        bytes += rows.back().value.size();
    }
    return rows;
}

Result<std::vector<Decoded>> decode_rows(const std::vector<Row>& rows,
                                         const Dictionary& dictionary) {
    std::vector<Decoded> out;
    out.reserve(rows.size());
    for (const Row& row : rows) {
        if (row.key.size() < 4) {
            return Error{ErrorCode::Corrupt, "the key of an entity is malformed"};
        }
        const std::string_view key = row.key;
        Entity entity = TRY(decode_entity(key.substr(4), row.value, dictionary));
        out.push_back({.tenant = read_be32(key), .entity = std::move(entity)});
    }
    return out;
}

}  // namespace

Result<void> each_entity(const KeyValueStore& kv, const Dictionary& dictionary,
                         const std::function<void(TenantId, const Entity&)>& take) {
    const auto cursor = kv.scan(Space::Entities, {}, {});
    std::vector<Row> rows = read_rows(*cursor);
    while (!rows.empty()) {
        auto decoding = std::async(std::launch::async, [&, now = std::move(rows)] {
            return decode_rows(now, dictionary);
        });
        rows = read_rows(*cursor);
        const std::vector<Decoded> decoded = TRY(decoding.get());
        for (const Decoded& one : decoded) take(one.tenant, one.entity);
    }
    return cursor->status();
}

}  // namespace musubi
