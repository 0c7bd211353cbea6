#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/registrations/registration_table.h"

namespace musubi {

/// What of a write one source is given.
struct SourceShare {
    RegistrationPtr source;
    bool supported = true;  ///< false: it ought to be given this, and does not take it: a Conflict
    std::vector<std::string> names;  ///< the attributes, expanded; with `whole`, all that are left
    bool whole = false;              ///< not narrowed to attributes
};

/// Who does what of a write on one entity (GS CIM 009 v1.9.1, 4.3.6.3, 5.6).
struct WritePlan {
    std::vector<SourceShare> shares;
    std::vector<std::string> left;  ///< the attributes that are the broker's own affair as well
    bool redirected = false;        ///< nothing of the entity is kept here
    bool proxied = false;           ///< some share is of an exclusive or redirect registration
};

/// Shares a write of the attributes `names` (expanded; none: of the entity as such) among the
/// sources, which stand in the order of RegistrationTable::sources; one that does any of
/// `operations` takes it. What an exclusive one has goes
/// to it alone; what redirect ones have goes to each of them and to nobody after; inclusive ones
/// get copies if they take such a write; auxiliary ones get none.
[[nodiscard]] WritePlan plan_write(const std::vector<MatchedSource>& sources,
                                   std::span<const SourceOperation> operations,
                                   std::vector<std::string> names);

}  // namespace musubi
