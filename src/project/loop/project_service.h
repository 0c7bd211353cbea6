#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project/loop/loop_clock.h"
#include "project/loop/loop_document.h"
#include "project/measures/measure.h"
#include "store/store.h"
#include "trust/journal/verify_journal.h"

namespace musubi {

/// What people do with issues, logic models, projects, participants, stages and artefacts. All of
/// them are protected entities; who did it is the subject of the change.
class ProjectService {
public:
    /// `measures` null: nothing is measured. `store` must outlive it.
    ProjectService(Store& store, MeasureSetPtr measures)
        : store_{store}, measures_{std::move(measures)} {}

    /// Writes all of the document or nothing of it. What a stage has locked may be changed with a
    /// reason alone, which stays beside it as a moved goalpost.
    /// Returns what is worth knowing: people who give more than all of their time.
    /// Where a thing carries a revision and says something else by now, nothing is written.
    /// Fails: Forbidden (not somebody who writes), NotFound (what is referred to, a measure),
    /// Conflict (somebody changed it meanwhile: `where` ends with `/revision`; stages that overlap,
    /// a locked member without a reason, a clock set back, another's entity), BadRequest (also an
    /// artefact of a day to come or of another project's stage, a stage that its measures can not
    /// judge), TooLarge, Io.
    Result<std::vector<TwoTongues>> put(const Caller& caller, const LoopDocument& document);
    /// Takes away a participant, an artefact, or a stage that was not entered. What was promised
    /// stays: the rest is not taken away. `revision` as in a LoopThing.
    /// Fails: NotFound, Forbidden, Conflict, Io.
    Result<void> remove(const Caller& caller, const LoopKind& kind, std::string_view slug,
                        const std::optional<std::string>& revision = {});
    /// The stage begins: hypothesis, expectations, estimator, comparison, days and number of looks
    /// are locked, with the definitions of the measures. `revision` as in a LoopThing: what is
    /// locked is what was read. Returns what is worth knowing: groups that nothing belongs to, a
    /// pilot that promises nothing, a promise that is locked late. Fails: NotFound, Forbidden,
    /// BadRequest (as check_stage_fit), Conflict (it was entered before; another is under way; the
    /// one before has not passed its gate; it was changed meanwhile), Io.
    Result<std::vector<TwoTongues>> enter(const Caller& caller, std::string_view stage,
                                          const std::optional<std::string>& revision = {});

private:
    Store& store_;
    MeasureSetPtr measures_;
};

/// The caller as the guardian of the loop. Fails: Forbidden unless they write in their tenant as a
/// person or key: an operator, a data owner, a member of a project.
Result<Caller> loop_caller(const Caller& caller);

}  // namespace musubi
