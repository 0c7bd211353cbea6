#include "store/index/index_table.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

namespace musubi {
namespace {

constexpr std::size_t kFewestSlots = 16;
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr IndexBox kNoBox{kNone, kNone, kNone, kNone};

// Grows by a quarter: a table of a million rows must not hold room for two.
template <typename Cells>
void make_room(Cells& cells, std::size_t size) {
    if (size > cells.capacity()) cells.reserve(size + size / 4 + 4);
}

template <typename Cells, typename Cell>
void set_at(Cells& cells, std::size_t row, Cell cell, Cell absent) {
    if (row >= cells.size()) {
        make_room(cells, row + 1);
        cells.resize(row + 1, absent);
    }
    cells[row] = cell;
}

// What an entity says under one name, whatever the datasets: any instance is enough to match.
struct Instances {
    std::size_t count = 0;
    const Attribute* first = nullptr;
    const Attribute* geo = nullptr;
};

Instances instances_of(const Entity& entity, std::string_view name) {
    Instances out;
    for (const Attribute& a : entity.attributes) {
        if (a.name != name) continue;
        if (out.count++ == 0) out.first = &a;
        if (out.geo == nullptr && a.kind == AttributeKind::GeoProperty) out.geo = &a;
    }
    return out;
}

IndexCell cell_of(const Instances& instances) {
    if (instances.count == 0) return kAbsentCell;
    if (instances.count > 1) return kMustReadCell;
    const Attribute* only = instances.first;
    const bool plain =
        only->kind == AttributeKind::Property || only->kind == AttributeKind::Relationship;
    if (plain && only->value.is_number()) {
        const double number = only->value.number();
        return std::abs(number) < kExactNumbers ? std::bit_cast<IndexCell>(number) : kMustReadCell;
    }
    if (plain && only->value.is_string()) return text_cell(only->value.string());
    return kMustReadCell;
}

}  // namespace

IndexBox outwards(const GeoBox& box) {
    constexpr float kFar = std::numeric_limits<float>::infinity();
    return {std::nextafterf(static_cast<float>(box.west), -kFar),
            std::nextafterf(static_cast<float>(box.south), -kFar),
            std::nextafterf(static_cast<float>(box.east), kFar),
            std::nextafterf(static_cast<float>(box.north), kFar)};
}

// ---- rows ----

IndexTable::Row IndexTable::find(std::string_view id, std::size_t hash) const {
    if (slots_.empty()) return kNoRow;
    const std::size_t mask = slots_.size() - 1;
    const auto narrow = static_cast<std::uint32_t>(hash);
    for (std::size_t at = narrow & mask; slots_[at].row != kNoRow; at = (at + 1) & mask) {
        if (slots_[at].hash == narrow && this->id(slots_[at].row) == id) return slots_[at].row;
    }
    return kNoRow;
}

void IndexTable::insert(std::uint32_t hash, Row row) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].row != kNoRow) at = (at + 1) & mask;
    slots_[at] = {hash, row};
}

void IndexTable::resize_slots(std::size_t count) {
    std::vector<Slot> old(count, Slot{0, kNoRow});
    old.swap(slots_);
    for (const Slot& slot : old) {
        if (slot.row != kNoRow) insert(slot.hash, slot.row);
    }
}

IndexTable::Row IndexTable::add(std::string_view id, std::size_t hash, EntityShapes::Number shape) {
    assert(!id.empty() && id.size() <= kMaxLength && ids_.size() < kNoRow);
    if ((live_ + 1) * 4 > slots_.size() * 3) {
        resize_slots(std::max(kFewestSlots, slots_.size() * 2));
    }
    const Row row = rows();
    make_room(id_bytes_, id_bytes_.size() + id.size());
    make_room(ids_, row + std::size_t{1});
    make_room(serials_, row + std::size_t{1});
    make_room(shapes_, row + std::size_t{1});
    ids_.push_back(std::uint64_t{id_bytes_.size()} << kLengthBits | id.size());
    id_bytes_ += id;
    serials_.push_back(next_serial_++);
    shapes_.push_back(shape);
    insert(static_cast<std::uint32_t>(hash), row);
    ++live_;
    return row;
}

void IndexTable::erase(Row row) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = static_cast<std::uint32_t>(hash_of(id(row))) & mask;
    while (slots_[at].row != row) at = (at + 1) & mask;
    // Those behind move up, so that no search ends at the gap before it comes to them.
    for (std::size_t next = (at + 1) & mask; slots_[next].row != kNoRow; next = (next + 1) & mask) {
        const std::size_t home = slots_[next].hash & mask;
        if (((next - home) & mask) < ((next - at) & mask)) continue;
        slots_[at] = slots_[next];
        at = next;
    }
    slots_[at].row = kNoRow;
    ids_[row] = 0;
    --live_;
}

