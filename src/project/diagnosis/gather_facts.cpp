#include "project/diagnosis/gather_facts.h"

#include <algorithm>

#include "project/diagnosis/known_words.h"
#include "project/diagnosis/loop_reader.h"
#include "project/diagnosis/seen_money.h"
#include "project/measures/period.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxTypes = 20;
constexpr std::string_view kLinkType = "NetworkLink";
// Of no name in particular: hidden where attributes are by default, coarser where all times are.
constexpr std::string_view kAnyAttribute = "";

SeenTier tier_of(std::string_view word) {
    if (word == "any-town") return SeenTier::AnyTown;
    return word == "core" ? SeenTier::Core : SeenTier::Outside;
}

SeenStageKind stage_kind(std::string_view word) {
    if (word == "pilot") return SeenStageKind::Pilot;
    return word == "rollout" ? SeenStageKind::Rollout : SeenStageKind::Plan;
}

SeenPerson person_of(const Entity& entity) {
    SeenPerson out{.id = entity.id,
                   .organisation = LoopReader::text(entity, "organisation"),
                   .role = LoopReader::text(entity, "role"),
                   .tier = tier_of(LoopReader::text(entity, "tier")),
                   .from = LoopReader::day(entity, "from").value_or(entity.created_at),
                   .to = LoopReader::day(entity, "to")};
    const Json* share = LoopReader::value(entity, "share");
    if (share != nullptr && share->is_number()) out.share = share->number();
    const std::string brings = LoopReader::text(entity, "brings");
    out.shares = !brings.empty() || !LoopReader::text(entity, "gets").empty();
    out.knows_digital = tells_of_digital_knowledge(out.role) || tells_of_digital_knowledge(brings);
    return out;
}

SeenStage stage_of(const Entity& entity) {
    SeenStage out{.id = entity.id, .kind = stage_kind(LoopReader::text(entity, "kind"))};
    out.from = LoopReader::day(entity, "from").value_or(entity.created_at);
    out.to = LoopReader::day(entity, "to").value_or(out.from);
    const Json* expectations = LoopReader::value(entity, "expectations");
    if (expectations == nullptr || !expectations->is_array()) return out;
    for (const Json& one : expectations->array()) {
        const Json* threshold = one.find("threshold");
        if (threshold != nullptr && threshold->is_number()) ++out.thresholds;
    }
    return out;
}

SeenArtefact artefact_of(const Entity& entity) {
    SeenArtefact out{.id = entity.id,
                     .slot = LoopReader::text(entity, "slot"),
                     .on = LoopReader::day(entity, "on").value_or(entity.created_at),
                     .organisations = {}};
    const Json* people = LoopReader::value(entity, "people");
    if (people == nullptr || !people->is_array()) return out;
    for (const Json& person : people->array()) {
        for (std::string& one : LoopReader::texts(person.find("organisation"))) {
            out.organisations.push_back(std::move(one));
        }
    }
    return out;
}

std::vector<SeenUse> uses_of(const Entity& project) {
    std::vector<SeenUse> out;
    const Json* uses = LoopReader::value(project, "uses");
    if (uses == nullptr || !uses->is_array()) return out;
    for (const Json& use : uses->array()) {
        const auto function = LoopReader::texts(use.find("function"));
        if (function.empty()) continue;
        out.push_back({function.front(), LoopReader::texts(use.find("measures"))});
    }
    return out;
}

template <typename Read>
auto read_all(const std::vector<EntityPtr>& entities, Read read) {
    std::vector<decltype(read(*entities.front()))> out;
    out.reserve(entities.size());
    for (const EntityPtr& entity : entities) out.push_back(read(*entity));
    return out;
}

class FactsGathering {
public:
    FactsGathering(const LoopReader& reader, const Caller& caller, const DiagnosisInputs& inputs)
        : reader_{reader}, caller_{caller}, inputs_{inputs} {}

