#pragma once

#include <string>
#include <string_view>

#include "project/care/promises.h"
#include "store/transaction.h"

namespace musubi {

/// A value of a measure that is over, held against a promise.
struct KeptValue {
    std::string entity;  ///< id of the MeasureValue
    double value = 0;
    Time to;            ///< the end of its period
    std::string shown;  ///< as people read it
};

/// The task of a project about one measure and group.
[[nodiscard]] std::string task_id(const Promise& promise, const Measure& measure);
/// What a value does to the task: one that leaves the promise opens it, with the project's owner
/// and kTaskDays to deal with it; each later one is noted; a closed task is opened again by a later
/// value that leaves the promise again. Where the value that opened it is corrected the task says
/// so, and is closed where no period is off the promise any more. The task where it was opened,
/// else null. Fails: Io, Corrupt.
Result<EntityEdit*> note_value(Transaction& tx, const Measure& measure, const Promise& promise,
                               const KeptValue& value);
inline constexpr int kTaskDays = 14;

/// What was promised, as the task has kept it; it opens none.
[[nodiscard]] Promise promise_of(const Entity& task, const Measure& measure);
/// Closes the task of a project that is over, and says why. `state`: of the project.
/// Fails: as Transaction::edit.
Result<void> end_task(Transaction& tx, const std::string& task, std::string_view state);

/// Days that an open task is past its day, as of now: what rules remind people by (`daysOverdue`).
/// True where the entity has to be written.
[[nodiscard]] bool is_overdue_changed(const Entity& task, Time now);
void set_overdue(EntityEdit& task, Time now);

/// What people do with tasks.
class TaskService {
public:
    explicit TaskService(Store& store) : store_{store} {}
    /// Closes it, which needs a value later than the one that opened it. `words`: what was done,
    /// not blank.
    /// Fails: NotFound, Forbidden, BadRequest, Conflict (no later value, closed already), Io.
    Result<void> close(const Caller& caller, std::string_view task, const std::string& words);
    /// Somebody else answers for it, or until another day (YYYY-MM-DD), not a past one. Empty: as
    /// it is.
    /// Fails: NotFound, Forbidden, BadRequest, Conflict (closed), Io.
    Result<void> assign(const Caller& caller, std::string_view task, const std::string& owner,
                        const std::string& due);

private:
    Store& store_;
};

}  // namespace musubi
