#pragma once

#include "project/diagnosis/project_facts.h"
#include "project/finance/money_plan.h"

namespace musubi {

/// What a plan says of an alternative, month by month, each uncertain input at its mean.
[[nodiscard]] SeenMoney see_money(const MoneyPlan& plan, std::size_t alternative);

}  // namespace musubi
