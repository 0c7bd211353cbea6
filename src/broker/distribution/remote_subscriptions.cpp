#include "broker/distribution/remote_subscriptions.h"

#include <array>

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr char kFormat = 1;
constexpr std::array<std::string_view, 3> kPhases{"wanted", "made", "unwanted"};

Error corrupt() { return {ErrorCode::Corrupt, "a remote subscription can not be read"}; }

const Json* find_number(const Json& json, std::string_view name) {
    const Json* member = json.find(name);
    return member != nullptr && member->is_integer() ? member : nullptr;
}

}  // namespace

std::string encode_remote(const RemoteSubscription& remote) {
    Json json;
    json.set("id", remote.id);
    json.set("token", remote.token);
    json.set("subscription", remote.subscription);
    json.set("revision", remote.revision.us);
    json.set("phase", kPhases.at(static_cast<std::size_t>(remote.phase)));
    json.set("since", remote.since.us);
    const std::string head = to_text(json);
    std::string bytes(1, kFormat);
    append_be64(bytes, head.size());
    return bytes + head + encode_registration(*remote.source);
}

Result<RemoteSubscription> decode_remote(std::string_view bytes) {
    if (bytes.size() < 9 || bytes.front() != kFormat) return corrupt();
    bytes.remove_prefix(1);
    const std::uint64_t size = read_be64(bytes.substr(0, 8));
    bytes.remove_prefix(8);
    if (size > bytes.size()) return corrupt();
    const auto json = parse_json(bytes.substr(0, size));
    if (!json) return corrupt();
    RemoteSubscription out;
    for (const auto& [name, text] : {std::pair{"id", &out.id}, std::pair{"token", &out.token},
                                     std::pair{"subscription", &out.subscription}}) {
        const std::string* value = find_text(*json, name);
        if (value == nullptr) return corrupt();
        *text = *value;
    }
    const std::string* phase = find_text(*json, "phase");
    const Json* revision = find_number(*json, "revision");
    const Json* since = find_number(*json, "since");
    if (phase == nullptr || revision == nullptr || since == nullptr) return corrupt();
    std::size_t place = 0;
    while (place < kPhases.size() && kPhases[place] != *phase) ++place;
    if (place == kPhases.size()) return corrupt();
    out.phase = static_cast<RemoteSubscription::Phase>(place);
    out.revision = {revision->integer()};
    out.since = {since->integer()};
    out.source = std::make_shared<const Registration>(
        TRY(decode_registration(bytes.substr(static_cast<std::size_t>(size)))));
    return out;
}

Result<void> RemoteSubscriptionTable::load(Store& store) {
    store.add_projection(*this);
    for (const auto& [name, tenant] : store.tenants()) {
        for (const auto& [id, value] : TRY(store.records(tenant, kRemoteSubscriptionKind))) {
            auto remote = std::make_shared<const RemoteSubscription>(TRY(decode_remote(value)));
            tables_.with([&, tenant = tenant, id = id](Tables& tables) {
                tables[tenant][id] = std::move(remote);
            });
        }
    }
    return {};
}

std::vector<RemoteSubscriptionPtr> RemoteSubscriptionTable::list(TenantId tenant) const {
    return tables_.read([&](const Tables& tables) {
        std::vector<RemoteSubscriptionPtr> out;
        const auto own = tables.find(tenant);
        if (own == tables.end()) return out;
        for (const auto& [id, remote] : own->second) out.push_back(remote);
        return out;
    });
}

std::optional<RemoteSubscriptionTable::Found> RemoteSubscriptionTable::find(
    std::string_view id) const {
    return tables_.read([&](const Tables& tables) -> std::optional<Found> {
        for (const auto& [tenant, own] : tables) {
            if (const auto found = own.find(id); found != own.end()) {
                return Found{tenant, found->second};
            }
        }
        return std::nullopt;
    });
}

void RemoteSubscriptionTable::apply(const Change* /*change*/,
                                    const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.kind != kRemoteSubscriptionKind) continue;
        RemoteSubscriptionPtr remote;
        if (record.value) {
            auto read = decode_remote(*record.value);
            if (read) remote = std::make_shared<const RemoteSubscription>(std::move(*read));
        }
        tables_.with([&](Tables& tables) {
            auto& own = tables[record.tenant];
            if (remote) {
                own[record.name] = std::move(remote);
            } else {
                own.erase(record.name);
            }
        });
    }
}

void RemoteSubscriptionTable::erase_tenant(TenantId tenant) {
    tables_.with([&](Tables& tables) { tables.erase(tenant); });
}

}  // namespace musubi
