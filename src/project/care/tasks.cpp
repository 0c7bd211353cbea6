#include "project/care/tasks.h"

#include <fmt/core.h>

#include "base/both_words.h"
#include "model/normal_text.h"
#include "project/loop/loop_text.h"
#include "project/loop/loop_writer.h"
#include "project/loop/project_service.h"
#include "project/measures/period.h"
#include "store/edit_values.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::size_t kProjectPart = 50;
constexpr std::size_t kHashDigits = 10;

Time time_in(const Entity& task, std::string_view name) {
    const auto time = parse_time(loop_text(task, name));
    return time ? *time : Time{INT64_MIN};
}

// What closes a task by itself, beside what people say (TaskService::close).
constexpr std::string_view kCorrectedWords =
    "同じ期間の値が訂正され、約束の内側に戻ったため / the value of the same period was corrected "
    "and is back on the promise";
constexpr std::string_view kStoppedWords = "事業が止まったため / the project was stopped";
constexpr std::string_view kHandedOverWords =
    "事業が引き渡されたため / the project was handed over";
const std::string kByItself = "service:" + std::string{kLoopGuardian};

bool is_on_path(const Entity& task) {
    const Json* on = loop_value(task, "onPath");
    return on != nullptr && *on == Json{true};
}

void set_value_of(EntityEdit& edit, const Promise& promise, const KeptValue& value) {
    set_loop_value(edit, "lastValue", value.value);
    set_loop_value(edit, "lastTo", to_iso(value.to));
    set_loop_value(edit, "onPath", promise.kept_by(value.value));
    set_loop_value(edit, "bound", promise.bound);
    set_loop_value(edit, "better", promise.up ? "up" : "down");
}

void close_by_itself(Transaction& tx, EntityEdit& edit, std::string_view words) {
    set_loop_value(edit, "state", "closed");
    set_loop_value(edit, "closedAt", date_time(tx.now()));
    set_loop_value(edit, "closedBy", kByItself);
    set_loop_value(edit, "closedWords", words);
    if (const Json* last = loop_value(edit.state(), "lastValue")) {
        set_loop_value(edit, "closedValue", *last);
    }
    edit.remove(loop_iri("daysOverdue"), {});
}

void set_title(EntityEdit& edit, const Measure& measure, const Promise& promise,
               const KeptValue& value) {
    set_loop_value(edit, "title",
                   both_words(fmt::format("「{}」が約束（{}）から外れました: {}", measure.ja,
                                          promise.bound, value.shown),
                              fmt::format("'{}' left what was promised ({}): {}", measure.en,
                                          promise.bound, value.shown)));
}

void open_now(Transaction& tx, EntityEdit& edit, const KeptValue& value) {
    set_loop_value(edit, "state", "open");
    set_loop_value(edit, "openedAt", date_time(tx.now()));
    set_loop_value(edit, "openedTo", to_iso(value.to));
    set_loop_value(edit, "openedValue", value.value);
    set_loop_value(edit, "due", day_text(tx.now() + days(kTaskDays)));
    edit.remove(loop_iri("daysOverdue"), {});
}

Result<EntityEdit*> create_task(Transaction& tx, const Measure& measure, const Promise& promise,
                                const KeptValue& value) {
    EntityEdit& edit = *TRY(create_loop_entity(tx, "Task", task_id(promise, measure)));
    set_loop_reference(edit, "ofProject", promise.project);
    set_loop_reference(edit, "ofValue", value.entity);
    set_loop_value(edit, "ofMeasure", measure.id);
    if (!promise.group.empty()) set_loop_value(edit, "group", promise.group);
    set_title(edit, measure, promise, value);
    set_loop_value(edit, "owner", promise.owner);
    open_now(tx, edit, value);
    set_value_of(edit, promise, value);
    return &edit;
}

