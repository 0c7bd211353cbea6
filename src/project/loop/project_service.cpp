#include "project/loop/project_service.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "broker/present.h"
#include "project/loop/loop_writer.h"
#include "project/loop/stage_fit.h"
#include "project/loop/stage_lock.h"
#include "project/loop/time_shares.h"
#include "project/towns/known_town.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxStages = 20;

Result<void> check_reference(Transaction& tx, const std::string& id, const std::string& place) {
    const EntityPtr there = TRY(tx.find(id));
    if (there && there->guardian == kLoopGuardian) return check_clock(*there, tx.now(), place);
    return loop_error(ErrorCode::NotFound, place, "指している先がありません: " + id,
                      "what it refers to is not there: " + id);
}

// What a member of any depth refers to has to be there.
Result<void> check_references(Transaction& tx, const LoopThing& thing) {
    for (const LoopMember* member : loop_members(thing.kind->type)) {
        const Json* value = thing.members.find(member->name);
        if (value == nullptr) continue;
        const std::string place = thing.place() + "/" + std::string{member->name};
        if (member->value == LoopValue::Reference) {
            TRY(check_reference(tx, value->string(), place));
        } else if (member->value == LoopValue::References) {
            for (const Json& one : value->array()) TRY(check_reference(tx, one.string(), place));
        }
    }
    return {};
}

// A stage of another project is no place for what is evidence of this one.
Result<void> check_own_stage(Transaction& tx, const LoopThing& thing) {
    const std::string id = thing.text("ofStage");
    if (thing.kind->type != "Artefact" || id.empty()) return {};
    const EntityPtr stage = TRY(tx.find(id));
    if (stage && loop_text(*stage, "ofProject") == thing.text("ofProject")) return {};
    return loop_error(ErrorCode::BadRequest, thing.place() + "/ofStage",
                      "ほかの事業の段階です。この事業の段階を選んでください",
                      "it is a stage of another project: name one of its own");
}

Result<void> check_measure(const MeasureSet* measures, const Json& name, const std::string& place) {
    if (measures != nullptr && measures->find(name.string()) != nullptr) return {};
    return loop_error(ErrorCode::NotFound, place, "この指標はありません: " + name.string(),
                      "there is no such measure: " + name.string());
}

// The measures that a thing names: in `measures` at any place, and in its expectations.
Result<void> check_measures(const MeasureSet* measures, const Json& value,
                            const std::string& place) {
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.array().size(); ++i) {
            TRY(check_measures(measures, value.array()[i], place + "/" + std::to_string(i)));
        }
    }
    if (!value.is_object()) return {};
    for (const JsonMember& member : value.object()) {
        const std::string at = place + "/" + member.name;
        if (member.name == "measure") {
            TRY(check_measure(measures, member.value, at));
        } else if (member.name == "measures") {
            for (const Json& name : member.value.array()) TRY(check_measure(measures, name, at));
        } else {
            TRY(check_measures(measures, member.value, at));
        }
    }
    return {};
}

// A new stage stands in the list of its project.
Result<void> list_stage(Transaction& tx, const LoopThing& thing) {
    EntityEdit* project = TRY(tx.edit(thing.text("ofProject")));
    const Json* present = loop_value(project->state(), "stages");
    Json stages = present != nullptr ? *present : Json{Json::Array{}};
    const auto& list = stages.array();
    if (std::find(list.begin(), list.end(), Json{thing.id()}) != list.end()) return {};
    if (list.size() >= kMaxStages) {
        return loop_error(ErrorCode::TooLarge, thing.place(), "一つの事業の段階は 20 までです",
                          "a project has at most 20 stages");
    }
    stages.push_back(thing.id());
    set_loop_value(*project, "stages", std::move(stages));
    return {};
}

Result<void> write_stage(Transaction& tx, const LoopThing& thing, const std::string& why) {
    const EntityPtr there = TRY(tx.find(thing.id()));
    const Json before = there ? lockable_of(*there) : Json{Json::Object{}};
    const bool is_stage = there && there->guardian == kLoopGuardian;
    if (is_stage && loop_text(*there, "ofProject") != thing.text("ofProject")) {
        return loop_conflict(thing.place() + "/ofProject", "段階は別の事業に移せません",
                             "a stage stays with its project");
    }
    const WrittenThing written = TRY(write_loop_thing(tx, thing));
    if (written.fresh) set_loop_value(*written.edit, "state", "planned");
    TRY(keep_goalposts(*written.edit, before, {tx.caller().subject, why, tx.now(), thing.place()}));
    return list_stage(tx, thing);
}

