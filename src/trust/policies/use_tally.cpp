#include "trust/policies/use_tally.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::string_view kKind = "use";
constexpr std::string_view kFirstKind = "use-first";  // since when: one record, of the default
constexpr std::string_view kFirst = "day";
constexpr TenantId kDefault = 0;
constexpr std::uint8_t kTallyFormat = 1;
constexpr std::string_view kOthers = "others";
constexpr std::string_view kAnyType = "*";

Time begin_of(std::int64_t day) { return Time{days(1).us * day} - hours(9); }

std::string day_name(std::int64_t day) { return fmt::format("{:08}", day); }

bool is_counted(std::string_view subject) {
    return subject.starts_with("key:") || subject.starts_with("machine:") ||
           subject.starts_with("person:") || subject == kOthers;
}

template <typename Uses>
std::string encode_uses(const Uses& uses) {
    std::string out;
    ByteWriter w{out};
    w.byte(kTallyFormat);
    w.number(uses.size());
    for (const auto& [use, count] : uses) {
        for (const std::string* text : {&use.subject, &use.purpose, &use.ground, &use.type}) {
            w.text(*text);
        }
        w.byte(static_cast<std::uint8_t>(use.action));
        w.number(count.times.load(std::memory_order_relaxed));
    }
    return out;
}

Result<std::vector<std::pair<Use, std::uint64_t>>> decode(std::string_view bytes) {
    ByteReader r{bytes};
    std::vector<std::pair<Use, std::uint64_t>> uses;
    if (r.byte() != kTallyFormat) r.fail();
    const std::uint64_t count = r.number();
    for (std::uint64_t i = 0; i < count && !r.failed(); ++i) {
        Use use;
        for (std::string* text : {&use.subject, &use.purpose, &use.ground, &use.type}) {
            *text = r.text();
        }
        const std::uint8_t action = r.byte();
        if (action >= kActions) r.fail();
        use.action = static_cast<AccessAction>(action);
        uses.emplace_back(std::move(use), r.number());
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
            const auto uses = TRY(decode(bytes));
            table_.with([&, id = tenant, number = std::stoll(day)](Table& table) {
                Day& own = table.days[{id, number}];
                own.uses.clear();
                for (const auto& [use, times] : uses) own.uses.try_emplace(use, times);
                own.saved = own.sum();
            });
        }
    }
    TRY(load_first(store));
    store.add_projection(*this);
    return {};
}

// A folder of before this was written down: the earliest day that is kept.
Result<void> UseTally::load_first(Store& store) {
    if (const auto written = TRY(store.record(kDefault, kFirstKind, kFirst))) {
        ByteReader r{*written};
        first_ = static_cast<std::int64_t>(r.number());
        if (r.failed()) return Error{ErrorCode::Corrupt, "since when uses are counted is damaged"};
        return {};
    }
    first_ = today();
    table_.read([&](const Table& table) {
        for (const auto& [key, day] : table.days) first_ = std::min(first_, key.second);
    });
    std::string bytes;
    ByteWriter{bytes}.number(static_cast<std::uint64_t>(first_));
    TRY(store.commit(service_caller("", "uses"), [&](Transaction& tx) -> Result<void> {
        tx.put_record_of(kDefault, kFirstKind, kFirst, bytes);
        return {};
    }));
    return {};
}

Time UseTally::counted_from() const { return begin_of(first_); }

Time UseTally::kept_from() const { return begin_of(std::max(first_, today() - kKeptDays + 1)); }

template <typename A, typename B>
bool UseTally::ByText::order(const A& a, const B& b) {
    const auto texts = [](const auto& use) {
        return std::tuple{std::string_view(use.subject), std::string_view(use.type), use.action,
                          std::string_view(use.purpose), std::string_view(use.ground)};
    };
    return texts(a) < texts(b);
}

std::uint64_t UseTally::Day::sum() const {
    std::uint64_t all = 0;
    for (const auto& [use, count] : uses) all += count.times.load(std::memory_order_relaxed);
    return all;
}

void UseTally::add(Day& day, const UseView& use, std::uint64_t times) {
    auto known = day.uses.find(use);
    if (known == day.uses.end()) {
        const bool room = day.uses.size() < kMaxUses;
        Use own{.subject = std::string(room ? use.subject : kOthers),
                .purpose = std::string(room ? use.purpose : std::string_view{}),
                .ground = std::string(room ? use.ground : std::string_view{}),
                .action = room ? use.action : AccessAction::Read,
                .type = std::string(room ? use.type : kAnyType)};
        known = day.uses.try_emplace(std::move(own), 0).first;
    }
    known->second.times.fetch_add(times, std::memory_order_relaxed);
}

