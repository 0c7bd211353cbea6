#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/query.h"
#include "store/index/index_table.h"

namespace musubi {

/// The conditions of a query that a table can tell something about, made ready for its rows. Lives
/// as long as neither changes.
class IndexFilter {
public:
    IndexFilter(const IndexTable& table, const EntityQuery& query);

    using Row = IndexTable::Row;
    static constexpr Row kBlock = 1024;
    using Block = std::array<Row, kBlock>;
    /// Puts the rows of [from, to), at most kBlock, that may match into `out`, in order; returns
    /// how many.
    std::size_t select(Row from, Row to, Block& out) const;

private:
    // What must be between two numbers, or compared otherwise.
    struct CellTest {
        const IndexTable::Cells* cells = nullptr;
        const QueryNode* term = nullptr;
        bool is_interval = false;
        double low = 0;
        double high = 0;
    };
    void add(const QueryNode& term);
    static bool passes(const CellTest& test, Row row);

    const IndexTable& table_;
    const IndexTable::Boxes* boxes_ = nullptr;  // null: the place is not asked for, or not known
    IndexBox bounds_{};                         // that must be met
    std::vector<CellTest> tests_;
};

}  // namespace musubi
