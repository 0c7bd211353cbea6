#pragma once

#include <string>
#include <string_view>

#include "project/finance/money_plan.h"
#include "store/store.h"

namespace musubi {

/// The money plans of projects (docs/money.md), kept as their text. Money is no entity: who is of
/// the project or watches over it reads it, nobody else.
class MoneyRecords {
public:
    static constexpr std::string_view kKind = "project-money";  ///< of its records, by project
    static constexpr std::size_t kMaxText = 200'000;            ///< bytes

    explicit MoneyRecords(Store& store) : store_{store} {}
    /// Puts a plan in the place of the former one, whose text goes. Fails: NotFound (no such
    /// project), Forbidden, BadRequest as parse_money_plan, TooLarge, Io.
    Result<void> put(const Caller& caller, std::string_view project, const std::string& text);
    /// The text. Fails: NotFound (no project, no plan), Forbidden, Io.
    [[nodiscard]] Result<std::string> text(const Caller& caller, std::string_view project) const;

private:
    Store& store_;
};

}  // namespace musubi
