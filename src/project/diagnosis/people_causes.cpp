// Kind "people": L36, L38, L40.
#include <fmt/format.h>

#include <algorithm>

#include "project/diagnosis/diagnosis_view.h"
#include "project/finance/money_words.h"

namespace musubi {
namespace {

using namespace diagnosis;

CauseLook people_not_seen() {
    return not_seen("参加者を見られません", "the participants could not be looked at");
}

void look_for_empty_roles(const DiagnosisView& view, CauseLook& out) {
    std::vector<std::string> left;
    std::vector<std::string> open;
    for (const DiagnosisRole& role : view.roles) {
        if (!role.present.empty() || role.awaited) continue;
        if (role.last == nullptr) {
            const SeenPerson& named = *role.people.front();
            // Else it begins later, or was of an earlier stage.
            const bool is_open = std::ranges::all_of(
                role.people, [](const SeenPerson* person) { return person->share <= 0; });
            if (!is_open) continue;
            open.push_back(role.name);
            out.cite({.sign = "open-role",
                      .of = named.id,
                      .number = 0,
                      .words = {"役割「" + role.name + "」に時間を出す人がいない",
                                "nobody gives any time to the role '" + role.name + "'"}});
            continue;
        }
        left.push_back(role.name);
        const MeasureWords day = day_words(*role.last->to);
        out.cite(
            {.sign = "left-role",
             .of = role.last->id,
             .on = role.last->to,
             .words = {fmt::format("役割「{}」の人が{}に離れ、後任がいない", role.name, day.ja),
                       fmt::format("who had the role '{}' left on {}, and nobody follows",
                                   role.name, day.en)}});
    }
    if (!left.empty()) {
        const MeasureWords names = list_words(left);
        out.see("left-role", {fmt::format("{}の担い手が離れ、後任がいません", names.ja),
                              fmt::format("who had {} left, and nobody follows", names.en)});
    }
    if (!open.empty()) {
        const MeasureWords names = list_words(open);
        out.see("open-role", {fmt::format("{}に時間を出す人がいません", names.ja),
                              fmt::format("nobody gives any time to {}", names.en)});
    }
}

void look_for_leavers(const DiagnosisView& view, CauseLook& out) {
    std::size_t all = 0;
    std::vector<const SeenPerson*> leavers;
    for (const SeenPerson& person : *view.facts.people) {
        if (person.share <= 0) continue;
        const std::optional<Time> left = view.left_at(person);
        if (!view.is_present(person) && (!left || *left <= view.now - kYearBack)) continue;
        ++all;
        if (left) leavers.push_back(&person);
    }
    if (leavers.size() < kLeastLeavers) return;
    const double share = static_cast<double>(leavers.size()) / static_cast<double>(all);
    if (!at_least(share, kLeaversShare)) return;
    out.see("leavers", {fmt::format("この1年に参加した{}人のうち{}人（{}）が離れました", all,
                                    leavers.size(), per_cent(share)),
                        fmt::format("of {} people of the last year {} ({}) left", all,
                                    leavers.size(), per_cent(share))});
    for (const SeenPerson* person : leavers) {
        const MeasureWords day = day_words(*person->to);
        out.cite({.sign = "leavers",
                  .of = person->id,
                  .on = person->to,
                  .words = {fmt::format("{}に「{}」を離れた", day.ja, person->role),
                            fmt::format("left '{}' on {}", person->role, day.en)}});
    }
}

struct Knowledge {
    double all = 0;
    double in_reach = 0;
    std::vector<const SeenPerson*> outside;
};

Knowledge knowledge_of(const DiagnosisView& view) {
    Knowledge out;
    for (const DiagnosisSeat& seat : view.seats) {
        if (!seat.person->knows_digital) continue;
        out.all += seat.person->share;
        if (seat.person->tier == SeenTier::Outside) {
            out.outside.push_back(seat.person);
        } else {
            out.in_reach += seat.person->share;
        }
    }
    return out;
}

}  // namespace

CauseLook no_people(const DiagnosisView& view) {
    if (!view.facts.people) return people_not_seen();
    CauseLook out;
    look_for_empty_roles(view, out);
    look_for_leavers(view, out);
    const bool is_awaited =
        std::ranges::any_of(view.roles, [](const DiagnosisRole& role) { return role.awaited; });
    if (out.signs.empty() && view.seats.empty() && !is_awaited) {
        MeasureWords words{"いま参加している人が一人もいません", "nobody takes part now"};
        out.cite({.sign = "nobody", .of = view.facts.id, .number = 0, .bound = 1, .words = words});
        out.see("nobody", std::move(words));
    }
    return out;
}

CauseLook no_knowledge(const DiagnosisView& view) {
    if (!view.facts.people) return people_not_seen();
    CauseLook out;
    if (view.seats.empty()) return out;  // NoPeople
    const Knowledge knowledge = knowledge_of(view);
    if (at_least(knowledge.all, kLeastKnowledge)) return out;
    out.see(
        "little-knowledge",
        {fmt::format("担い手{}人のうち、役割にデジタルの知見が書かれている人の時間は合わせて{}"
                     "人分です（目安{}人分）",
                     view.seats.size(), short_number(knowledge.all), short_number(kLeastKnowledge)),
         fmt::format("of {} people, those whose role tells of digital knowledge give {} of a "
                     "person's time (at least {} is asked)",
                     view.seats.size(), short_number(knowledge.all),
                     short_number(kLeastKnowledge))});
    for (const DiagnosisSeat& seat : view.seats) {
        const SeenPerson& person = *seat.person;
        const double share = person.knows_digital ? person.share : 0;
        out.cite({.sign = "little-knowledge",
                  .of = person.id,
                  .number = share,
                  .bound = kLeastKnowledge,
                  .words = {fmt::format("役割「{}」：デジタルの知見の時間は{}人分", person.role,
                                        short_number(share)),
                            fmt::format("role '{}': digital knowledge for {} of a person's time",
                                        person.role, short_number(share))}});
    }
    return out;
}

CauseLook people_elsewhere(const DiagnosisView& view) {
    if (!view.facts.people) return people_not_seen();
    const Knowledge knowledge = knowledge_of(view);
    CauseLook out;
    if (!at_least(knowledge.all, kLeastKnowledge)) return out;  // NoKnowledge
    if (at_least(knowledge.in_reach, kLeastInReach)) return out;
    out.see("little-in-reach",
            {fmt::format("デジタルの知見を持つ人の時間{}人分のうち、町・県・中核市の人のものは{}"
                         "人分です（目安{}人分）",
                         short_number(knowledge.all), short_number(knowledge.in_reach),
                         short_number(kLeastInReach)),
             fmt::format("of {} of a person's time with digital knowledge, {} is of people of the "
                         "town, the prefecture or a core city (at least {} is asked)",
                         short_number(knowledge.all), short_number(knowledge.in_reach),
                         short_number(kLeastInReach))});
    for (const SeenPerson* person : knowledge.outside) {
        out.cite(
            {.sign = "little-in-reach",
             .of = person->id,
             .number = person->share,
             .words = {
                 fmt::format("役割「{}」の{}は地域外の人材", person->role, person->organisation),
                 fmt::format("'{}' of {} is from outside", person->role, person->organisation)}});
    }
    return out;
}

}  // namespace musubi
