#include "store/asked_history.h"

#include <algorithm>

#include "store/departed.h"
#include "store/keys.h"
#include "store/tenants.h"

namespace musubi {

Result<std::optional<std::string>> AskedHistory::record(std::string_view kind) const {
    return sources_.kv.get(Space::Records, keys::record(tenant_, kind, past_.id));
}

Result<void> AskedHistory::read_past(const Caller& caller, std::string_view id) {
    past_.id = id;
    const EntityPtr stored = TRY(sources_.read(tenant_, id));
    past_.present = unexpired(stored, sources_.clock.now());
    if (caller.access && caller.access->is_whole()) return {};  // nothing is kept from them
    past_.copied = InnerTenant::parse(caller.tenant).has_value();
    const auto former = TRY(record(kBelongingKind));
    if (former) past_.former = TRY(decode_belonging(id, *former));
    const auto departed = TRY(record(kDepartedKind));
    if (!departed) return {};
    Departed gone = TRY(decode_departed(id, *departed));
    const auto was_gone = [](const FormerBelonging& f) { return f.gone; };
    // One that expired and is not swept up yet is not the one that was deleted before.
    if (!stored) past_.departed = std::move(gone.entity);
    if (stored && std::none_of(past_.former.begin(), past_.former.end(), was_gone)) {
        past_.gone_at = gone.deleted_at;
    }
    return {};
}

Result<void> AskedHistory::read_conditions(const Governance::Looked& looked) {
    std::vector<std::string> names = looked.attributes;
    if (looked.at_scopes) names.emplace_back(iri::kScope);
    if (names.empty()) return {};
    past_.conditions = TRY(sources_.histories.read(tenant_, past_.id, names, past_.present.get()));
    for (const std::string& name : looked.attributes) {
        std::uint64_t last = 0;
        for (const Series& series : TRY(sources_.histories.former(tenant_, past_.id, name))) {
            for (const Point& p : series.points) last = std::max(last, p.instance.sequence);
        }
        if (last > 0) past_.rewritten.emplace_back(name, last);
    }
    return {};
}

Result<std::unique_ptr<AskedHistory>> AskedHistory::of(Sources sources, const Caller& caller,
                                                       TenantId tenant, std::string_view id,
                                                       std::uint64_t until) {
    if (!caller.access) return Histories::none(id);
    std::unique_ptr<AskedHistory> asked{new AskedHistory{std::move(sources), tenant}};
    TRY(asked->read_past(caller, id));
    if (caller.access->is_whole() && caller.access->may_read) return asked;
    TRY(asked->read_conditions(ShownHistory::looked_at(*caller.access, asked->past_)));
    asked->shown_ = TRY(ShownHistory::of(*caller.access, asked->past_, until));
    return asked;
}

Result<std::vector<Series>> AskedHistory::read(const std::vector<std::string>& names,
                                               const ChunkFilter& wanted) const {
    const Entity* present = past_.present.get();
    auto series = TRY(sources_.histories.read(tenant_, past_.id, names, present,
                                              shown_.keeps_times() ? wanted : ChunkFilter{}));
    if (series.empty() && present == nullptr) return Histories::none(past_.id);
    TRY(shown_.apply(series));
    Histories::drop_expired(series, sources_.clock.now());
    return series;
}

Result<std::vector<Series>> AskedHistory::read_former(std::string_view name) const {
    auto series = TRY(sources_.histories.former(tenant_, past_.id, name));
    shown_.apply_former(series);
    return series;
}

Result<EntityPtr> AskedHistory::state_after(Sources sources, const Caller& caller, TenantId tenant,
                                            std::string_view id, std::uint64_t sequence) {
    if (!caller.access || caller.access->governance == nullptr) return EntityPtr{};
    AskedHistory asked{std::move(sources), tenant};
    TRY(asked.read_past(caller, id));
    const auto looked = caller.access->governance->looks_at(PastStates{asked.past_}.all_types());
    TRY(asked.read_conditions(looked));
    return PastStates{asked.past_}.after(looked, sequence);
}

}  // namespace musubi
