#include "store/query_run.h"

#include <algorithm>
#include <set>
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
              return entity ? shown(std::move(*entity)) : EntityPtr{};
          }} {}
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    void offer(EntityPtr present) {
        ++result.plan.fetched;
        // What is asked is asked of what the caller is shown: else answers would tell the rest.
        EntityPtr entity = shown(std::move(present));
        if (!entity || !matches(query_, *entity, linked_)) return;
        ++matched_;
        if (query_.order) {
            if (ordered_.size() < kMaxOrdered) {
                ordered_.push_back({order_key(*query_.order, *entity), entity->id});
            }
        } else if (matched_ > query_.offset && result.entities.size() < query_.limit) {
            result.entities.push_back(std::move(entity));
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
    [[nodiscard]] EntityPtr shown(EntityPtr entity) const {
        return caller_.access ? caller_.access->view(std::move(entity)) : EntityPtr{};
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
            if (EntityPtr entity = shown(TRY(read_(ordered_[i].id)))) {
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

// The types that a selection names; false where it may select others as well.
bool add_named_types(const TypeSelection& selection, std::vector<std::string>& types) {
    if (selection.kind == TypeSelection::Kind::Type) {
        types.push_back(selection.type);
        return true;
    }
    return std::all_of(selection.children.begin(), selection.children.end(),
                       [&](const TypeSelection& child) { return add_named_types(child, types); });
}

bool reads_concealed(const QueryNode& node, const std::function<bool(std::string_view)>& conceals) {
    if (node.kind != QueryNode::Kind::Comparison) {
        return std::any_of(node.children.begin(), node.children.end(), [&](const QueryNode& child) {
            return reads_concealed(child, conceals);
        });
    }
    return node.path.names.empty() || conceals(node.path.names.front());
}

// The query as the index may be asked it, which knows the values as they are: without what looks at
// attributes that the caller may be shown otherwise.
const EntityQuery& for_index(const Caller& caller, const EntityQuery& query,
                             std::optional<EntityQuery>& own) {
    if (!caller.access || caller.access->governance == nullptr) return query;
    std::vector<std::string> types;
    if (query.types && !add_named_types(*query.types, types)) types.clear();
    const auto conceals = [&](std::string_view name) {
        return caller.access->may_conceal(types, name);
    };
    const bool drop_q = query.q && reads_concealed(*query.q, conceals);
    const bool drop_geo = query.geo && conceals(query.geo->property);
    if (!drop_q && !drop_geo) return query;
    own = query;
    if (drop_q) own->q.reset();
    if (drop_geo) own->geo.reset();
    return *own;
}

// Whether an entity is among those that the index alone tells of.
bool is_counted(const AccessFilter& access, const Entity& entity) {
    EntityShape shape{.types = entity.types, .parts = {}};
    for (const Attribute& a : entity.attributes) shape.parts.push_back({.name = a.name});
    return shows_as_it_is(access, shape);
}

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
    std::optional<EntityQuery> own;
    const EntityQuery& narrowing = for_index(caller, query, own);
    page.result.plan.uses = index.uses(tenant, narrowing);
    if (query.count) page.set_count(index.count(tenant, caller, query));
    EntityIndex::Walk walk;
    std::vector<EntityIndex::Candidate> candidates;
    bool more = true;
    while (more && !page.complete()) {
        candidates.clear();
        more = index.next(tenant, narrowing, 128, walk, candidates);
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

Result<std::vector<EntityShape>> run_shapes(const EntityIndex& index, TenantId tenant,
                                            const Caller& caller, const ReadEntity& read) {
    auto shapes = index.shapes(tenant, caller);
    if (!caller.access || caller.access->governance == nullptr) return shapes;
    std::set<std::string> types;  // of which something is kept back
    std::erase_if(shapes, [&](const EntityShape& shape) {
        if (shows_as_it_is(*caller.access, shape)) return false;
        types.insert(shape.types.begin(), shape.types.end());
        return true;
    });
    EntityShapes shown;
    std::unordered_set<std::string> seen;
    for (const std::string& type : types) {
        EntityQuery query;
        query.types =
            TypeSelection{.kind = TypeSelection::Kind::Type, .type = type, .children = {}};
        EntityIndex::Walk walk;
        std::vector<EntityIndex::Candidate> candidates;
        for (bool more = true; more; candidates.clear()) {
            more = index.next(tenant, query, 128, walk, candidates);
            for (const auto& candidate : candidates) {
                const EntityPtr entity = TRY(read(candidate.id));
                if (!entity || is_counted(*caller.access, *entity)) continue;
                if (entity->types.size() > 1 && !seen.insert(entity->id).second) continue;
                const EntityPtr part = caller.access->view(entity);
                if (part) shown.take(*part);
            }
        }
    }
    const auto walked = shown.all();
    shapes.insert(shapes.end(), walked.begin(), walked.end());
    return shapes;
}

}  // namespace musubi
