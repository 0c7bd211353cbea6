#include "project/care/handover_kit.h"

#include <algorithm>
#include <array>

#include "project/loop/loop_writer.h"
#include "project/measures/words.h"

namespace musubi {
namespace {

constexpr std::size_t kMostDevices = 1'000;

struct KitStep {
    std::string_view way;  // hand-over, closing
    std::string_view ja;
    std::string_view en;
};
constexpr std::array kSteps{
    KitStep{"hand-over", "引き継ぐ組織と、払う人・直す人の名前を事業に書く",
            "Name who takes over, who pays and who repairs in the project"},
    KitStep{"hand-over", "機器の一覧を一つずつ確かめ、届いていないものに印を付ける",
            "Go through the devices and mark those that are silent"},
    KitStep{"hand-over", "開いている対応を、期限と担当を決めて渡す",
            "Hand over the open tasks, each with a day and a person"},
    KitStep{"hand-over", "証拠のファイルを渡し、相手の機械で musubi gate verify を走らせる",
            "Give the files of evidence; the other side runs musubi gate verify"},
    KitStep{"hand-over", "引き継ぐ側の人を招待し、ゲートで「引き渡す」を二者で署名する",
            "Invite their people, and sign the decision to hand over with both sides"},
    KitStep{"closing", "使っている人に、いつ終わるか、代わりに何を使うかを知らせる",
            "Tell who uses it when it ends and what to use instead"},
    KitStep{"closing", "学んだことを書き、事例として残す", "Write down what was learnt, as a case"},
    KitStep{"closing", "データの写しを取り、いつまで残すかを決める",
            "Take a copy of the data and decide how long it stays"},
    KitStep{"closing", "機器を外し、契約と占用の許可を返す",
            "Take the devices down; end contracts and permits"},
    KitStep{"closing", "ゲートで「止める」を署名する。止めることも成果です",
            "Sign the decision to stop: stopping well is a result"},
};

Json steps_of(std::string_view way) {
    Json::Array out;
    for (const KitStep& step : kSteps) {
        if (step.way != way) continue;
        Json item;
        item.set("ja", step.ja);
        item.set("en", step.en);
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

class KitMaker {
public:
    KitMaker(const Store& store, const Caller& caller, HandoverKit& out)
        : store_{store}, caller_{caller}, out_{out} {}

    Result<void> things(std::string_view member, std::string_view type,
                        const std::string& project) {
        Json::Array list;
        for (const EntityPtr& entity : TRY(loop_entities(store_, caller_, type, project))) {
            list.push_back(loop_view(*entity, type));
            out_.seen.push_back(entity);
        }
        out_.kit.set(member, std::move(list));
        return {};
    }

    Result<void> gates(const std::string& project) {
        Json::Array list;
        for (const EntityPtr& gate : TRY(loop_entities(store_, caller_, "Gate", project))) {
            Json item = loop_view(*gate, "Gate");
            item.set("evidence",
                     "/musubi/v1/gates/" + std::string{loop_slug("Gate", gate->id)} + "/evidence");
            list.push_back(std::move(item));
            out_.seen.push_back(gate);
        }
        out_.kit.set("gates", std::move(list));
        return {};
    }

    Result<void> devices(const Entity& project, const Context& context) {
        Json::Array list;
        const Json* types = loop_value(project, "deviceTypes");
        for (const Json& type : types != nullptr ? types->array() : Json::Array{}) {
            EntityQuery query;
            query.types = TypeSelection{.type = context.expand(type.string())};
            query.limit = kMostDevices;
            for (const EntityPtr& entity : TRY(store_.query(caller_, query)).entities) {
                list.push_back(device(*entity));
                out_.seen.push_back(entity);
            }
        }
        out_.kit.set("devices", std::move(list));
        return {};
    }

private:
    static Json device(const Entity& entity) {
        std::optional<Time> last;
        for (const Attribute& attribute : entity.attributes) {
            if (attribute.observed_at && (!last || *last < *attribute.observed_at)) {
                last = attribute.observed_at;
            }
        }
        Json out;
        out.set("id", entity.id);
        if (last) out.set("lastReading", to_iso(*last));
        return out;
    }

    const Store& store_;
    const Caller& caller_;
    HandoverKit& out_;
};

Json measures_of(const Entity& project, const MeasureSet* measures) {
    Json::Array out;
    const Json* named = loop_value(project, "measures");
    for (const Json& id : named != nullptr ? named->array() : Json::Array{}) {
        const Measure* measure = measures != nullptr ? measures->find(id.string()) : nullptr;
        if (measure == nullptr) continue;
        const MeasureWords words = describe(*measure, *measures->context);
        Json item;
        item.set("id", measure->id);
        item.set("ja", measure->ja + "。" + words.ja);
        item.set("en", measure->en + ". " + words.en);
        item.set("definitionHash", measure->hash);
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

// Whether nothing that a kit is made of is kept back from somebody.
bool shows_whole(const AccessFilter& access, const Entity& project, const Context& context) {
    if (access.is_whole()) return true;
    std::vector<std::string> types;
    for (const char* type : {"Stage", "Gate", "Decision", "Participant", "Artefact", "Task"}) {
        types.push_back(loop_iri(type));
    }
    const Json* devices = loop_value(project, "deviceTypes");
    for (const Json& type : devices != nullptr ? devices->array() : Json::Array{}) {
        types.push_back(context.expand(type.string()));
    }
    return std::ranges::all_of(types, [&](const std::string& type) {
        return access.covers({type}) && access.shows_all_rows({type});
    });
}

}  // namespace

Result<HandoverKit> handover_kit(const Store& store, const Caller& caller,
                                 const std::string& project, const MeasureSet* measures) {
    const EntityPtr entity = TRY(store.find(caller, project));
    if (!entity || entity->guardian != kLoopGuardian) {
        return loop_error(ErrorCode::NotFound, project, "この事業はありません",
                          "there is no such project");
    }
    HandoverKit out;
    out.seen.push_back(entity);
    out.kit.set("project", loop_view(*entity, "Project"));
    KitMaker maker{store, caller, out};
    TRY(maker.things("stages", "Stage", project));
    TRY(maker.gates(project));
    TRY(maker.things("decisions", "Decision", project));
    TRY(maker.things("participants", "Participant", project));
    TRY(maker.things("artefacts", "Artefact", project));
    TRY(maker.things("tasks", "Task", project));
    const ContextPtr context = measures != nullptr ? measures->context : core_context();
    TRY(maker.devices(*entity, *context));
    out.kit.set("measures", measures_of(*entity, measures));
    if (!shows_whole(*caller.access, *entity, *context)) out.kit.set("partial", true);
    out.kit.set("handOver", steps_of("hand-over"));
    out.kit.set("closing", steps_of("closing"));
    return out;
}

}  // namespace musubi
