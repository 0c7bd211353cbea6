#include "broker/own_part.h"

namespace musubi {

Result<void> may_change(const Transaction& tx, const EntityEdit& edit, std::string_view name) {
    const auto& access = tx.caller().access;
    if (!access || access->governance == nullptr) return {};
    Attribute named;
    named.name = std::string(name);
    Attributes one;
    one.push_back(std::move(named));
    return edit.may_set(one);
}

OwnPart::OwnPart(const Transaction& tx, const EntityEdit& edit)
    : may_read_{tx.caller().access && tx.caller().access->may_read} {
    const auto& access = tx.caller().access;
    if (!access || access->governance == nullptr) return;
    read_ = access->governance->decide(AccessAction::Read, edit.state());
    change_ = access->governance->decide(AccessAction::Modify, edit.state());
}

bool OwnPart::has(std::string_view name) const {
    if (!change_ || !change_->hides(name)) return true;
    return may_read_ && !read_->hides(name);
}

}  // namespace musubi
