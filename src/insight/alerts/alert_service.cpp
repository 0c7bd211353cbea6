#include "insight/alerts/alert_service.h"

#include <algorithm>

#include "insight/alerts/alert_writer.h"
#include "store/edit_values.h"

namespace musubi {
namespace {

bool has_only_blanks(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
}

Result<void> check_name(std::string_view by) {
    if (has_only_blanks(by)) return Error{ErrorCode::BadRequest, "write who does it", "by"};
    const bool has_controls = std::any_of(
        by.begin(), by.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (!has_controls && by.size() <= AlertService::kMaxName && is_utf8(by)) return {};
    return Error{ErrorCode::BadRequest, "a name may have up to 200 bytes, on one line, in UTF-8",
                 "by"};
}

Result<void> check_text(std::string_view text, const char* where) {
    if (text.size() <= AlertService::kMaxText && is_utf8(text)) return {};
    return Error{ErrorCode::BadRequest, "a text may have up to 4000 bytes, in UTF-8", where};
}

Result<Caller> guardian_for(const Caller& caller) {
    const bool may = (caller.role == Role::Operator || caller.role == Role::Service) &&
                     caller.access && caller.access->may_write;
    if (!may) {
        return Error{ErrorCode::Forbidden,
                     "only an operator's key may deal with alerts; use one that may"};
    }
    // The alert is protected; who asked stays the subject of the change.
    Caller guardian = caller;
    guardian.guardian = kAlertGuardian;
    return guardian;
}

std::string text_value(const EntityEdit& edit, const std::string& name) {
    const Attribute* a = edit.state().find(name);
    return a != nullptr && a->value.is_string() ? a->value.string() : std::string{};
}

Result<EntityEdit*> edit_alert(Transaction& tx, const RuleSet& rules, const std::string& id) {
    const EntityPtr alert = TRY(tx.find(id));
    if (alert && alert->guardian == kAlertGuardian && alert->has_type(rules.names.type)) {
        return tx.edit(id);
    }
    return Error{ErrorCode::NotFound, "there is no such alert of Musubi's", id};
}

Result<void> append_action(Transaction& tx, const RuleSet& rules, EntityEdit& edit,
                           const std::string& by, const std::string& text) {
    const Attribute* present = edit.state().find(rules.names.actions);
    Json actions =
        present != nullptr && present->value.is_array() ? present->value : Json{Json::Array{}};
    if (actions.array().size() >= AlertService::kMaxActions) {
        return Error{ErrorCode::TooLarge, "this alert has 500 entries; write the rest elsewhere"};
    }
    Json action;
    action.set("at", to_iso(tx.now()));
    action.set("by", by);
    action.set("text", text);
    actions.push_back(std::move(action));
    edit.set(property_of(rules.names.actions, std::move(actions)));
    return {};
}

Result<void> take_over(Transaction& tx, const RuleSet& rules, EntityEdit& edit,
                       const std::string& by) {
    const AlertNames& names = rules.names;
    if (text_value(edit, names.status) == "closed") {
        return Error{ErrorCode::Conflict, "this alert is over; write down what was done instead"};
    }
    const std::string holder = text_value(edit, names.taken_by);
    if (holder == by) return {};
    if (!holder.empty()) {
        return Error{ErrorCode::Conflict, holder + " has taken this alert over already"};
    }
    set_value(edit, names.status, "taken");
    set_value(edit, names.taken_by, by);
    set_value(edit, names.taken_at, date_time(tx.now()));
    return {};
}

}  // namespace

Result<EntityPtr> AlertService::commit(const Caller& caller, const Request& request,
                                       bool takes_over) {
    const Caller guardian = TRY(guardian_for(caller));
    const Error missing{ErrorCode::NotFound, "there is no such alert", request.alert};
    // Whoever may not see it does not change it either.
    if (TRY(store_.find(caller, request.alert)) == nullptr) return missing;
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        EntityEdit* edit = TRY(edit_alert(tx, *rules_, request.alert));
        if (takes_over) TRY(take_over(tx, *rules_, *edit, request.by));
        if (request.text.empty()) return {};
        return append_action(tx, *rules_, *edit, request.by, request.text);
    }));
    EntityPtr alert = TRY(store_.find(caller, request.alert));
    if (alert == nullptr) return missing;  // a right was taken away meanwhile
    return alert;
}

Result<EntityPtr> AlertService::take(const Caller& caller, std::string_view alert,
                                     std::string_view by, std::string_view note) {
    TRY(check_name(by));
    TRY(check_text(note, "note"));
    const std::string_view words = has_only_blanks(note) ? std::string_view{} : note;
    return commit(caller, {std::string{alert}, std::string{by}, std::string{words}}, true);
}

Result<EntityPtr> AlertService::add_action(const Caller& caller, std::string_view alert,
                                           std::string_view by, std::string_view text) {
    TRY(check_name(by));
    TRY(check_text(text, "text"));
    if (has_only_blanks(text)) {
        return Error{ErrorCode::BadRequest, "write what was done", "text"};
    }
    return commit(caller, {std::string{alert}, std::string{by}, std::string{text}}, false);
}

}  // namespace musubi
