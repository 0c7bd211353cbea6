#include "project/diagnosis/diagnosis_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/normal_text.h"
#include "project/finance/money_words.h"
#include "project/measures/period.h"

namespace musubi {
namespace {

constexpr std::size_t kNamesShown = 5;

}  // namespace

DiagnosisView::DiagnosisView(const ProjectFacts& of, Time at) : facts{of}, now{at} {
    if (facts.stages) {
        for (const SeenStage& stage : *facts.stages) {
            if (stage.from > now) continue;
            stage_began = std::max(stage_began.value_or(stage.from), stage.from);
            if (stage.kind == SeenStageKind::Plan) continue;
            in_trial = true;
            in_rollout = in_rollout || stage.kind == SeenStageKind::Rollout;
        }
    }
    find_roles();
    find_seats();
}

CalendarMonth DiagnosisView::month_of(Time at) {
    const Civil day = to_civil(at, kJapan);
    return calendar_month(day.year, day.month);
}

std::optional<Time> DiagnosisView::left_at(const SeenPerson& person) const {
    if (!person.to) return std::nullopt;
    const Time left = *person.to + days(1);
    if (left > now || (stage_began && left <= *stage_began)) return std::nullopt;
    return left;
}

bool DiagnosisView::is_present(const SeenPerson& person) const {
    return person.share > 0 && person.from <= now && (!person.to || *person.to + days(1) > now);
}

void DiagnosisView::find_roles() {
    if (!facts.people) return;
    for (const SeenPerson& person : *facts.people) {
        const std::string name = normal_name(person.role);
        auto role = std::ranges::find(roles, name, &DiagnosisRole::normal);
        if (role == roles.end()) role = roles.insert(roles.end(), {person.role, name, {}, {}});
        role->people.push_back(&person);
        if (person.share <= 0) continue;
        if (is_present(person)) role->present.push_back(&person);
        if (!left_at(person)) continue;
        if (role->last == nullptr || *role->last->to < *person.to) role->last = &person;
    }
    for (DiagnosisRole& role : roles) {
        const Time until =
            (role.last == nullptr ? now : *role.last->to + days(1)) + diagnosis::kSuccession;
        role.awaited = std::ranges::any_of(role.people, [&](const SeenPerson* person) {
            return person->share > 0 && person->from > now && person->from <= until;
        });
    }
}

void DiagnosisView::find_seats() {
    const auto seat = [&](const SeenPerson* person) {
        seats.push_back({person, normal_name(person->organisation)});
        if (!seats.back().party.empty()) parties.push_back(seats.back().party);
    };
    for (const DiagnosisRole& role : roles) {
        for (const SeenPerson* person : role.present) seat(person);
        if (role.present.empty() && role.last != nullptr) seat(role.last);
    }
    std::ranges::sort(parties);
    parties.erase(std::unique(parties.begin(), parties.end()), parties.end());
}

std::string DiagnosisView::shown(std::string_view party) const {
    const auto seat = std::ranges::find(seats, party, &DiagnosisSeat::party);
    return seat == seats.end() ? std::string{party} : seat->person->organisation;
}

std::vector<const SeenArtefact*> DiagnosisView::on_file(
    std::span<const std::string_view> slots) const {
    std::vector<const SeenArtefact*> out;
    if (!facts.artefacts) return out;
    for (const SeenArtefact& artefact : *facts.artefacts) {
        const bool wanted = std::ranges::find(slots, artefact.slot) != slots.end();
        if (wanted && artefact.on <= now) out.push_back(&artefact);
    }
    return out;
}

std::string normal_name(std::string_view name) {
    std::string out = to_nfkc_casefold(name).value_or(std::string{name});
    const std::size_t first = out.find_first_not_of(" \t\n");
    if (first == std::string::npos) return {};
    return out.substr(first, out.find_last_not_of(" \t\n") - first + 1);
}

std::vector<std::string> parties_of(const SeenArtefact& artefact) {
    std::vector<std::string> out;
    for (const std::string& organisation : artefact.organisations) {
        const std::string party = normal_name(organisation);
        if (!party.empty() && std::ranges::find(out, party) == out.end()) out.push_back(party);
    }
    return out;
}

void CauseLook::cite(FindingEvidence one) {
    if (evidence.size() < diagnosis::kMaxEvidence) {
        evidence.push_back(std::move(one));
    } else {
        ++left_out;
    }
}

CauseLook too_early(const DiagnosisView& view) {
    if (!view.facts.stages) {
        return not_seen("段階を見られないため、判断していません",
                        "its stages could not be looked at");
    }
    return not_seen("社会実証が始まってから見ます", "it is asked from the pilot on");
}

CauseLook not_seen(std::string ja, std::string en) {
    CauseLook out;
    out.not_judged = MeasureWords{std::move(ja), std::move(en)};
    return out;
}

MeasureWords day_words(Time at) {
    const PeriodName name = name_of(PeriodKind::Day, period_at(PeriodKind::Day, at));
    return {name.ja, name.en};
}

MeasureWords month_words(CalendarMonth month) {
    return {fmt::format("{}年{}月", month.year(), month.month()), to_text(month)};
}

std::string per_cent(double share) { return short_number(share * 100) + "%"; }

MeasureWords list_words(const std::vector<std::string>& names) {
    MeasureWords out;
    for (std::size_t i = 0; i < std::min(names.size(), kNamesShown); ++i) {
        out.ja += "「" + names[i] + "」";
        out.en += (i == 0 ? "'" : ", '") + names[i] + "'";
    }
    if (names.size() > kNamesShown) {
        out.ja += fmt::format("ほか{}件", names.size() - kNamesShown);
        out.en += fmt::format(" and {} more", names.size() - kNamesShown);
    }
    return out;
}

}  // namespace musubi
