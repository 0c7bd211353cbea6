#include "store/index/entity_index.h"

#include <algorithm>
#include <unordered_set>

#include "store/index/index_filter.h"

namespace musubi {
namespace {

// The leaves of a type selection: an entity that matches has at least one of them.
void collect_types(const TypeSelection& selection, std::vector<std::string>& out) {
    if (selection.kind == TypeSelection::Kind::Type) {
        if (std::find(out.begin(), out.end(), selection.type) == out.end()) {
            out.push_back(selection.type);
        }
        return;
    }
    for (const TypeSelection& child : selection.children) {
        collect_types(child, out);
        if (selection.kind == TypeSelection::Kind::And) return;  // the first is enough to find it
    }
}

}  // namespace

void EntityIndex::add_to(Tables& tables, TenantId tenant, const Entity& entity) {
    TablesOfTenant& types = tables.tenants[tenant];
    const EntityShapes::Number shape = tables.shapes[tenant].take(entity);
    const std::size_t hash = IndexTable::hash_of(entity.id);
    for (const std::string& type : entity.types) {
        IndexTable& table = types[type];
        const IndexTable::Row row = table.add(entity.id, hash, shape);
        for (const Attribute& a : entity.attributes) table.set(row, entity, a.name);
    }
    ++tables.entities;
}

void EntityIndex::erase_row(const Tables& tables, IndexTable& table, IndexTable::Row row) {
    table.erase(row);
    if (table.is_sparse() && tables.writers == 0) table.compact();
}

void EntityIndex::remove_from(Tables& tables, TenantId tenant, std::string_view id) {
    put_in(tables, tenant, id, nullptr);
}

void EntityIndex::put_in(Tables& tables, TenantId tenant, std::string_view id,
                         const Entity* entity) {
    const std::size_t hash = IndexTable::hash_of(id);
    TablesOfTenant& types = tables.tenants[tenant];
    EntityShapes& shapes = tables.shapes[tenant];
    const EntityShapes::Number fresh = entity ? shapes.take(*entity) : IndexTable::kNoShape;
    EntityShapes::Number old = IndexTable::kNoShape;
    for (auto& [type, table] : types) {
        const IndexTable::Row row = table.find(id, hash);
        if (row == IndexTable::kNoRow) continue;
        old = table.shape(row);
        if (entity != nullptr && entity->has_type(type)) {
            table.set_shape(row, fresh);
            table.set_all(row, *entity);
        } else {
            erase_row(tables, table, row);
        }
    }
    if (old != IndexTable::kNoShape) {
        shapes.release(old);
        --tables.entities;
    }
    if (entity == nullptr) return;
    ++tables.entities;
    for (const std::string& type : entity->types) {
        IndexTable& table = types[type];
        if (table.find(id, hash) != IndexTable::kNoRow) continue;
        table.set_all(table.add(id, hash, fresh), *entity);
    }
}

void EntityIndex::add(TenantId tenant, const Entity& entity) {
    tables_.with([&](Tables& tables) { add_to(tables, tenant, entity); });
}

void EntityIndex::put(TenantId tenant, std::string_view id, const Entity* entity) {
    tables_.with([&](Tables& tables) { put_in(tables, tenant, id, entity); });
}

// Values come and go with every reading; what an entity is made of seldom changes.
void EntityIndex::reshape(Tables& tables, const EntityChange& change) {
    const bool same = std::all_of(
        change.attributes.begin(), change.attributes.end(), [](const AttributeChange& a) {
            return a.late || (a.before && a.after && a.before->kind == a.after->kind);
        });
    if (same) return;
    EntityShapes& shapes = tables.shapes[change.tenant];
    const std::size_t hash = IndexTable::hash_of(change.id);
    std::optional<EntityShapes::Number> fresh;
    for (const std::string& type : change.types) {
        IndexTable& table = tables.tenants[change.tenant][type];
        const IndexTable::Row row = table.find(change.id, hash);
        if (row == IndexTable::kNoRow) continue;
        if (!fresh) {
            fresh = shapes.take(*change.after);
            shapes.release(table.shape(row));
        }
        table.set_shape(row, *fresh);
    }
}

void EntityIndex::update(Tables& tables, const EntityChange& change) {
    reshape(tables, change);
    TablesOfTenant& types = tables.tenants[change.tenant];
    const std::size_t hash = IndexTable::hash_of(change.id);
    for (const std::string& type : change.types) {
        IndexTable& table = types[type];
        const IndexTable::Row row = table.find(change.id, hash);
        if (row == IndexTable::kNoRow) continue;
        for (const AttributeChange& a : change.attributes) {
            if (!a.late) table.set(row, *change.after, a.name);
        }
    }
}

void EntityIndex::apply(const Change& change) {
    tables_.with([&](Tables& tables) {
        for (const EntityChange& e : change.entities) {
            if (e.kind != ChangeKind::Updated || e.types_changed) {
                if (e.kind != ChangeKind::Created) remove_from(tables, e.tenant, e.id);
                if (e.after) add_to(tables, e.tenant, *e.after);
                continue;
            }
            if (e.after) update(tables, e);
        }
    });
}

void EntityIndex::erase_tenant(TenantId tenant) {
    tables_.with([&](Tables& tables) {
        std::unordered_set<std::string_view> gone;  // one of several types stands in several tables
        for (const auto& [type, table] : tables.tenants[tenant]) {
            for (IndexTable::Row row = 0; row < table.rows(); ++row) {
                if (!table.id(row).empty()) gone.insert(table.id(row));
            }
        }
        tables.entities -= std::min(gone.size(), tables.entities);
        tables.tenants.erase(tenant);
        tables.shapes.erase(tenant);
    });
}

void EntityIndex::clear() {
    tables_.with([](Tables& tables) { tables = {}; });
}

void EntityIndex::start(const TablesOfTenant& types, const EntityQuery& query, Walk& walk) {
    walk.started = true;
    if (query.types) return collect_types(*query.types, walk.types);
    for (const auto& [type, table] : types) walk.types.push_back(type);
    std::sort(walk.types.begin(), walk.types.end());
}

// Appends the candidates of one table from the walk's place on; false if it is full before the end.
bool EntityIndex::walk_table(const IndexTable& table, const EntityQuery& query, Bound bound,
                             Walk& walk, std::vector<Candidate>& out) {
    const IndexFilter filter{table, query};
    IndexFilter::Block block;
    // Rows may have moved since the last call; their serials have not.
    for (IndexTable::Row row = table.row_at(walk.serial); row < table.rows();) {
        // Full: also where the block before this one, of another table perhaps, filled it.
        if (walk.scanned >= bound.scanned || out.size() >= bound.candidates) return false;
        IndexTable::Row end = std::min(row + IndexFilter::kBlock, table.rows());
        const std::size_t rows = filter.select(row, end, block);
        const std::size_t taken = std::min(rows, bound.candidates - out.size());
        for (std::size_t i = 0; i < taken; ++i) {
            out.push_back({std::string{table.id(block[i])}, walk.table});
        }
        if (taken < rows) end = block[taken];
        walk.scanned += end - row;
        row = end;
        walk.serial = table.serial(row - 1) + 1;
        if (taken < rows) return false;
    }
    return true;
}

bool EntityIndex::next(TenantId tenant, const EntityQuery& query, std::size_t limit, Walk& walk,
                       std::vector<Candidate>& out) const {
    return tables_.read([&](const Tables& tables) {
        const auto types = tables.tenants.find(tenant);
        if (types == tables.tenants.end()) return false;
        if (!walk.started) start(types->second, query, walk);
        const Bound bound{walk.scanned + kRowsAtOnce, out.size() + limit};
        for (; walk.table < walk.types.size(); ++walk.table, walk.serial = 0) {
            const auto found = types->second.find(walk.types[walk.table]);
            if (found == types->second.end()) continue;
            if (!walk_table(found->second, query, bound, walk, out)) return true;
        }
        return false;
    });
}

std::vector<std::string> EntityIndex::uses(TenantId tenant, const EntityQuery& query) const {
    std::vector<std::string> names;
    if (query.geo) names.push_back(query.geo->property);
    if (query.q) {
        for (const QueryNode* term : indexable_terms(*query.q)) {
            names.push_back(term->path.names.front());
        }
    }
    return tables_.read([&](const Tables& tables) {
        const auto types = tables.tenants.find(tenant);
        std::erase_if(names, [&](const std::string& name) {
            if (types == tables.tenants.end()) return true;
            return std::none_of(types->second.begin(), types->second.end(), [&](const auto& t) {
                return t.second.cells(name) != nullptr || t.second.boxes(name) != nullptr;
            });
        });
        return names;
    });
}

std::size_t EntityIndex::entities() const {
    return tables_.read([](const Tables& tables) { return tables.entities; });
}

bool shows_as_it_is(const AccessFilter& access, const EntityShape& shape) {
    if (!access.shows_all_rows(shape.types)) return false;
    return std::none_of(shape.parts.begin(), shape.parts.end(), [&](const auto& part) {
        return access.may_conceal(shape.types, part.name);
    });
}

std::vector<EntityShape> EntityIndex::shapes(TenantId tenant, const Caller& caller) const {
    if (!caller.access || !caller.access->may_read) return {};
    auto shapes = tables_.read([&](const Tables& tables) {
        const auto found = tables.shapes.find(tenant);
        return found == tables.shapes.end() ? std::vector<EntityShape>{} : found->second.all();
    });
    std::erase_if(shapes, [&](const auto& shape) { return !caller.access->covers(shape.types); });
    return shapes;
}

std::optional<std::size_t> EntityIndex::count(TenantId tenant, const Caller& caller,
                                              const EntityQuery& query) const {
    if (!query.ids.empty() || query.id_pattern || query.q || query.geo || query.scopes) return {};
    std::size_t entities = 0;
    for (const EntityShape& shape : shapes(tenant, caller)) {
        if (query.types && !matches(*query.types, shape.types)) continue;
        if (!shows_as_it_is(*caller.access, shape)) return {};
        const auto is_asked_for = [&](const EntityShape::Part& part) {
            return std::find(query.attrs.begin(), query.attrs.end(), part.name) !=
                   query.attrs.end();
        };
        if (query.attrs.empty() ||
            std::any_of(shape.parts.begin(), shape.parts.end(), is_asked_for)) {
            entities += shape.entities;
        }
    }
    return entities;
}

bool EntityIndex::holds(TenantId tenant, std::string_view id) const {
    return tables_.read([&](const Tables& tables) {
        const auto types = tables.tenants.find(tenant);
        if (types == tables.tenants.end()) return false;
        const std::size_t hash = IndexTable::hash_of(id);
        return std::any_of(types->second.begin(), types->second.end(), [&](const auto& t) {
            return t.second.find(id, hash) != IndexTable::kNoRow;
        });
    });
}

std::size_t EntityIndex::memory() const {
    return tables_.read([](const Tables& tables) {
        std::size_t bytes = 0;
        for (const auto& [tenant, types] : tables.tenants) {
            for (const auto& [type, table] : types) bytes += table.memory();
        }
        return bytes;
    });
}

}  // namespace musubi
