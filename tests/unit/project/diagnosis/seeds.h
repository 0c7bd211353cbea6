#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <set>
#include <string_view>

#include "healthy_projects.h"

namespace musubi::testing {

/// The ids of what is found.
inline std::set<std::string_view> causes_of(const ProjectFacts& facts, Time now = kDiagnosedAt) {
    std::set<std::string_view> out;
    for (const Finding& finding : diagnose(facts, now)) out.insert(text_of(finding.cause).id);
    return out;
}
inline std::set<std::string_view> just(std::initializer_list<FailureCause> causes) {
    std::set<std::string_view> out;
    for (const FailureCause cause : causes) out.insert(text_of(cause).id);
    return out;
}
inline std::set<std::string_view> signs_of(const Finding& finding) {
    std::set<std::string_view> out;
    for (const FindingEvidence& one : finding.evidence) out.insert(one.sign);
    return out;
}

/// Makes a healthy project show one sign.
struct Seed {
    FailureCause cause;
    std::string_view sign;
    std::function<void(ProjectFacts&)> put;
    bool in_rollout = true;  ///< it is asked for there too
};

inline void silence_half(ProjectFacts& p) {
    for (std::size_t i = 0; i < p.devices->size(); i += 2) {
        p.devices->at(i).last_heard = kDiagnosedAt - days(10);
    }
}
inline void follow(ProjectFacts& p, std::size_t at) {
    SeenPerson next = p.people->at(at);
    next.id += "-next";
    next.from = kDiagnosedAt - days(50);
    p.people->at(at).to = kDiagnosedAt - days(60);
    p.people->push_back(next);
}
/// The plan, until the year after the grant is not in it.
inline void end_plan(ProjectFacts& p) {
    const int grant = static_cast<int>(std::ranges::count(p.money->grants, 100.0));
    const int now = calendar_month(2026, 11).number - p.money->first.number;
    p.money = money_from(p.money->first.year(), grant, std::max(grant, now) + 11);
}

inline std::vector<Seed> base_seeds() {
    using enum FailureCause;
    return {
        {TerminalsNotConnected, "silent", silence_half},
        {TerminalsNotConnected, "silent",
         [](ProjectFacts& p) {
             for (SeenDevice& one : *p.devices) one.last_heard.reset();
         }},
        {TerminalsNotConnected, "no-terminal", [](ProjectFacts& p) { p.devices->clear(); }},
        {NoDigitalBase, "no-link", [](ProjectFacts& p) { p.links->clear(); }},
        {NoDigitalBase, "no-link",
         [](ProjectFacts& p) {
             p.functions.emplace_back("local-5g");
             p.uses.push_back({"local-5g", {"rounds"}});
         }},
        {NoDigitalBase, "out-of-reach",
         [](ProjectFacts& p) {
             silence_half(p);
             for (std::size_t i = 0; i < p.devices->size(); ++i) {
                 p.devices->at(i).in_reach = i % 2 != 0;
             }
         }},
        {EquipmentPastLife, "past-life", [](ProjectFacts& p) { p.assets->at(0).bought = 2010; }},
    };
}
inline std::vector<Seed> people_seeds() {
    using enum FailureCause;
    return {
        {NoPeople, "left-role",
         [](ProjectFacts& p) { p.people->back().to = kDiagnosedAt - days(40); }},
        {NoPeople, "nobody", [](ProjectFacts& p) { p.people->clear(); }},
        {NoPeople, "open-role",
         [](ProjectFacts& p) {
             p.people->push_back(person("open", p.owner, "保守", SeenTier::AnyTown, 0));
         }},
        {NoPeople, "leavers",
         [](ProjectFacts& p) {
             const std::size_t people = p.people->size();
             for (std::size_t i = 0; i < people; ++i) {
                 if (!p.people->at(i).to) follow(p, i);
             }
         }},
        {NoKnowledge, "little-knowledge",
         [](ProjectFacts& p) {
             for (SeenPerson& one : *p.people) one.knows_digital = false;
         }},
        {PeopleElsewhere, "little-in-reach",
         [](ProjectFacts& p) {
             for (SeenPerson& one : *p.people) {
                 if (one.knows_digital) one.tier = SeenTier::Outside;
             }
         }},
    };
}
inline std::vector<Seed> agreement_seeds() {
    using enum FailureCause;
    return {
        {PurposeUnclear, "not-agreed",
         [](ProjectFacts& p) {
             std::erase_if(*p.artefacts, [](const auto& a) { return a.slot == "plan.reason"; });
         }},
        {PurposeUnclear, "no-purpose", [](ProjectFacts& p) { p.purpose.clear(); }},
        {PurposeUnclear, "no-goal", [](ProjectFacts& p) { p.measures.clear(); }},
        {PurposeUnclear, "agreed-by-few",
         [](ProjectFacts& p) { p.artefacts->at(1).organisations = {p.owner}; }},
        {TechnologyFirst, "no-issue",
         [](ProjectFacts& p) {
             p.issue.reset();
             p.issue_id.clear();
         }},
        {TechnologyFirst, "thin-issue", [](ProjectFacts& p) { p.issue->description.clear(); }},
        {TechnologyFirst, "needless-function",
         [](ProjectFacts& p) { p.functions.emplace_back("three-d"); }},
        {TechnologyFirst, "needless-function",
         [](ProjectFacts& p) { p.uses.back().measures.clear(); }},
        {TechnologyFirst, "no-talks",
         [](ProjectFacts& p) {
             std::erase_if(*p.artefacts, [](const auto& a) { return a.slot == "factor.talks"; });
         }},
        {PartiesApart, "shares-nothing",
         [](ProjectFacts& p) {
             for (SeenPerson& one : *p.people) one.shares = false;
         }},
        {PartiesApart, "alone",
         [](ProjectFacts& p) {
             for (SeenPerson& one : *p.people) one.organisation = p.owner;
         }},
        {PartiesApart, "not-met",
         [](ProjectFacts& p) {
             for (SeenArtefact& one : *p.artefacts) one.on = std::min(one.on, day("2025-07-01"));
         }},
    };
}
inline std::vector<Seed> business_seeds() {
    using enum FailureCause;
    return {
        {NoEarnings, "little-revenue",
         [](ProjectFacts& p) { std::ranges::fill(p.money->own, 49); }},
        {NoEarnings, "runs-out",
         [](ProjectFacts& p) {
             for (double& cash : p.money->cash) cash -= 2'000;
         }},
        {NoEarnings, "no-plan", [](ProjectFacts& p) { p.money = SeenMoney{}; }},
        {PilotForItself, "plan-ends", end_plan},
        {PilotForItself, "no-threshold",
         [](ProjectFacts& p) {
             for (SeenStage& one : *p.stages) one.thresholds = 0;
         },
         false},
        {PilotForItself, "no-rollout", [](ProjectFacts& p) { p.stages->pop_back(); }},
        {DataInSilos, "unread", [](ProjectFacts& p) { p.readers->clear(); }},
        {DataInSilos, "unread",
         [](ProjectFacts& p) {
             for (SeenReader& one : *p.readers) one.organisation = p.owner;
         }},
        {DataInSilos, "unread",
         [](ProjectFacts& p) {
             for (SeenReader& one : *p.readers) one.last = kDiagnosedAt - days(91);
         }},
    };
}

/// The first of each cause is the one it is seeded by in twos and all at once.
inline std::vector<Seed> seeds() {
    std::vector<Seed> out;
    for (auto&& kind : {base_seeds(), people_seeds(), agreement_seeds(), business_seeds()}) {
        out.insert(out.end(), kind.begin(), kind.end());
    }
    return out;
}

}  // namespace musubi::testing
