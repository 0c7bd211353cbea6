#pragma once

#include <optional>

#include "model/access/governance.h"
#include "store/change.h"

namespace musubi {

/// A change of an entity as far as somebody may see it: without what is hidden from them, with
/// coarser values where they get those. What stays the same in their eyes has not changed.
class ShownChange {
public:
    /// `change` must outlive it. `state`: the entity right after the change; of a deletion, right
    /// before it.
    ShownChange(const AccessFilter& access, const EntityChange& change, EntityPtr state);

    /// False where they are to know nothing of it.
    [[nodiscard]] bool any() const { return state_ != nullptr; }
    [[nodiscard]] const EntityChange& change() const { return own_ ? *own_ : change_; }
    [[nodiscard]] const EntityPtr& state() const { return state_; }
    /// A time of the change, as coarse as they see its times.
    [[nodiscard]] Time shown(Time time) const { return times_ ? cut(time, *times_) : time; }

private:
    void show_attributes(const Governance& governance);

    const EntityChange& change_;
    std::optional<EntityChange> own_;
    EntityPtr state_;
    std::optional<Duration> times_;
};

}  // namespace musubi
