#include "project/cases/case_shelf.h"

#include <algorithm>

#include "project/loop/loop_writer.h"

namespace musubi {

Result<void> CaseShelf::load(Store& store) {
    for (const auto& [name, tenant] : store.tenants()) {
        EntityQuery query;
        query.types = TypeSelection{.type = names_.type()};
        query.limit = CaseIndex::kMaxCases;
        const QueryResult found = TRY(store.query(service_caller(name, "cases"), query));
        for (const EntityPtr& entity : found.entities) put(tenant, *entity);
    }
    store.add_projection(*this);
    return {};
}

std::shared_ptr<CaseIndex> CaseShelf::index_of(TenantId tenant) {
    return by_tenant_.with([&](auto& table) {
        auto& index = table[tenant];
        if (!index) index = std::make_shared<CaseIndex>();
        return index;
    });
}

std::shared_ptr<const CaseIndex> CaseShelf::of(TenantId tenant) const {
    auto found = by_tenant_.read([&](const auto& table) {
        const auto at = table.find(tenant);
        return at == table.end() ? nullptr : at->second;
    });
    return found ? found : std::make_shared<CaseIndex>();
}

// A case that can not be taken in is told of, and left out of the search alone.
void CaseShelf::put(TenantId tenant, const Entity& entity) {
    if (entity.guardian != kLoopGuardian) return;
    auto text = case_of(entity, names_);
    const auto done = text ? index_of(tenant)->put(*std::move(text)) : text.error();
    if (done) return;
    log_.warn("cases", "a case is left out of the search",
              {field("id", entity.id), field("why", to_text(done.error()))});
}

void CaseShelf::apply(const Change* change, const std::vector<RecordChange>& /*records*/) {
    if (change == nullptr) return;
    for (const EntityChange& entity : change->entities) {
        const bool is_case = std::find(entity.types.begin(), entity.types.end(), names_.type()) !=
                             entity.types.end();
        if (!is_case) continue;
        if (entity.after) {
            put(entity.tenant, *entity.after);
        } else if (!index_of(entity.tenant)->erase(entity.id)) {
            log_.warn("cases", "a case that went is found still", {field("id", entity.id)});
        }
    }
}

void CaseShelf::erase_tenant(TenantId tenant) {
    by_tenant_.with([&](auto& table) { table.erase(tenant); });
}

}  // namespace musubi
