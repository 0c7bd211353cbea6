#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "broker/temporal.h"
#include "model/merge.h"

namespace musubi {

/// Reads the temporal representation of an entity as another broker answered it, normalized
/// (GS CIM 009 v1.9.1, 4.5.6): its times of recording, deletions and instance ids are kept. Fails:
/// BadRequest, `where` is the JSON pointer; an instance without any time can not be placed.
Result<EvolutionView> read_remote_evolution(const Json& json, const Context& context);

/// Puts together what several sources say of the evolution of the same entities (5.7.3.4,
/// 5.7.4.4). Of one attribute and dataset all instances are united in order of time; of those with
/// the same time (of the query's timeproperty) those of one source stay: of the one that recorded
/// its own most recently (4.5.5.3), of equals the first that was added. A series that an exclusive
/// source has is its alone; an auxiliary one adds times that nobody else has. lastN holds for what
/// is united. Instance ids tell nothing: each broker gives its own.
class EvolutionMerge {
public:
    /// `query` must outlive it.
    explicit EvolutionMerge(const TemporalQuery& query) : query_{query} {}
    /// An entity stands in the order in which it was first added.
    void add(EvolutionView view, Precedence precedence);
    /// What there is of each, in order. The merge is empty then.
    [[nodiscard]] std::vector<EvolutionView> take();

private:
    using Part = std::pair<Precedence, EvolutionView>;

    const TemporalQuery& query_;
    std::vector<std::vector<Part>> parts_;  // of each entity
    std::map<std::string, std::size_t, std::less<>> places_;
};

}  // namespace musubi
