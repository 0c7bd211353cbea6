#include "trust/policies/use_tally.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::string_view kKind = "use";
constexpr std::uint8_t kFormat = 1;
constexpr std::string_view kOthers = "others";

std::string name_of(std::int64_t day) { return fmt::format("{:08}", day); }

bool is_counted(std::string_view subject) {
    return subject.starts_with("key:") || subject.starts_with("person:") || subject == kOthers;
}

std::string encode(const std::map<Use, std::uint64_t>& uses) {
    std::string out;
    ByteWriter w{out};
    w.byte(kFormat);
    w.number(uses.size());
    for (const auto& [use, times] : uses) {
        for (const std::string* text : {&use.subject, &use.purpose, &use.ground, &use.type}) {
            w.text(*text);
        }
        w.byte(static_cast<std::uint8_t>(use.action));
        w.number(times);
    }
    return out;
}

Result<std::map<Use, std::uint64_t>> decode(std::string_view bytes) {
    ByteReader r{bytes};
    std::map<Use, std::uint64_t> uses;
    if (r.byte() != kFormat) r.fail();
    const std::uint64_t count = r.number();
    for (std::uint64_t i = 0; i < count && !r.failed(); ++i) {
        Use use;
        for (std::string* text : {&use.subject, &use.purpose, &use.ground, &use.type}) {
            *text = r.text();
        }
        const std::uint8_t action = r.byte();
        if (action >= kActions) r.fail();
        use.action = static_cast<AccessAction>(action);
        uses[std::move(use)] = r.number();
    }
    if (r.failed()) return Error{ErrorCode::Corrupt, "the kept uses can not be read"};
    return uses;
}

}  // namespace

std::int64_t UseTally::today() const {
    return (clock_->now().us + hours(9).us) / days(1).us;  // days in Japan
}

Result<void> UseTally::load(Store& store, const Clock& clock) {
    clock_ = &clock;
    for (const auto& [name, tenant] : store.tenants()) {
        for (const auto& [day, bytes] : TRY(store.records(tenant, kKind))) {
            auto uses = TRY(decode(bytes));
            table_.with([&, id = tenant, number = std::stoll(day)](Table& table) {
                table.days[{id, number}].uses = std::move(uses);
            });
        }
    }
    store.add_projection(*this);
    return {};
}

void UseTally::add(Day& day, const Use& use, std::uint64_t times) {
    day.unsaved = true;
    const auto known = day.uses.find(use);
    if (known != day.uses.end()) {
        known->second += times;
    } else if (day.uses.size() < kMaxUses) {
        day.uses.emplace(use, times);
    } else {
        day.uses[Use{.subject = std::string(kOthers), .purpose = {}, .ground = {}, .type = "*"}] +=
            times;
    }
}

void UseTally::note(TenantId tenant, const Caller& caller, AccessAction action,
                    const std::vector<std::string>& types) {
    if (!is_counted(caller.subject)) return;
    const std::int64_t day = today();
    Use use{.subject = caller.subject,
            .purpose = caller.purpose,
            .ground = caller.ground,
            .action = action,
            .type = "*"};
    table_.with([&](Table& table) {
        Day& own = table.days[{tenant, day}];
        if (types.empty()) add(own, use, 1);
        for (const std::string& type : types) {
            use.type = type;
            add(own, use, 1);
        }
    });
}

// On the committer, of each entity that changes: those of a batch are mostly alike, and are looked
// up together.
void UseTally::apply(const Change* change, const std::vector<RecordChange>& /*records*/) {
    if (change == nullptr || !is_counted(change->cause)) return;
    const auto action_of = [](const EntityChange& entity) {
        return entity.kind == ChangeKind::Deleted ? AccessAction::Delete : AccessAction::Modify;
    };
    const std::int64_t day = today();
    table_.with([&](Table& table) {
        for (auto first = change->entities.begin(); first != change->entities.end();) {
            const auto last = std::find_if(first, change->entities.end(), [&](const auto& other) {
                return other.tenant != first->tenant || action_of(other) != action_of(*first) ||
                       other.types != first->types;
            });
            Use use{.subject = change->cause,
                    .purpose = {},
                    .ground = {},
                    .action = action_of(*first),
                    .type = {}};
            for (const std::string& type : first->types) {
                use.type = type;
                add(table.days[{first->tenant, day}], use,
                    static_cast<std::uint64_t>(last - first));
            }
            first = last;
        }
    });
}

void UseTally::erase_tenant(TenantId tenant) {
    table_.with([&](Table& table) {
        std::erase_if(table.days, [&](const auto& day) { return day.first.first == tenant; });
    });
}

std::vector<std::pair<Use, std::uint64_t>> UseTally::uses(TenantId tenant) const {
    const std::int64_t first = today() - kDays;
    Uses all;
    table_.with([&](const Table& table) {
        for (const auto& [key, day] : table.days) {
            if (key.first != tenant || key.second <= first) continue;
            for (const auto& [use, times] : day.uses) all[use] += times;
        }
    });
    return {all.begin(), all.end()};
}

Result<void> UseTally::save(Store& store, bool now_at_once) {
    const std::int64_t first = today() - kDays;
    const Duration now = clock_->monotonic();
    std::vector<std::tuple<TenantId, std::string, std::optional<std::string>>> writes;
    table_.with([&](Table& table) {
        if (!now_at_once && now - table.saved < kSaveEvery) return;
        table.saved = now;
        std::erase_if(table.days, [&](const auto& entry) {
            const auto& [tenant, day] = entry.first;
            if (day > first) return false;
            writes.emplace_back(tenant, name_of(day), std::nullopt);
            return true;
        });
        for (auto& [key, day] : table.days) {
            if (!day.unsaved) continue;
            day.unsaved = false;
            writes.emplace_back(key.first, name_of(key.second), encode(day.uses));
        }
    });
    if (writes.empty()) return {};
    TRY(store.commit(service_caller("", "uses"), [&](Transaction& tx) -> Result<void> {
        for (const auto& [tenant, name, value] : writes)
            tx.put_record_of(tenant, kKind, name, value);
        return {};
    }));
    return {};
}

}  // namespace musubi
