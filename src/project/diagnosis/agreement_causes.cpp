// Kind "agreement": L42, L44, L46.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "project/diagnosis/diagnosis_view.h"
#include "project/finance/money_words.h"

namespace musubi {
namespace {

using namespace diagnosis;

// Where it is written that the reason is agreed (計画策定の目指す状態 1), and goals and roles
// (成功要因 5).
constexpr std::array<std::string_view, 2> kAgreements{"plan.reason", "factor.goals-roles"};
// Where the issue was looked into (成功要因 1 and 4).
constexpr std::array<std::string_view, 2> kTalks{"factor.talks", "factor.residents"};

/// The project itself lacks something.
void lack(const DiagnosisView& view, std::string_view sign, MeasureWords words, CauseLook& out) {
    out.cite({.sign = sign, .of = view.facts.id, .words = words});
    out.see(sign, std::move(words));
}

void look_for_agreement(const DiagnosisView& view, CauseLook& out) {
    const auto agreements = view.on_file(kAgreements);
    if (agreements.empty()) {
        lack(view, "not-agreed",
             {"目的・目標に合意した記録（取り組む理由、目標と役割分担）がありません",
              "there is no record that the reason, or goals and roles, were agreed"},
             out);
        return;
    }
    std::set<std::string> agreed;
    for (const SeenArtefact* artefact : agreements) {
        for (std::string& party : parties_of(*artefact)) agreed.insert(std::move(party));
    }
    std::vector<std::string> missing;
    for (const std::string& party : view.parties) {
        if (agreed.count(party) == 0) missing.push_back(view.shown(party));
    }
    if (view.parties.empty()) return;
    const std::size_t there = view.parties.size() - missing.size();
    const double share = static_cast<double>(there) / static_cast<double>(view.parties.size());
    if (at_least(share, kAgreeingShare)) return;
    const MeasureWords names = list_words(missing);
    out.see("agreed-by-few",
            {fmt::format("目的・目標の合意の記録に名があるのは、{}者のうち{}者です（ないのは{}）",
                         view.parties.size(), there, names.ja),
             fmt::format("{} of {} parties are named where the purpose was agreed (not: {})", there,
                         view.parties.size(), names.en)});
    for (const SeenArtefact* artefact : agreements) {
        out.cite({.sign = "agreed-by-few",
                  .of = artefact->id,
                  .number = share,
                  .bound = kAgreeingShare,
                  .on = artefact->on,
                  .words = {fmt::format("{}の合意の記録", day_words(artefact->on).ja),
                            fmt::format("agreed on {}", day_words(artefact->on).en)}});
    }
}

void look_for_the_issue(const DiagnosisView& view, CauseLook& out) {
    const ProjectFacts& facts = view.facts;
    if (facts.issue_id.empty()) {
        lack(view, "no-issue",
             {"技術やソリューションは決まっていますが、解く地域課題が結び付いていません",
              "there is a technology or a solution, and no issue that it solves"},
             out);
    } else if (facts.issue && facts.issue->description.empty()) {
        MeasureWords words{"地域課題に説明がありません", "the issue is not described"};
        out.cite({.sign = "thin-issue", .of = facts.issue->id, .words = words});
        out.see("thin-issue", std::move(words));
    }
}

void look_for_needless_functions(const DiagnosisView& view, CauseLook& out) {
    std::vector<std::string> needless;
    for (const std::string& function : view.facts.functions) {
        const bool is_needed = std::ranges::any_of(view.facts.uses, [&](const SeenUse& use) {
            return use.function == function && !use.measures.empty();
        });
        if (is_needed) continue;
        needless.push_back(function);
        out.cite({.sign = "needless-function",
                  .of = function,
                  .number = 0,
                  .bound = 1,
                  .words = {"この機能を必要とする指標がない", "no measure needs this function"}});
    }
    if (needless.empty()) return;
    const MeasureWords names = list_words(needless);
    out.see("needless-function",
            {fmt::format("機能{}は、どの指標にも必要とされていません", names.ja),
             fmt::format("no measure needs {}", names.en)});
}

bool met_lately(const DiagnosisView& view) {
    return std::ranges::any_of(*view.facts.artefacts, [&](const SeenArtefact& artefact) {
        return artefact.on <= view.now && artefact.on > view.now - kYearBack &&
               parties_of(artefact).size() > 1;
    });
}

void look_for_sharing(const DiagnosisView& view, CauseLook& out) {
    std::vector<std::string> apart;
    for (const std::string& party : view.parties) {
        const bool shares = std::ranges::any_of(view.seats, [&](const DiagnosisSeat& seat) {
            return seat.person->shares && seat.party == party;
        });
        if (!shares) apart.push_back(view.shown(party));
    }
    const double share =
        static_cast<double>(apart.size()) / static_cast<double>(view.parties.size());
    if (apart.empty() || !at_least(share, kApartShare)) return;
    const MeasureWords names = list_words(apart);
    out.see("shares-nothing",
            {fmt::format("{}者のうち{}者（{}）は、ほかに何を出し何を受けるかが決まっていません",
                         view.parties.size(), apart.size(), names.ja),
             fmt::format("of {} parties, {} neither give to the others nor have from them: {}",
                         view.parties.size(), apart.size(), names.en)});
    for (const std::string& party : apart) {
        out.cite(
            {.sign = "shares-nothing",
             .of = party,
             .number = share,
             .bound = kApartShare,
             .words = {"出すものも受けるものも書かれていない", "neither gives nor has anything"}});
    }
}

}  // namespace

CauseLook purpose_unclear(const DiagnosisView& view) {
    CauseLook out;
    if (view.facts.purpose.empty()) {
        lack(view, "no-purpose", {"目的が書かれていません", "its purpose is not written down"},
             out);
    }
    if (!view.in_trial) return out;
    if (view.facts.measures.empty()) {
        lack(view, "no-goal",
             {"目的に達したかを測る指標が一つもありません",
              "no measure says whether the purpose is reached"},
             out);
    }
    if (view.facts.artefacts && view.facts.people) {
        look_for_agreement(view, out);
    } else if (out.signs.empty()) {
        return not_seen("合意の記録か参加者を見られません",
                        "what was agreed, or by whom, could not be looked at");
    }
    return out;
}

CauseLook technology_first(const DiagnosisView& view) {
    const ProjectFacts& facts = view.facts;
    CauseLook out;
    if (facts.solution.empty() && facts.functions.empty()) return out;
    look_for_the_issue(view, out);
    look_for_needless_functions(view, out);
    if (view.in_trial && facts.artefacts && view.on_file(kTalks).empty()) {
        lack(view, "no-talks",
             {"地域課題の話し合いも、住民への聞き取りも、記録がありません",
              "there is no record of talks on the issue, nor of residents who were asked"},
             out);
    }
    const bool is_hidden =
        (!facts.issue_id.empty() && !facts.issue) || (view.in_trial && !facts.artefacts);
    if (out.signs.empty() && is_hidden) {
        return not_seen("地域課題か話し合いの記録を見られません",
                        "the issue, or the talks on it, could not be looked at");
    }
    return out;
}

CauseLook parties_apart(const DiagnosisView& view) {
    if (!view.in_trial) return too_early(view);
    if (!view.facts.people) {
        return not_seen("参加者を見られません", "the participants could not be looked at");
    }
    CauseLook out;
    if (view.parties.empty()) return out;  // NoPeople
    if (view.parties.size() == 1) {
        MeasureWords words{
            fmt::format("参加しているのは「{}」だけです", view.seats.front().person->organisation),
            fmt::format("'{}' is alone", view.seats.front().person->organisation)};
        out.cite({.sign = "alone",
                  .of = view.seats.front().person->organisation,
                  .number = 1,
                  .bound = 2,
                  .words = words});
        out.see("alone", std::move(words));
        return out;
    }
    look_for_sharing(view, out);
    if (view.facts.artefacts && !met_lately(view)) {
        lack(view, "not-met",
             {fmt::format("{}までの1年に、二者以上が同席した記録がありません",
                          day_words(view.now).ja),
              fmt::format("in the year up to {} there is no record with two parties in it",
                          day_words(view.now).en)},
             out);
    }
    if (out.signs.empty() && !view.facts.artefacts) {
        return not_seen("話し合いの記録を見られません", "no record could be looked at");
    }
    return out;
}

}  // namespace musubi