Result<void> check_assignment(const std::string& owner, const std::string& due) {
    if (!owner.empty() &&
        (is_blank(owner) || !is_plain_line(owner) || count_characters(owner) > kMaxLoopLine)) {
        return loop_error(ErrorCode::BadRequest, "/owner",
                          "担当は空白だけでなく、200 字までの一行で書いてください",
                          "an owner has up to 200 characters on one line, not blanks alone");
    }
    if (!due.empty() && !parse_day(due)) {
        return loop_error(ErrorCode::BadRequest, "/due", "期限は 2026-04-01 のような日付です",
                          "a due day is such as 2026-04-01");
    }
    return {};
}

// The task for somebody who writes. Fails: NotFound, Conflict.
Result<EntityEdit*> open_task(Transaction& tx, std::string_view slug) {
    const std::string id = loop_id("Task", slug);
    const EntityPtr there = TRY(tx.find(id));
    if (!there || there->guardian != kLoopGuardian) {
        return loop_error(ErrorCode::NotFound, id, "この対応はありません", "there is no such task");
    }
    TRY(check_clock(*there, tx.now(), id));
    if (loop_text(*there, "state") != "open") {
        return loop_error(ErrorCode::Conflict, id, "この対応はもう閉じています",
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
        if (!promise.opens || promise.kept_by(value.value)) return nullptr;
        return create_task(tx, measure, promise, value);
    }
    if (there->guardian != kLoopGuardian) return nullptr;
    const bool is_kept = promise.kept_by(value.value);
    const bool is_open = loop_text(*there, "state") == "open";
    const bool is_first = value.to == time_in(*there, "openedTo");
    const bool is_past = value.to < time_in(*there, "lastTo");
    if (is_past && !(is_open && is_first)) return nullptr;
    EntityEdit& edit = *TRY(tx.edit(id));
    if (!is_past) set_value_of(edit, promise, value);
    if (is_open) {
        if (!is_first) return nullptr;
        set_loop_value(edit, "openedValue", value.value);
        if (is_kept && is_on_path(edit.state())) close_by_itself(tx, edit, kCorrectedWords);
        if (!is_kept) set_title(edit, measure, promise, value);
        return nullptr;
    }
    // One that a correction has closed is opened again by the next of the same period.
    const bool by_itself = loop_text(*there, "closedBy") == kByItself && is_first;
    const bool again =
        promise.opens && !is_kept && (value.to > time_in(*there, "lastTo") || by_itself);
    if (!again) return nullptr;
    open_now(tx, edit, value);
    set_title(edit, measure, promise, value);
    return &edit;
}

Promise promise_of(const Entity& task, const Measure& measure) {
    Promise out{.project = loop_text(task, "ofProject"),
                .owner = loop_text(task, "owner"),
                .group = loop_text(task, "group"),
                .opens = false};
    const Json* bound = loop_value(task, "bound");
    if (bound != nullptr && bound->is_number()) out.bound = bound->number();
    const std::string better = loop_text(task, "better");
    out.up = better.empty() ? measure.direction == Direction::Up : better == "up";
    return out;
}

Result<void> end_task(Transaction& tx, const std::string& task, std::string_view state) {
    EntityEdit& edit = *TRY(tx.edit(task));
    if (loop_text(edit.state(), "state") != "open") return {};
    close_by_itself(tx, edit, state == "handed-over" ? kHandedOverWords : kStoppedWords);
    return {};
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
    if (is_blank(words) || !is_plain_text(words) || count_characters(words) > kMaxLoopText) {
        return loop_error(ErrorCode::BadRequest, "/words",
                          "何をしたかを、制御文字を入れずに 4,000 字までで書いてください",
                          "say what was done, up to 4,000 characters, without control characters");
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
    TRY(check_assignment(owner, due));
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        EntityEdit& edit = *TRY(open_task(tx, task));
        if (!due.empty() && due < day_text(tx.now())) {
            return loop_error(ErrorCode::BadRequest, "/due", "期限は今日か、その先の日付です",
                              "a due day is today or later");
        }
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
