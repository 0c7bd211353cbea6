#include "project/cases/case_text.h"

#include <algorithm>

#include "broker/member_reader.h"
#include "model/entity.h"
#include "project/towns/municipality_statistics.h"

namespace musubi {
namespace {

constexpr double kMostMoney = 1e12;
constexpr std::string_view kExampleMark = "example";  // as a project has it

Error missing(const MemberReader& from, std::string_view name) {
    return from.bad(name, "書いてください / it has to be there");
}

Result<std::string> needed(const MemberReader& from, std::string_view name) {
    std::string out = TRY(from.text(name));
    if (out.empty()) return missing(from, name);
    return out;
}

std::string codes_of(std::span<const CaseTerm> terms) {
    std::string out;
    for (const CaseTerm& term : terms) {
        if (!out.empty()) out += ", ";
        out += term.code;
    }
    return out;
}

Result<void> check_code(const std::string& code, std::span<const CaseTerm> terms,
                        const std::string& where) {
    if (find_case_term(terms, code) != nullptr) return {};
    return Error{ErrorCode::BadRequest, "次のどれかです / it is one of these: " + codes_of(terms),
                 where};
}

// Empty where it is absent.
Result<std::string> code(const MemberReader& from, std::string_view name,
                         std::span<const CaseTerm> terms) {
    std::string out = TRY(from.text(name));
    if (!out.empty()) TRY(check_code(out, terms, from.where(name)));
    return out;
}

Result<std::string> needed_code(const MemberReader& from, std::string_view name,
                                std::span<const CaseTerm> terms) {
    std::string out = TRY(code(from, name, terms));
    if (out.empty()) return missing(from, name);
    return out;
}

Result<std::optional<double>> number(const MemberReader& from, std::string_view name) {
    const Json* member = from.find(name);
    if (member == nullptr) return std::optional<double>{};
    if (!member->is_number()) return from.bad(name, "数です / it is a number");
    return std::optional<double>{member->number()};
}

Result<double> needed_number(const MemberReader& from, std::string_view name) {
    const std::optional<double> out = TRY(number(from, name));
    if (!out) return missing(from, name);
    return *out;
}

Result<std::optional<double>> money(const MemberReader& from, std::string_view name) {
    const std::optional<double> out = TRY(number(from, name));
    if (out && !(*out >= 0 && *out <= kMostMoney)) {
        return from.bad(name, "0 以上の千円です / it is 0 or more thousands of yen");
    }
    return out;
}

Result<CaseHurdle> read_hurdle(const MemberReader& from) {
    TRY(from.only({"hurdle", "way"}));
    CaseHurdle out;
    out.hurdle = TRY(needed(from, "hurdle"));
    out.way = TRY(from.text("way"));
    return out;
}

Result<CasePerson> read_person(const MemberReader& from) {
    TRY(from.only({"role", "tier"}));
    CasePerson out;
    out.role = TRY(needed(from, "role"));
    out.tier = TRY(needed_code(from, "tier", case_tiers()));
    return out;
}

Result<CaseFinding> read_finding(const MemberReader& from) {
    TRY(from.only({"measure", "estimate", "lower", "upper", "unit", "method", "better"}));
    CaseFinding out;
    out.measure = TRY(needed(from, "measure"));
    out.estimate = TRY(needed_number(from, "estimate"));
    out.lower = TRY(needed_number(from, "lower"));
    out.upper = TRY(needed_number(from, "upper"));
    out.unit = TRY(needed(from, "unit"));
    out.method = TRY(needed(from, "method"));
    out.better = TRY(from.text("better"));
    if (!out.better.empty() && out.better != "up" && out.better != "down") {
        return from.bad("better", "up か down です / it is up or down");
    }
    if (!(out.lower <= out.estimate && out.estimate <= out.upper)) {
        return from.bad("estimate",
                        "推定は区間（lower から upper）の中にあります / an estimate lies within "
                        "its interval, from lower to upper");
    }
    return out;
}

template <typename T>
Result<std::vector<T>> read_list(const MemberReader& from, std::string_view name,
                                 Result<T> (*read)(const MemberReader&)) {
    std::vector<T> out;
    const Json* list = from.find(name);
    if (list == nullptr) return out;
    if (!list->is_array() || list->array().size() > CaseText::kMaxList) {
        return from.bad(name, "50 までの並びです / it is an array of at most 50");
    }
    for (std::size_t i = 0; i < list->array().size(); ++i) {
        const MemberReader one{list->array()[i], from.where(name) + "/" + std::to_string(i)};
        out.push_back(TRY(read(one)));
    }
    return out;
}

Result<std::vector<std::string>> read_functions(const MemberReader& from) {
    std::vector<std::string> out = TRY(from.texts("functions"));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::string where = from.where("functions") + "/" + std::to_string(i);
        TRY(check_code(out[i], case_functions(), where));
        if (std::find(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(i), out[i]) !=
            out.begin() + static_cast<std::ptrdiff_t>(i)) {
            return Error{ErrorCode::BadRequest, "二度あります / it is there twice", where};
        }
    }
    return out;
}

Result<std::vector<std::string>> read_learnt(const MemberReader& from) {
    std::vector<std::string> out = TRY(from.texts("learnt"));
    if (out.size() > CaseText::kMaxList) {
        return from.bad("learnt", "50 までの並びです / it is an array of at most 50");
    }
    return out;
}

Result<std::optional<int>> read_year(const MemberReader& from) {
    const Json* year = from.find("fiscalYear");
    if (year == nullptr) return std::optional<int>{};
    if (!year->is_integer() || year->integer() < CaseText::kFirstYear ||
        year->integer() > CaseText::kLastYear) {
        return from.bad("fiscalYear", "年度（西暦）です / it is a fiscal year from 1950 to 2100");
    }
    return std::optional<int>{static_cast<int>(year->integer())};
}

Result<std::string> read_town(const MemberReader& from) {
    std::string out = TRY(from.text("townCode"));
    if (out.empty() || is_area_code(out)) return out;
    return from.bad("townCode", "五桁の地域コードです / it is an area code of five digits");
}

Result<void> read_interview(const MemberReader& from, CaseText& out) {
    const Json* interview = from.find("interview");
    if (interview == nullptr) return {};
    const MemberReader words{*interview, from.where("interview")};
    if (!interview->is_object()) return from.bad("interview", "it is an object");
    for (const JsonMember& member : interview->object()) {
        TRY(check_code(member.name, case_factors(), words.where(member.name)));
    }
    for (std::size_t i = 0; i < out.interview.size(); ++i) {
        out.interview[i] = TRY(words.text(case_factors()[i].code));
    }
    return {};
}

Result<void> read_money(const MemberReader& from, CaseText& out) {
    const Json* member = from.find("money");
    if (member == nullptr) return {};
    const MemberReader amounts{*member, from.where("money")};
    TRY(amounts.only({"setUp", "yearly"}));
    out.money.set_up = TRY(money(amounts, "setUp"));
    out.money.yearly = TRY(money(amounts, "yearly"));
    return {};
}

Result<void> read_heading(const MemberReader& from, CaseText& out) {
    out.id = TRY(from.uri("id"));
    if (out.id.empty()) return missing(from, "id");
    out.kind = TRY(needed_code(from, "kind", case_kinds()));
    out.title = TRY(needed(from, "title"));
    out.challenge = TRY(code(from, "challenge", case_challenges()));
    out.summary = TRY(from.text("summary"));
    out.outcome = TRY(needed_code(from, "outcome", case_outcomes()));
    const std::string example = TRY(from.text("isExample"));
    if (!example.empty() && example != kExampleMark) {
        return from.bad("isExample", "example だけです / it is 'example'");
    }
    out.is_example = !example.empty();
    return {};
}

Result<void> read_place(const MemberReader& from, CaseText& out) {
    out.role = TRY(code(from, "role", case_roles()));
    out.functions = TRY(read_functions(from));
    out.field = TRY(from.text("field"));
    out.fiscal_year = TRY(read_year(from));
    out.town_code = TRY(read_town(from));
    return {};
}

Result<void> read_lists(const MemberReader& from, CaseText& out) {
    out.hurdles = TRY(read_list<CaseHurdle>(from, "hurdles", read_hurdle));
    out.learnt = TRY(read_learnt(from));
    out.found = TRY(read_list<CaseFinding>(from, "found", read_finding));
    out.people = TRY(read_list<CasePerson>(from, "people", read_person));
    return {};
}

void set_text(Json& json, std::string_view name, const std::string& text) {
    if (!text.empty()) json.set(name, text);
}

template <typename T, typename F>
void set_list(Json& json, std::string_view name, const std::vector<T>& list, F&& form) {
    Json::Array out;
    for (const T& one : list) out.push_back(form(one));
    if (!out.empty()) json.set(name, std::move(out));
}

Json form_of(const std::string& text) { return Json{text}; }

Json form_of(const CaseHurdle& hurdle) {
    Json out;
    out.set("hurdle", hurdle.hurdle);
    set_text(out, "way", hurdle.way);
    return out;
}

Json form_of(const CasePerson& person) {
    Json out;
    out.set("role", person.role);
    out.set("tier", person.tier);
    return out;
}

Json form_of(const CaseFinding& finding) {
    Json out;
    out.set("measure", finding.measure);
    out.set("estimate", finding.estimate);
    out.set("lower", finding.lower);
    out.set("upper", finding.upper);
    out.set("unit", finding.unit);
    out.set("method", finding.method);
    set_text(out, "better", finding.better);
    return out;
}

}  // namespace

