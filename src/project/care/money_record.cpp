#include "project/care/money_record.h"

#include "project/loop/loop_writer.h"
#include "project/loop/project_service.h"
#include "store/edit_values.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

Error no_project(const std::string& id) {
    return loop_error(ErrorCode::NotFound, id, "この事業はありません", "there is no such project");
}

bool may_see_money(Role role) {
    return role == Role::Operator || role == Role::DataOwner || role == Role::Member ||
           role == Role::Auditor || role == Role::IndependentBody || role == Role::Reviewer ||
           role == Role::Service;
}

}  // namespace

Result<void> MoneyRecords::put(const Caller& caller, std::string_view project,
                               const std::string& text) {
    const Caller guardian = TRY(loop_caller(caller));
    if (text.size() > kMaxText) {
        return loop_error(ErrorCode::TooLarge, "/text", "収支の文は 200 kB までです",
                          "a plan has at most 200 kB");
    }
    TRY(parse_money_plan(text, "money"));
    const std::string id = loop_id("Project", project);
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        const EntityPtr there = TRY(tx.find(id));
        if (!there || there->guardian != kLoopGuardian) return no_project(id);
        TRY(check_clock(*there, tx.now(), id));
        EntityEdit& edit = *TRY(tx.edit(id));
        set_loop_value(edit, "moneyPlanHash", to_hex(sha256({text})));
        set_loop_value(edit, "moneyPlanAt", date_time(tx.now()));
        tx.put_record(kKind, id, text);
        return {};
    }));
    return {};
}

Result<std::string> MoneyRecords::text(const Caller& caller, std::string_view project) const {
    if (!may_see_money(caller.role)) {
        return loop_error(ErrorCode::Forbidden, "",
                          "収支を見られるのは、事業の人と、監査・審査・独立機関です",
                          "money is seen by people of the project, auditors, reviewers and the "
                          "independent body");
    }
    const std::string id = loop_id("Project", project);
    if (!TRY(store_.find(caller, id))) return no_project(id);
    const auto text = TRY(store_.record(TRY(store_.tenant(caller.tenant)), kKind, id));
    if (text) return *text;
    return loop_error(ErrorCode::NotFound, id, "収支の計画がまだありません",
                      "the project has no money plan yet");
}

}  // namespace musubi
