#include "store/index/index_filter.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

namespace musubi {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

bool may_equal_text(IndexCell cell, const QueryValue& value) {
    return std::any_of(value.any.begin(), value.any.end(), [&](const QueryLiteral& l) {
        return l.moment || !l.value.is_string() || text_cell(l.value.string()) == cell;
    });
}

// Whether all literals are numbers. One beyond 2^53 is rounded here and is not in the comparison
// itself.
bool are_numbers(const std::vector<QueryLiteral>& literals) {
    return !literals.empty() &&
           std::all_of(literals.begin(), literals.end(), [](const QueryLiteral& l) {
               return l.kind == QueryLiteral::Kind::Number && l.value.is_number() &&
                      std::abs(l.value.number()) < kExactNumbers;
           });
}

bool may_match(IndexCell cell, const QueryNode& term) {
    if (cell == kMustReadCell) return true;
    if (cell == kAbsentCell) return false;
    const auto& literals = term.value.any;
    if (is_text_cell(cell)) {
        if (term.op != QueryOperator::Equal || term.value.is_range) return true;
        return may_equal_text(cell, term.value);
    }
    const double number = std::bit_cast<double>(cell);
    if (!are_numbers(literals)) return true;
    if (term.value.is_range) {
        return number >= literals.front().value.number() &&
               number <= literals.back().value.number();
    }
    return std::any_of(literals.begin(), literals.end(), [&](const QueryLiteral& l) {
        return compare(term.op, number, l.value.number());
    });
}

using Lanes = float __attribute__((vector_size(16)));
using Halves = std::int64_t __attribute__((vector_size(16)));

// 1 where the box meets the bounds (given as east, north, west, south), else 0: all four sides are
// compared at once, since a query may look at a million. The NaN of an absent box meets nothing.
std::size_t meets(const IndexBox& box, Lanes bounds) {
    constexpr Lanes kSides{1, 1, -1, -1};
    Lanes sides;
    std::memcpy(&sides, &box, sizeof sides);
    const auto within = (bounds - sides) * kSides >= 0;
    Halves halves;
    std::memcpy(&halves, &within, sizeof halves);
    return (halves[0] & halves[1]) == -1 ? 1 : 0;
}

}  // namespace

IndexFilter::IndexFilter(const IndexTable& table, const EntityQuery& query) : table_{table} {
    if (query.geo) {
        boxes_ = table.boxes(query.geo->property);
        bounds_ = outwards(query.geo->bounds);
    }
    if (!query.q) return;
    for (const QueryNode* term : indexable_terms(*query.q)) add(*term);
}

void IndexFilter::add(const QueryNode& term) {
    static const IndexTable::Cells kNoCells;
    const std::string& name = term.path.names.front();
    CellTest test{.cells = table_.cells(name), .term = &term};
    if (test.cells == nullptr) {
        if (!table_.has_all_columns() || table_.boxes(name) != nullptr) return;
        test.cells = &kNoCells;  // no entity has it
    }
    const auto& literals = term.value.any;
    if (are_numbers(literals) && (literals.size() == 1 || term.value.is_range)) {
        const double first = literals.front().value.number();
        test.is_interval = true;
        test.low = -kInfinity;
        test.high = kInfinity;
        if (term.value.is_range) {
            test.low = first;
            test.high = literals.back().value.number();
        } else if (term.op == QueryOperator::Equal) {
            test.low = test.high = first;
        } else if (term.op == QueryOperator::Less) {
            test.high = std::nextafter(first, -kInfinity);
        } else if (term.op == QueryOperator::LessEqual) {
            test.high = first;
        } else if (term.op == QueryOperator::Greater) {
            test.low = std::nextafter(first, kInfinity);
        } else if (term.op == QueryOperator::GreaterEqual) {
            test.low = first;
        } else {
            test.is_interval = false;
        }
    }
    tests_.push_back(test);
}

bool IndexFilter::passes(const CellTest& test, Row row) {
    if (row >= test.cells->size()) return false;
    const IndexCell cell = (*test.cells)[row];
    if (!test.is_interval) return may_match(cell, *test.term);
    const double number = std::bit_cast<double>(cell);
    // What is no number is compared when it is read; it equals no number in here.
    return (number >= test.low && number <= test.high) ||
           (std::isnan(number) && cell != kAbsentCell);
}

std::size_t IndexFilter::select(Row from, Row to, Block& out) const {
    assert(to - from <= kBlock);
    std::size_t found = 0;
    if (boxes_ != nullptr) {
        const auto end = static_cast<Row>(std::min<std::size_t>(to, boxes_->size()));
        const IndexBox* boxes = boxes_->data();
        const Lanes bounds{bounds_.east, bounds_.north, bounds_.west, bounds_.south};
        for (Row row = from; row < end; ++row) {
            // No branches: whether one passes is chance.
            out[found] = row;
            found += meets(boxes[row], bounds);
        }
    } else {
        for (Row row = from; row < to; ++row) out[found++] = row;
    }
    for (const CellTest& test : tests_) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < found; ++i) {
            const Row row = out[i];
            if (passes(test, row)) out[kept++] = row;
        }
        found = kept;
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < found; ++i) {
        if (!table_.id(out[i]).empty()) out[kept++] = out[i];
    }
    return kept;
}

}  // namespace musubi
