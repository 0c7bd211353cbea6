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
constexpr std::size_t kMost = 1'000;

Result<std::vector<EntityPtr>> all_of(const Store& store, const Caller& caller,
                                      const std::string& type) {
    EntityQuery query;
    query.types = TypeSelection{.type = type};
    query.limit = kMost;
    QueryResult found = TRY(store.query(caller, query));
    return std::move(found.entities);
}

std::string text_of(const Entity& entity, const std::string& name) {
    const Attribute* attribute = entity.find(name);
    return attribute != nullptr && attribute->value.is_string() ? attribute->value.string()
                                                                : std::string{};
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
        return entity.id.starts_with(loop_id("Project", ""));
    };
    return std::any_of(changes.begin(), changes.end(), [&](const ChangePtr& change) {
        return std::any_of(change->entities.begin(), change->entities.end(), is_project);
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
    const Json* to = period->value.find("to");
    const auto end = to != nullptr && to->is_string() ? parse_time(to->string()) : Time{};
    if (measure == nullptr || !end) return {};
    const double number = value->value.number();
    const KeptValue kept{.entity = id,
                         .value = number,
                         .to = *end,
                         .shown = fmt::format("{:.{}f}", number, measure->decimals)};
    for (Promise& promise : TRY(promises_of(parts_.store, caller, *measure, *end))) {
        if (promise.group != text_of(*entity, names_->group)) continue;
        out.push_back({measure, std::move(promise), kept});
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
        if (change->cause != kMeasureGuardian) continue;
        for (const EntityChange& entity : change->entities) {
            const bool is_value = entity.tenant == id && entity.id.starts_with(kValuePrefix);
            if (is_value) TRY(hold(caller, entity.id, *noted));
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

Result<EntityPtr> CareReactor::former_beat(const Caller& caller, const std::string& project) const {
    const auto find = [&](const std::string& id) { return parts_.store.find(caller, id); };
    return parts_.store.find(caller, TRY(heartbeat_of_project(project, find)));
}

Result<HeartbeatFacts> CareReactor::facts_of(const Caller& caller, TenantId tenant,
                                             const Entity& project, Time grant_ends) const {
    HeartbeatFacts out{.project = project.id,
                       .title = loop_text(project, "title"),
                       .state = loop_text(project, "state"),
                       .grant_ends = grant_ends,
                       .last_reading = {},
                       .last_use = {},
                       .payer = loop_text(project, "payer"),
                       .repairer = loop_text(project, "repairer"),
                       .paid_until = end_of(loop_text(project, "paidUntil"))};
    std::vector<std::string> types;
    if (const Json* named = loop_value(project, "deviceTypes"); named && named->is_array()) {
        const ContextPtr context = parts_.measures ? parts_.measures->context : core_context();
        for (const Json& type : named->array()) types.push_back(context->expand(type.string()));
    }
    for (const std::string& type : types) {
        for (const EntityPtr& entity : TRY(all_of(parts_.store, caller, type))) {
            for (const Attribute& attribute : entity->attributes) {
                if (!attribute.observed_at) continue;
                if (!out.last_reading || *out.last_reading < *attribute.observed_at) {
                    out.last_reading = attribute.observed_at;
                }
            }
        }
    }
    const EntityPtr former = TRY(former_beat(caller, project.id));
    if (former) {
        if (const auto day = parse_day(loop_text(*former, "lastUse"))) out.last_use = *day;
    }
    if (const auto day = parts_.uses.last_day_of_person(tenant, types)) out.last_use = *day;
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
    const auto late = TRY(late_tasks(caller, now));
    auto due = std::make_shared<const std::vector<Beat>>(TRY(beats(caller, id, now)));
    if (late.empty() && due->empty()) return Effect{};
    return Effect{[this, late, due, now](Transaction& tx) -> Result<void> {
        for (const std::string& task : late) set_overdue(*TRY(tx.edit(task)), now);
        for (const Beat& beat : *due) TRY(write(tx, beat));
        return {};
    }};
}

}  // namespace musubi
