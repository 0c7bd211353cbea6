#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project/care/money_record.h"
#include "project/diagnosis/project_facts.h"
#include "project/finance/money_plan.h"
#include "trust/policies/use_tally.h"

namespace musubi {

/// The money of a project and of its town, as it is on record.
struct DiagnosisRecords {
    std::optional<MoneyPlan> plan;
    std::optional<AssetRegister> assets;  ///< what the town has, then what the project has
};

/// That of the project of this slug; nothing for who may not see money. Fails: BadRequest (a text
/// on record that is read no more), as MoneyRecords::assets.
Result<DiagnosisRecords> diagnosis_records(const MoneyRecords& money, const Caller& caller,
                                           std::string_view project);

/// Who read what, with the organisation of each: `organisation_of` tells it from the subject of a
/// use, empty where it is not known.
[[nodiscard]] std::vector<SeenReader> seen_readers(
    const UseTally& uses, TenantId tenant,
    const std::function<std::string(const std::string& subject)>& organisation_of);

}  // namespace musubi