struct StageDays {
    std::string id;
    std::string kind;
    std::string from;
    std::string to;
};

// Before the second of two neighbours in time: a plan is no more made once the pilot has begun.
Result<void> check_kinds(const StageDays& before, const StageDays& after) {
    constexpr std::array<std::string_view, 3> kOrder{"plan", "pilot", "rollout"};
    const auto rank = [&](const std::string& kind) {
        return std::find(kOrder.begin(), kOrder.end(), kind);
    };
    if (rank(before.kind) <= rank(after.kind)) return {};
    const std::string slug{loop_slug("Stage", after.id)};
    const std::string other{loop_slug("Stage", before.id)};
    return loop_conflict(
        "/Stage/" + slug + "/kind",
        "段階の順は計画・実証・実装です。段階「" + slug + "」が、段階「" + other + "」の後に来ます",
        "stages are plan, pilot, rollout, in this order: '" + slug + "' comes after '" + other +
            "'");
}

// The stages of a project lie beside each other in time, in the order of their kinds.
Result<void> check_overlap(Transaction& tx, const std::string& project) {
    const EntityPtr entity = TRY(tx.find(project));
    const Json* list = entity ? loop_value(*entity, "stages") : nullptr;
    if (list == nullptr) return {};
    std::vector<StageDays> days;
    for (const Json& id : list->array()) {
        const EntityPtr stage = TRY(tx.find(id.string()));
        if (stage)
            days.push_back({id.string(), loop_text(*stage, "kind"), loop_text(*stage, "from"),
                            loop_text(*stage, "to")});
    }
    std::sort(days.begin(), days.end(), [](const StageDays& a, const StageDays& b) {
        return std::tie(a.from, a.id) < std::tie(b.from, b.id);
    });
    for (std::size_t i = 1; i < days.size(); ++i) {
        TRY(check_kinds(days[i - 1], days[i]));
        if (days[i].from > days[i - 1].to) continue;
        const auto slug = loop_slug("Stage", days[i].id);
        const auto other = loop_slug("Stage", days[i - 1].id);
        return loop_conflict(
            fmt::format("/Stage/{}/from", slug),
            fmt::format("段階「{}」が、段階「{}」の期間と重なっています", slug, other),
            fmt::format("the stage '{}' overlaps with '{}'", slug, other));
    }
    return {};
}

// What its writer read is what it still says.
Result<void> check_revision(const LoopThing& thing, const EntityPtr& there) {
    if (!thing.revision) return {};
    const std::string place = thing.place() + "/revision";
    if (!there) {
        if (thing.revision->empty()) return {};
        return loop_conflict(place, "だれかが先に消しました。要るなら、新しく書いてください",
                             "somebody took it away meanwhile; write it anew if it is needed");
    }
    if (TRY(loop_revision(*there, thing.kind->type)) == *thing.revision) return {};
    return loop_conflict(
        place, "だれかが先に書き変えました。いまの内容を見てから、もう一度書いてください",
        "somebody changed it meanwhile; look at what it says now, then write it again");
}

// What people say happened has happened, by the calendar in Japan.
Result<void> check_day(const LoopThing& thing, Time now) {
    if (thing.kind->type != "Artefact" || thing.text("on") <= day_text(now)) return {};
    return loop_error(ErrorCode::BadRequest, thing.place() + "/on",
                      "まだ来ていない日付です。残せるのは、もうあったことです",
                      "this day is still to come: an artefact is of what has happened");
}

Result<void> write_thing(Transaction& tx, const LoopThing& thing, const std::string& why) {
    const EntityPtr there = TRY(tx.find(thing.id()));
    TRY(check_revision(thing, there));
    if (there) TRY(check_clock(*there, tx.now(), thing.place()));
    TRY(check_day(thing, tx.now()));
    if (thing.kind->type == "Stage") return write_stage(tx, thing, why);
    // Points were given by what it says.
    if (there && thing.kind->type == "Round" && !loop_text(*there, "state").empty()) {
        return loop_conflict(thing.place(), "点が付いたので、もう変えられません",
                             "points were given: it can't be changed any more");
    }
    TRY(write_loop_thing(tx, thing));
    return {};
}

