#include "project/portfolio/portfolio.h"

#include <algorithm>
#include <set>

#include "base/toml_schema.h"
#include "project/finance/toml_numbers.h"
#include "project/portfolio/portfolio_id.h"

namespace musubi {
namespace {

constexpr std::int64_t kMaxCount = 1'000'000;

bool has(const std::vector<PortfolioTerm>& terms, std::string_view id) {
    return std::ranges::any_of(terms, [&](const PortfolioTerm& term) { return term.id == id; });
}

struct Page {
    std::string file;
    toml::table root;
};

// Words first, over all files; then what is said in them.
class PortfolioReader {
public:
    Result<void> words(const Page& page) {
        file_ = page.file;
        out_.sources.push_back(text_of(*page.root["portfolio"].as_table(), "source"));
        TRY(terms(page.root, "field", out_.fields));
        TRY(terms(page.root, "function", out_.functions));
        return terms(page.root, "region", out_.regions);
    }

    Result<void> facts(const Page& page) {
        file_ = page.file;
        std::int64_t pilots = 0;
        std::int64_t projects = 0;
        for (const toml::table* table : tables_of(page.root, "year")) {
            pilots += TRY(year(*table));
        }
        for (const toml::table* table : tables_of(page.root, "project")) {
            TRY(project(*table));
            ++projects;
        }
        const toml::table& head = *page.root["portfolio"].as_table();
        TRY(total(head, "pilots", pilots, "総計", "all pilots"));
        return total(head, "projects", projects, "プロジェクトの数", "the number of projects");
    }

    // What functions say of all projects.
    Result<void> function_totals(const Page& page) {
        file_ = page.file;
        for (const toml::table* table : tables_of(page.root, "function")) {
            const std::string id = text_of(*table, "id");
            const auto users = std::ranges::count_if(out_.projects, [&](const auto& project) {
                return std::ranges::find(project.functions, id) != project.functions.end();
            });
            TRY(total(*table, "projects", users, "機能「" + text_of(*table, "ja") + "」",
                      "function " + id));
        }
        return {};
    }

    Portfolio take() && { return std::move(out_); }

private:
    Result<void> terms(const toml::table& root, std::string_view name,
                       std::vector<PortfolioTerm>& out) {
        for (const toml::table* table : tables_of(root, name)) {
            PortfolioTerm term;
            term.id = TRY(read_portfolio_id(file_, *table));
            term.ja = text_of(*table, "ja");
            term.en = text_of(*table, "en");
            if (has(out, term.id)) return twice(*table, "id", term.id);
            out.push_back(std::move(term));
        }
        return {};
    }

    Result<std::int64_t> year(const toml::table& table) {
        PilotYear out;
        const auto number = table["year"].value_or(std::int64_t{0});
        if (number < 1900 || number > 2200) {
            return portfolio_error(file_, table, "year", "年度は西暦の4桁です",
                                   "the year has four digits");
        }
        out.year = static_cast<int>(number);
        out.name = text_of(table, "name");
        if (!years_.insert(number).second) return twice(table, "year", std::to_string(number));
        std::int64_t sum = 0;
        for (const auto& [key, node] : *table["pilots"].as_table()) {
            const std::string field{key.str()};
            if (!has(out_.fields, field)) return unknown(table, "pilots", "分野", "field", field);
            const auto count = node.value<std::int64_t>();
            if (!node.is_integer() || *count < 0 || *count > kMaxCount) {
                return portfolio_error(file_, table, "pilots",
                                       out.name + "の「" + field + "」は 0 以上の整数です",
                                       "the count of " + field + " is a whole number, 0 or more");
            }
            sum += *count;
            out.pilots.emplace_back(field, *count);
        }
        TRY(total(table, "total", sum, out.name, std::to_string(out.year)));
        out_.years.push_back(std::move(out));
        return sum;
    }

    Result<void> project(const toml::table& table) {
        if (out_.projects.size() >= kMaxPortfolioProjects) {
            return Error{ErrorCode::TooLarge, "too many projects", file_};
        }
        PortfolioProject out;
        out.id = TRY(read_portfolio_id(file_, table));
        out.ja = text_of(table, "ja");
        out.en = text_of(table, "en");
        const auto year = table["year"].value_or(std::int64_t{0});
        if (year < 1900 || year > 2200) {
            return portfolio_error(file_, table, "year", "年度は西暦の4桁です",
                                   "the year has four digits");
        }
        out.year = static_cast<int>(year);
        out.stage = text_of(table, "stage");
        out.field = text_of(table, "field");
        out.region = text_of(table, "region");
        out.functions = text_list_of(table, "functions");
        if (!projects_.insert(out.id).second) return twice(table, "id", out.id);
        if (!out.field.empty() && !has(out_.fields, out.field)) {
            return unknown(table, "field", "分野", "field", out.field);
        }
        if (!out.region.empty() && !has(out_.regions, out.region)) {
            return unknown(table, "region", "地域", "region", out.region);
        }
        std::set<std::string> once;
        for (const std::string& function : out.functions) {
            if (!has(out_.functions, function)) {
                return unknown(table, "functions", "機能", "function", function);
            }
            if (!once.insert(function).second) return twice(table, "functions", function);
        }
        out_.projects.push_back(std::move(out));
        return {};
    }

    Result<void> total(const toml::table& table, std::string_view key, std::int64_t counted,
                       const std::string& ja, const std::string& en) const {
        if (!table.contains(key)) return {};
        const auto said = table[key].value_or(std::int64_t{-1});
        if (said == counted) return {};
        return portfolio_error(file_, table, key,
                               "「" + ja + "」の合計が合いません: 書かれているのは " +
                                   std::to_string(said) + "、数えると " + std::to_string(counted),
                               "the total of " + en + " is wrong: it says " + std::to_string(said) +
                                   ", counted are " + std::to_string(counted));
    }
    [[nodiscard]] Error twice(const toml::table& table, std::string_view key,
                              const std::string& what) const {
        return portfolio_error(file_, table, key, "「" + what + "」が二度あります",
                               what + " is there twice");
    }
    [[nodiscard]] Error unknown(const toml::table& table, std::string_view key, std::string_view ja,
                                std::string_view en, const std::string& what) const {
        return portfolio_error(file_, table, key,
                               std::string{ja} + "「" + what.substr(0, 100) + "」は知りません",
                               "there is no " + std::string{en} + " " + what.substr(0, 100));
    }

    Portfolio out_;
    std::string file_;
    std::set<std::int64_t> years_;
    std::set<std::string> projects_;
};

}  // namespace

std::int64_t Portfolio::pilots() const {
    std::int64_t sum = 0;
    for (const PilotYear& year : years) {
        for (const auto& cell : year.pilots) sum += cell.second;
    }
    return sum;
}

Result<Portfolio> read_portfolio(std::span<const PortfolioFile> files) {
    if (files.size() > kMaxPortfolioFiles) {
        return Error{ErrorCode::TooLarge, "a portfolio has at most 100 files"};
    }
    std::vector<Page> pages;
    for (const PortfolioFile& file : files) {
        Page page{file.name, {}};
        page.root = TRY(parse_toml(file.text, file.name));
        TRY(check_toml(portfolio_schema(), page.root, file.name));
        pages.push_back(std::move(page));
    }
    PortfolioReader reader;
    for (const Page& page : pages) TRY(reader.words(page));
    for (const Page& page : pages) TRY(reader.facts(page));
    for (const Page& page : pages) TRY(reader.function_totals(page));
    return std::move(reader).take();
}

}  // namespace musubi
