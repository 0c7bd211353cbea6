#include "store/entity_index.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace musubi {
namespace {

// A cell is a number, or one of these in the payload of a NaN: nothing there, something that must
// be read to be compared, or the hash of a text.
constexpr std::uint64_t kAbsent = 0x7ff8'0000'0000'0001U;
constexpr std::uint64_t kMustRead = 0x7ff8'0000'0000'0002U;
constexpr std::uint64_t kText = 0xfff8'0000'0000'0000U;
constexpr double kExact = 9007199254740992.0;  // beyond 2^53 a double rounds
constexpr std::uint64_t kTextMask = 0x0007'ffff'ffff'ffffU;

bool is_text(std::uint64_t cell) { return (cell & kText) == kText; }

std::uint64_t text_cell(std::string_view text) {
    return kText | (std::hash<std::string_view>{}(text)&kTextMask);
}

std::uint64_t cell_of(const Entity& entity, std::string_view name) {
    const Attribute* only = nullptr;
    for (const Attribute& a : entity.attributes) {
        if (a.name != name) continue;
        if (only != nullptr) return kMustRead;
        only = &a;
    }
    if (only == nullptr) return kAbsent;
    const bool plain =
        only->kind == AttributeKind::Property || only->kind == AttributeKind::Relationship;
    if (plain && only->value.is_number()) {
        const double number = only->value.number();
        return std::abs(number) < kExact ? std::bit_cast<std::uint64_t>(number) : kMustRead;
    }
    if (plain && only->value.is_string()) return text_cell(only->value.string());
    return kMustRead;
}

template <typename Cells, typename Cell>
void set_at(Cells& cells, std::size_t row, Cell cell, Cell absent) {
    if (row >= cells.size()) cells.resize(row + 1, absent);
    cells[row] = cell;
}

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

bool compare(QueryOperator op, double cell, double literal) {
    switch (op) {
        case QueryOperator::Equal: return cell == literal;
        case QueryOperator::Less: return cell < literal;
        case QueryOperator::LessEqual: return cell <= literal;
        case QueryOperator::Greater: return cell > literal;
        case QueryOperator::GreaterEqual: return cell >= literal;
        default: return true;
    }
}

bool may_equal_text(std::uint64_t cell, const QueryValue& value) {
    return std::any_of(value.any.begin(), value.any.end(), [&](const QueryLiteral& l) {
        return l.moment || !l.value.is_string() || text_cell(l.value.string()) == cell;
    });
}

bool may_match(std::uint64_t cell, const QueryNode& term) {
    if (cell == kMustRead) return true;
    if (cell == kAbsent) return false;
    const auto& literals = term.value.any;
    if (is_text(cell)) {
        if (term.op != QueryOperator::Equal || term.value.is_range) return true;
        return may_equal_text(cell, term.value);
    }
    const double number = std::bit_cast<double>(cell);
    const bool numbers = std::all_of(literals.begin(), literals.end(), [](const QueryLiteral& l) {
        return l.kind == QueryLiteral::Kind::Number;
    });
    // A number beyond 2^53 is rounded here and is not in the comparison itself.
    const bool exact = std::all_of(literals.begin(), literals.end(), [](const QueryLiteral& l) {
        return l.value.is_number() && std::abs(l.value.number()) < kExact;
    });
    if (!numbers || !exact || literals.empty()) return true;
    if (term.value.is_range) {
        return number >= literals.front().value.number() &&
               number <= literals.back().value.number();
    }
    return std::any_of(literals.begin(), literals.end(), [&](const QueryLiteral& l) {
        return compare(term.op, number, l.value.number());
    });
}

}  // namespace

// One condition on one column.
struct EntityIndex::Test {
    const std::vector<std::uint64_t>* cells = nullptr;
    const QueryNode* term = nullptr;
    const std::vector<Box>* boxes = nullptr;
    GeoBox bounds{};
};

