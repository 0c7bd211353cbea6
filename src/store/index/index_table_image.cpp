#include <algorithm>
#include <array>
#include <bit>

#include "store/index/image.h"
#include "store/index/index_table.h"

namespace musubi {
namespace {

template <typename Cells>
void append_slice(const Cells& cells, std::size_t from, std::size_t size, std::string& out) {
    out.append(reinterpret_cast<const char*>(cells.data()) + from, size);
}

// The columns of one kind: how many, then each with its name, its length and its cells.
template <typename Columns>
Result<void> read_columns(ImageReader& in, std::size_t rows, Columns& out) {
    for (std::uint64_t left = TRY(in.number(IndexTable::kMaxColumns)); left > 0; --left) {
        const auto [column, is_new] = out.try_emplace(TRY(in.text()));
        if (!is_new) return ImageReader::damaged();
        TRY(in.array(column->second, TRY(in.number(rows))));
    }
    return {};
}

}  // namespace

IndexTable::Layout IndexTable::layout() const {
    Layout out{.rows = ids_.size(), .id_bytes = id_bytes_.size(), .cells = {}, .boxes = {}};
    for (const auto& [name, cells] : cells_) out.cells.emplace_back(name, cells.size());
    for (const auto& [name, boxes] : boxes_) out.boxes.emplace_back(name, boxes.size());
    return out;
}

void IndexTable::copy(Part part, const std::string& name, std::size_t from, std::size_t size,
                      std::string& out) const {
    switch (part) {
        case Part::Ids: return append_slice(ids_, from, size, out);
        case Part::IdBytes: return append_slice(id_bytes_, from, size, out);
        case Part::Shapes: return append_slice(shapes_, from, size, out);
        case Part::Cells: return append_slice(cells_.at(name), from, size, out);
        case Part::Boxes: return append_slice(boxes_.at(name), from, size, out);
    }
}

Result<void> IndexTable::read(ImageReader& in) {
    const std::uint64_t rows = TRY(in.number(kNoRow - 1));
    id_bytes_.resize(TRY(in.number(in.left())));
    TRY(in.array(ids_, rows));
    TRY(in.bytes(id_bytes_.data(), id_bytes_.size()));
    TRY(in.array(shapes_, rows));
    TRY(read_columns(in, rows, cells_));
    TRY(read_columns(in, rows, boxes_));
    return fill_slots();
}

Result<void> IndexTable::fill_slots() {
    for (const std::uint64_t id : ids_) {
        const std::uint64_t end = (id >> kLengthBits) + (id & kMaxLength);
        if (end > id_bytes_.size() || ((id & kMaxLength) == 0 && id != 0)) {
            return ImageReader::damaged();
        }
        live_ += id != 0 ? 1 : 0;
    }
    slots_.assign(std::bit_ceil(live_ * 4 / 3 + 2), Slot{0, kNoRow});
    serials_.resize(ids_.size());
    next_serial_ = ids_.size();
    // Where a slot lies is chance: those of some rows are fetched while others are looked at.
    constexpr Row kAhead = 16;
    std::array<std::size_t, kAhead> hashes;
    for (Row from = 0; from < rows(); from += kAhead) {
        const Row end = std::min(from + kAhead, rows());
        for (Row row = from; row < end; ++row) {
            hashes.at(row - from) = hash_of(id(row));
            __builtin_prefetch(&slots_[hashes.at(row - from) & (slots_.size() - 1)]);
        }
        for (Row row = from; row < end; ++row) {
            serials_[row] = row;
            if (ids_[row] == 0) continue;
            const std::size_t hash = hashes.at(row - from);
            if (find(id(row), hash) != kNoRow) return ImageReader::damaged();  // twice
            insert(static_cast<std::uint32_t>(hash), row);
        }
    }
    return {};
}

}  // namespace musubi