Result<CaseText> read_case(const Json& json) {
    const MemberReader from{json, ""};
    TRY(from.only({"id", "kind", "title", "challenge", "role", "functions", "field", "fiscalYear",
                   "townCode", "summary", "interview", "hurdles", "learnt", "found", "people",
                   "money", "outcome", "isExample"}));
    if (to_text(json).size() > CaseText::kMaxBytes) {
        return Error{ErrorCode::TooLarge,
                     "事例は 64 KiB までです。短くまとめてください / a case has at most 64 KiB; "
                     "make it shorter"};
    }
    CaseText out;
    TRY(read_heading(from, out));
    TRY(read_place(from, out));
    TRY(read_interview(from, out));
    TRY(read_lists(from, out));
    TRY(read_money(from, out));
    return out;
}

Json to_json(const CaseText& text) {
    const auto form = [](const auto& one) { return form_of(one); };
    Json out;
    set_text(out, "id", text.id);
    set_text(out, "kind", text.kind);
    set_text(out, "title", text.title);
    set_text(out, "challenge", text.challenge);
    set_text(out, "role", text.role);
    set_list(out, "functions", text.functions, form);
    set_text(out, "field", text.field);
    if (text.fiscal_year) out.set("fiscalYear", *text.fiscal_year);
    set_text(out, "townCode", text.town_code);
    set_text(out, "summary", text.summary);
    Json interview;
    for (std::size_t i = 0; i < text.interview.size(); ++i) {
        set_text(interview, case_factors()[i].code, text.interview[i]);
    }
    if (interview.is_object()) out.set("interview", std::move(interview));
    set_list(out, "hurdles", text.hurdles, form);
    set_list(out, "learnt", text.learnt, form);
    set_list(out, "found", text.found, form);
    set_list(out, "people", text.people, form);
    Json money;
    if (text.money.set_up) money.set("setUp", *text.money.set_up);
    if (text.money.yearly) money.set("yearly", *text.money.yearly);
    if (money.is_object()) out.set("money", std::move(money));
    set_text(out, "outcome", text.outcome);
    if (text.is_example) out.set("isExample", kExampleMark);
    return out;
}

}  // namespace musubi
