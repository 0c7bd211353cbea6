#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "model/access.h"
#include "model/query.h"
#include "store/change.h"
#include "store/index/entity_shapes.h"
#include "store/index/index_table.h"

namespace musubi {

class ImageReader;
class ImageWriter;

/// Which entities may match a query: for each tenant and type a table in memory with a row an
/// entity and a column an attribute. A row that is ruled out can not match; one that is not must be
/// read and compared. A projection: it follows the commits. A start fills it from its image on disk
/// and the changes since, or from all entities.
class EntityIndex {
public:
    static constexpr std::size_t kMaxColumns = IndexTable::kMaxColumns;  ///< a type

    void add(TenantId tenant, const Entity& entity);
    void apply(const Change& change);
    /// The entity is this now (null: gone), whatever the index held of it. Where its types are the
    /// same it keeps its place.
    void put(TenantId tenant, std::string_view id, const Entity* entity);
    void erase_tenant(TenantId tenant);
    void clear();

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
    /// Rows looked at before a commit gets its turn.
    static constexpr std::size_t kRowsAtOnce = 1U << 16U;
    /// Appends up to `limit` candidates, none perhaps, and moves on; false at the end.
    bool next(TenantId tenant, const EntityQuery& query, std::size_t limit, Walk& walk,
              std::vector<Candidate>& out) const;
    /// The columns that narrow this query: names of attributes.
    [[nodiscard]] std::vector<std::string> uses(TenantId tenant, const EntityQuery& query) const;
    [[nodiscard]] std::size_t entities() const;
    /// What the tenant's entities that the caller may read are made of: each shape that one has,
    /// with how many do.
    [[nodiscard]] std::vector<EntityShape> shapes(TenantId tenant, const Caller& caller) const;
    /// How many entities that the caller may read match the query, whatever its page; none where
    /// that hangs on more than their types and the names of their attributes.
    [[nodiscard]] std::optional<std::size_t> count(TenantId tenant, const Caller& caller,
                                                   const EntityQuery& query) const;
    /// True where some table holds the id.
    [[nodiscard]] bool holds(TenantId tenant, std::string_view id) const;
    /// Bytes that the tables hold.
    [[nodiscard]] std::size_t memory() const;

    // -- image (docs/formats.md)
    /// Writes the tables while the commits go on: what it writes of an entity may be of any moment
    /// between its begin and its end. Fails: Io; Busy where a tenant was deleted meanwhile.
    Result<void> write(ImageWriter& out) const;
    /// Takes the place of an empty index. Entities of the tenants that are gone are left out; those
    /// in `stale` have to be `put`. Fails: Corrupt, Io; then it is empty.
    Result<void> read(ImageReader& in, const std::vector<TenantId>& tenants,
                      const std::vector<std::pair<TenantId, std::string>>& stale);
    /// Whether it knows of the entity what `add` would take in, no more and no less.
    [[nodiscard]] bool agrees(TenantId tenant, const Entity& entity) const;
    /// Of all tables: one an entity and type.
    [[nodiscard]] std::size_t rows() const;

private:
    using TablesOfTenant = std::unordered_map<std::string, IndexTable>;  // by type
    struct Tables {
        std::unordered_map<TenantId, TablesOfTenant> tenants;
        std::unordered_map<TenantId, EntityShapes> shapes;
        std::size_t entities = 0;
        mutable int writers = 0;  // of images: rows must not move
    };
    static void add_to(Tables& tables, TenantId tenant, const Entity& entity);
    static void remove_from(Tables& tables, TenantId tenant, std::string_view id);
    static void put_in(Tables& tables, TenantId tenant, std::string_view id, const Entity* entity);
    static void erase_row(const Tables& tables, IndexTable& table, IndexTable::Row row);
    static void reshape(Tables& tables, const EntityChange& change);
    static void update(Tables& tables, const EntityChange& change);
    static void start(const TablesOfTenant& types, const EntityQuery& query, Walk& walk);
    struct Bound {
        std::size_t scanned;
        std::size_t candidates;
    };
    static bool walk_table(const IndexTable& table, const EntityQuery& query, Bound bound,
                           Walk& walk, std::vector<Candidate>& out);
    static Result<void> settle(Tables& tables);
    static Result<void> read_into(Tables& tables, ImageReader& in,
                                  const std::vector<TenantId>& tenants);
    Result<void> write_table(ImageWriter& out, TenantId tenant, const std::string& type) const;

    SharedGuarded<Tables> tables_;
};

/// True where every entity of this shape is shown, with all its attributes as they are.
[[nodiscard]] bool shows_as_it_is(const AccessFilter& access, const EntityShape& shape);

}  // namespace musubi
