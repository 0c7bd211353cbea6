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

/// What a change did to states that had been recorded before it. The numbers are stored.
enum class Rewrite : std::uint8_t {
    None = 0,
    Corrected = 1,  ///< the target has another content and keeps its id
    Withdrawn = 2,  ///< the target is gone; where it was the present one, `after` takes its place
    Purged = 3,  ///< all states of the attribute and dataset are gone, without a trace in history
};

/// What happened to one instance of an attribute.
struct AttributeChange {
    Name name;
    std::string dataset_id;
    AttributePtr before;  ///< what the present state held
    AttributePtr after;   ///< what it holds now; nothing: it was deleted
    /// The present state stays: a reading came late and joined history (`after` is the reading,
    /// `before` is empty), or a past state was rewritten.
    bool late = false;
    /// The instance id of this record itself: of `after`, or of the deletion.
    InstanceId instance;
    /// With a rewrite, `before` and `after` are what the target was and is.
    Rewrite rewrite = Rewrite::None;
    InstanceId target = {};
    std::optional<Time> gone_at = {};  ///< of a deletion: the event time that was given for it
};

enum class ChangeKind : std::uint8_t { Created = 0, Updated = 1, Deleted = 2 };

struct EntityChange {
    TenantId tenant = 0;
    std::string id;
    std::vector<std::string> types;
    ChangeKind kind = ChangeKind::Updated;
    bool types_changed = false;
    bool purged = false;  ///< Deleted, and all its history with it
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
