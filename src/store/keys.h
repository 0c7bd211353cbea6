#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "store/change.h"

namespace musubi::keys {

// The layout of keys; docs/formats.md says it in words. Everything of a tenant begins with its
// number, so that it can be deleted whole.

inline std::string tenant(TenantId id) {
    std::string key;
    append_be32(key, id);
    return key;
}
/// The first key after everything of the tenant.
inline std::string after_tenant(TenantId id) { return tenant(id + 1); }

inline std::string entity(TenantId tenant_id, std::string_view id) {
    std::string key = tenant(tenant_id);
    key += id;
    return key;
}

inline std::string change(std::uint64_t sequence) {
    std::string key;
    append_be64(key, sequence);
    return key;
}

/// The start of the keys of all series of one entity. The id is escaped (00 -> 00 FF) and closed
/// with 00 01, so that no id is the beginning of another's.
inline std::string series_of_entity(TenantId tenant_id, std::string_view id) {
    std::string key = tenant(tenant_id);
    for (const char c : id) {
        key += c;
        if (c == '\0') key += '\xff';
    }
    key += '\0';
    key += '\1';
    return key;
}
/// The start of the keys of one series: attribute and dataset as numbers of the dictionary.
inline std::string series(TenantId tenant_id, std::string_view id, std::uint32_t name,
                          std::uint32_t dataset) {
    std::string key = series_of_entity(tenant_id, id);
    append_be32(key, name);
    append_be32(key, dataset);
    return key;
}
struct SeriesOwner {
    TenantId tenant = 0;
    std::string id;
};
/// Whose series a key of history (or of a tail) belongs to; nothing where it is malformed.
inline std::optional<SeriesOwner> parse_series(std::string_view key) {
    if (key.size() < 4) return std::nullopt;
    SeriesOwner owner{.tenant = read_be32(key), .id = {}};
    for (std::size_t i = 4; i + 1 < key.size(); ++i) {
        if (key[i] != '\0') {
            owner.id += key[i];
        } else if (key[i + 1] == '\1') {
            return owner;
        } else {
            owner.id += '\0';
            ++i;
        }
    }
    return std::nullopt;
}
/// The first key after all keys that begin with `prefix`.
inline std::string after(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
    if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
    return prefix;
}

/// `kind` is a short word without NUL: "subscription", "position", ...
inline std::string records(TenantId tenant_id, std::string_view kind) {
    std::string key = tenant(tenant_id);
    key += kind;
    key += '\0';
    return key;
}
inline std::string record(TenantId tenant_id, std::string_view kind, std::string_view name) {
    return records(tenant_id, kind).append(name);
}

}  // namespace musubi::keys