void EntityIndex::set_cell(Table& table, std::size_t row, const Entity& entity,
                           const std::string& name) {
    // Whatever their datasets: any instance is enough to match.
    const auto instances = std::count_if(entity.attributes.begin(), entity.attributes.end(),
                                         [&](const Attribute& a) { return a.name == name; });
    const auto geo = std::find_if(
        entity.attributes.begin(), entity.attributes.end(),
        [&](const Attribute& a) { return a.name == name && a.kind == AttributeKind::GeoProperty; });
    auto column = table.columns.find(name);
    if (geo != entity.attributes.end()) {
        if (table.boxes.size() >= kMaxColumns && !table.boxes.contains(name)) return;
        constexpr float kEverywhere = std::numeric_limits<float>::infinity();
        Box box{-kEverywhere, -kEverywhere, kEverywhere, kEverywhere};
        if (instances == 1) {
            const GeoBox b = bounds_of(geo->value);
            // One step outwards, since a float is coarser than what it stands for.
            box = {std::nextafterf(static_cast<float>(b.west), -kEverywhere),
                   std::nextafterf(static_cast<float>(b.south), -kEverywhere),
                   std::nextafterf(static_cast<float>(b.east), kEverywhere),
                   std::nextafterf(static_cast<float>(b.north), kEverywhere)};
        }
        constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
        set_at(table.boxes[name], row, box, Box{kNone, kNone, kNone, kNone});
        if (instances == 1 && column == table.columns.end()) return;
    } else if (const auto boxes = table.boxes.find(name); boxes != table.boxes.end()) {
        constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
        set_at(boxes->second, row, Box{kNone, kNone, kNone, kNone},
               Box{kNone, kNone, kNone, kNone});
    }
    if (column == table.columns.end()) {
        if (table.columns.size() >= kMaxColumns) return;
        column = table.columns.emplace(name, std::vector<std::uint64_t>{}).first;
    }
    set_at(column->second, row, cell_of(entity, name), kAbsent);
}

void EntityIndex::add_to(Tables& tables, TenantId tenant, const Entity& entity) {
    auto& types = tables.tenants[tenant];
    const EntityShapes::Number shape = tables.shapes[tenant].take(entity);
    for (const std::string& type : entity.types) {
        Table& table = types[type];
        table.shapes.push_back(shape);
        const std::string& id = table.ids.emplace_back(entity.id);
        table.serials.push_back(table.next_serial++);
        const std::size_t row = table.ids.size() - 1;
        table.rows.emplace(id, row);
        for (const Attribute& a : entity.attributes) set_cell(table, row, entity, a.name);
    }
    ++tables.entities;
}

void EntityIndex::remove_from(Tables& tables, TenantId tenant, std::string_view id) {
    bool found = false;
    for (auto& [type, table] : tables.tenants[tenant]) {
        const auto row = table.rows.find(id);
        if (row == table.rows.end()) continue;
        const std::size_t at = row->second;
        table.rows.erase(row);
        table.ids[at].clear();
        if (!found) tables.shapes[tenant].release(table.shapes[at]);
        found = true;
        if (table.ids.size() > 1024 && table.rows.size() * 2 < table.ids.size()) compact(table);
    }
    if (found) --tables.entities;
}

void EntityIndex::compact(Table& table) {
    std::vector<std::size_t> kept;
    for (std::size_t row = 0; row < table.ids.size(); ++row) {
        if (!table.ids[row].empty()) kept.push_back(row);
    }
    const auto squeeze = [&](auto& cells) {
        std::size_t to = 0;
        for (const std::size_t from : kept) {
            if (from >= cells.size()) break;
            cells[to++] = cells[from];
        }
        cells.resize(to);
        cells.shrink_to_fit();
    };
    for (auto& [name, cells] : table.columns) squeeze(cells);
    for (auto& [name, boxes] : table.boxes) squeeze(boxes);
    squeeze(table.shapes);
    std::deque<std::string> ids;
    std::deque<std::uint64_t> serials;
    for (const std::size_t row : kept) {
        ids.push_back(std::move(table.ids[row]));
        serials.push_back(table.serials[row]);
    }
    table.ids = std::move(ids);
    table.serials = std::move(serials);
    table.rows.clear();
    for (std::size_t row = 0; row < table.ids.size(); ++row) {
        table.rows.emplace(table.ids[row], row);
    }
}

void EntityIndex::add(TenantId tenant, const Entity& entity) {
    tables_.with([&](Tables& tables) { add_to(tables, tenant, entity); });
}

// Values come and go with every reading; what an entity is made of seldom changes.
void EntityIndex::reshape(Tables& tables, const EntityChange& change) {
    const bool same = std::all_of(
        change.attributes.begin(), change.attributes.end(), [](const AttributeChange& a) {
            return a.late || (a.before && a.after && a.before->kind == a.after->kind);
        });
    if (same) return;
    EntityShapes& shapes = tables.shapes[change.tenant];
    std::optional<EntityShapes::Number> fresh;
    for (const std::string& type : change.types) {
        Table& table = tables.tenants[change.tenant][type];
        const auto row = table.rows.find(change.id);
        if (row == table.rows.end()) continue;
        if (!fresh) {
            fresh = shapes.take(*change.after);
            shapes.release(table.shapes[row->second]);
        }
        table.shapes[row->second] = *fresh;
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
            if (e.after) reshape(tables, e);
            auto& types = tables.tenants[e.tenant];
            for (const std::string& type : e.types) {
                Table& table = types[type];
                const auto row = table.rows.find(e.id);
                if (row == table.rows.end() || !e.after) continue;
                for (const AttributeChange& a : e.attributes) {
                    if (!a.late) set_cell(table, row->second, *e.after, a.name);
                }
            }
        }
    });
}

