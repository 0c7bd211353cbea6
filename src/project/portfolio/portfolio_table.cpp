#include "project/portfolio/portfolio_table.h"

#include <algorithm>
#include <array>
#include <map>

namespace musubi {
namespace {

struct Row {
    PortfolioTerm term;
    std::int64_t pilots = 0;
    Json::Array projects;
};

const std::array<PortfolioTerm, 3> kStages{PortfolioTerm{"plan", "計画策定", "planning"},
                                           PortfolioTerm{"pilot", "社会実証", "pilot"},
                                           PortfolioTerm{"rollout", "実装・展開", "rollout"}};

class Table {
public:
    Table(const Portfolio& portfolio, PortfolioBy by) : portfolio_{portfolio}, by_{by} {}

    Json json() {
        lay_out();
        for (const PilotYear& year : portfolio_.years) {
            for (const auto& [field, count] : year.pilots) row(place(year, field)).pilots += count;
        }
        for (const PortfolioProject& project : portfolio_.projects) add(project);
        Json::Array rows;
        for (const Row& one : rows_) rows.push_back(to_json(one));
        if (unplaced_.pilots > 0 || !unplaced_.projects.empty()) {
            rows.push_back(to_json(unplaced_));
        }
        Json::Array sources;
        for (const std::string& source : portfolio_.sources) sources.emplace_back(source);
        Json out;
        out.set("by", kNames[static_cast<std::size_t>(by_)]);
        out.set("rows", std::move(rows));
        out.set("pilots", portfolio_.pilots());
        out.set("projects", static_cast<std::int64_t>(portfolio_.projects.size()));
        out.set("sources", std::move(sources));
        return out;
    }

    static constexpr std::array<std::string_view, 5> kNames{"field", "year", "stage", "function",
                                                            "region"};

private:
    void lay_out() {
        const auto take = [&](const auto& terms) {
            for (const PortfolioTerm& term : terms) rows_.push_back({term, 0, {}});
        };
        switch (by_) {
            case PortfolioBy::Field: return take(portfolio_.fields);
            case PortfolioBy::Function: return take(portfolio_.functions);
            case PortfolioBy::Region: return take(portfolio_.regions);
            case PortfolioBy::Stage: return take(kStages);
            case PortfolioBy::Year: break;
        }
        std::map<int, std::string> years;
        for (const PortfolioProject& project : portfolio_.projects) years[project.year];
        for (const PilotYear& year : portfolio_.years) years[year.year] = year.name;
        for (const auto& [year, name] : years) {
            const std::string number = std::to_string(year);
            rows_.push_back({{number, name.empty() ? number + "年度" : name, number}, 0, {}});
        }
    }

    [[nodiscard]] std::string place(const PilotYear& year, const std::string& field) const {
        if (by_ == PortfolioBy::Field) return field;
        if (by_ == PortfolioBy::Year) return std::to_string(year.year);
        return by_ == PortfolioBy::Stage ? "pilot" : "";
    }

    void add(const PortfolioProject& project) {
        std::vector<std::string> places;
        switch (by_) {
            case PortfolioBy::Field: places = {project.field}; break;
            case PortfolioBy::Year: places = {std::to_string(project.year)}; break;
            case PortfolioBy::Stage: places = {project.stage}; break;
            case PortfolioBy::Region: places = {project.region}; break;
            case PortfolioBy::Function: places = project.functions; break;
        }
        if (places.empty()) places.emplace_back();
        Json named;
        named.set("id", project.id);
        named.set("ja", project.ja);
        named.set("en", project.en);
        for (const std::string& one : places) row(one).projects.push_back(named);
    }

    Row& row(const std::string& id) {
        const auto found =
            std::ranges::find_if(rows_, [&](const Row& one) { return one.term.id == id; });
        return found == rows_.end() ? unplaced_ : *found;
    }

    static Json to_json(const Row& row) {
        Json out;
        out.set("id", row.term.id);
        out.set("ja", row.term.ja);
        out.set("en", row.term.en);
        out.set("pilots", row.pilots);
        out.set("projects", row.projects);
        return out;
    }

    const Portfolio& portfolio_;
    PortfolioBy by_;
    std::vector<Row> rows_;
    Row unplaced_{{"", "記載なし", "not said"}, 0, {}};
};

}  // namespace

Result<PortfolioBy> parse_portfolio_by(std::string_view text) {
    const auto found = std::ranges::find(Table::kNames, text);
    if (found != Table::kNames.end()) {
        return static_cast<PortfolioBy>(found - Table::kNames.begin());
    }
    return Error{ErrorCode::BadRequest,
                 "分け方は field, year, stage, function, region のどれかです / lay it out by "
                 "field, year, stage, function or region",
                 std::string{text.substr(0, 100)}};
}

Json portfolio_table(const Portfolio& portfolio, PortfolioBy by) {
    return Table{portfolio, by}.json();
}

}  // namespace musubi
