#pragma once

#include <map>
#include <memory>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "project/cases/case_entity.h"
#include "project/cases/case_index.h"
#include "store/store.h"

namespace musubi {

/// The cases of each tenant, searched by its own index: a projection, filled when it is loaded.
/// Only cases that Musubi itself guards are in it. Any thread.
class CaseShelf final : public Projection {
public:
    explicit CaseShelf(Log& log) : log_{log} {}
    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);
    /// The index of a tenant; never null.
    [[nodiscard]] std::shared_ptr<const CaseIndex> of(TenantId tenant) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    std::shared_ptr<CaseIndex> index_of(TenantId tenant);
    void put(TenantId tenant, const Entity& entity);

    Log& log_;
    CaseNames names_{*core_context()};
    SharedGuarded<std::map<TenantId, std::shared_ptr<CaseIndex>>> by_tenant_;
};

}  // namespace musubi
