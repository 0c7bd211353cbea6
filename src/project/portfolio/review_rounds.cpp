#include "project/portfolio/review_rounds.h"

#include <algorithm>
#include <set>

#include "project/loop/loop_writer.h"
#include "project/loop/project_service.h"
#include "project/portfolio/narrowing.h"
#include "store/edit_values.h"

namespace musubi {
namespace {

Error no_round(const std::string& id) {
    return loop_error(ErrorCode::NotFound, id, "この審査はありません", "there is no such round");
}

bool reviews(const Caller& caller) {
    const bool role = caller.role == Role::Reviewer || caller.role == Role::Member ||
                      caller.role == Role::DataOwner || caller.role == Role::Operator;
    return role && caller.subject.starts_with("person:");
}

std::set<std::string> ids_in(const Entity& round, std::string_view list) {
    std::set<std::string> out;
    const Json* all = loop_value(round, list);
    for (const Json& one : all != nullptr ? all->array() : Json::Array{}) {
        out.insert(one.find("id")->string());
    }
    return out;
}

Result<void> check_points(const Json& points, const std::set<std::string>& criteria,
                          const std::string& place) {
    if (!points.is_object() || points.object().size() != criteria.size()) {
        return loop_fault(place, "観点のすべてに点を付けてください",
                          "give points for each criterion");
    }
    for (const JsonMember& one : points.object()) {
        const bool fits = criteria.contains(one.name) && one.value.is_integer() &&
                          one.value.integer() >= 0 && one.value.integer() <= Narrowing::kMaxPoints;
        if (!fits) {
            return loop_fault(place + "/" + one.name, "点は 0 から 100 までの整数です",
                              "points are whole, from 0 to 100, each of a criterion");
        }
    }
    return {};
}

Result<void> check_scores(const Entity& round, const Json& scores) {
    if (!scores.is_array()) return loop_fault("/scores", "候補ごとの並びです", "it is a list");
    const std::set<std::string> candidates = ids_in(round, "candidates");
    const std::set<std::string> criteria = ids_in(round, "criteria");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < scores.array().size(); ++i) {
        const std::string place = "/scores/" + std::to_string(i);
        const Json* candidate = scores.array()[i].find("candidate");
        const Json* points = scores.array()[i].find("points");
        const bool known = candidate != nullptr && candidate->is_string() &&
                           candidates.contains(candidate->string()) &&
                           seen.insert(candidate->string()).second;
        if (!known) {
            return loop_fault(place + "/candidate", "この候補はないか、二度書かれています",
                              "there is no such candidate, or it stands there twice");
        }
        TRY(check_points(points != nullptr ? *points : Json{}, criteria, place + "/points"));
    }
    return {};
}

void append_line(std::string& out, std::string_view key, const Json& value) {
    out += key;
    out += " = ";
    append_json(out, value);
    out += '\n';
}

// Rounds of before had one language: their words stand for both.
const Json& english_of(const Json& one) {
    const Json* english = one.find("wordsEn");
    return english != nullptr ? *english : *one.find("words");
}

// The round as a file of candidates and their scores, so that one reader decides what it means.
std::string narrowing_text(const Entity& round, const std::vector<ReviewScores>& all) {
    std::string out = "[narrowing]\nunit = \"千円\"\n";
    for (const Json& criterion : loop_value(round, "criteria")->array()) {
        out += "[[criterion]]\n";
        append_line(out, "id", *criterion.find("id"));
        append_line(out, "ja", *criterion.find("words"));
        append_line(out, "en", english_of(criterion));
        append_line(out, "weight", *criterion.find("weight"));
    }
    for (const Json& candidate : loop_value(round, "candidates")->array()) {
        out += "[[candidate]]\n";
        append_line(out, "id", *candidate.find("id"));
        append_line(out, "ja", *candidate.find("words"));
        append_line(out, "en", english_of(candidate));
        append_line(out, "cost", *candidate.find("cost"));
    }
    for (const ReviewScores& one : all) {
        for (const Json& score : one.scores.array()) {
            out += "[[score]]\n";
            append_line(out, "candidate", *score.find("candidate"));
            append_line(out, "reviewer", one.reviewer);
            out += "points = {";
            const char* comma = "";
            for (const JsonMember& point : score.find("points")->object()) {
                out += comma + point.name + " = " + std::to_string(point.value.integer());
                comma = ", ";
            }
            out += "}\n";
        }
    }
    return out;
}

// Japanese and English of a refusal. Where names have strokes of their own the one in the middle
// parts the two; where none does, both are all of it.
std::pair<std::string, std::string> halves_of(const std::string& detail) {
    constexpr std::string_view kStroke = " / ";
    std::vector<std::size_t> strokes;
    for (std::size_t at = 0; (at = detail.find(kStroke, at)) != std::string::npos; ++at) {
        strokes.push_back(at);
    }
    if (strokes.size() % 2 == 0) return {detail, detail};
    const std::size_t middle = strokes[strokes.size() / 2];
    return {detail.substr(0, middle), detail.substr(middle + kStroke.size())};
}

Result<Json> narrowed(const Entity& round, const std::vector<ReviewScores>& all) {
    auto narrowing = read_narrowing(narrowing_text(round, all), "round");
    if (!narrowing) {
        const auto [ja, en] = halves_of(narrowing.error().detail);
        return loop_error(ErrorCode::Conflict, round.id, "まだ閉じられません: " + ja,
                          "it can't be closed yet: " + en);
    }
    const std::int64_t budget = loop_value(round, "budget")->integer();
    const Narrowed result = TRY(narrow(*narrowing, budget));
    Json out = to_json(*narrowing, result, budget);
    out.set("otherwise",
            to_json(*narrowing, result, TRY(narrow_otherwise(*narrowing, result, budget))));
    return out;
}

}  // namespace

