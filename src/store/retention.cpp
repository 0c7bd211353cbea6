#include "store/retention.h"

#include "history/chunk.h"
#include "store/belonging.h"
#include "store/departed.h"
#include "store/keys.h"

namespace musubi {
namespace {

bool is_over(Time last, const Entity* entity, Time now, const RetentionSpans& spans) {
    for (const auto& [type, span] : spans) {
        const bool applies = type == "*" || (entity != nullptr && entity->has_type(type));
        if (!applies || span.us <= 0) continue;
        return last < now - span;
    }
    return false;
}

}  // namespace

Result<Retired> find_retired(
    const KeyValueStore& kv, Time now, const RetentionSpans& spans,
    const std::function<Result<EntityPtr>(TenantId, std::string_view)>& read) {
    Retired retired;
    const auto cursor = kv.scan(Space::History, {}, {});
    for (; cursor->valid(); cursor->next()) {
        const ChunkSummary summary = TRY(read_summary(cursor->value()));
        const auto series = keys::parse_series(cursor->key());
        if (!series) return Error{ErrorCode::Corrupt, "a key of history is malformed"};
        const EntityPtr entity = TRY(read(series->tenant, series->id));
        if (!is_over(summary.last_at, entity.get(), now, spans)) continue;
        retired.batch.erase(Space::History, std::string(cursor->key()));
        retired.points += summary.count;
    }
    TRY(cursor->status());
    return retired;
}

Result<void> add_retired_departed(const KeyValueStore& kv, Time now, const RetentionSpans& spans,
                                  const std::vector<std::pair<std::string, TenantId>>& tenants,
                                  Retired& retired) {
    for (const auto& [tenant_name, tenant] : tenants) {
        const std::string prefix = keys::records(tenant, kDepartedKind);
        const auto cursor = kv.scan(Space::Records, prefix, keys::after(prefix));
        for (; cursor->valid(); cursor->next()) {
            const std::string_view id = cursor->key().substr(prefix.size());
            const Departed departed = TRY(decode_departed(id, cursor->value()));
            if (!is_over(departed.deleted_at, departed.entity.get(), now, spans)) continue;
            retired.batch.erase(Space::Records, std::string(cursor->key()));
        }
        TRY(cursor->status());
    }
    return {};
}

Result<void> add_forgotten(
    const KeyValueStore& kv, const std::vector<std::pair<std::string, TenantId>>& tenants,
    const std::function<Result<bool>(TenantId, std::string_view)>& has_history, Retired& retired) {
    for (const auto& [tenant_name, tenant] : tenants) {
        const std::string prefix = keys::records(tenant, kBelongingKind);
        const auto cursor = kv.scan(Space::Records, prefix, keys::after(prefix));
        for (; cursor->valid(); cursor->next()) {
            const std::string_view id = cursor->key().substr(prefix.size());
            const bool known =
                TRY(kv.get(Space::Entities, keys::entity(tenant, id))) ||
                TRY(kv.get(Space::Records, keys::record(tenant, kDepartedKind, id))) ||
                TRY(has_history(tenant, id));
            if (!known) retired.batch.erase(Space::Records, std::string(cursor->key()));
        }
        TRY(cursor->status());
    }
    return {};
}

}  // namespace musubi
