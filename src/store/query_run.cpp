#include "store/query_run.h"

#include <algorithm>
#include <unordered_set>

#include "model/order.h"

namespace musubi {
namespace {

// Gathers what matches, page and count.
class Page {
public:
    Page(const Caller& caller, const EntityQuery& query, const ReadEntity& read)
        : caller_{caller}, query_{query}, read_{read}, linked_{[&read, this](std::string_view id) {
              if (followed_ == kMaxFollowed) return EntityPtr{};
              ++followed_;
              auto entity = read(id);
              return entity && *entity && visible(**entity) ? *entity : EntityPtr{};
          }} {}
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    void offer(const EntityPtr& entity) {
        ++result.plan.fetched;
        if (!entity || !visible(*entity) || !matches(query_, *entity, linked_)) return;
        ++matched_;
        if (query_.order) {
            if (ordered_.size() < kMaxOrdered) {
                ordered_.push_back({order_key(*query_.order, *entity), entity->id});
            }
        } else if (matched_ > query_.offset && result.entities.size() < query_.limit) {
            result.entities.push_back(entity);
        }
    }
    [[nodiscard]] bool complete() const {
        if (followed_ == kMaxFollowed) return true;
        if (query_.order) return matched_ > kMaxOrdered;
        return (!query_.count || count_) && result.entities.size() >= query_.limit;
    }
    /// How many match is known: the rest need not be looked at.
    void set_count(std::optional<std::size_t> count) { count_ = count; }
    Result<QueryResult> finish() {
        if (followed_ == kMaxFollowed) {
            return Error{ErrorCode::TooComplexQuery,
                         "q follows more than 100,000 relationships; narrow the query", "q"};
        }
        if (query_.count) result.count = count_.value_or(matched_);
        if (query_.order) TRY(put_in_order());
        return std::move(result);
    }
    QueryResult result;

private:
    struct Ordered {
        OrderKey key;
        std::string id;
    };
    [[nodiscard]] bool visible(const Entity& entity) const {
        return caller_.access && caller_.access->readable(entity);
    }
    Result<void> put_in_order() {
        if (matched_ > kMaxOrdered) {
            return Error{ErrorCode::TooComplexQuery,
                         "more than 100,000 entities match, and so many are not put in order; "
                         "narrow the query",
                         "orderBy"};
        }
        std::stable_sort(ordered_.begin(), ordered_.end(), [&](const auto& a, const auto& b) {
            return stands_before(*query_.order, a.key, b.key);
        });
        for (std::size_t i = query_.offset; i < ordered_.size() && i - query_.offset < query_.limit;
             ++i) {
            // One that went in the meantime leaves its place empty.
            if (EntityPtr entity = TRY(read_(ordered_[i].id))) {
                result.entities.push_back(std::move(entity));
            }
        }
        return {};
    }

    const Caller& caller_;
    const EntityQuery& query_;
    const ReadEntity& read_;
    static constexpr std::size_t kMaxFollowed = 100'000;
    std::size_t followed_ = 0;
    LinkedEntities linked_;
    std::size_t matched_ = 0;
    std::optional<std::size_t> count_;
    std::vector<Ordered> ordered_;
};

}  // namespace

Result<QueryResult> run_query(const EntityIndex& index, TenantId tenant, const Caller& caller,
                              const EntityQuery& query, const ReadEntity& read) {
    Page page{caller, query, read};
    if (!query.ids.empty()) {
        page.result.plan.index = "ids";
        std::unordered_set<std::string_view> seen;
        for (const std::string& id : query.ids) {
            if (page.complete()) break;
            if (!seen.insert(id).second) continue;
            page.offer(TRY(read(id)));
        }
        return page.finish();
    }
    page.result.plan.index = "types";
    page.result.plan.uses = index.uses(tenant, query);
    if (query.count) page.set_count(index.count(tenant, caller, query));
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
    return page.finish();
}

}  // namespace musubi
