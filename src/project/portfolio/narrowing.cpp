#include "project/portfolio/narrowing.h"

#include <fmt/format.h>

#include <algorithm>

#include "project/portfolio/choice_program.h"

namespace musubi {
namespace {

// A condition, with what a person calls it.
struct Condition {
    ChoiceBound bound;
    std::string ja;
    std::string en;
};

bool belongs(const NarrowingCandidate& candidate, const NarrowingLimit& limit) {
    if (limit.of == "field") return candidate.field == limit.name;
    if (limit.of == "region") return candidate.region == limit.name;
    return std::ranges::find(candidate.functions, limit.name) != candidate.functions.end();
}

std::string_view word_of(std::string_view of) {
    if (of == "field") return "分野";
    return of == "region" ? "地域" : "機能";
}

// What is weighed, candidate by candidate.
struct Amounts {
    explicit Amounts(const Narrowing& narrowing) {
        for (const NarrowingCandidate& one : narrowing.candidates) {
            scores.push_back(one.score);
            costs.push_back(one.cost);
            savings.push_back(-one.cost);
        }
    }
    [[nodiscard]] Narrowed of(std::vector<bool> chosen) const {
        const std::int64_t score = sum_of(scores, chosen);
        const std::int64_t cost = sum_of(costs, chosen);
        return {std::move(chosen), score, cost};
    }