void EntityIndex::erase_tenant(TenantId tenant) {
    tables_.with([&](Tables& tables) {
        std::unordered_set<std::string_view> gone;  // one of several types stands in several tables
        for (const auto& [type, table] : tables.tenants[tenant]) {
            for (const auto& [id, row] : table.rows) gone.insert(id);
        }
        tables.entities -= std::min(gone.size(), tables.entities);
        tables.tenants.erase(tenant);
        tables.shapes.erase(tenant);
    });
}

std::vector<EntityIndex::Test> EntityIndex::tests_of(const Table& table, const EntityQuery& query) {
    static const std::vector<std::uint64_t> kNoCells;
    std::vector<Test> tests;
    if (query.geo) {
        if (const auto boxes = table.boxes.find(query.geo->property); boxes != table.boxes.end()) {
            tests.push_back({.boxes = &boxes->second, .bounds = query.geo->bounds});
        }
    }
    if (query.q) {
        for (const QueryNode* term : indexable_terms(*query.q)) {
            const auto column = table.columns.find(term->path.names.front());
            if (column != table.columns.end()) {
                tests.push_back({.cells = &column->second, .term = term});
            } else if (table.columns.size() < kMaxColumns &&
                       !table.boxes.contains(term->path.names.front())) {
                tests.push_back({.cells = &kNoCells, .term = term});  // no entity has it
            }
        }
    }
    return tests;
}

bool EntityIndex::passes(const std::vector<Test>& tests, std::size_t row) {
    for (const Test& test : tests) {
        if (test.cells != nullptr) {
            const std::uint64_t cell = row < test.cells->size() ? (*test.cells)[row] : kAbsent;
            if (!may_match(cell, *test.term)) return false;
            continue;
        }
        if (row >= test.boxes->size()) return false;
        const Box& box = (*test.boxes)[row];
        // Written so that the NaN of an absent box fails.
        if (!(box.west <= test.bounds.east && box.east >= test.bounds.west &&
              box.south <= test.bounds.north && box.north >= test.bounds.south)) {
            return false;
        }
    }
    return true;
}

bool EntityIndex::next(TenantId tenant, const EntityQuery& query, std::size_t limit, Walk& walk,
                       std::vector<Candidate>& out) const {
    return tables_.read([&](const Tables& tables) {
        const auto types = tables.tenants.find(tenant);
        if (types == tables.tenants.end()) return false;
        if (!walk.started) {
            walk.started = true;
            if (query.types) {
                collect_types(*query.types, walk.types);
            } else {
                for (const auto& [type, table] : types->second) walk.types.push_back(type);
                std::sort(walk.types.begin(), walk.types.end());
            }
        }
        std::size_t found = 0;
        for (; walk.table < walk.types.size(); ++walk.table, walk.serial = 0) {
            const auto table = types->second.find(walk.types[walk.table]);
            if (table == types->second.end()) continue;
            const auto tests = tests_of(table->second, query);
            const auto& ids = table->second.ids;
            const auto& serials = table->second.serials;
            // Rows may have moved since the last call; their serials have not.
            auto row = static_cast<std::size_t>(
                std::lower_bound(serials.begin(), serials.end(), walk.serial) - serials.begin());
            for (; row < ids.size(); ++row) {
                if (found == limit) {
                    walk.serial = serials[row];
                    return true;
                }
                ++walk.scanned;
                if (ids[row].empty() || !passes(tests, row)) continue;
                out.push_back({ids[row], walk.table});
                ++found;
            }
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
                return t.second.columns.contains(name) || t.second.boxes.contains(name);
            });
        });
        return names;
    });
}

std::size_t EntityIndex::count(TenantId tenant, std::string_view type) const {
    return tables_.read([&](const Tables& tables) -> std::size_t {
        const auto types = tables.tenants.find(tenant);
        if (types == tables.tenants.end()) return 0;
        const auto table = types->second.find(std::string(type));
        return table == types->second.end() ? 0 : table->second.rows.size();
    });
}

std::size_t EntityIndex::entities() const {
    return tables_.read([](const Tables& tables) { return tables.entities; });
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

bool EntityIndex::holds(TenantId tenant, std::string_view id) const {
    return tables_.read([&](const Tables& tables) {
        const auto types = tables.tenants.find(tenant);
        if (types == tables.tenants.end()) return false;
        return std::any_of(types->second.begin(), types->second.end(),
                           [&](const auto& t) { return t.second.rows.contains(id); });
    });
}

}  // namespace musubi
