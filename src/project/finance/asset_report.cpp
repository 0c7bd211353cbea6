#include <fmt/format.h>

#include "project/finance/asset_register.h"
#include "project/finance/fiscal_time.h"
#include "project/finance/money_words.h"

namespace musubi {
namespace {

std::string kind_word(const std::string& kind, bool japanese) {
    if (!japanese) return kind;
    if (kind == "link") return "回線";
    if (kind == "sensor") return "センサー";
    return kind == "server" ? "サーバー" : "その他";
}

std::string life_words(const RegisterAsset& asset, int year, bool japanese) {
    const int left = asset.life - asset.age(year);
    if (left > 0)
        return fmt::format(fmt::runtime(said(japanese, "残り{}年", "{} years left")), left);
    if (left == 0) return said(japanese, "今年度で満了", "at its end");
    return fmt::format(fmt::runtime(said(japanese, "{}年超過", "{} years over")), -left);
}

std::string asset_lines(const AssetRegister& of, bool japanese) {
    std::string out =
        said(japanese,
             "もの | 種類 | 数 | 買った年度 | 経過 | 耐用年数 | 年の費用 | "
             "更新込みの年の費用 | 資産 | 運用 | データ | リスク\n",
             "asset | kind | count | bought | age | service life | yearly cost | with "
             "its price spread | asset | operation | data | risk\n");
    for (const RegisterAsset& asset : of.assets) {
        out += fmt::format(
            fmt::runtime(said(
                japanese, "{} | {} | {} | {} | {}年 | {}年（{}） | {} | {} | {} | {} | {} | {}\n",
                "{} | {} | {} | {} | {} years | {} years ({}) | {} | {} | {} | {} | {} | {}\n")),
            asset.name, kind_word(asset.kind, japanese), asset.count,
            fiscal_year_text(asset.bought, japanese), asset.age(of.year), asset.life,
            life_words(asset, of.year, japanese), thousands(asset.yearly_cost),
            thousands(asset.whole_year()), asset.asset_by, asset.operation_by, asset.data_by,
            asset.risk_by);
    }
    return out;
}

std::string names_of(const AssetRegister& of, const std::vector<std::size_t>& assets,
                     bool japanese) {
    std::string out;
    for (const std::size_t asset : assets) {
        out += (out.empty() ? "" : said(japanese, "、", ", ")) + of.assets[asset].name;
    }
    return out;
}

std::string calendar_lines(const AssetRegister& of, const AssetFigures& figures, bool japanese) {
    std::string out = said(japanese, "更新の年度 | 費用（今の値段） | もの\n",
                           "bought again in | cost at today's prices | assets\n");
    for (const AssetRefresh& refresh : figures.calendar) {
        out += fmt::format("{} | {} | {}\n", fiscal_year_text(refresh.year, japanese),
                           thousands(refresh.cost), names_of(of, refresh.assets, japanese));
    }
    return out;
}

std::string department_lines(const AssetFigures& figures, bool japanese) {
    std::string out = said(japanese, "課 | 費用の分担 | いま払う額 | 止まったら払う額 | 続ける得\n",
                           "department | share of cost | pays now | would pay if it stopped | gain "
                           "by keeping\n");
    for (const AssetDepartment& one : figures.departments) {
        out += fmt::format("{} | {} | {} | {} | {}\n", one.name, thousands(one.share_of_cost),
                           thousands(one.pays), thousands(one.otherwise),
                           thousands(one.otherwise - one.share_of_cost));
    }
    if (figures.unshared > 0.5) {
        out += fmt::format("{} | {} | 0 | 0 | {}\n", said(japanese, "（分担未定）", "(nobody yet)"),
                           thousands(figures.unshared), thousands(-figures.unshared));
    }
    return out;
}

std::string verdict(const AssetFigures& figures, bool japanese) {
    const bool keeps = figures.otherwise >= figures.whole_year;
    const char* words =
        keeps ? said(japanese,
                     "止めると各課で年 {} 千円かかり、続ける費用の年 {} 千円を下回りません。\n",
                     "Stopping it would cost the departments {} 千円 a year, no less than the {} "
                     "千円 of keeping it.\n")
              : said(japanese,
                     "止めても各課の負担は年 {} 千円で、続ける費用の年 {} 千円より小さい。"
                     "この台帳の額だけでは、続ける理由になりません。\n",
                     "Stopping it would cost the departments {} 千円 a year, less than the {} 千円 "
                     "of keeping it: by these amounts alone there is no reason to keep it.\n");
    return fmt::format(fmt::runtime(words), thousands(figures.otherwise),
                       thousands(figures.whole_year));
}

Json names_json(const AssetRegister& of, const std::vector<std::size_t>& assets) {
    Json out{Json::Array{}};
    for (const std::size_t asset : assets) out.push_back(of.assets[asset].name);
    return out;
}

Json asset_json(const RegisterAsset& asset, int year) {
    Json out;
    out.set("name", asset.name);
    out.set("kind", asset.kind);
    out.set("count", asset.count);
    out.set("bought", asset.bought);
    out.set("age", asset.age(year));
    out.set("life", asset.life);
    out.set("pastLife", asset.past_life(year));
    out.set("price", to_grain(asset.whole_price()));
    out.set("yearlyCost", to_grain(asset.yearly_cost));
    out.set("wholeYear", to_grain(asset.whole_year()));
    out.set("assetBy", asset.asset_by);
    out.set("operationBy", asset.operation_by);
    out.set("dataBy", asset.data_by);
    out.set("riskBy", asset.risk_by);
    out.set("line", asset.line);
    return out;
}

Json department_json(const AssetRegister& of, const AssetDepartment& one) {
    Json::Array lines;
    for (const std::size_t use : one.uses) lines.emplace_back(of.uses[use].line);
    Json out;
    out.set("name", one.name);
    out.set("shareOfCost", to_grain(one.share_of_cost));
    out.set("pays", to_grain(one.pays));
    out.set("otherwise", to_grain(one.otherwise));
    out.set("lines", std::move(lines));
    return out;
}

Json refresh_json(const AssetRegister& of, const AssetRefresh& refresh) {
    Json out;
    out.set("fiscalYear", refresh.year);
    out.set("cost", to_grain(refresh.cost));
    out.set("assets", names_json(of, refresh.assets));
    return out;
}

}  // namespace

std::string to_text(const AssetRegister& of, const AssetFigures& figures, bool japanese) {
    std::string out =
        fmt::format(fmt::runtime(said(japanese, "資産台帳「{}」{}\n{}現在、金額は千円\n\n",
                                      "Asset register \"{}\"{}\nas of {}, in 千円\n\n")),
                    of.name, of.example ? said(japanese, "【例】", " [example]") : "",
                    fiscal_year_text(of.year, japanese));
    out += asset_lines(of, japanese);
    out += said(japanese, "\n耐用年数を過ぎたもの: ", "\npast their service life: ");
    out += figures.past_life.empty() ? said(japanese, "なし", "none")
                                     : names_of(of, figures.past_life, japanese);
    out += "\n\n" + calendar_lines(of, figures, japanese) + "\n";
    out += department_lines(figures, japanese) + "\n";
    out +=
        fmt::format(fmt::runtime(said(
                        japanese,
                        "1年の費用: {} 千円（更新の積み立てを除けば {} 千円）。払われている額: {} "
                        "千円。\n保つための最小の補助: 年 {} 千円。\n",
                        "a year costs {} 千円 ({} without putting by for what is bought again); "
                        "{} is paid.\nleast subsidy that keeps it: {} 千円 a year.\n")),
                    thousands(figures.whole_year), thousands(figures.running),
                    thousands(figures.paid), thousands(figures.least_subsidy));
    return out + verdict(figures, japanese);
}

Json to_json(const AssetRegister& of, const AssetFigures& figures) {
    Json out;
    out.set("register", of.name);
    out.set("example", of.example);
    out.set("fiscalYear", of.year);
    out.set("unit", "千円");
    Json assets{Json::Array{}};
    for (const RegisterAsset& asset : of.assets) assets.push_back(asset_json(asset, of.year));
    out.set("assets", std::move(assets));
    out.set("pastLife", names_json(of, figures.past_life));
    Json calendar{Json::Array{}};
    for (const AssetRefresh& one : figures.calendar) calendar.push_back(refresh_json(of, one));
    out.set("refresh", std::move(calendar));
    Json departments{Json::Array{}};
    for (const AssetDepartment& one : figures.departments) {
        departments.push_back(department_json(of, one));
    }
    out.set("departments", std::move(departments));
    out.set("price", to_grain(figures.price));
    out.set("running", to_grain(figures.running));
    out.set("wholeYear", to_grain(figures.whole_year));
    out.set("paid", to_grain(figures.paid));
    out.set("leastSubsidy", to_grain(figures.least_subsidy));
    out.set("otherwise", to_grain(figures.otherwise));
    out.set("unshared", to_grain(figures.unshared));
    return out;
}

}  // namespace musubi
