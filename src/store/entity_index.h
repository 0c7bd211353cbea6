#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "model/access.h"
#include "model/query.h"
#include "store/change.h"
#include "store/entity_shapes.h"

namespace musubi {

/// Which entities may match a query: for each tenant and type a table in memory with a row an
/// entity and a column an attribute. A row that is ruled out can not match; one that is not must be
/// read and compared. A projection: it follows the commits, and is filled from the state at start.
class EntityIndex {
public:
    static constexpr std::size_t kMaxColumns = 64;  ///< a type; further attributes are not narrowed

    void add(TenantId tenant, const Entity& entity);
    void apply(const Change& change);
    void erase_tenant(TenantId tenant);

    /// Where a walk over the candidates of a query stands.
    struct Walk {
        std::vector<std::string> types;  ///< the tables to walk, one after the other
        std::size_t table = 0;
        std::uint64_t serial = 0;  ///< of the next row
        std::size_t scanned = 0;
        bool started = false;
    };
    struct Candidate {
        std::string id;
        std::size_t table = 0;  ///< in Walk::types
    };
    /// Appends up to `limit` candidates and moves on; false at the end.
    bool next(TenantId tenant, const EntityQuery& query, std::size_t limit, Walk& walk,
              std::vector<Candidate>& out) const;
    /// The columns that narrow this query: names of attributes.
    [[nodiscard]] std::vector<std::string> uses(TenantId tenant, const EntityQuery& query) const;
    /// The number of entities that have the type.
    [[nodiscard]] std::size_t count(TenantId tenant, std::string_view type) const;
    [[nodiscard]] std::size_t entities() const;
    /// What the tenant's entities that the caller may read are made of: each shape that one has,
    /// with how many do.
    [[nodiscard]] std::vector<EntityShape> shapes(TenantId tenant, const Caller& caller) const;
    /// True where some table holds the id.
    [[nodiscard]] bool holds(TenantId tenant, std::string_view id) const;

private:
    struct Box {
        float west, south, east, north;
    };
    struct Table {
        std::deque<std::string> ids;               // a row each; empty: the entity is gone
        std::deque<std::uint64_t> serials;         // of the rows: ascending, kept when rows move up
        std::vector<EntityShapes::Number> shapes;  // of the rows
        std::uint64_t next_serial = 0;
        std::unordered_map<std::string_view, std::size_t> rows;
        std::unordered_map<std::string, std::vector<std::uint64_t>> columns;
        std::unordered_map<std::string, std::vector<Box>> boxes;
    };
    struct Tables {
        // By tenant, then by type.
        std::unordered_map<TenantId, std::unordered_map<std::string, Table>> tenants;
        std::unordered_map<TenantId, EntityShapes> shapes;
        std::size_t entities = 0;
    };
    struct Test;
    static void add_to(Tables& tables, TenantId tenant, const Entity& entity);
    static void remove_from(Tables& tables, TenantId tenant, std::string_view id);
    static void set_cell(Table& table, std::size_t row, const Entity& entity,
                         const std::string& name);
    static void compact(Table& table);
    static void reshape(Tables& tables, const EntityChange& change);
    static std::vector<Test> tests_of(const Table& table, const EntityQuery& query);
    static bool passes(const std::vector<Test>& tests, std::size_t row);

    SharedGuarded<Tables> tables_;
};

}  // namespace musubi