void UseTally::count(TenantId tenant, std::int64_t day, const UseView& use, std::uint64_t times) {
    const bool counted = table_.read([&](const Table& table) {
        const auto own = table.days.find({tenant, day});
        if (own == table.days.end()) return false;
        const auto known = own->second.uses.find(use);
        if (known == own->second.uses.end()) return false;
        known->second.times.fetch_add(times, std::memory_order_relaxed);
        return true;
    });
    if (counted) return;
    table_.with([&](Table& table) { add(table.days[{tenant, day}], use, times); });
}

void UseTally::note(TenantId tenant, const Caller& caller, AccessAction action,
                    const std::vector<std::string>& types) {
    if (!is_counted(caller.subject)) return;
    const std::int64_t day = today();
    UseView use{.subject = caller.subject,
                .purpose = caller.purpose,
                .ground = caller.ground,
                .action = action,
                .type = kAnyType};
    if (types.empty()) count(tenant, day, use, 1);
    for (const std::string& type : types) {
        use.type = type;
        count(tenant, day, use, 1);
    }
}

// On the committer, of each entity that changes: those of a batch are mostly alike, and are looked
// up together.
void UseTally::apply(const Change* change, const std::vector<RecordChange>& /*records*/) {
    if (change == nullptr || !is_counted(change->cause)) return;
    const auto action_of = [](const EntityChange& entity) {
        return entity.kind == ChangeKind::Deleted ? AccessAction::Delete : AccessAction::Modify;
    };
    const std::int64_t day = today();
    for (auto first = change->entities.begin(); first != change->entities.end();) {
        const auto last = std::find_if(first, change->entities.end(), [&](const auto& other) {
            return other.tenant != first->tenant || action_of(other) != action_of(*first) ||
                   other.types != first->types;
        });
        UseView use{.subject = change->cause,
                    .purpose = {},
                    .ground = {},
                    .action = action_of(*first),
                    .type = {}};
        for (const std::string& type : first->types) {
            use.type = type;
            count(first->tenant, day, use, static_cast<std::uint64_t>(last - first));
        }
        first = last;
    }
}

void UseTally::erase_tenant(TenantId tenant) {
    table_.with([&](Table& table) {
        std::erase_if(table.days, [&](const auto& day) { return day.first.first == tenant; });
    });
}

std::vector<std::pair<Use, std::uint64_t>> UseTally::uses(TenantId tenant) const {
    const std::int64_t first = today() - kDays;
    std::map<Use, std::uint64_t> all;
    table_.read([&](const Table& table) {
        for (const auto& [key, day] : table.days) {
            if (key.first != tenant || key.second <= first) continue;
            for (const auto& [use, count] : day.uses) {
                all[use] += count.times.load(std::memory_order_relaxed);
            }
        }
    });
    return {all.begin(), all.end()};
}

std::vector<std::pair<Use, Time>> UseTally::readers(TenantId tenant) const {
    std::map<Use, Time> all;
    table_.read([&](const Table& table) {
        for (const auto& [key, day] : table.days) {  // the earliest first
            if (key.first != tenant) continue;
            for (const auto& [use, count] : day.uses) {
                if (use.action == AccessAction::Read) all[use] = begin_of(key.second);
            }
        }
    });
    return {all.begin(), all.end()};
}

std::optional<Time> UseTally::last_day_of_person(TenantId tenant,
                                                 const std::vector<std::string>& types) const {
    const auto is_asked = [&](const Use& use) {
        return use.action == AccessAction::Read && use.subject.starts_with("person:") &&
               std::find(types.begin(), types.end(), use.type) != types.end();
    };
    std::optional<std::int64_t> last;
    table_.read([&](const Table& table) {
        for (const auto& [key, day] : table.days) {
            if (key.first != tenant) continue;
            const bool used = std::any_of(day.uses.begin(), day.uses.end(),
                                          [&](const auto& entry) { return is_asked(entry.first); });
            if (used && (!last || *last < key.second)) last = key.second;
        }
    });
    if (!last) return std::nullopt;
    return begin_of(*last);
}

Result<void> UseTally::save(Store& store, bool now_at_once) {
    const std::int64_t first = today() - kKeptDays;
    const Duration now = clock_->monotonic();
    std::vector<std::tuple<TenantId, std::string, std::optional<std::string>>> writes;
    table_.with([&](Table& table) {
        if (!now_at_once && now - table.saved < kSaveEvery) return;
        table.saved = now;
        std::erase_if(table.days, [&](const auto& entry) {
            const auto& [tenant, day] = entry.first;
            if (day > first) return false;
            writes.emplace_back(tenant, day_name(day), std::nullopt);
            return true;
        });
        for (auto& [key, day] : table.days) {
            const std::uint64_t sum = day.sum();
            if (sum == day.saved) continue;
            day.saved = sum;
            writes.emplace_back(key.first, day_name(key.second), encode_uses(day.uses));
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
