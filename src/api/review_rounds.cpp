// Rounds of reviews, whose reviewers do not see each other's points.
#include "project/portfolio/review_rounds.h"

#include "api/admin_json.h"
#include "api/loop.h"
#include "api/project_parts.h"
#include "broker/member_reader.h"

namespace musubi::api {

// PUT /musubi/v1/rounds/{name}/scores {"scores"}
Result<Answer> put_review_scores(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"scores"}));
    const Json* scores = body.find("scores");
    TRY(app.projects->rounds.score(call.caller, call.path.front(),
                                   scores != nullptr ? *scores : Json{}));
    return Answer{HttpResponse{204, {}, {}}};
}

// GET /musubi/v1/rounds/{name}/scores: one's own; of a closed round all; how many gave any
Result<Answer> get_review_scores(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const SeenScores scores = TRY(app.projects->rounds.scores(call.caller, call.path.front()));
    Json::Array list;
    for (const ReviewScores& one : scores.seen) {
        Json item;
        item.set("reviewer", one.reviewer);
        item.set("scores", one.scores);
        list.push_back(std::move(item));
    }
    Json out;
    out.set("reviewers", std::move(list));
    out.set("you", call.caller.subject);
    out.set("given", static_cast<std::int64_t>(scores.given));
    out.set("mayGive", scores.may_give);
    return Answer{plain_json(out)};
}

// POST /musubi/v1/rounds/{name}/close
Result<Answer> close_review_round(const App& app, const ApiCall& call) {
    TRY(app.projects->rounds.close(call.caller, call.path.front()));
    return Answer{plain_json(TRY(loop_one(app, call, "Round", call.path.front())))};
}

}  // namespace musubi::api
