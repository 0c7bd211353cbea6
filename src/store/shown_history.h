#pragma once

#include <optional>
#include <vector>

#include "model/access/governance.h"
#include "store/change.h"
#include "store/past_states.h"
#include "store/series.h"

namespace musubi {

/// What somebody is shown of the history of one entity: what is shown of it by what it is now, as
/// far as it was by what the entity was when it was recorded. The state of now is shown as the
/// entity itself shows it. Of a former life of its id nothing is.
class ShownHistory {
public:
    /// All of it.
    ShownHistory() = default;
    /// `past` must outlive it. `until`: the last commit that is part of the answer: what is
    /// recorded while it is made is not, for what the entity was then is not known. Fails: NotFound
    /// where they may not read the entity; Corrupt.
    static Result<ShownHistory> of(const AccessFilter& access, const EntityPast& past,
                                   std::uint64_t until);
    /// What EntityPast::conditions has to hold for that.
    static Governance::Looked looked_at(const AccessFilter& access, const EntityPast& past);

    /// False where a chunk's own times do not say whether it is asked for: where times are cut, or
    /// parts of the history are left out.
    [[nodiscard]] bool keeps_times() const { return !(verdict_ && verdict_->times()) && !parts_; }
    /// Takes out what is hidden and makes coarser what is to be. Fails: Corrupt.
    Result<void> apply(std::vector<Series>& all) const;
    /// The same of former states, which are not made coarser: what would have to be goes.
    void apply_former(std::vector<Series>& all) const;
    /// The types that the entity has, or had in times of which something is shown.
    [[nodiscard]] const std::vector<std::string>& types() const { return types_; }

private:
    // From that moment on.
    struct Stretch {
        std::uint64_t moment = 0;
        bool shown = true;
        std::optional<Governance::Verdict> verdict;  // none: all of it
    };
    Result<void> divide(const AccessFilter& access, const Governance::Looked& looked);
    void add_stretch(const AccessFilter& access, Stretch next, const Entity& state,
                     Governance::Known known);
    [[nodiscard]] const Stretch* stretch_of(std::uint64_t moment) const;
    [[nodiscard]] bool is_left_out(const Series& series, const Point& point) const;
    [[nodiscard]] bool is_own_state(const Series& series, const Point& point) const;
    Result<void> show_points(Series& series) const;
    [[nodiscard]] bool hides(const Series& series) const;

    const EntityPast* past_ = nullptr;  // null: all of it
    std::optional<PastStates> states_;
    std::optional<Governance::Verdict> verdict_;  // of now; none: all of it
    std::vector<Stretch> stretches_;              // empty: it was always as it is now
    bool parts_ = false;                          // something is left out by when it was recorded
    std::uint64_t until_ = UINT64_MAX;
    std::vector<std::string> types_;
};

}  // namespace musubi
