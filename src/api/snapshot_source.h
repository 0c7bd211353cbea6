#pragma once

#include "api/call.h"
#include "broker/snapshots/snapshot_source.h"

namespace musubi {

/// The queries of snapshots, read and run as if they had been asked for in a request.
class QuerySource final : public SnapshotSource {
public:
    /// Must outlive it.
    explicit QuerySource(const App& app) : app_{app} {}

    Result<std::vector<EntityPtr>> entities(const Caller& caller, const Json& query,
                                            const Json& names,
                                            const std::string& decided_by) const override;
    Result<std::vector<EvolutionView>> evolutions(const Caller& caller, const Json& query,
                                                  const Json& names,
                                                  const std::string& decided_by) const override;
    [[nodiscard]] Json problem(const Error& error) const override;

private:
    const App& app_;
};

/// Reads the query of a snapshot without running it. Fails: BadRequest, TooComplexQuery,
/// Unsupported.
Result<void> check_snapshot_query(const App& app, const ApiCall& call, const Json& query,
                                  const ContextPtr& names);

}  // namespace musubi
