#include "project/diagnosis/records.h"

namespace musubi {

Result<DiagnosisRecords> diagnosis_records(const MoneyRecords& money, const Caller& caller,
                                           std::string_view project) {
    DiagnosisRecords out;
    if (!may_see_money(caller.role)) return out;
    const auto text = money.text(caller, project);
    // Only that there is none counts as none.
    if (!text && text.error().code != ErrorCode::NotFound) return text.error();
    if (text) out.plan = TRY(parse_money_plan(*text, "money"));
    for (const std::string_view of : {std::string_view{}, project}) {
        const std::string assets = TRY(money.assets(caller, of));
        if (assets.empty()) continue;
        AssetRegister more = TRY(parse_asset_register(assets, "assets"));
        if (!out.assets) {
            out.assets = std::move(more);
        } else {
            out.assets->assets.insert(out.assets->assets.end(), more.assets.begin(),
                                      more.assets.end());
        }
    }
    return out;
}

std::vector<SeenReader> seen_readers(
    const UseTally& uses, TenantId tenant,
    const std::function<std::string(const std::string& subject)>& organisation_of) {
    std::vector<SeenReader> out;
    for (const auto& [use, last] : uses.readers(tenant)) {
        out.push_back({.type = use.type,
                       .id = use.subject,
                       .organisation = organisation_of(use.subject),
                       .last = last});
    }
    return out;
}

}  // namespace musubi
