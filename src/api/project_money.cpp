// The money plan of a project, and what it comes to.
#include <fmt/core.h>

#include "api/admin_json.h"
#include "api/loop.h"
#include "api/parameters.h"
#include "api/project_parts.h"
#include "broker/member_reader.h"
#include "project/finance/asset_register.h"
#include "project/finance/budget.h"
#include "project/finance/budget_workbook.h"
#include "project/finance/money_report.h"
#include "project/finance/monte_carlo.h"
#include "project/finance/tornado.h"

namespace musubi::api {
namespace {

constexpr int kMostDraws = 100'000;
constexpr int kUsualDraws = 10'000;

Result<MoneyPlan> plan_of(const App& app, const ApiCall& call) {
    return parse_money_plan(TRY(app.projects->money.text(call.caller, call.path.front())), "money");
}

// The project that is named, or none: the town.
std::string project_of(const ApiCall& call) {
    return call.path.empty() ? std::string{} : call.path.front();
}

HttpResponse attached(std::string_view type, std::string_view name, std::string body) {
    const std::string where = fmt::format("attachment; filename=\"{}\"", name);
    return {200,
            {{"Content-Type", std::string{type}}, {"Content-Disposition", where}},
            std::move(body)};
}

}  // namespace

// PUT /musubi/v1/projects/{name}/money {"text"}
Result<Answer> put_project_money(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"text"}));
    TRY(app.projects->money.put(call.caller, call.path.front(), TRY(need_text(body, "text"))));
    return Answer{HttpResponse{204, {}, {}}};
}

// GET /musubi/v1/projects/{name}/money?alternative&draws: text and figures, computed now
Result<Answer> get_project_money(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"alternative", "draws"}));
    const MoneyPlan plan = TRY(plan_of(app, call));
    const std::string* asked = call.param("alternative");
    const std::size_t alternative = TRY(find_alternative(plan, asked != nullptr ? *asked : ""));
    MonteCarloOptions chance;
    chance.threads = 1;  // the others serve
    chance.draws = static_cast<int>(TRY(call.number("draws")).value_or(kUsualDraws));
    if (chance.draws != 0 &&
        (chance.draws < MonteCarloOptions::kFewestDraws || chance.draws > kMostDraws)) {
        return loop_error(ErrorCode::BadRequest, "draws",
                          "試行は 1,000 から 100,000 回、または 0（しない）です",
                          "from 1,000 to 100,000 draws, or 0 for none");
    }
    Json out;
    out.set("text", TRY(app.projects->money.text(call.caller, call.path.front())));
    out.set("figures", to_json(plan, alternative, compute_figures(plan, alternative)));
    out.set("tornado", to_json(plan, make_tornado(plan, alternative)));
    if (chance.draws > 0) {
        out.set("monteCarlo", to_json(plan, run_monte_carlo(plan, alternative, chance)));
    }
    return Answer{plain_json(out)};
}

// GET /musubi/v1/projects/{name}/budget?lang&format: 予算要求 as a page that prints, a table, or a
// workbook
Result<Answer> get_project_budget(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"lang", "format"}));
    const MoneyPlan plan = TRY(plan_of(app, call));
    const std::string* language = call.param("lang");
    const bool japanese = language == nullptr || *language != "en";
    const Budget budget = make_budget(plan, japanese);
    const std::string format = call.text("format");
    if (format == "csv") {
        return Answer{attached("text/csv; charset=utf-8", "budget.csv", to_csv(budget))};
    }
    if (format == "xlsx") {
        return Answer{attached("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                               "budget.xlsx", TRY(to_workbook(budget)))};
    }
    if (!format.empty() && format != "html") {
        return loop_error(ErrorCode::BadRequest, "format", "format は html、csv、xlsx のどれかです",
                          "format is one of html, csv and xlsx");
    }
    return Answer{
        HttpResponse{200,
                     {{"Content-Type", "text/html; charset=utf-8"},
                      {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"}},
                     to_html(budget, japanese)}};
}

// PUT /musubi/v1/assets, /musubi/v1/projects/{name}/assets {"text"}
Result<Answer> put_assets(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"text"}));
    TRY(app.projects->money.put_assets(call.caller, project_of(call),
                                       TRY(need_text(body, "text"))));
    return Answer{HttpResponse{204, {}, {}}};
}

// GET /musubi/v1/assets, /musubi/v1/projects/{name}/assets: the register as text, and what it comes
// to; where there is none the text is empty
Result<Answer> get_assets(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {}));
    const std::string text = TRY(app.projects->money.assets(call.caller, project_of(call)));
    Json out;
    out.set("text", text);
    if (!text.empty()) {
        const AssetRegister of = TRY(parse_asset_register(text, "assets"));
        out.set("figures", to_json(of, asset_figures(of)));
    }
    return Answer{plain_json(out)};
}

}  // namespace musubi::api
