#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/access/governance.h"
#include "store/belonging.h"
#include "store/change.h"
#include "store/series.h"

namespace musubi {

/// What tells who might read an entity in its past.
struct EntityPast {
    std::string id;
    EntityPtr present;   ///< null: it was deleted
    EntityPtr departed;  ///< then what is left of it; null: nothing
    std::vector<FormerBelonging> former;
    /// When a former release deleted an earlier life of it.
    std::optional<Time> gone_at;
    /// It lies in a snapshot: when its states were recorded, their times tell, not their ids.
    bool copied = false;

    /// All that history holds of the attributes that conditions look at, and of the scopes where
    /// they do.
    std::vector<Series> conditions;
    /// Of these attributes: the last commit that corrected or withdrew a state of it.
    std::vector<std::pair<std::string, std::uint64_t>> rewritten;
};

/// The states that an entity has had in the life that its history is about (from when it was made
/// anew under its id), as far as its types, its scopes and some attributes go. It does not change.
class PastStates {
public:
    /// `past` must outlive it.
    explicit PastStates(const EntityPast& past);

    /// When an instance was recorded, as states are told apart by it: not where another commit was
    /// between two that are equal.
    [[nodiscard]] std::uint64_t moment_of(const Point& point) const;
    /// True of what was recorded before this life, or after its end.
    [[nodiscard]] bool is_of_another_life(const Point& point) const;
    /// True where instances of another life may be among those of its id.
    [[nodiscard]] bool had_another_life() const {
        return begin_at_ || end_ || begin_ != InstanceId{} || past_->gone_at;
    }
    /// False where not even its last types and scopes are known.
    [[nodiscard]] bool is_told() const { return is_told_; }
    /// True where it had other types or scopes in this life.
    [[nodiscard]] bool was_another() const { return !former_.empty(); }
    /// The types that it had, with what it was last.
    [[nodiscard]] std::vector<std::string> all_types() const;

    /// From the moment on it was `state`, of which so much is known: the attributes are those of
    /// EntityPast::conditions alone.
    using Use =
        std::function<void(std::uint64_t moment, const Entity& state, Governance::Known known)>;
    /// Calls `use` with each state in order, the first at 0. What can not be told (a state that
    /// came late or expires, what a correction has replaced, what retention has taken) is not
    /// known. Fails: Corrupt.
    Result<void> each(const Governance::Looked& looked, const Use& use) const;
    /// What it was after that commit; null where that is not known, or it was of another life.
    /// Fails: Corrupt.
    Result<EntityPtr> after(const Governance::Looked& looked, std::uint64_t sequence) const;

private:
    const EntityPast* past_;
    std::vector<FormerBelonging> former_;  // of this life, without its end
    Belonging last_;
    bool is_told_ = false;
    InstanceId begin_;
    std::optional<InstanceId> end_;
    std::optional<Time> begin_at_;  // where times tell
};

}  // namespace musubi
