#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "project/diagnosis/diagnose.h"

namespace musubi {

/// Who holds a role now, or held it last where it is empty.
struct DiagnosisSeat {
    const SeenPerson* person = nullptr;
    std::string party;  ///< their organisation in normal form; empty: none is named
};

/// A role that was named.
struct DiagnosisRole {
    std::string name;
    std::string normal;                     ///< its normal form
    std::vector<const SeenPerson*> people;  ///< all who ever had it
    std::vector<const SeenPerson*> present;
    const SeenPerson* last = nullptr;  ///< who left last in the present stage; null: nobody did
    bool awaited = false;              ///< somebody begins soon enough
};

/// Facts at a moment, with what several causes ask of them. The facts must outlive it.
class DiagnosisView {
public:
    DiagnosisView(const ProjectFacts& of, Time at);

    const ProjectFacts& facts;
    Time now;
    /// A pilot or a rollout has begun: terminals, links, readers and money are asked for.
    bool in_trial = false;
    bool in_rollout = false;
    std::optional<Time> stage_began;  ///< the latest one that has begun
    std::vector<DiagnosisRole> roles;
    std::vector<DiagnosisSeat> seats;
    std::vector<std::string> parties;  ///< organisations of the seats, each once, in normal form

    /// A party as it writes itself.
    [[nodiscard]] std::string shown(std::string_view party) const;
    /// The month of `now` in Japan.
    [[nodiscard]] CalendarMonth month() const { return month_of(now); }
    [[nodiscard]] static CalendarMonth month_of(Time at);
    /// Nothing: they are still there, or left with an earlier stage, for which they came.
    [[nodiscard]] std::optional<Time> left_at(const SeenPerson& person) const;
    [[nodiscard]] bool is_present(const SeenPerson& person) const;
    /// What has happened by now of these slots.
    [[nodiscard]] std::vector<const SeenArtefact*> on_file(
        std::span<const std::string_view> slots) const;

private:
    void find_roles();
    void find_seats();
};

/// Organisations and roles are the same whose normal forms are (NFKC, without large and small
/// letters and spaces around).
[[nodiscard]] std::string normal_name(std::string_view name);
/// The parties that are named in the artefact, each once, in normal form.
[[nodiscard]] std::vector<std::string> parties_of(const SeenArtefact& artefact);

/// What one cause says of a project: signs that were seen (none: it is not there), or why it can
/// not be told.
struct CauseLook {
    struct Sign {
        std::string_view sign;
        MeasureWords words;  ///< the whole of it, with numbers
    };
    std::vector<Sign> signs;
    std::vector<FindingEvidence> evidence;
    std::size_t left_out = 0;
    std::optional<MeasureWords> not_judged;

    void see(std::string_view sign, MeasureWords words) {
        signs.push_back({sign, std::move(words)});
    }
    /// Keeps it, within the bound.
    void cite(FindingEvidence one);
};
/// It is asked from the pilot on, and there is none yet.
[[nodiscard]] CauseLook too_early(const DiagnosisView& view);
[[nodiscard]] CauseLook not_seen(std::string ja, std::string en);

// The twelve, in the files base_causes, people_causes, agreement_causes and business_causes.
[[nodiscard]] CauseLook terminals_not_connected(const DiagnosisView& view);
[[nodiscard]] CauseLook no_digital_base(const DiagnosisView& view);
[[nodiscard]] CauseLook equipment_past_life(const DiagnosisView& view);
[[nodiscard]] CauseLook no_people(const DiagnosisView& view);
[[nodiscard]] CauseLook no_knowledge(const DiagnosisView& view);
[[nodiscard]] CauseLook people_elsewhere(const DiagnosisView& view);
[[nodiscard]] CauseLook purpose_unclear(const DiagnosisView& view);
[[nodiscard]] CauseLook technology_first(const DiagnosisView& view);
[[nodiscard]] CauseLook parties_apart(const DiagnosisView& view);
[[nodiscard]] CauseLook no_earnings(const DiagnosisView& view);
[[nodiscard]] CauseLook pilot_for_itself(const DiagnosisView& view);
[[nodiscard]] CauseLook data_in_silos(const DiagnosisView& view);

/// 2026年4月1日, 2026-04-01: of the day in Japan.
[[nodiscard]] MeasureWords day_words(Time at);
[[nodiscard]] MeasureWords month_words(CalendarMonth month);
/// 「a」「b」ほか3件, 'a', 'b' and 3 more.
[[nodiscard]] MeasureWords list_words(const std::vector<std::string>& names);
/// "20%": as many digits as it needs, two at most.
[[nodiscard]] std::string per_cent(double share);
/// True where a is at least b, but for the rounding of sums.
[[nodiscard]] inline bool at_least(double a, double b) { return a >= b - 1e-9; }

}  // namespace musubi
