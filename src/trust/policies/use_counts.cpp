#include "trust/policies/use_counts.h"

#include <algorithm>

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::uint8_t kCountsFormat = 1;
constexpr std::uint64_t kParts = 100;     // of a limit, of which one is paid at a time
constexpr int kTries = 16;                // of one use, where others take what was paid
constexpr std::size_t kSweptAtOnce = 16;  // counts of spans that are over, with each payment

std::string counted_name(const Policy& policy, std::string_view subject) {
    return policy.id + '\n' + std::string(subject);
}

}  // namespace

std::string UseCounts::encode(const Count& count) {
    std::string out;
    ByteWriter w{out};
    w.byte(kCountsFormat);
    w.signed_number(count.begin.us);
    w.byte(count.end ? 1 : 0);
    if (count.end) w.signed_number(count.end->us);
    w.number(count.paid);
    return out;
}

Result<UseCounts::Count> UseCounts::decode(std::string_view name, std::string_view value) {
    ByteReader r{value};
    Count count;
    if (r.byte() != kCountsFormat) r.fail();
    count.begin = Time{r.signed_number()};
    if (r.byte() != 0) count.end = Time{r.signed_number()};
    count.paid = r.number();
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "the record of a count of uses is malformed",
                     std::string(name)};
    }
    count.used = count.paid;
    return count;
}

Result<void> UseCounts::load(Store& store, const Clock& clock) {
    store_ = &store;
    clock_ = &clock;
    store.add_projection(*this);
    for (const auto& [name, tenant] : store.tenants()) {
        for (const auto& [record, value] : TRY(store.records(tenant, kKind))) {
            const Count count = TRY(decode(record, value));
            table_.with([&, of = tenant, &key = record](Table& table) {
                table.insert_or_assign({of, key}, count);
            });
        }
    }
    return {};
}

UseCounts::Count UseCounts::begun(const UseLimit& limit, Time now) {
    Count count;
    if (!limit.each) return count;
    count.begin = cut(now, *limit.each);
    count.end = count.begin + *limit.each;
    return count;
}

// A clock that was set back begins nothing anew.
UseCounts::Count UseCounts::current(const Count* known, const UseLimit& limit, Time now) {
    const Count fresh = begun(limit, now);
    return known == nullptr || known->begin < fresh.begin ? fresh : *known;
}

UsesLeft UseCounts::left(TenantId tenant, const Policy& policy, std::string_view subject) const {
    const Time now = clock_->now();
    return table_.read([&](const Table& table) {
        const auto found = table.find({tenant, counted_name(policy, subject)});
        const Count count =
            current(found == table.end() ? nullptr : &found->second, *policy.limit, now);
        const std::uint64_t used = std::min(count.used, policy.limit->count);
        return UsesLeft{.times = policy.limit->count - used, .anew = count.end};
    });
}

UseCounts::Taken UseCounts::try_take(const Name& name, const UseLimit& limit, Time now) {
    return table_.with([&](Table& table) {
        const auto found = table.find(name);
        const Count count = current(found == table.end() ? nullptr : &found->second, limit, now);
        if (count.used >= limit.count) return Taken::None;
        if (count.used >= count.paid) return Taken::Unpaid;
        ++found->second.used;  // what has been paid has its place in the table
        return Taken::Yes;
    });
}

Result<void> UseCounts::pay(const Name& name, const UseLimit& limit, Time now) {
    std::vector<Name> over;
    const bool full = table_.read([&](const Table& table) {
        for (const auto& [other, count] : table) {
            if (over.size() == kSweptAtOnce) break;
            if (other != name && count.end && *count.end <= now) over.push_back(other);
        }
        return over.empty() && table.size() >= kMaxCounts && !table.contains(name);
    });
    if (full) return Error{ErrorCode::Busy, "too many callers have permissions that are counted"};
    TRY(store_->commit(service_caller("", "policies"), [&](Transaction& tx) -> Result<void> {
        const auto stored = TRY(tx.record_of(name.first, kKind, name.second));
        Count known;
        if (stored) known = TRY(decode(name.second, *stored));
        Count count = current(stored ? &known : nullptr, limit, now);
        const std::uint64_t part = std::max<std::uint64_t>(1, limit.count / kParts);
        count.paid = std::min(limit.count, count.paid + part);
        tx.put_record_of(name.first, kKind, name.second, encode(count));
        for (const auto& [tenant, other] : over) {
            tx.put_record_of(tenant, kKind, other, std::nullopt);
        }
        return {};
    }));
    return {};
}

Result<bool> UseCounts::take(TenantId tenant, const Policy& policy, std::string_view subject,
                             bool may_wait) {
    const Name name{tenant, counted_name(policy, subject)};
    for (int i = 0; i < kTries; ++i) {
        const Time now = clock_->now();
        const Taken taken = try_take(name, *policy.limit, now);
        if (taken != Taken::Unpaid) return taken == Taken::Yes;
        if (!may_wait) return Error{ErrorCode::MustWait, "a count of uses is written down"};
        TRY(pay(name, *policy.limit, now));
    }
    return Error{ErrorCode::Busy, "many use this permission at once; try again"};
}

void UseCounts::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.kind != kKind) continue;
        table_.with([&](Table& table) {
            const Name name{record.tenant, record.name};
            if (!record.value) {
                table.erase(name);
                return;
            }
            const auto stored = decode(record.name, *record.value);
            if (!stored) return;
            const auto [known, is_new] = table.try_emplace(name, *stored);
            Count& count = known->second;
            const std::uint64_t used = is_new || count.begin != stored->begin ? 0 : count.used;
            count = *stored;
            count.used = used;
        });
    }
}

void UseCounts::erase_tenant(TenantId tenant) {
    table_.with([&](Table& table) {
        table.erase(table.lower_bound({tenant, ""}), table.lower_bound({tenant + 1, ""}));
    });
}

}  // namespace musubi
