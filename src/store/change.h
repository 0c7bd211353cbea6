#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/entity.h"

namespace musubi {

/// The number of a tenant in keys; 0 is the default tenant.
using TenantId = std::uint32_t;
using EntityPtr = std::shared_ptr<const Entity>;

/// What happened to one instance of an attribute.
struct AttributeChange {
    std::string name;
    std::string dataset_id;
    std::optional<Attribute> before;  ///< what the present state held
    std::optional<Attribute> after;   ///< what it holds now; nothing: it was deleted
    /// A reading that came late: it joined history, the present state stays. Then `after` is the
    /// reading and `before` is empty.
    bool late = false;
    /// The instance id of this record itself: of `after`, or of the deletion.
    InstanceId instance;
};

enum class ChangeKind : std::uint8_t { Created = 0, Updated = 1, Deleted = 2 };

struct EntityChange {
    TenantId tenant = 0;
    std::string id;
    std::vector<std::string> types;
    ChangeKind kind = ChangeKind::Updated;
    bool types_changed = false;
    std::vector<AttributeChange> attributes;
    /// The whole state after this change: at hand for a recent change, absent in one read back from
    /// the disk. Null for a deletion.
    EntityPtr after;
};

/// One commit, as the log keeps it.
struct Change {
    std::uint64_t sequence = 0;
    Time at;            ///< wall clock of the commit
    std::string cause;  ///< the subject that asked: a key's id or a service's name
    std::vector<EntityChange> entities;
};
using ChangePtr = std::shared_ptr<const Change>;

/// What happened to a record: something kept that is no entity.
struct RecordChange {
    TenantId tenant = 0;
    std::string kind;
    std::string name;
    std::optional<std::string> value;  ///< nothing: it was erased
};

}  // namespace musubi
