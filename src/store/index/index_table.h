#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/entity.h"
#include "store/index/entity_shapes.h"
#include "store/index/index_cell.h"

namespace musubi {

class ImageReader;

/// The table of one type in the index: a row an entity, a column an attribute. Arrays that hold no
/// pointers, so that they are written and read as they stand. Not safe from several threads.
class IndexTable {
public:
    static constexpr std::size_t kMaxColumns = 64;  ///< further attributes are not narrowed
    using Row = std::uint32_t;
    static constexpr Row kNoRow = UINT32_MAX;
    static constexpr EntityShapes::Number kNoShape = UINT32_MAX;

    // -- rows
    [[nodiscard]] static std::size_t hash_of(std::string_view id) {
        return std::hash<std::string_view>{}(id);
    }
    /// The row of the entity, or kNoRow. `hash`: hash_of(id).
    [[nodiscard]] Row find(std::string_view id, std::size_t hash) const;
    /// A row at the end for an entity that has none.
    Row add(std::string_view id, std::size_t hash, EntityShapes::Number shape);
    void erase(Row row);
    /// Whether enough of it is gone to be worth `compact`.
    [[nodiscard]] bool is_sparse() const { return ids_.size() > 1024 && live_ * 2 < ids_.size(); }
    /// Rows move up to where others are gone; their serials stay.
    void compact();
    [[nodiscard]] Row rows() const { return static_cast<Row>(ids_.size()); }
    [[nodiscard]] std::size_t live() const { return live_; }
    /// Empty: the entity is gone. Valid until a row is added.
    [[nodiscard]] std::string_view id(Row row) const { return text_of(ids_[row]); }
    [[nodiscard]] std::uint64_t serial(Row row) const { return serials_[row]; }
    /// The first row whose serial is not less.
    [[nodiscard]] Row row_at(std::uint64_t serial) const;
    [[nodiscard]] EntityShapes::Number shape(Row row) const { return shapes_[row]; }
    void set_shape(Row row, EntityShapes::Number shape) { shapes_[row] = shape; }

    // -- columns
    using Cells = std::vector<IndexCell>;
    using Boxes = std::vector<IndexBox>;
    /// Takes what the entity has under that name into its row.
    void set(Row row, const Entity& entity, const std::string& name);
    /// The same for all columns.
    void set_all(Row row, const Entity& entity);
    /// Null where the table has none of the name. Rows beyond the end have nothing there.
    [[nodiscard]] const Cells* cells(const std::string& name) const;
    [[nodiscard]] const Boxes* boxes(const std::string& name) const;
    /// Whether the table would have a column for each attribute that some entity has.
    [[nodiscard]] bool has_all_columns() const {
        return cells_.size() < kMaxColumns && boxes_.size() < kMaxColumns;
    }
    [[nodiscard]] std::vector<std::string> column_names() const;
    /// Whether the row rules out nothing that it should not, and knows what `set_all` would take
    /// in.
    [[nodiscard]] bool agrees(Row row, const Entity& entity) const;

    [[nodiscard]] std::size_t memory() const;

    // -- image (docs/formats.md). What is written may be of different moments, as long as no row
    // moves and whoever changed in the meantime is put in again by who reads it.
    struct Layout {
        std::uint64_t rows = 0;
        std::uint64_t id_bytes = 0;
        std::vector<std::pair<std::string, std::uint64_t>> cells;  ///< with their number
        std::vector<std::pair<std::string, std::uint64_t>> boxes;
    };
    [[nodiscard]] Layout layout() const;
    enum class Part { Ids, IdBytes, Shapes, Cells, Boxes };
    /// Appends the bytes [from, from + size) of a part; of Cells and Boxes `name` says which.
    void copy(Part part, const std::string& name, std::size_t from, std::size_t size,
              std::string& out) const;
    /// Fails: Corrupt, Io. Memory: bounded by what the image still holds.
    Result<void> read(ImageReader& in);

private:
    struct Slot {
        std::uint32_t hash;
        Row row;
    };
    [[nodiscard]] std::string_view text_of(std::uint64_t id) const {
        return std::string_view{id_bytes_}.substr(id >> kLengthBits, id & kMaxLength);
    }
    void insert(std::uint32_t hash, Row row);
    void resize_slots(std::size_t count);
    [[nodiscard]] Result<void> fill_slots();
    void set_box(Row row, const std::string& name, const Attribute& geo, bool only);

    static constexpr unsigned kLengthBits = 24;
    static constexpr std::uint64_t kMaxLength = (1U << kLengthBits) - 1;

    std::string id_bytes_;                // the ids one after the other
    std::vector<std::uint64_t> ids_;      // of the rows: place << 24 | length; 0: it is gone
    std::vector<std::uint64_t> serials_;  // ascending, kept when rows move up
    std::vector<EntityShapes::Number> shapes_;
    std::vector<Slot> slots_;  // open addressing, a power of two
    std::size_t live_ = 0;
    std::uint64_t next_serial_ = 0;
    std::unordered_map<std::string, Cells> cells_;
    std::unordered_map<std::string, Boxes> boxes_;
};

}  // namespace musubi