Result<void> ReviewRounds::score(const Caller& caller, std::string_view round, const Json& scores) {
    const std::string id = loop_id("Round", round);
    if (!reviews(caller)) {
        return loop_error(ErrorCode::Forbidden, id, "点を付けられるのは、サインインした審査員です",
                          "reviewers give points, signed in as themselves");
    }
    if (!TRY(store_.find(caller, id))) return no_round(id);
    Caller guardian = service_caller(caller.tenant, kLoopGuardian);
    guardian.subject = caller.subject;
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        const EntityPtr there = TRY(tx.find(id));
        if (!there || there->guardian != kLoopGuardian) return no_round(id);
        if (loop_text(*there, "state") == "closed") {
            return loop_error(ErrorCode::Conflict, id, "この審査は終わりました",
                              "the round is closed");
        }
        TRY(check_scores(*there, scores));
        tx.put_record(kScores, id + " " + caller.subject, to_text(scores));
        set_loop_value(*TRY(tx.edit(id)), "state", "scored");
        return {};
    }));
    return {};
}

Result<std::vector<ReviewScores>> ReviewRounds::all(const Caller& caller,
                                                    const std::string& id) const {
    const std::string prefix = id + " ";
    std::vector<ReviewScores> out;
    const auto records =
        TRY(store_.records(TRY(store_.tenant(caller.tenant)), kScores, prefix, kMaxReviewers + 1));
    for (const auto& [name, value] : records) {
        if (!name.starts_with(prefix)) break;
        out.push_back({name.substr(prefix.size()), TRY(parse_json(value))});
    }
    if (out.size() <= kMaxReviewers) return out;
    return loop_error(ErrorCode::TooLarge, id, "審査員は 200 人までです",
                      "a round has at most 200 reviewers");
}

Result<SeenScores> ReviewRounds::scores(const Caller& caller, std::string_view round) const {
    const std::string id = loop_id("Round", round);
    const EntityPtr there = TRY(store_.find(caller, id));
    if (!there || there->guardian != kLoopGuardian) return no_round(id);
    SeenScores out;
    out.may_give = reviews(caller) && loop_text(*there, "state") != "closed";
    out.seen = TRY(all(caller, id));
    out.given = out.seen.size();
    if (loop_text(*there, "state") != "closed") {
        std::erase_if(out.seen,
                      [&](const ReviewScores& one) { return one.reviewer != caller.subject; });
    }
    return out;
}

Result<void> ReviewRounds::close(const Caller& caller, std::string_view round) {
    const Caller guardian = TRY(loop_caller(caller));
    const std::string id = loop_id("Round", round);
    const EntityPtr before = TRY(store_.find(guardian, id));
    if (!before || before->guardian != kLoopGuardian) return no_round(id);
    const Json result = TRY(narrowed(*before, TRY(all(caller, id))));
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        EntityEdit& edit = *TRY(tx.edit(id));
        TRY(check_clock(edit.state(), tx.now(), id));
        const bool same = edit.state().modified_at == before->modified_at;
        if (loop_text(edit.state(), "state") == "closed" || !same) {
            return loop_error(ErrorCode::Conflict, id,
                              "もう終わっているか、その間に点が変わりました。もう一度見てください",
                              "it is closed already, or points changed meanwhile; look again");
        }
        set_loop_value(edit, "state", "closed");
        set_loop_value(edit, "closedAt", date_time(tx.now()));
        set_loop_value(edit, "closedBy", caller.subject);
        set_loop_value(edit, "result", result);
        return {};
    }));
    return {};
}

}  // namespace musubi