Result<void> unlist_stage(Transaction& tx, const Entity& stage) {
    EntityEdit* project = TRY(tx.edit(loop_text(stage, "ofProject")));
    const Json* present = loop_value(project->state(), "stages");
    Json::Array left;
    if (present != nullptr) {
        for (const Json& id : present->array()) {
            if (!(id == Json{stage.id})) left.push_back(id);
        }
    }
    set_loop_value(*project, "stages", std::move(left));
    return {};
}

// The stages of its project that are under way or come before it have to be over.
Result<void> check_turn(Transaction& tx, const Entity& stage, const std::string& place) {
    const EntityPtr project = TRY(tx.find(loop_text(stage, "ofProject")));
    const Json* list = project ? loop_value(*project, "stages") : nullptr;
    if (list == nullptr) return {};
    if (loop_text(*project, "state") == "ended") {
        return loop_conflict(place, "この事業は終わっています", "the project is over");
    }
    for (const Json& id : list->array()) {
        const EntityPtr other = id.string() == stage.id ? nullptr : TRY(tx.find(id.string()));
        if (!other) continue;
        const std::string state = loop_text(*other, "state");
        const bool before = loop_text(*other, "from") < loop_text(stage, "from");
        if (state != "open" && (state == "passed" || !before)) continue;
        const std::string slug{loop_slug("Stage", other->id)};
        return loop_conflict(place, "先に段階「" + slug + "」のゲートの決定が要ります",
                             "the stage '" + slug + "' has to pass its gate first");
    }
    return {};
}

// Nothing is promised of days that are over.
Result<void> check_days_left(const Entity& stage, Time present) {
    const std::string to = loop_text(stage, "to");
    if (day_text(present) <= to) return {};
    return loop_conflict(
        stage.id,
        "この段階の最終日（" + to + "）は過ぎています。結果が分かってからの約束は固定できません",
        "the last day of this stage, " + to +
            ", is over: nothing is promised when the outcome is known");
}

// What a stage was entered with.
struct StageEntered {
    Json members;
    Time at;  // by the clock of the tenant
};

// Whether it is its turn, and in time. Fails: Conflict.
Result<StageEntered> may_enter(Transaction& tx, const Entity& stage, const std::string& id) {
    TRY(check_clock(stage, tx.now(), id));
    TRY(advance_clock(tx, loop_text(stage, "ofProject"), id));
    if (loop_text(stage, "state") != "planned") {
        return loop_conflict(id, "この段階はもう始まっています", "the stage was entered before");
    }
    TRY(check_turn(tx, stage, id));
    StageEntered entered{.members = loop_members_of(stage, "Stage"),
                         .at = TRY(read_present(tx)).at};
    TRY(check_days_left(stage, entered.at));
    return entered;
}

// What is worth knowing of a stage that is entered by now, whatever of it can be told.
std::vector<TwoTongues> notes_of(const Store& store, const std::string& tenant,
                                 const MeasureSet* measures, const StageEntered& entered) {
    std::vector<TwoTongues> notes;
    if (measures != nullptr) {
        auto groups = groups_without_values(store, tenant, *measures, entered.members, entered.at);
        if (groups) notes = std::move(groups).value();
    }
    if (auto nothing = promises_nothing(entered.members)) notes.push_back(std::move(*nothing));
    if (auto late = locked_late(entered.members, day_text(entered.at))) {
        notes.push_back(std::move(*late));
    }
    return notes;
}

// Of those whom the document names: what they give to all projects that the caller sees. It is
// written by now, whatever of it can be told.
std::vector<TwoTongues> notes_on_shares(const Store& store, const Caller& caller,
                                        const LoopDocument& document) {
    std::set<std::pair<std::string, std::string>> named;
    for (const LoopThing& thing : document.things) {
        if (thing.kind->type != "Participant") continue;
        named.emplace(thing.text("name"), thing.text("organisation"));
    }
    if (named.empty()) return {};
    const auto all = loop_entities(store, caller, "Participant");
    std::vector<TimeShare> shares;
    for (const EntityPtr& one : all ? *all : std::vector<EntityPtr>{}) {
        TimeShare given{.name = loop_text(*one, "name"),
                        .organisation = loop_text(*one, "organisation"),
                        .from = loop_text(*one, "from"),
                        .to = loop_text(*one, "to")};
        const Json* share = loop_value(*one, "share");
        if (share == nullptr || !share->is_number()) continue;
        given.share = share->number();
        if (named.contains({given.name, given.organisation})) shares.push_back(std::move(given));
    }
    return shares_over_all(shares);
}

}  // namespace

