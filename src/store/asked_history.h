#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/histories.h"
#include "store/shown_history.h"

namespace musubi {

/// The history of one entity that a caller asks for: finds out what of it they are shown, then
/// reads it.
class AskedHistory {
public:
    struct Sources {
        const KeyValueStore& kv;
        const Histories& histories;
        const Clock& clock;
        std::function<Result<EntityPtr>(TenantId, std::string_view)> read;  ///< as it is stored
    };
    /// `until`: as ShownHistory::of, of before this is called. Fails: NotFound where they may not
    /// read it; Io, Corrupt.
    static Result<std::unique_ptr<AskedHistory>> of(Sources sources, const Caller& caller,
                                                    TenantId tenant, std::string_view id,
                                                    std::uint64_t until);
    AskedHistory(const AskedHistory&) = delete;
    AskedHistory& operator=(const AskedHistory&) = delete;

    /// As Store::history.
    Result<std::vector<Series>> read(const std::vector<std::string>& names,
                                     const ChunkFilter& wanted) const;
    /// As Store::former_states.
    Result<std::vector<Series>> read_former(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& types() const { return shown_.types(); }

    /// As Store::state_after.
    static Result<EntityPtr> state_after(Sources sources, const Caller& caller, TenantId tenant,
                                         std::string_view id, std::uint64_t sequence);

private:
    AskedHistory(Sources sources, TenantId tenant)
        : sources_{std::move(sources)}, tenant_{tenant} {}
    Result<void> read_past(const Caller& caller, std::string_view id);
    Result<void> read_conditions(const Governance::Looked& looked);
    [[nodiscard]] Result<std::optional<std::string>> record(std::string_view kind) const;

    Sources sources_;
    TenantId tenant_;
    EntityPast past_;
    ShownHistory shown_;  // looks at it
};

}  // namespace musubi
