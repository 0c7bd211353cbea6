#pragma once

#include <string>
#include <vector>

#include "history/aggregate.h"
#include "history/select.h"
#include "model/context.h"
#include "store/store.h"

namespace musubi {

enum class TemporalFormat { Normalized, Values, Aggregated };

/// A temporal query of one entity's evolution (GS CIM 009 v1.9.1, 5.7.3, 5.7.4).
struct TemporalQuery {
    TimeSelection time;
    std::size_t last_n = 0;          ///< 0: all
    std::vector<std::string> attrs;  ///< expanded; empty: all
    TemporalFormat format = TemporalFormat::Normalized;
    bool sys_attrs = false;
    bool context_member = false;
    std::vector<AggregateMethod> methods;
    Duration period;  ///< zero: the whole span
    /// At most so many instances of each attribute are answered.
    static constexpr std::size_t kMaxInstances = 100'000;
};

/// Appends the temporal representation of an entity (4.5.6 - 4.5.9, 4.5.19) and returns whether any
/// instance was within the query. `entity` may be null: it was deleted; `types` are empty then.
/// Fails: TooComplexQuery beyond kMaxInstances.
Result<bool> write_evolution(std::string& out, std::string_view id, const Entity* entity,
                             std::vector<Series> series, const Context& context,
                             const TemporalQuery& query);

}  // namespace musubi