Result<Caller> loop_caller(const Caller& caller) {
    const bool may = (caller.role == Role::Operator || caller.role == Role::DataOwner ||
                      caller.role == Role::Member || caller.role == Role::Service) &&
                     caller.access && caller.access->may_write;
    if (!may) {
        return loop_error(ErrorCode::Forbidden, "",
                          "事業を書き込めるのは、運用者・データの所有者・事業のメンバーです",
                          "operators, data owners and members of a project write it; ask one");
    }
    Caller guardian = caller;
    guardian.guardian = kLoopGuardian;
    return guardian;
}

Result<std::vector<TwoTongues>> ProjectService::put(const Caller& caller,
                                                    const LoopDocument& document) {
    const Caller guardian = TRY(loop_caller(caller));
    for (const LoopThing& thing : document.things) {
        TRY(check_measures(measures_.get(), thing.members, thing.place()));
        TRY(check_known_town(store_, caller.tenant, thing.text("townCode"),
                             thing.place() + "/townCode"));
        if (thing.kind->type != "Stage") continue;
        TRY(check_stage_fit(measures_.get(), thing.members, thing.place()));
    }
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        std::set<std::string> projects;
        for (const LoopThing& thing : document.things) {
            const bool is_project = thing.kind->type == "Project";
            const std::string project = is_project ? thing.id() : thing.text("ofProject");
            if (!project.empty()) TRY(advance_clock(tx, project, thing.place()));
            TRY(check_references(tx, thing));
            TRY(check_own_stage(tx, thing));
            TRY(write_thing(tx, thing, document.why));
            if (thing.kind->type == "Stage") projects.insert(thing.text("ofProject"));
        }
        for (const std::string& project : projects) TRY(check_overlap(tx, project));
        return {};
    }));
    return notes_on_shares(store_, caller, document);
}

Result<void> ProjectService::remove(const Caller& caller, const LoopKind& kind,
                                    std::string_view slug,
                                    const std::optional<std::string>& revision) {
    const Caller guardian = TRY(loop_caller(caller));
    const std::string id = loop_id(kind.type, slug);
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        const EntityPtr there = TRY(tx.find(id));
        if (!there || there->guardian != kLoopGuardian) {
            return loop_error(ErrorCode::NotFound, id, "この名前のものはありません",
                              "there is no such thing");
        }
        TRY(check_clock(*there, tx.now(), id));
        TRY(advance_clock(tx, loop_text(*there, "ofProject"), id));
        TRY(check_revision({&kind, std::string{slug}, {}, revision}, there));
        const bool is_stage = kind.type == "Stage";
        const bool may = kind.type == "Participant" || kind.type == "Artefact" ||
                         (is_stage && loop_text(*there, "state") == "planned");
        if (!may) {
            return loop_conflict(id, "約束したことは消せません。書き直してください",
                                 "what was promised is not taken away; change it instead");
        }
        if (is_stage) TRY(unlist_stage(tx, *there));
        return tx.erase(id);
    }));
    return {};
}

Result<std::vector<TwoTongues>> ProjectService::enter(const Caller& caller, std::string_view stage,
                                                      const std::optional<std::string>& revision) {
    const Caller guardian = TRY(loop_caller(caller));
    const std::string id = loop_id("Stage", stage);
    auto entered = std::make_shared<StageEntered>();
    TRY(store_.commit(guardian, [&, entered](Transaction& tx) -> Result<void> {
        const EntityPtr there = TRY(tx.find(id));
        if (!there || there->guardian != kLoopGuardian) {
            return loop_error(ErrorCode::NotFound, id, "この段階はありません",
                              "there is no such stage");
        }
        TRY(check_revision({loop_kind_of_type("Stage"), std::string{stage}, {}, revision}, there));
        *entered = TRY(may_enter(tx, *there, id));
        TRY(check_stage_fit(measures_.get(), entered->members, id));
        tx.put_record(kStageDefinitions, id, to_text(definitions_of(measures_.get())));
        return lock_stage(*TRY(tx.edit(id)), measures_.get(), caller.subject,
                          {.at = tx.now(), .present = entered->at});
    }));
    return notes_of(store_, caller.tenant, measures_.get(), *entered);
}

}  // namespace musubi
