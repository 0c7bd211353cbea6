#include "project/care/money_record.h"

#include "project/finance/asset_register.h"
#include "project/finance/money_plan.h"
#include "project/loop/loop_writer.h"
#include "project/loop/project_service.h"
#include "store/edit_values.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

Error no_project(const std::string& id) {
    return loop_error(ErrorCode::NotFound, id, "この事業はありません", "there is no such project");
}

Result<void> check_sight(const Caller& caller) {
    if (may_see_money(caller.role)) return {};
    return loop_error(ErrorCode::Forbidden, "",
                      "収支を見られるのは、事業の人と、監査・審査・独立機関です",
                      "money is seen by people of the project, auditors, reviewers and the "
                      "independent body");
}

// The register is of the whole town.
Result<void> check_reach(const Caller& caller) {
    if (caller.access && caller.access->has_all_types()) return {};
    return loop_error(ErrorCode::Forbidden, "", "町全体の資産は、町全体を扱える人のものです",
                      "the register is of the whole town: it takes somebody whose rights are");
}

Result<void> check_size(const std::string& text) {
    if (text.size() <= MoneyRecords::kMaxText) return {};
    return loop_error(ErrorCode::TooLarge, "/text", "文は 200 kB までです",
                      "a text has at most 200 kB");
}

Result<EntityPtr> find_project(Transaction& tx, const std::string& id) {
    const EntityPtr there = TRY(tx.find(id));
    if (!there || there->guardian != kLoopGuardian) return no_project(id);
    return there;
}

}  // namespace

bool may_see_money(Role role) {
    return role == Role::Operator || role == Role::DataOwner || role == Role::Member ||
           role == Role::Auditor || role == Role::IndependentBody || role == Role::Reviewer ||
           role == Role::Service;
}

Result<void> MoneyRecords::put(const Caller& caller, std::string_view project,
                               const std::string& text) {
    const Caller guardian = TRY(loop_caller(caller));
    TRY(check_size(text));
    TRY(parse_money_plan(text, "money"));
    const std::string id = loop_id("Project", project);
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        TRY(check_clock(*TRY(find_project(tx, id)), tx.now(), id));
        EntityEdit& edit = *TRY(tx.edit(id));
        set_loop_value(edit, "moneyPlanHash", to_hex(sha256({text})));
        set_loop_value(edit, "moneyPlanAt", date_time(tx.now()));
        tx.put_record(kKind, id, text);
        return {};
    }));
    return {};
}

Result<std::string> MoneyRecords::text(const Caller& caller, std::string_view project) const {
    TRY(check_sight(caller));
    const std::string id = loop_id("Project", project);
    if (!TRY(store_.find(caller, id))) return no_project(id);
    const auto text = TRY(store_.record(TRY(store_.tenant(caller.tenant)), kKind, id));
    if (text) return *text;
    return loop_error(ErrorCode::NotFound, id, "収支の計画がまだありません",
                      "the project has no money plan yet");
}

Result<void> MoneyRecords::put_assets(const Caller& caller, std::string_view project,
                                      const std::string& text) {
    const Caller guardian = TRY(loop_caller(caller));
    if (project.empty()) TRY(check_reach(caller));
    TRY(check_size(text));
    TRY(parse_asset_register(text, "assets"));
    const std::string id = project.empty() ? std::string{kAssets} : loop_id("Project", project);
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        if (!project.empty()) TRY(find_project(tx, id));
        tx.put_record(kAssets, id, text);
        return {};
    }));
    return {};
}

Result<std::string> MoneyRecords::assets(const Caller& caller, std::string_view project) const {
    TRY(check_sight(caller));
    const std::string id = project.empty() ? std::string{kAssets} : loop_id("Project", project);
    if (project.empty()) {
        TRY(check_reach(caller));
    } else if (!TRY(store_.find(caller, id))) {
        return no_project(id);
    }
    const auto text = TRY(store_.record(TRY(store_.tenant(caller.tenant)), kAssets, id));
    return text.value_or("");
}

}  // namespace musubi