    std::vector<std::int64_t> scores;
    std::vector<std::int64_t> costs;
    std::vector<std::int64_t> savings;
};

// At least and at most are conditions of their own: only one of them may stand in the way.
Result<std::vector<Condition>> conditions_of(const Narrowing& narrowing, std::int64_t budget) {
    if (budget < 0 || budget > Narrowing::kMaxBudget) {
        return Error{
            ErrorCode::BadRequest,
            "予算は 0 から 1,000,000,000 までです / the budget is from 0 to 1,000,000,000"};
    }
    std::vector<Condition> out;
    const std::string money = std::to_string(budget) + " " + narrowing.unit;
    out.push_back(
        {{Amounts{narrowing}.costs, std::nullopt, budget}, "予算 " + money, "budget " + money});
    for (const NarrowingLimit& limit : narrowing.limits) {
        std::vector<std::int64_t> members;
        for (const NarrowingCandidate& one : narrowing.candidates) {
            members.push_back(belongs(one, limit) ? 1 : 0);
        }
        const std::string ja = fmt::format("{}「{}」は", word_of(limit.of), limit.name);
        const std::string en = fmt::format("of {} {}", limit.of, limit.name);
        if (limit.least) {
            out.push_back({{members, limit.least, std::nullopt},
                           fmt::format("{}{}件以上", ja, *limit.least),
                           fmt::format("at least {} {}", *limit.least, en)});
        }
        if (limit.most) {
            out.push_back({{members, std::nullopt, limit.most},
                           fmt::format("{}{}件以下", ja, *limit.most),
                           fmt::format("at most {} {}", *limit.most, en)});
        }
    }
    for (const auto& [a, b] : narrowing.exclusions) {
        const NarrowingCandidate& one = narrowing.candidates[a];
        const NarrowingCandidate& other = narrowing.candidates[b];
        std::vector<std::int64_t> pair(narrowing.candidates.size(), 0);
        pair[a] = pair[b] = 1;
        out.push_back({{std::move(pair), std::nullopt, 1},
                       "「" + one.ja + "」と「" + other.ja + "」は両方は選べない",
                       "not both " + one.id + " and " + other.id});
    }
    return out;
}

ChoiceProgram program_of(std::size_t items, const std::vector<Condition>& conditions,
                         int seconds = ChoiceProgram::kMaxSeconds) {
    ChoiceProgram program{items, seconds};
    for (const Condition& one : conditions) program.add(one.bound);
    return program;
}

// The cheapest of the choices of the highest score; the program then has these alone. Nothing where
// no choice keeps the program.
Result<std::optional<std::vector<bool>>> best_of(ChoiceProgram& program, const Amounts& amounts) {
    const auto best = TRY(program.maximise(amounts.scores));
    if (!best) return std::optional<std::vector<bool>>{};
    program.add({amounts.scores, sum_of(amounts.scores, *best), std::nullopt});
    auto cheapest = TRY(program.maximise(amounts.savings));
    if (!cheapest) return Error{ErrorCode::Internal, "a choice that was there is gone"};
    program.add({amounts.costs, std::nullopt, sum_of(amounts.costs, *cheapest)});
    return cheapest;
}

// What is left when each condition that is not needed for it to be impossible is taken away.
Error why_impossible(std::size_t items, std::vector<Condition> conditions) {
    const std::vector<std::int64_t> nothing(items, 0);
    for (std::size_t i = 0; i < conditions.size();) {
        std::vector<Condition> fewer = conditions;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        const auto left = program_of(items, fewer).maximise(nothing);
        if (!left) return left.error();
        if (*left) {
            ++i;  // it is needed
        } else {
            conditions = std::move(fewer);
        }
    }
    std::string ja;
    std::string en;
    for (const Condition& one : conditions) {
        ja += (ja.empty() ? "" : "、") + one.ja;
        en += (en.empty() ? "" : "; ") + one.en;
    }
    return {ErrorCode::Conflict, "条件を満たす選び方がありません。一緒には守れないもの: " + ja +
                                     " / no choice keeps all conditions; these can not be "
                                     "kept together: " +
                                     en};
}

// Of all choices that keep the program, the one with the earlier candidates: those of a group weigh
// so that each counts for more than all behind it.
Result<std::vector<bool>> earliest(ChoiceProgram program, std::vector<bool> chosen) {
    constexpr std::size_t kGroup = 16;
    for (std::size_t begin = 0; begin < chosen.size(); begin += kGroup) {
        const std::size_t end = std::min(begin + kGroup, chosen.size());
        std::vector<std::int64_t> weights(chosen.size(), 0);
        for (std::size_t i = begin; i < end; ++i) weights[i] = std::int64_t{1} << (end - 1 - i);
        auto better = TRY(program.maximise(weights));
        if (!better) return Error{ErrorCode::Internal, "a choice that was there is gone"};
        chosen = std::move(*better);
        const std::int64_t reached = sum_of(weights, chosen);
        program.add({std::move(weights), reached, reached});
    }
    return chosen;
}

Json candidate_json(const Narrowing& narrowing, const NarrowingCandidate& one) {
    Json out;
    out.set("id", one.id);
    out.set("ja", one.ja);
    out.set("en", one.en);
    out.set("cost", one.cost);
    out.set("score", static_cast<double>(one.score) / narrowing.score_unit);
    out.set("reviewers", static_cast<std::int64_t>(one.reviewers));
    return out;
}

}  // namespace

Result<Narrowed> narrow(const Narrowing& narrowing, std::int64_t budget) {
    const std::size_t items = narrowing.candidates.size();
    const std::vector<Condition> conditions = TRY(conditions_of(narrowing, budget));
    const Amounts amounts{narrowing};
    ChoiceProgram program = program_of(items, conditions);
    auto best = TRY(best_of(program, amounts));
    if (!best) return why_impossible(items, conditions);
    return amounts.of(TRY(earliest(std::move(program), std::move(*best))));
}

Result<std::vector<NarrowedOtherwise>> narrow_otherwise(const Narrowing& narrowing,
                                                        const Narrowed& narrowed,
                                                        std::int64_t budget) {
    const std::size_t items = narrowing.candidates.size();
    const std::vector<Condition> conditions = TRY(conditions_of(narrowing, budget));
    const Amounts amounts{narrowing};
    std::vector<NarrowedOtherwise> out;
    for (std::size_t i = 0; i < items && items <= kMaxReasons; ++i) {
        ChoiceProgram program = program_of(items, conditions, kReasonSeconds);
        std::vector<std::int64_t> only(items, 0);
        only[i] = 1;
        const std::int64_t other = narrowed.chosen[i] ? 0 : 1;
        program.add({std::move(only), other, other});
        auto best = best_of(program, amounts);
        if (!best) {
            if (best.error().code != ErrorCode::Timeout) return best.error();
            out.emplace_back(best.error());
        } else if (!*best) {
            out.emplace_back(std::optional<Narrowed>{});
        } else {
            out.emplace_back(std::optional{amounts.of(std::move(**best))});
        }
    }
    return out;
}

Json to_json(const Narrowing& narrowing, const Narrowed& narrowed,
             const std::vector<NarrowedOtherwise>& otherwise) {
    Json out{Json::Object{}};
    for (std::size_t i = 0; i < otherwise.size(); ++i) {
        const std::string& id = narrowing.candidates[i].id;
        if (!otherwise[i]) continue;
        const std::optional<Narrowed>& other = *otherwise[i];
        if (!other) {
            out.set(id, Json{});
            continue;
        }
        Json::Array in;
        Json::Array gone;
        for (std::size_t k = 0; k < otherwise.size(); ++k) {
            const bool now = other->chosen[k];
            if (k == i || now == narrowed.chosen[k]) continue;
            (now ? in : gone).emplace_back(narrowing.candidates[k].id);
        }
        Json one;
        one.set("score", static_cast<double>(other->score) / narrowing.score_unit);
        one.set("cost", other->cost);
        one.set("in", std::move(in));
        one.set("out", std::move(gone));
        out.set(id, std::move(one));
    }
    return out;
}

Json to_json(const Narrowing& narrowing, const Narrowed& narrowed, std::int64_t budget) {
    Json::Array chosen;
    Json::Array others;
    for (std::size_t i = 0; i < narrowing.candidates.size(); ++i) {
        Json one = candidate_json(narrowing, narrowing.candidates[i]);
        (narrowed.chosen[i] ? chosen : others).push_back(std::move(one));
    }
    Json out;
    out.set("budget", budget);
    out.set("unit", narrowing.unit);
    out.set("cost", narrowed.cost);
    out.set("score", static_cast<double>(narrowed.score) / narrowing.score_unit);
    out.set("chosen", std::move(chosen));
    out.set("others", std::move(others));
    return out;
}

}  // namespace musubi
