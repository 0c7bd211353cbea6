#include "store/query_run.h"

#include <algorithm>
#include <unordered_set>

namespace musubi {
namespace {

// Gathers what matches, page and count.
class Page {
public:
    Page(const Caller& caller, const EntityQuery& query) : caller_{caller}, query_{query} {}
    void offer(const EntityPtr& entity) {
        ++result.plan.fetched;
        if (!entity || !caller_.access || !caller_.access->readable(*entity)) return;
        if (!matches(query_, *entity)) return;
        if (matched_++ >= query_.offset && result.entities.size() < query_.limit) {
            result.entities.push_back(entity);
        }
    }
    [[nodiscard]] bool complete() const {
        return !query_.count && result.entities.size() >= query_.limit;
    }
    QueryResult finish() && {
        if (query_.count) result.count = matched_;
        return std::move(result);
    }
    QueryResult result;

private:
    const Caller& caller_;
    const EntityQuery& query_;
    std::size_t matched_ = 0;
};

}  // namespace

Result<QueryResult> run_query(const EntityIndex& index, TenantId tenant, const Caller& caller,
                              const EntityQuery& query, const ReadEntity& read) {
    Page page{caller, query};
    if (!query.ids.empty()) {
        page.result.plan.index = "ids";
        std::unordered_set<std::string_view> seen;
        for (const std::string& id : query.ids) {
            if (page.complete()) break;
            if (!seen.insert(id).second) continue;
            page.offer(TRY(read(id)));
        }
        return std::move(page).finish();
    }
    page.result.plan.index = "types";
    page.result.plan.uses = index.uses(tenant, query);
    EntityIndex::Walk walk;
    std::vector<EntityIndex::Candidate> candidates;
    bool more = true;
    while (more && !page.complete()) {
        candidates.clear();
        more = index.next(tenant, query, 128, walk, candidates);
        for (const auto& candidate : candidates) {
            if (page.complete()) break;
            const EntityPtr entity = TRY(read(candidate.id));
            // One with several types stands in several tables: it counts in the first of them.
            const auto end = walk.types.begin() + static_cast<std::ptrdiff_t>(candidate.table);
            const auto seen = [&](const std::string& type) { return entity->has_type(type); };
            if (entity && std::any_of(walk.types.begin(), end, seen)) continue;
            page.offer(entity);
        }
    }
    page.result.plan.scanned = walk.scanned;
    return std::move(page).finish();
}

}  // namespace musubi
