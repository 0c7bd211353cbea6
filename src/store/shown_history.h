#pragma once

#include <optional>
#include <vector>

#include "model/access/governance.h"
#include "store/change.h"
#include "store/series.h"

namespace musubi {

/// What somebody is shown of the history of one entity, decided by what the entity is now.
class ShownHistory {
public:
    /// `present`: null where it was deleted; then `departed` is what is left of it, null where
    /// nothing is. Fails: NotFound where they may not read it.
    static Result<ShownHistory> of(const Caller& caller, std::string_view id,
                                   const EntityPtr& present, const EntityPtr& departed);
    /// False where times are cut: a chunk's own times do not say then whether it is asked for.
    [[nodiscard]] bool keeps_times() const { return !verdict_ || !verdict_->times(); }
    /// Takes out what is hidden and makes coarser what is to be. Fails: Corrupt.
    Result<void> apply(std::vector<Series>& all) const;
    /// The same of former states, which are not made coarser: what would have to be goes.
    void apply_former(std::vector<Series>& all) const;

private:
    Result<void> show_points(Series& series) const;
    void show_scopes(Series& series) const;
    [[nodiscard]] bool hides(const Series& series) const;
    std::optional<Governance::Verdict> verdict_;  // none: all of it
};

}  // namespace musubi
