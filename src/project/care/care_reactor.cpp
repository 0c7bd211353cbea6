#include "project/care/care_reactor.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/canonical_json.h"
#include "broker/present.h"
#include "project/loop/loop_writer.h"
#include "store/edit_values.h"
#include "store/tenants.h"

namespace musubi {
namespace {

constexpr std::string_view kValuePrefix = "urn:ngsi-ld:MeasureValue:";
constexpr std::string_view kMeasurePrefix = "urn:ngsi-ld:Measure:";
constexpr std::string_view kProjectPrefix = "urn:ngsi-ld:Project:";
constexpr std::string_view kStagePrefix = "urn:ngsi-ld:Stage:";
constexpr std::size_t kPage = 500;

// Where a project's readings are looked for.
struct Source {
    EntityQuery who;
    std::string attribute;  // expanded; empty: any
};

// However many entities there are, a page of them at a time.
Result<void> look_for_reading(const Store& store, const Caller& caller, Source source,
                              std::optional<Time>& last) {
    source.who.limit = kPage;
    for (std::size_t found = kPage; found == kPage; source.who.offset += kPage) {
        const QueryResult page = TRY(store.query(caller, source.who));
        found = page.entities.size();
        for (const EntityPtr& entity : page.entities) {
            for (const Attribute& attribute : entity->attributes) {
                if (!attribute.observed_at) continue;
                if (!source.attribute.empty() && attribute.name != source.attribute) continue;
                last = std::max(last.value_or(*attribute.observed_at), *attribute.observed_at);
            }
        }
    }
    return {};
}

std::vector<std::string> texts_in(const Entity& project, std::string_view member) {
    std::vector<std::string> out;
    const Json* list = loop_value(project, member);
    if (list == nullptr || !list->is_array()) return out;
    for (const Json& one : list->array()) {
        if (one.is_string()) out.push_back(one.string());
    }
    return out;
}

// The devices it names; of a project without, what its measures are made of.
std::vector<Source> sources_of(const Entity& project, const MeasureSet* measures) {
    std::vector<Source> out;
    const ContextPtr context = measures != nullptr ? measures->context : core_context();
    for (const std::string& type : texts_in(project, "deviceTypes")) {
        Source source;
        source.who.types = TypeSelection{.type = context->expand(type)};
        out.push_back(std::move(source));
    }
    if (!out.empty() || measures == nullptr) return out;
    for (const std::string& id : texts_in(project, "measures")) {
        const Measure* measure = measures->find(id);
        if (measure == nullptr) continue;
        for (const MeasurePart& part : measure->parts) out.push_back({part.who, part.attribute});
    }
    return out;
}

std::string text_of(const Entity& entity, const std::string& name) {
    const Attribute* attribute = entity.find(name);
    return attribute != nullptr && attribute->value.is_string() ? attribute->value.string()
                                                                : std::string{};
}

std::optional<Time> time_of(const Json& period, std::string_view name) {
    const Json* text = period.find(name);
    const auto time =
        text != nullptr && text->is_string() ? parse_time(text->string()) : Result<Time>{Error{}};
    return time ? std::optional{*time} : std::nullopt;
}

struct Asked {
    const Measure* measure;
    std::string group;
};
// Tasks that are open of promises that hold no more: by a later value they can be closed.
Result<void> add_open_tasks(const Store& store, const Caller& caller, const Asked& asked,
                            std::vector<Promise>& all) {
    for (const EntityPtr& task : TRY(loop_entities(store, caller, "Task"))) {
        if (loop_text(*task, "state") != "open" || loop_text(*task, "group") != asked.group ||
            loop_text(*task, "ofMeasure") != asked.measure->id) {
            continue;
        }
        Promise promise = promise_of(*task, *asked.measure);
        const bool holds = std::any_of(all.begin(), all.end(), [&](const Promise& one) {
            return one.project == promise.project;
        });
        if (!holds) all.push_back(std::move(promise));
    }
    return {};
}

// The id of a project's heartbeat: somebody else's entity may have the first one.
Result<std::string> heartbeat_of_project(
    const std::string& project, const std::function<Result<EntityPtr>(const std::string&)>& find) {
    return free_loop_id("Heartbeat", loop_slug("Project", project),
                        [&](const std::string& id) -> Result<bool> {
                            const EntityPtr there = TRY(find(id));
                            return !there || there->guardian == kLoopGuardian;
                        });
}

// The moment after a day.
std::optional<Time> end_of(const std::string& day) {
    const auto begin = parse_day(day);
    return begin ? std::optional{*begin + days(1)} : std::nullopt;
}

bool changes_projects(std::span<const ChangePtr> changes) {
    const auto is_project = [](const EntityChange& entity) {
        return entity.id.starts_with(kProjectPrefix);
    };
    return std::any_of(changes.begin(), changes.end(), [&](const ChangePtr& change) {
        return std::any_of(change->entities.begin(), change->entities.end(), is_project);
    });
}

bool begins_promises(const EntityChange& entity) {
    const bool is_stage = entity.id.starts_with(kStagePrefix);
    if (!is_stage && !entity.id.starts_with(kProjectPrefix)) return false;
    const std::string what = loop_iri(is_stage ? "locked" : "measures");
    return std::ranges::any_of(entity.attributes, [&](const AttributeChange& change) {
        return change.name == what && change.after != nullptr;
    });
}

}  // namespace

CareReactor::CareReactor(CareParts parts) : parts_{std::move(parts)} {
    if (parts_.measures) names_.emplace(*parts_.measures->context);
}

std::string_view CareReactor::guardian() const { return kLoopGuardian; }

// A value that is over, against all that was promised of it.
Result<void> CareReactor::hold(const Caller& caller, const std::string& id,
                               std::vector<Noted>& out) const {
    const EntityPtr entity = TRY(parts_.store.find(caller, id));
    if (!entity || entity->guardian != kMeasureGuardian) return {};
    const Attribute* is_final = entity->find(names_->is_final);
    const Attribute* value = entity->find(names_->kpi_value);
    const Attribute* period = entity->find(names_->calculation_period);
    const std::string of = text_of(*entity, names_->of_measure);
    if (is_final == nullptr || !(is_final->value == Json{true}) || value == nullptr ||
        !value->value.is_number() || period == nullptr || !of.starts_with(kMeasurePrefix)) {
        return {};
    }
    const Measure* measure = parts_.measures->find(of.substr(kMeasurePrefix.size()));
    const auto begin = time_of(period->value, "from");
    const auto end = time_of(period->value, "to");
    if (measure == nullptr || !begin || !end) return {};
    const double number = value->value.number();
    const KeptValue kept{.entity = id,
                         .value = number,
                         .to = *end,
                         .shown = fmt::format("{:.{}f}", number, measure->decimals)};
    const std::string group = text_of(*entity, names_->group);
    std::vector<Promise> all =
        TRY(promises_of(parts_.store, caller, *measure, {*begin, *end}, *names_));
    std::erase_if(all, [&](const Promise& promise) { return promise.group != group; });
    TRY(add_open_tasks(parts_.store, caller, {measure, group}, all));
    for (Promise& promise : all) out.push_back({measure, std::move(promise), kept});
    return {};
}

// A stage that begins, or a project that takes a measure up: the newest value that is over may have
// left what is promised already.
Result<void> CareReactor::hold_what_begins(const Caller& caller, TenantId tenant,
                                           const std::string& id, std::vector<Noted>& out) const {
    const EntityPtr thing = TRY(parts_.store.find(caller, id));
    if (!thing || thing->guardian != kLoopGuardian) return {};
    const Time now = TRY(read_present(parts_.store, tenant, parts_.clock)).at;
    for (const PromisedMeasure& promised : TRY(measures_promised_by(*thing))) {
        const Measure* measure = parts_.measures->find(promised.measure);
        if (measure == nullptr) continue;
        MeasureValue newest;
        newest.period = period_before(measure->period, now);
        newest.group = promised.group;
        TRY(hold(caller, value_entity(*measure, newest), out));
    }
    return {};
}

Result<Reactor::Effect> CareReactor::react(const std::string& tenant,
                                           std::span<const ChangePtr> changes) {
    if (InnerTenant::parse(tenant)) return Effect{};
    const Caller caller = service_caller(tenant, name());
    const TenantId id = TRY(parts_.store.tenant(tenant));
    if (changes_projects(changes)) last_.erase(tenant);  // looked at with the next tick
    if (!names_) return Effect{};
    auto noted = std::make_shared<std::vector<Noted>>();
    for (const ChangePtr& change : changes) {
        const bool measured = change->cause == kMeasureGuardian;
        for (const EntityChange& entity : change->entities) {
            if (entity.tenant != id) continue;
            if (measured && entity.id.starts_with(kValuePrefix)) {
                TRY(hold(caller, entity.id, *noted));
            } else if (begins_promises(entity)) {
                TRY(hold_what_begins(caller, id, entity.id, *noted));
            }
        }
    }
    if (noted->empty()) return Effect{};
    return Effect{[this, noted](Transaction& tx) -> Result<void> {
        for (const Noted& one : *noted) {
            EntityEdit* opened = TRY(note_value(tx, *one.measure, one.promise, one.value));
            // By what rules call it.
            if (opened != nullptr) set_value(*opened, names_->name, one.measure->ja);
        }
        return {};
    }};
}

Result<std::vector<std::string>> CareReactor::late_tasks(const Caller& caller, Time now) const {
    std::vector<std::string> out;
    for (const EntityPtr& task : TRY(loop_entities(parts_.store, caller, "Task"))) {
        if (is_overdue_changed(*task, now)) out.push_back(task->id);
    }
    return out;
}

// Tasks of projects that are over, with the state of the project.
Result<std::vector<CareReactor::OverTask>> CareReactor::over_tasks(const Caller& caller) const {
    std::vector<OverTask> out;
    for (const EntityPtr& task : TRY(loop_entities(parts_.store, caller, "Task"))) {
        if (loop_text(*task, "state") != "open") continue;
        const EntityPtr project = TRY(parts_.store.find(caller, loop_text(*task, "ofProject")));
        const std::string state = project ? loop_text(*project, "state") : std::string{};
        if (!state.empty()) out.push_back({task->id, state});
    }
    return out;
}

Result<EntityPtr> CareReactor::former_beat(const Caller& caller, const std::string& project) const {
    const auto find = [&](const std::string& id) { return parts_.store.find(caller, id); };
    return parts_.store.find(caller, TRY(heartbeat_of_project(project, find)));
}

// As the statement before says; else the uses that are still kept say since when.
Time CareReactor::uses_from(const Entity* former, const Entity& project) const {
    const Json* written = former != nullptr ? loop_value(*former, "statement") : nullptr;
    const Json* from = written != nullptr ? written->find("usesCountedFrom") : nullptr;
    if (from != nullptr && from->is_string()) {
        if (const auto day = parse_day(from->string())) return *day;
    }
    return std::max(project.created_at, parts_.uses.kept_from());
}

Result<HeartbeatFacts> CareReactor::facts_of(const Caller& caller, TenantId tenant,
                                             const Entity& project, Time grant_ends) const {
    HeartbeatFacts out{.project = project.id,
                       .title = loop_text(project, "title"),
                       .state = loop_text(project, "state"),
                       .grant_ends = grant_ends,
                       .entered = project.created_at,
                       .is_measured = false,
                       .last_reading = {},
                       .last_use = {},
                       .uses_from = {},
                       .payer = loop_text(project, "payer"),
                       .repairer = loop_text(project, "repairer"),
                       .paid_until = end_of(loop_text(project, "paidUntil"))};
    const auto sources = sources_of(project, parts_.measures.get());
    out.is_measured = !sources.empty();
    std::vector<std::string> types;
    for (const Source& source : sources) {
        TRY(look_for_reading(parts_.store, caller, source, out.last_reading));
        types.push_back(source.who.types->type);
    }
    const EntityPtr former = TRY(former_beat(caller, project.id));
    if (former) {
        if (const auto day = parse_day(loop_text(*former, "lastUse"))) out.last_use = *day;
    }
    if (const auto day = parts_.uses.last_day_of_person(tenant, types)) out.last_use = *day;
    out.uses_from = uses_from(former.get(), project);
    return out;
}

Result<std::optional<CareReactor::Beat>> CareReactor::beat_of(const Caller& caller, TenantId tenant,
                                                              const Entity& project,
                                                              Time now) const {
    const auto grant_ends = end_of(loop_text(project, "grantEnds"));
    if (!grant_ends) return std::optional<Beat>{};
    const HeartbeatFacts facts = TRY(facts_of(caller, tenant, project, *grant_ends));
    Heartbeat heartbeat = heartbeat_of(facts, now);
    Json statement = heartbeat_json(facts, heartbeat, now);
    const EntityPtr former = TRY(former_beat(caller, project.id));
    const Json* written = former ? loop_value(*former, "statement") : nullptr;
    if (written != nullptr && *written == statement) return std::optional<Beat>{};
    return std::optional{Beat{project.id, std::move(statement), std::move(heartbeat)}};
}

Result<std::vector<CareReactor::Beat>> CareReactor::beats(const Caller& caller, TenantId tenant,
                                                          Time now) const {
    std::vector<Beat> out;
    for (const EntityPtr& project : TRY(loop_entities(parts_.store, caller, "Project"))) {
        if (auto beat = TRY(beat_of(caller, tenant, *project, now)))
            out.push_back(*std::move(beat));
    }
    return out;
}

Result<void> CareReactor::write(Transaction& tx, const Beat& beat) const {
    const std::string id =
        TRY(heartbeat_of_project(beat.project, [&](const std::string& at) { return tx.find(at); }));
    const EntityPtr there = TRY(tx.find(id));
    EntityEdit& edit = *(there ? TRY(tx.edit(id)) : TRY(create_loop_entity(tx, "Heartbeat", id)));
    std::string text{kHeartbeatDomain};
    text += '\n';
    TRY(append_canonical_json(text, beat.statement));
    if (!there) set_loop_reference(edit, "ofProject", beat.project);
    set_loop_value(edit, "statement", beat.statement);
    set_loop_value(edit, "life", name_of(beat.heartbeat.life));
    set_loop_value(edit, "isPublic", beat.heartbeat.is_public);
    set_loop_value(edit, "moneyEnds", beat.heartbeat.money_ends);
    if (const Json* used = beat.statement.find("lastUse")) set_loop_value(edit, "lastUse", *used);
    if (names_) set_value(edit, names_->name, *beat.statement.find("title"));
    set_loop_value(edit, "key", parts_.key.half.text());
    set_loop_value(edit, "signature", parts_.key.sign(text));
    return {};
}

Result<Reactor::Effect> CareReactor::tick(const std::string& tenant, Time now) {
    if (InnerTenant::parse(tenant)) return Effect{};
    const Duration clock = parts_.clock.monotonic();
    const auto [last, fresh] = last_.try_emplace(tenant, clock);
    if (!fresh && clock - last->second < kEvery) return Effect{};
    last->second = clock;
    const Caller caller = service_caller(tenant, name());
    const TenantId id = TRY(parts_.store.tenant(tenant));
    const Present present = TRY(read_present(parts_.store, id, parts_.clock));
    if (present.replay) now = present.at;
    const auto over = TRY(over_tasks(caller));
    auto late = TRY(late_tasks(caller, now));
    std::erase_if(late, [&](const std::string& task) {
        return std::any_of(over.begin(), over.end(),
                           [&](const OverTask& one) { return one.task == task; });
    });
    auto due = std::make_shared<const std::vector<Beat>>(TRY(beats(caller, id, now)));
    if (over.empty() && late.empty() && due->empty()) return Effect{};
    return Effect{[this, over, late, due, now](Transaction& tx) -> Result<void> {
        for (const OverTask& one : over) TRY(end_task(tx, one.task, one.state));
        for (const std::string& task : late) set_overdue(*TRY(tx.edit(task)), now);
        for (const Beat& beat : *due) TRY(write(tx, beat));
        return {};
    }};
}

}  // namespace musubi
