#pragma once

#include <optional>
#include <string_view>

#include "model/access/governance.h"
#include "store/transaction.h"

namespace musubi {

// Whether an attribute that is kept from somebody is there is not to be told by what becomes of
// their changes.

/// Whether the caller may change this attribute of the entity: asked before it is looked for, so
/// that one that is not there is answered like one that they may not see. Fails: Forbidden.
Result<void> may_change(const Transaction& tx, const EntityEdit& edit, std::string_view name);

/// Which attributes of an entity are there for the caller, who replaces or clears the whole of it:
/// what is hidden from them and not theirs to change stays as it is.
class OwnPart {
public:
    OwnPart(const Transaction& tx, const EntityEdit& edit);
    [[nodiscard]] bool has(std::string_view name) const;

private:
    bool may_read_;
    std::optional<Governance::Verdict> read_;  // none: no policy speaks of the caller
    std::optional<Governance::Verdict> change_;
};

}  // namespace musubi