void IndexTable::compact() {
    std::vector<Row> kept;
    kept.reserve(live_);
    for (Row row = 0; row < rows(); ++row) {
        if (ids_[row] != 0) kept.push_back(row);
    }
    const auto squeeze = [&](auto& cells) {
        std::size_t to = 0;
        for (const Row from : kept) {
            if (from >= cells.size()) break;
            cells[to++] = cells[from];
        }
        cells.resize(to);
        cells.shrink_to_fit();
    };
    for (auto& [name, cells] : cells_) squeeze(cells);
    for (auto& [name, boxes] : boxes_) squeeze(boxes);
    squeeze(shapes_);
    squeeze(serials_);
    squeeze(ids_);
    std::string texts;
    for (std::uint64_t& id : ids_) {
        const std::string_view text = text_of(id);
        id = std::uint64_t{texts.size()} << kLengthBits | text.size();
        texts += text;
    }
    id_bytes_ = std::move(texts);
    id_bytes_.shrink_to_fit();
    slots_.clear();
    resize_slots(std::max(kFewestSlots, std::bit_ceil(live_ * 2)));
    for (Row row = 0; row < rows(); ++row) {
        insert(static_cast<std::uint32_t>(hash_of(id(row))), row);
    }
}

IndexTable::Row IndexTable::row_at(std::uint64_t serial) const {
    return static_cast<Row>(std::lower_bound(serials_.begin(), serials_.end(), serial) -
                            serials_.begin());
}

// ---- columns ----

void IndexTable::set_box(Row row, const std::string& name, const Attribute& geo, bool only) {
    constexpr float kEverywhere = std::numeric_limits<float>::infinity();
    constexpr IndexBox kMustRead{-kEverywhere, -kEverywhere, kEverywhere, kEverywhere};
    set_at(boxes_[name], row, only ? outwards(bounds_of(geo.value)) : kMustRead, kNoBox);
}

void IndexTable::set(Row row, const Entity& entity, const std::string& name) {
    const Instances instances = instances_of(entity, name);
    auto column = cells_.find(name);
    if (instances.geo != nullptr) {
        if (boxes_.size() >= kMaxColumns && !boxes_.contains(name)) return;
        set_box(row, name, *instances.geo, instances.count == 1);
        if (instances.count == 1 && column == cells_.end()) return;
    } else if (const auto boxes = boxes_.find(name);
               boxes != boxes_.end() && row < boxes->second.size()) {
        boxes->second[row] = kNoBox;
    }
    if (column == cells_.end()) {
        if (instances.count == 0 || cells_.size() >= kMaxColumns) return;
        column = cells_.emplace(name, Cells{}).first;
    }
    set_at(column->second, row, cell_of(instances), kAbsentCell);
}

void IndexTable::set_all(Row row, const Entity& entity) {
    for (auto& [name, cells] : cells_) {
        if (row < cells.size()) cells[row] = kAbsentCell;
    }
    for (auto& [name, boxes] : boxes_) {
        if (row < boxes.size()) boxes[row] = kNoBox;
    }
    for (const Attribute& a : entity.attributes) set(row, entity, a.name);
}

const IndexTable::Cells* IndexTable::cells(const std::string& name) const {
    const auto found = cells_.find(name);
    return found == cells_.end() ? nullptr : &found->second;
}

const IndexTable::Boxes* IndexTable::boxes(const std::string& name) const {
    const auto found = boxes_.find(name);
    return found == boxes_.end() ? nullptr : &found->second;
}

std::vector<std::string> IndexTable::column_names() const {
    std::vector<std::string> names;
    for (const auto& [name, cells] : cells_) names.push_back(name);
    for (const auto& [name, boxes] : boxes_) names.push_back(name);
    return names;
}

bool IndexTable::agrees(Row row, const Entity& entity) const {
    IndexTable fresh;
    fresh.set_all(fresh.add(entity.id, hash_of(entity.id), 0), entity);
    const auto at = [](const auto& cells, Row r, auto absent) {
        return r < cells.size() ? cells[r] : absent;
    };
    for (const auto& [name, boxes] : fresh.boxes_) {
        const Boxes* ours = this->boxes(name);
        if (ours == nullptr && boxes_.size() >= kMaxColumns) continue;
        const IndexBox box = ours == nullptr ? kNoBox : at(*ours, row, kNoBox);
        if (std::memcmp(&box, boxes.data(), sizeof box) != 0) return false;
    }
    for (const auto& [name, cells] : fresh.cells_) {
        const Cells* ours = this->cells(name);
        if (ours == nullptr && !has_all_columns()) continue;
        const IndexCell cell = ours == nullptr ? kAbsentCell : at(*ours, row, kAbsentCell);
        if (cell != cells.front() && cell != kMustReadCell) return false;
    }
    // A place alone may have a cell beside it that says that it must be read.
    for (const auto& [name, cells] : cells_) {
        const IndexCell cell = at(cells, row, kAbsentCell);
        if (cell != kAbsentCell && cell != kMustReadCell && !fresh.cells_.contains(name))
            return false;
    }
    return std::all_of(boxes_.begin(), boxes_.end(), [&](const auto& b) {
        return fresh.boxes_.contains(b.first) || std::isnan(at(b.second, row, kNoBox).west);
    });
}

std::size_t IndexTable::memory() const {
    std::size_t bytes = id_bytes_.capacity() + ids_.capacity() * sizeof(std::uint64_t) +
                        serials_.capacity() * sizeof(std::uint64_t) +
                        shapes_.capacity() * sizeof(EntityShapes::Number) +
                        slots_.capacity() * sizeof(Slot);
    for (const auto& [name, cells] : cells_) bytes += cells.capacity() * sizeof(IndexCell);
    for (const auto& [name, boxes] : boxes_) bytes += boxes.capacity() * sizeof(IndexBox);
    return bytes;
}

}  // namespace musubi
