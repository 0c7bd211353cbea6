#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/context.h"
#include "project/cases/case_text.h"
#include "store/transaction.h"

namespace musubi {

/// The type of cases in the store, a name of the core context's default vocabulary.
inline constexpr std::string_view kCaseType = "Case";

/// The expanded names of what a case entity says: its attributes are called as the members of
/// to_json(CaseText), all of them Properties; `id` is that of the entity.
class CaseNames {
public:
    explicit CaseNames(const Context& context);
    [[nodiscard]] const std::string& type() const { return type_; }
    /// Term and expanded name, in the order of the members.
    [[nodiscard]] const std::vector<std::pair<std::string_view, std::string>>& attributes() const {
        return attributes_;
    }

private:
    std::string type_;
    std::vector<std::pair<std::string_view, std::string>> attributes_;
};

/// What the entity tells, as far as it shows it; other attributes are left alone.
/// Fails: as read_case.
Result<CaseText> case_of(const Entity& entity, const CaseNames& names);
/// Sets what the case says and takes away what it does not say; leaves alone what says the same
/// already, and other attributes. The entity is the one of `text.id`.
void write_case(EntityEdit& edit, const CaseNames& names, const CaseText& text);

}  // namespace musubi
