#include "project/cases/case_fields.h"

#include "model/normal_text.h"

namespace musubi {
namespace {

constexpr unsigned kTitle = 5;
constexpr unsigned kField = 3;
constexpr unsigned kGist = 2;  // the summary, what was learnt, what the codes say

class Fields {
public:
    Result<void> add(std::string place, unsigned weight, std::string_view text) {
        if (text.empty()) return {};
        all_.push_back({std::move(place), weight, TRY(to_nfkc(text))});
        return {};
    }
    Result<void> add_code(std::string place, unsigned weight, std::span<const CaseTerm> terms,
                          std::string_view code) {
        const CaseTerm* term = find_case_term(terms, code);
        if (term == nullptr) return {};
        const std::string words = term->ja == term->en
                                      ? std::string{term->ja}
                                      : std::string{term->ja} + " / " + std::string{term->en};
        return add(std::move(place), weight, words);
    }
    std::vector<CaseField> take() { return std::move(all_); }

private:
    std::vector<CaseField> all_;
};

std::string at(std::string_view list, std::size_t place) {
    return "/" + std::string{list} + "/" + std::to_string(place);
}

Result<void> add_texts(Fields& out, const CaseText& text) {
    TRY(out.add("/title", kTitle, text.title));
    TRY(out.add("/summary", kGist, text.summary));
    for (std::size_t i = 0; i < text.learnt.size(); ++i) {
        TRY(out.add(at("learnt", i), kGist, text.learnt[i]));
    }
    for (std::size_t i = 0; i < text.hurdles.size(); ++i) {
        TRY(out.add(at("hurdles", i) + "/hurdle", 1, text.hurdles[i].hurdle));
        TRY(out.add(at("hurdles", i) + "/way", 1, text.hurdles[i].way));
    }
    for (std::size_t i = 0; i < text.interview.size(); ++i) {
        TRY(out.add("/interview/" + std::string{case_factors()[i].code}, 1, text.interview[i]));
    }
    for (std::size_t i = 0; i < text.found.size(); ++i) {
        TRY(out.add(at("found", i) + "/measure", 1, text.found[i].measure));
    }
    for (std::size_t i = 0; i < text.people.size(); ++i) {
        TRY(out.add(at("people", i) + "/role", 1, text.people[i].role));
    }
    return {};
}

}  // namespace

Result<std::vector<CaseField>> fields_of(const CaseText& text) {
    Fields out;
    TRY(add_texts(out, text));
    TRY(out.add("/field", kField, text.field));
    TRY(out.add("/townCode", 1, text.town_code));
    TRY(out.add_code("/challenge", kGist, case_challenges(), text.challenge));
    TRY(out.add_code("/role", 1, case_roles(), text.role));
    for (std::size_t i = 0; i < text.functions.size(); ++i) {
        TRY(out.add_code(at("functions", i), kGist, case_functions(), text.functions[i]));
    }
    TRY(out.add_code("/kind", 1, case_kinds(), text.kind));
    TRY(out.add_code("/outcome", 1, case_outcomes(), text.outcome));
    return out.take();
}

Json case_summary(const CaseText& text) {
    const Json all = to_json(text);
    Json out;
    for (const std::string_view member : {"id", "kind", "title", "challenge", "field", "fiscalYear",
                                          "townCode", "outcome", "isExample"}) {
        if (const Json* value = all.find(member)) out.set(member, *value);
    }
    return out;
}

}  // namespace musubi
