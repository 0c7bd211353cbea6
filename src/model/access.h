#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/entity.h"

namespace musubi {

enum class Role { Operator, Reader, Device, Service };

/// What a caller may read and write: a plain predicate, compiled by `trust`, applied where the
/// data are. For now it can speak of types; the tenant is part of every key.
struct AccessFilter {
    bool may_read = false;
    bool may_write = false;
    bool may_administer = false;  ///< tenants, keys, feeds, dead letters
    /// Expanded types it is limited to; empty: all.
    std::vector<std::string> only_types;

    /// True where a thing of these types is within reach (one type within reach is enough).
    [[nodiscard]] bool covers(const std::vector<std::string>& types) const;
    [[nodiscard]] bool readable(const Entity& entity) const {
        return may_read && covers(entity.types);
    }
    [[nodiscard]] bool writable(const Entity& entity) const {
        return may_write && covers(entity.types);
    }
};

/// Who asks, for whom, and what that lets them do. Travels with every request.
struct Caller {
    std::string tenant;   ///< name of the tenant; empty: the default one
    std::string subject;  ///< the key's id, or the service's name; never a secret
    Role role = Role::Reader;
    std::string purpose;  ///< why, where the type asks for it
    std::string ground;   ///< the legal ground, where the type asks for it
    std::shared_ptr<const AccessFilter> access;
    /// For services: the guardian name they act as; empty for everybody else.
    std::string guardian;
};

/// A caller that may do everything in `tenant`, acting as the named service.
[[nodiscard]] Caller service_caller(std::string tenant, std::string_view service);

}  // namespace musubi
