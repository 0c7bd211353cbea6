#include "store/tenants.h"

#include <algorithm>

#include "base/bytes.h"
#include "store/keys.h"

namespace musubi {
namespace {

constexpr std::string_view kNextKind = "tenant-next";  // numbers are not used again

std::string number(TenantId id) {
    std::string value;
    append_be32(value, id);
    return value;
}

// Gives it the next number.
Result<void> add(Transaction& transaction, std::string_view name) {
    const auto stored = TRY(transaction.record_of(0, kNextKind, ""));
    const TenantId id = stored && stored->size() == 4 ? read_be32(*stored) : 1;
    transaction.put_record_of(0, Tenants::kKind, name, number(id));
    transaction.put_record_of(0, kNextKind, "", number(id + 1));
    return {};
}

}  // namespace

std::string InnerTenant::name_of(std::string_view owner, std::string_view snapshot) {
    std::string out{kMark};
    out.append(owner).append(1, kMark).append(snapshot);
    return out;
}

std::optional<InnerTenant> InnerTenant::parse(std::string_view name) {
    if (name.empty() || name.front() != kMark) return std::nullopt;
    name.remove_prefix(1);
    const std::size_t end = name.find(kMark);
    if (end == std::string_view::npos) return std::nullopt;
    return InnerTenant{name.substr(0, end), name.substr(end + 1)};
}

Result<void> Tenants::load(const KeyValueStore& kv) {
    const std::string prefix = keys::records(0, kKind);
    const auto cursor = kv.scan(Space::Records, prefix, keys::after(prefix));
    Names names{{std::string{}, TenantId{0}}};
    for (; cursor->valid(); cursor->next()) {
        if (cursor->value().size() != 4) {
            return Error{ErrorCode::Corrupt, "the record of a tenant is malformed"};
        }
        names.emplace_back(cursor->key().substr(prefix.size()), read_be32(cursor->value()));
    }
    TRY(cursor->status());
    names_.with([&](Names& present) { present = std::move(names); });
    return {};
}

Result<TenantId> Tenants::find(std::string_view name) const {
    if (name.empty()) return TenantId{0};
    return names_.read([&](const Names& names) -> Result<TenantId> {
        for (const auto& [known, id] : names) {
            if (known == name) return id;
        }
        return Error{ErrorCode::NoTenant,
                     "there is no tenant '" + std::string(name.substr(0, kMaxName)) +
                         "'; an operator creates one with `musubi tenant add NAME`"};
    });
}

std::vector<std::pair<std::string, TenantId>> Tenants::all() const {
    return names_.read([](const Names& names) { return names; });
}

std::vector<TenantId> Tenants::numbers() const {
    return names_.read([](const Names& names) {
        std::vector<TenantId> numbers;
        for (const auto& [name, id] : names) numbers.push_back(id);
        return numbers;
    });
}

Result<void> Tenants::check_name(std::string_view name) {
    const bool good =
        !name.empty() && name.size() <= kMaxName &&
        std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        });
    if (good) return {};
    return Error{ErrorCode::BadRequest,
                 "a tenant's name is 1 to 50 small letters a-z, digits, '_' and '-'"};
}

Result<void> Tenants::create(Transaction& transaction, std::string_view name, std::size_t present,
                             std::size_t max_tenants) {
    TRY(check_name(name));
    if (TRY(transaction.record_of(0, kKind, name))) {
        return Error{ErrorCode::AlreadyExists, "a tenant with this name exists"};
    }
    if (present >= max_tenants) {
        return Error{ErrorCode::TooLarge,
                     "there are as many tenants as the configuration allows "
                     "(store.max_tenants); delete one or raise it"};
    }
    return add(transaction, name);
}

Result<void> Tenants::create_inner(Transaction& transaction, std::string_view name) {
    if (TRY(transaction.record_of(0, kKind, name))) {
        return Error{ErrorCode::AlreadyExists, "a snapshot with this id exists"};
    }
    return add(transaction, name);
}

Result<void> Tenants::erase(Transaction& transaction, std::string_view name) {
    const auto stored = TRY(transaction.record_of(0, kKind, name));
    if (!stored || stored->size() != 4) {
        return Error{ErrorCode::NoTenant, "there is no tenant of this name"};
    }
    transaction.put_record_of(0, kKind, name, std::nullopt);
    transaction.erase_tenant(read_be32(*stored));
    return {};
}

void Tenants::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.tenant != 0 || record.kind != kKind) continue;
        names_.with([&](Names& names) {
            std::erase_if(names, [&](const auto& entry) { return entry.first == record.name; });
            if (record.value) names.emplace_back(record.name, read_be32(*record.value));
        });
    }
}

}  // namespace musubi