    Result<ProjectFacts> run(const Entity& project) {
        take_project(project);
        TRY(take_issue());
        TRY(take_loop());
        TRY(take_links());
        TRY(take_devices());
        if (inputs_.may_see_money) {
            facts_.money = inputs_.money == nullptr
                               ? SeenMoney{}
                               : see_money(*inputs_.money, inputs_.alternative);
        }
        if (inputs_.assets != nullptr) facts_.assets = inputs_.assets->assets;
        facts_.readers = inputs_.readers;
        facts_.readers_from = inputs_.readers_from;
        return std::move(facts_);
    }

private:
    void take_project(const Entity& project) {
        facts_.id = project.id;
        facts_.title = LoopReader::text(project, "title");
        facts_.owner = LoopReader::text(project, "owner");
        facts_.purpose = LoopReader::text(project, "purpose");
        facts_.solution = LoopReader::text(project, "solution");
        facts_.layers = LoopReader::texts(project, "layers");
        facts_.functions = LoopReader::texts(project, "functions");
        facts_.uses = uses_of(project);
        facts_.measures = LoopReader::texts(project, "measures");
        for (const std::string& type : LoopReader::texts(project, "deviceTypes")) {
            if (facts_.device_types.size() == kMaxTypes) break;
            facts_.device_types.push_back(inputs_.context->expand(type));
        }
        facts_.grant_ends = LoopReader::day(project, "grantEnds");
        const auto issues = LoopReader::texts(project, "ofIssue");
        if (!issues.empty()) facts_.issue_id = issues.front();
    }

    Result<void> take_issue() {
        if (facts_.issue_id.empty() || !reader_.sees("Issue", {"description"})) return {};
        const EntityPtr issue = TRY(reader_.find(facts_.issue_id, "Issue"));
        // The id of what is not there names no issue.
        if (issue == nullptr) {
            facts_.issue_id.clear();
        } else {
            facts_.issue = SeenIssue{issue->id, LoopReader::text(*issue, "description")};
        }
        return {};
    }

    Result<void> take_loop() {
        if (reader_.sees("Participant", {"ofProject", "organisation", "role", "tier", "share",
                                         "from", "to", "brings", "gets"})) {
            facts_.people = read_all(TRY(reader_.all_of(facts_.id, "Participant")), person_of);
        }
        if (reader_.sees("Stage", {"ofProject", "kind", "from", "to", "expectations"})) {
            facts_.stages = read_all(TRY(reader_.all_of(facts_.id, "Stage")), stage_of);
        }
        if (reader_.sees("Artefact", {"ofProject", "slot", "on", "people"})) {
            facts_.artefacts = read_all(TRY(reader_.all_of(facts_.id, "Artefact")), artefact_of);
        }
        return {};
    }

    Result<void> take_links() {
        const bool sees = reader_.sees(kLinkType, {"name", "function", "coverage"});
        if (!sees && inputs_.assets == nullptr) return {};
        facts_.links.emplace();
        if (sees) {
            EntityQuery query;
            query.types = TypeSelection{.type = LoopReader::expand(kLinkType)};
            links_ = TRY(reader_.all(query, kMaxSeenLinks));
        }
        for (const EntityPtr& link : links_) {
            std::string function = LoopReader::text(*link, "function");
            if (function.empty()) function = link_function(LoopReader::text(*link, "name"));
            facts_.links->push_back({link->id, std::move(function)});
        }
        const std::vector<SeenLink> entities = *facts_.links;
        if (inputs_.assets == nullptr) return {};
        for (const RegisterAsset& asset : inputs_.assets->assets) {
            if (asset.kind != "link") continue;
            SeenLink link{asset.name, link_function(asset.name)};
            // An entity of the same function says more: where it reaches.
            const auto same = std::ranges::find(entities, link.function, &SeenLink::function);
            if (same == entities.end()) links_.push_back(nullptr);
            facts_.links->push_back(std::move(link));
        }
        return {};
    }

    Result<void> take_devices() {
        const AccessFilter& access = *caller_.access;
        const auto& types = facts_.device_types;
        const bool sees = std::ranges::all_of(types, [&](const std::string& type) {
            return access.knows_of(type) && access.shows_all_rows({type}) &&
                   !access.may_conceal({type}, kAnyAttribute);
        });
        if (!sees) return {};
        const bool knows_places = std::ranges::none_of(types, [&](const std::string& type) {
            return access.may_conceal({type}, iri::kLocation);
        });
        if (!knows_places) links_.clear();
        facts_.devices = TRY(see_devices(reader_, types, inputs_.now, links_));
        return {};
    }

    const LoopReader& reader_;
    const Caller& caller_;
    const DiagnosisInputs& inputs_;
    ProjectFacts facts_;
    std::vector<EntityPtr> links_;  // null: of which nobody knows where it reaches
};

}  // namespace

Result<ProjectFacts> gather_facts(const Store& store, const Caller& caller,
                                  const std::string& project, const DiagnosisInputs& inputs) {
    const LoopReader reader{store, caller, inputs};
    const EntityPtr entity = TRY(reader.find(project, "Project"));
    if (entity == nullptr) {
        return Error{ErrorCode::NotFound,
                     "この番号の事業はありません / there is no project with this id", project};
    }
    return FactsGathering{reader, caller, inputs}.run(*entity);
}

}  // namespace musubi
