#include <algorithm>

#include "store/index/entity_index.h"
#include "store/index/image.h"

namespace musubi {
namespace {

constexpr std::uint64_t kMaxTenants = 1U << 20U;
constexpr std::uint64_t kMaxTypes = 1U << 20U;

Error deleted_meanwhile() { return {ErrorCode::Busy, "a tenant was deleted meanwhile"}; }

}  // namespace

Result<void> EntityIndex::write(ImageWriter& out) const {
    struct Pin {  // rows stay where they are as long as this lives
        explicit Pin(const EntityIndex& of) : index{of} {
            index.tables_.with([](const Tables& tables) { ++tables.writers; });
        }
        Pin(const Pin&) = delete;
        Pin& operator=(const Pin&) = delete;
        ~Pin() {
            index.tables_.with([](const Tables& tables) { --tables.writers; });
        }
        const EntityIndex& index;
    };
    const Pin pin{*this};
    std::vector<std::pair<TenantId, std::vector<std::string>>> names;
    tables_.read([&](const Tables& tables) {
        for (const auto& [tenant, types] : tables.tenants) {
            auto& of_tenant = names.emplace_back(tenant, std::vector<std::string>{}).second;
            for (const auto& [type, table] : types) {
                if (table.live() > 0) of_tenant.push_back(type);
            }
        }
    });
    TRY(out.number(names.size()));
    for (const auto& [tenant, types] : names) {
        TRY(out.number(tenant));
        TRY(out.number(types.size()));
        for (const std::string& type : types) TRY(write_table(out, tenant, type));
        // After the rows: who has a number by now that they do not know was changed meanwhile.
        std::string shapes;
        tables_.read([&, of = tenant](const Tables& tables) {
            const auto found = tables.shapes.find(of);
            if (found != tables.shapes.end()) found->second.write(shapes);
        });
        if (shapes.empty()) return deleted_meanwhile();
        TRY(out.text(shapes));
    }
    return {};
}

Result<void> EntityIndex::write_table(ImageWriter& out, TenantId tenant,
                                      const std::string& type) const {
    const auto with_table = [&](const auto& use) -> Result<void> {
        return tables_.read([&](const Tables& tables) -> Result<void> {
            const auto types = tables.tenants.find(tenant);
            if (types == tables.tenants.end() || !types->second.contains(type)) {
                return deleted_meanwhile();
            }
            use(types->second.at(type));
            return {};
        });
    };
    std::string slice;
    const auto write_part = [&](IndexTable::Part part, const std::string& name,
                                std::uint64_t size) -> Result<void> {
        for (std::size_t from = 0; from < size; from += ImageWriter::kBlockBytes) {
            const std::size_t some = std::min<std::size_t>(size - from, ImageWriter::kBlockBytes);
            slice.clear();
            TRY(with_table(
                [&](const IndexTable& table) { table.copy(part, name, from, some, slice); }));
            TRY(out.bytes(slice));
        }
        return {};
    };
    IndexTable::Layout layout;
    TRY(with_table([&](const IndexTable& table) { layout = table.layout(); }));
    TRY(out.text(type));
    TRY(out.number(layout.rows));
    TRY(out.number(layout.id_bytes));
    TRY(write_part(IndexTable::Part::Ids, {}, layout.rows * sizeof(std::uint64_t)));
    TRY(write_part(IndexTable::Part::IdBytes, {}, layout.id_bytes));
    TRY(write_part(IndexTable::Part::Shapes, {}, layout.rows * sizeof(EntityShapes::Number)));
    TRY(out.number(layout.cells.size()));
    for (const auto& [name, count] : layout.cells) {
        TRY(out.text(name));
        TRY(out.number(count));
        TRY(write_part(IndexTable::Part::Cells, name, count * sizeof(IndexCell)));
    }
    TRY(out.number(layout.boxes.size()));
    for (const auto& [name, count] : layout.boxes) {
        TRY(out.text(name));
        TRY(out.number(count));
        TRY(write_part(IndexTable::Part::Boxes, name, count * sizeof(IndexBox)));
    }
    return {};
}

Result<void> EntityIndex::read_into(Tables& tables, ImageReader& in,
                                    const std::vector<TenantId>& tenants) {
    for (std::uint64_t left = TRY(in.number(kMaxTenants)); left > 0; --left) {
        const auto tenant = static_cast<TenantId>(TRY(in.number(UINT32_MAX)));
        if (tables.tenants.contains(tenant)) return ImageReader::damaged();
        TablesOfTenant& types = tables.tenants[tenant];
        for (std::uint64_t tables_left = TRY(in.number(kMaxTypes)); tables_left > 0;
             --tables_left) {
            const auto [table, is_new] = types.try_emplace(TRY(in.text()));
            if (!is_new) return ImageReader::damaged();
            TRY(table->second.read(in));
        }
        TRY(tables.shapes[tenant].read(TRY(in.text())));
        if (std::find(tenants.begin(), tenants.end(), tenant) == tenants.end()) {
            tables.tenants.erase(tenant);
            tables.shapes.erase(tenant);
        }
    }
    return {};
}

// Counts who has which shape: one of several types in the table of its first.
Result<void> EntityIndex::settle(Tables& tables) {
    for (auto& [tenant, types] : tables.tenants) {
        EntityShapes& shapes = tables.shapes[tenant];
        std::vector<std::size_t> entities(shapes.size());
        std::vector<bool> used(shapes.size());
        for (const auto& [type, table] : types) {
            std::vector<std::size_t> rows(shapes.size());
            for (IndexTable::Row row = 0; row < table.rows(); ++row) {
                const EntityShapes::Number shape = table.shape(row);
                if (table.id(row).empty() || shape == IndexTable::kNoShape) continue;
                if (shape >= rows.size()) return ImageReader::damaged();
                ++rows[shape];
            }
            for (EntityShapes::Number shape = 0; shape < rows.size(); ++shape) {
                used[shape] = used[shape] || rows[shape] > 0;
                if (shapes.first_type(shape) == type) entities[shape] += rows[shape];
            }
        }
        for (EntityShapes::Number shape = 0; shape < entities.size(); ++shape) {
            if (used[shape] != (entities[shape] > 0)) return ImageReader::damaged();
            if (entities[shape] > 0) shapes.count(shape, entities[shape]);
            tables.entities += entities[shape];
        }
        shapes.free_unused();
    }
    return {};
}

Result<void> EntityIndex::read(ImageReader& in, const std::vector<TenantId>& tenants,
                               const std::vector<std::pair<TenantId, std::string>>& stale) {
    Tables fresh;
    TRY(read_into(fresh, in, tenants));
    for (const auto& [tenant, id] : stale) {
        const auto types = fresh.tenants.find(tenant);
        if (types == fresh.tenants.end()) continue;
        const std::size_t hash = IndexTable::hash_of(id);
        for (auto& [type, table] : types->second) {
            const IndexTable::Row row = table.find(id, hash);
            if (row != IndexTable::kNoRow) table.set_shape(row, IndexTable::kNoShape);
        }
    }
    TRY(settle(fresh));
    tables_.with([&](Tables& tables) { tables = std::move(fresh); });
    return {};
}

bool EntityIndex::agrees(TenantId tenant, const Entity& entity) const {
    return tables_.read([&](const Tables& tables) {
        const auto types = tables.tenants.find(tenant);
        const auto shapes = tables.shapes.find(tenant);
        if (types == tables.tenants.end() || shapes == tables.shapes.end()) return false;
        const std::size_t hash = IndexTable::hash_of(entity.id);
        return std::all_of(entity.types.begin(), entity.types.end(), [&](const std::string& type) {
            const auto table = types->second.find(type);
            if (table == types->second.end()) return false;
            const IndexTable::Row row = table->second.find(entity.id, hash);
            return row != IndexTable::kNoRow && table->second.agrees(row, entity) &&
                   shapes->second.is(table->second.shape(row), entity);
        });
    });
}

std::size_t EntityIndex::rows() const {
    return tables_.read([](const Tables& tables) {
        std::size_t rows = 0;
        for (const auto& [tenant, types] : tables.tenants) {
            for (const auto& [type, table] : types) rows += table.live();
        }
        return rows;
    });
}

}  // namespace musubi
