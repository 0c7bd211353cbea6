#include "project/care/tasks.h"

#include <fmt/core.h>

#include "project/loop/loop_writer.h"
#include "project/loop/project_service.h"
#include "project/measures/period.h"
#include "store/edit_values.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::size_t kProjectPart = 50;
constexpr std::size_t kHashDigits = 10;

std::string day_of(Time at) { return to_iso(at + kJapan).substr(0, 10); }

Time time_in(const Entity& task, std::string_view name) {
    const auto time = parse_time(loop_text(task, name));
    return time ? *time : Time{INT64_MIN};
}

void set_value_of(EntityEdit& edit, const Promise& promise, const KeptValue& value) {
    set_loop_value(edit, "lastValue", value.value);
    set_loop_value(edit, "lastTo", to_iso(value.to));
    set_loop_value(edit, "onPath", promise.kept_by(value.value));
    set_loop_value(edit, "bound", promise.bound);
}

void open_now(Transaction& tx, EntityEdit& edit, const KeptValue& value) {
    set_loop_value(edit, "state", "open");
    set_loop_value(edit, "openedAt", date_time(tx.now()));
    set_loop_value(edit, "openedTo", to_iso(value.to));
    set_loop_value(edit, "openedValue", value.value);
    set_loop_value(edit, "due", day_of(tx.now() + days(kTaskDays)));
    edit.remove(loop_iri("daysOverdue"), {});
}

Result<EntityEdit*> create_task(Transaction& tx, const Measure& measure, const Promise& promise,
                                const KeptValue& value) {
    EntityEdit& edit = *TRY(create_loop_entity(tx, "Task", task_id(promise, measure)));
    set_loop_reference(edit, "ofProject", promise.project);
    set_loop_reference(edit, "ofValue", value.entity);
    set_loop_value(edit, "ofMeasure", measure.id);
    if (!promise.group.empty()) set_loop_value(edit, "group", promise.group);
    Json title;
    title.set("ja", fmt::format("「{}」が約束（{}）から外れました: {}", measure.ja, promise.bound,
                                value.shown));
    title.set("en", fmt::format("'{}' left what was promised ({}): {}", measure.en, promise.bound,
                                value.shown));
    set_loop_value(edit, "title", std::move(title));
    set_loop_value(edit, "owner", promise.owner);
    open_now(tx, edit, value);
    set_value_of(edit, promise, value);
    return &edit;
}

// The task for somebody who writes. Fails: NotFound, Conflict.
Result<EntityEdit*> open_task(Transaction& tx, std::string_view slug) {
    const std::string id = loop_id("Task", slug);
    const EntityPtr there = TRY(tx.find(id));
    if (!there || there->guardian != kLoopGuardian) {
        return loop_error(ErrorCode::NotFound, id, "この課題はありません", "there is no such task");
    }
    TRY(check_clock(*there, tx.now(), id));
    if (loop_text(*there, "state") != "open") {
        return loop_error(ErrorCode::Conflict, id, "この課題はもう閉じています",
                          "the task is closed already");
    }
    return tx.edit(id);
}

std::int64_t days_overdue(const Entity& task, Time now) {
    const auto due = parse_day(loop_text(task, "due"));
    if (!due) return 0;
    const std::int64_t whole = (now - *due).us / days(1).us;
    return std::max<std::int64_t>(0, whole);
}

}  // namespace

std::string task_id(const Promise& promise, const Measure& measure) {
    const std::string project{loop_slug("Project", promise.project).substr(0, kProjectPart)};
    const std::string hash =
        to_hex(sha256({promise.project, "\n", measure.id, "\n", promise.group}));
    return loop_id("Task", project + "-" + hash.substr(0, kHashDigits));
}

Result<EntityEdit*> note_value(Transaction& tx, const Measure& measure, const Promise& promise,
                               const KeptValue& value) {
    const std::string id = task_id(promise, measure);
    const EntityPtr there = TRY(tx.find(id));
    if (!there) {
        if (promise.kept_by(value.value)) return nullptr;
        return create_task(tx, measure, promise, value);
    }
    if (there->guardian != kLoopGuardian || value.to < time_in(*there, "lastTo")) return nullptr;
    EntityEdit& edit = *TRY(tx.edit(id));
    const bool again = loop_text(*there, "state") == "closed" && !promise.kept_by(value.value) &&
                       value.to > time_in(*there, "lastTo");
    if (again) open_now(tx, edit, value);
    set_value_of(edit, promise, value);
    return again ? &edit : nullptr;
}

bool is_overdue_changed(const Entity& task, Time now) {
    if (loop_text(task, "state") != "open") return false;
    const std::int64_t overdue = days_overdue(task, now);
    const Json* written = loop_value(task, "daysOverdue");
    return written == nullptr ? overdue > 0 : !(*written == Json{overdue});
}

void set_overdue(EntityEdit& task, Time now) {
    const std::int64_t overdue = days_overdue(task.state(), now);
    if (overdue == 0) {
        task.remove(loop_iri("daysOverdue"), {});
        return;
    }
    Attribute number = property_of(loop_iri("daysOverdue"), overdue);
    number.unit_code = "DAY";
    number.observed_at = now;
    task.set(std::move(number));
}

Result<void> TaskService::close(const Caller& caller, std::string_view task,
                                const std::string& words) {
    const Caller guardian = TRY(loop_caller(caller));
    if (words.empty() || words.size() > kMaxLoopText) {
        return loop_error(ErrorCode::BadRequest, "/words",
                          "何をしたかを 4,000 バイトまでで書いてください",
                          "say what was done, up to 4,000 bytes");
    }
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        EntityEdit& edit = *TRY(open_task(tx, task));
        if (time_in(edit.state(), "lastTo") <= time_in(edit.state(), "openedTo")) {
            return loop_error(
                ErrorCode::Conflict, edit.state().id,
                "閉じるには、その後の期間の値が要ります。次の値が出てからにしてください",
                "to close it takes a value of a later period; wait for the next one");
        }
        Attributes said;
        said.push_back(property_of(loop_iri("closedWords"), words));
        TRY(edit.may_set(said));
        for (const Attribute& one : said) edit.set(one);
        set_loop_value(edit, "state", "closed");
        set_loop_value(edit, "closedAt", date_time(tx.now()));
        set_loop_value(edit, "closedBy", caller.subject);
        set_loop_value(edit, "closedValue", *loop_value(edit.state(), "lastValue"));
        edit.remove(loop_iri("daysOverdue"), {});
        return {};
    }));
    return {};
}

Result<void> TaskService::assign(const Caller& caller, std::string_view task,
                                 const std::string& owner, const std::string& due) {
    const Caller guardian = TRY(loop_caller(caller));
    if (owner.size() > kMaxLoopLine || (!due.empty() && !parse_day(due))) {
        return loop_error(ErrorCode::BadRequest, due.empty() ? "/owner" : "/due",
                          "担当は 200 バイトまで、期限は 2026-04-01 のような日付です",
                          "an owner has up to 200 bytes, a due day is such as 2026-04-01");
    }
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        EntityEdit& edit = *TRY(open_task(tx, task));
        Attributes said;
        if (!owner.empty()) said.push_back(property_of(loop_iri("owner"), owner));
        if (!due.empty()) said.push_back(property_of(loop_iri("due"), due));
        TRY(edit.may_set(said));
        for (const Attribute& one : said) edit.set(one);
        set_overdue(edit, tx.now());
        return {};
    }));
    return {};
}

}  // namespace musubi
