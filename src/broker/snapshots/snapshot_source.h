#pragma once

#include <vector>

#include "broker/temporal.h"
#include "model/access.h"

namespace musubi {

/// Who finds what the queries of a snapshot ask for: the interface, which understands them.
class SnapshotSource {
public:
    SnapshotSource() = default;
    SnapshotSource(const SnapshotSource&) = delete;
    SnapshotSource& operator=(const SnapshotSource&) = delete;
    virtual ~SnapshotSource() = default;

    /// All entities that a Query (5.2.23) finds for the caller, as 5.7.2.4 says; of each what the
    /// query projects. `names`: the "@context" it was written with;
    /// `decided_by`: who decided on the use, for the journal; empty: nobody had to. May wait.
    /// Fails: BadRequest, TooLarge (Snapshot::kMaxEntities), ContextNotAvailable, Io.
    virtual Result<std::vector<EntityPtr>> entities(const Caller& caller, const Json& query,
                                                    const Json& names,
                                                    const std::string& decided_by) const = 0;
    /// The same of their evolution, as 5.7.4.4 says. Fails: TooComplexQuery as well.
    virtual Result<std::vector<EvolutionView>> evolutions(const Caller& caller, const Json& query,
                                                          const Json& names,
                                                          const std::string& decided_by) const = 0;
    /// The error as problem details (RFC 9457).
    [[nodiscard]] virtual Json problem(const Error& error) const = 0;
};

}  // namespace musubi
