#include "store/departed.h"

#include "base/bytes.h"
#include "model/access/governance.h"

namespace musubi {
namespace {

constexpr std::uint8_t kDepartedFormat = 1;

// As far as they may see it, its times as coarse as they see those; nothing where they may not.
std::optional<Departed> shown(const Caller& caller, Departed departed) {
    if (!caller.access) return std::nullopt;
    const Governance* governance = caller.access->governance.get();
    if (governance != nullptr) {
        const auto verdict =
            governance->decide(AccessAction::Read, *departed.entity, Governance::Known::Part);
        if (verdict.times()) departed.deleted_at = cut(departed.deleted_at, *verdict.times());
    }
    departed.entity = caller.access->view_of_part(std::move(departed.entity));
    if (departed.entity == nullptr) return std::nullopt;
    return departed;
}

}  // namespace

std::string encode_departed(const Entity& entity, Time deleted_at) {
    std::string out;
    ByteWriter w{out};
    w.byte(kDepartedFormat);
    w.number(entity.types.size());
    for (const std::string& type : entity.types) w.text(type);
    w.signed_number(entity.created_at.us);
    w.signed_number(entity.modified_at.us);
    w.signed_number(deleted_at.us);
    return out;
}

Result<Departed> decode_departed(std::string_view id, std::string_view bytes) {
    ByteReader r{bytes};
    Entity entity;
    entity.id = id;
    if (r.byte() != kDepartedFormat) r.fail();
    const std::uint64_t types = r.number();
    for (std::uint64_t i = 0; i < types && !r.failed(); ++i) entity.types.emplace_back(r.text());
    entity.created_at = Time{r.signed_number()};
    entity.modified_at = Time{r.signed_number()};
    const Time deleted_at{r.signed_number()};
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "what is kept of a deleted entity can not be read",
                     std::string(id)};
    }
    return Departed{std::make_shared<const Entity>(std::move(entity)), deleted_at};
}

Result<std::optional<Departed>> find_departed(const Store& store, const Caller& caller,
                                              std::string_view id) {
    const TenantId tenant = TRY(store.tenant(caller.tenant));
    const auto stored = TRY(store.record(tenant, kDepartedKind, id));
    if (!stored || TRY(store.find(caller, id))) return std::optional<Departed>{};
    return shown(caller, TRY(decode_departed(id, *stored)));
}

Result<DepartedPage> list_departed(const Store& store, const Caller& caller, std::string_view after,
                                   std::size_t limit,
                                   const std::function<bool(const Entity&)>& wanted) {
    const TenantId tenant = TRY(store.tenant(caller.tenant));
    const auto stored = TRY(store.records(tenant, kDepartedKind, after, limit));
    DepartedPage page;
    page.more = stored.size() == limit;
    for (const auto& [id, value] : stored) {
        page.last = id;
        auto departed = shown(caller, TRY(decode_departed(id, value)));
        if (!departed || !wanted(*departed->entity)) continue;
        if (!TRY(store.find(caller, id))) page.departed.push_back(std::move(*departed));
    }
    return page;
}

}  // namespace musubi
