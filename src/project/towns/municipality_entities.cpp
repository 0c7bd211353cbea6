#include "project/towns/municipality_entities.h"

#include <algorithm>
#include <array>

#include "base/time.h"
#include "model/context.h"

namespace musubi {
namespace {

constexpr std::string_view kName = "name";
constexpr std::string_view kPrefecture = "prefecture";
constexpr std::string_view kAreaCode = "areaCode";
constexpr std::string_view kSource = "source";

// UN/CEFACT Recommendation 20, where the figure has a unit of its own: hectare and per cent.
struct UnitOf {
    std::string_view statistic;
    std::string_view unit_code;
};
constexpr std::array kUnits{UnitOf{"B1101", "HAR"}, UnitOf{"B1103", "HAR"}, UnitOf{"D2203", "P1"},
                            UnitOf{"D2211", "P1"}};

std::string beginning_of(int fiscal_year) {
    const auto time = from_civil({.year = fiscal_year, .month = 4, .day = 1}, hours(9));
    return time ? to_iso(*time) : std::string{};
}

Json property(Json value, int fiscal_year) {
    Json out;
    out.set("type", "Property");
    out.set("value", std::move(value));
    out.set("observedAt", beginning_of(fiscal_year));
    return out;
}

void set_instance(Json& entity, std::string_view name, Json instance) {
    Json::Array all;
    all.push_back(std::move(instance));
    entity.set(name, std::move(all));
}

}  // namespace

std::string municipality_type() { return core_context()->expand(kMunicipalityType); }

std::string municipality_id(std::string_view code) {
    return "urn:ngsi-ld:Municipality:" + std::string{code};
}

Result<void> check_years(const StatisticsEdition& edition) {
    const auto unknown = std::ranges::find(edition.columns, 0, &StatisticColumn::year);
    if (unknown == edition.columns.end()) return {};
    return Error{
        ErrorCode::Conflict,
        "項目 " + unknown->code +
            " の年度が見出しにありません。年度のある版を入れてください / the header does not "
            "say of which year " +
            unknown->code + " is; load an edition that does"};
}

Json municipality_evolution(const StatisticsEdition& edition, const Municipality& town) {
    Json out;
    out.set("id", municipality_id(town.code));
    out.set("type", kMunicipalityType);
    set_instance(out, kName, property(town.name, edition.year));
    set_instance(out, kPrefecture, property(town.prefecture, edition.year));
    set_instance(out, kAreaCode, property(town.code, edition.year));
    set_instance(out, kSource, property(statistics_credit(edition.name), edition.year));
    for (std::size_t i = 0; i < edition.columns.size(); ++i) {
        if (!town.values[i]) continue;
        const StatisticColumn& column = edition.columns[i];
        Json instance = property(*town.values[i], column.year);
        const auto unit = std::ranges::find(kUnits, column.code, &UnitOf::statistic);
        if (unit != kUnits.end()) instance.set("unitCode", unit->unit_code);
        set_instance(out, column.code, std::move(instance));
    }
    return out;
}

MunicipalityReader::MunicipalityReader() {
    const ContextPtr context = core_context();
    const auto know = [&](std::string_view term) {
        if (!term.empty()) names_.emplace(term, context->expand(term));
    };
    for (const std::string_view term : {kName, kPrefecture, kAreaCode, kSource}) know(term);
    for (const TownFeature& feature : town_features()) {
        know(feature.numerator);
        know(feature.denominator);
    }
}

std::string MunicipalityReader::text(const Entity& entity, std::string_view term) const {
    const Attribute* attribute = entity.find(names_.at(term), "");
    if (attribute == nullptr || !attribute->value.is_string()) return {};
    return attribute->value.string();
}

TownProfile MunicipalityReader::profile(const Entity& entity) const {
    const auto figure = [&](std::string_view code) -> std::optional<double> {
        const auto name = names_.find(code);
        if (name == names_.end()) return std::nullopt;
        const Attribute* attribute = entity.find(name->second, "");
        if (attribute == nullptr || !attribute->value.is_number()) return std::nullopt;
        return attribute->value.number();
    };
    std::string code = text(entity, kAreaCode);
    if (code.empty()) code = entity.id.substr(entity.id.rfind(':') + 1);
    return {std::move(code), text(entity, kPrefecture), text(entity, kName), features_of(figure)};
}

std::string MunicipalityReader::source(const Entity& entity) const { return text(entity, kSource); }

std::string joined_sources(std::vector<std::string> sources) {
    std::ranges::sort(sources);
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
    std::string out;
    for (const std::string& source : sources) {
        if (source.empty()) continue;
        out += (out.empty() ? "" : "、") + source;
    }
    return out;
}

}  // namespace musubi
