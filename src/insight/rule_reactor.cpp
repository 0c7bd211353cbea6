#include "insight/rule_reactor.h"

#include "broker/present.h"
#include "insight/alerts/alert_writer.h"
#include "store/tenants.h"

namespace musubi {
namespace {

// Kinds of records. View and state: by the id of the entity.
constexpr std::string_view kView = "rule-view";
constexpr std::string_view kState = "rule-state";
constexpr std::string_view kFeed = "rule-feed";
constexpr std::string_view kMark = "rule-mark";
constexpr std::string_view kMarkName = "rules";
// Where ReactorRunner keeps how far a reactor is.
constexpr std::string_view kPosition = "position";
constexpr std::size_t kPage = 1'000;

/// With each effect: how many there were, and the newest event time.
struct Mark {
    std::uint64_t revision = 0;
    Time newest{INT64_MIN / 2};
};

std::string to_bytes(const Mark& mark) {
    std::string bytes;
    ByteWriter out{bytes};
    out.number(mark.revision);
    out.signed_number(mark.newest.us);
    return bytes;
}

Result<Mark> read_mark(const Store& store, TenantId tenant) {
    const auto stored = TRY(store.record(tenant, kMark, kMarkName));
    if (!stored) return Mark{};
    ByteReader in{*stored};
    Mark mark{.revision = in.number(), .newest = Time{in.signed_number()}};
    if (in.failed()) return Error{ErrorCode::Corrupt, "the mark of the rules can not be read"};
    return mark;
}

template <typename Each>
Result<void> for_each_record(const Store& store, TenantId tenant, std::string_view kind,
                             Each each) {
    std::string after;
    for (;;) {
        const auto page = TRY(store.records(tenant, kind, after, kPage));
        for (const auto& [name, value] : page) TRY(each(name, value));
        if (page.size() < kPage) return {};
        after = page.back().first;
    }
}

void keep(Transaction& tx, const RuleEngine& engine) {
    for (auto& kept : engine.dirty_entities()) {
        if (kept.gone) {
            tx.erase_record(kView, kept.id);
            tx.erase_record(kState, kept.id);
        }
        if (kept.view) tx.put_record(kView, kept.id, std::move(*kept.view));
        if (kept.state) tx.put_record(kState, kept.id, std::move(*kept.state));
    }
    for (auto& [name, bytes] : engine.dirty_feeds()) tx.put_record(kFeed, name, std::move(bytes));
}

}  // namespace

RuleReactor::RuleReactor(const Store& store, const Clock& clock, Log& log,
                         std::shared_ptr<const RuleSet> rules)
    : store_{store}, clock_{clock}, log_{log}, rules_{std::move(rules)} {}

std::string_view RuleReactor::guardian() const { return kAlertGuardian; }

Result<void> RuleReactor::load_entities(Town& town) const {
    return for_each_record(store_, town.id, kView,
                           [&](const std::string& id, const std::string& view) -> Result<void> {
                               const auto state = TRY(store_.record(town.id, kState, id));
                               return town.engine.load(id, view, state.value_or(""));
                           });
}

/// Entities that were there before the rules were: no change will tell of them.
Result<void> RuleReactor::adopt_strangers(const std::string& tenant, Town& town) const {
    const auto position = TRY(store_.record(0, kPosition, name()));
    if (!position || position->size() != 8) return {};
    const std::uint64_t sequence = read_be64(*position);
    const Present present = TRY(read_present(store_, town.id, clock_));
    const Caller caller = service_caller(tenant, name());
    for (const TypeRules& type : rules_->types) {
        EntityQuery query;
        query.types = TypeSelection{.type = type.type};
        query.limit = kPage;
        for (std::size_t found = kPage; found == kPage; query.offset += kPage) {
            const QueryResult page = TRY(store_.query(caller, query));
            found = page.entities.size();
            for (const EntityPtr& entity : page.entities) {
                town.engine.adopt(*entity, sequence, present.at);
            }
        }
    }
    return {};
}

Result<std::unique_ptr<RuleReactor::Town>> RuleReactor::load(const std::string& tenant,
                                                             TenantId id) const {
    auto town = std::make_unique<Town>(id, rules_);
    const Mark mark = TRY(read_mark(store_, id));
    town->revision = mark.revision;
    TRY(load_entities(*town));
    TRY(for_each_record(store_, id, kFeed, [&](const std::string& name, const std::string& bytes) {
        return town->engine.load_feed(name, bytes);
    }));
    town->engine.start(mark.newest);
    TRY(adopt_strangers(tenant, *town));
    return town;
}

Result<RuleReactor::Town*> RuleReactor::town(const std::string& tenant) {
    const TenantId id = TRY(store_.tenant(tenant));
    std::unique_ptr<Town>& town = towns_[tenant];
    if (town && town->unsure && town->id == id) {
        const Mark mark = TRY(read_mark(store_, id));
        town->unsure = mark.revision != town->revision;
    }
    // A tenant of the same name that is another one, or a commit that failed: what is in memory
    // is not what is kept.
    if (!town || town->id != id || town->unsure) {
        town.reset();
        town = TRY(load(tenant, id));
        if (town->engine.tracked() >= RuleEngine::kMaxTracked) {
            log_.warn("rules", "not every entity is watched: there are too many",
                      {field("most", RuleEngine::kMaxTracked)});
        }
    }
    return town.get();
}

Reactor::Effect RuleReactor::effect_of(Town& town, bool replay) {
    auto events = std::make_shared<std::vector<AlertEvent>>(town.engine.take_events());
    if (events->empty() && !town.engine.is_dirty()) return {};
    ++town.revision;
    town.unsure = true;
    // Run while this thread waits for the commit, so the engine is nobody else's meanwhile.
    return [this, &town, replay, events](Transaction& tx) -> Result<void> {
        AlertWriter writer{*rules_, replay};
        for (const auto& [asked, given] : TRY(writer.write(tx, *events))) {
            town.engine.rename(asked, given);
        }
        keep(tx, town.engine);
        town.engine.end_keeping();
        const Mark mark{.revision = town.revision, .newest = town.engine.newest()};
        tx.put_record(kMark, kMarkName, to_bytes(mark));
        return {};
    };
}

Result<Reactor::Effect> RuleReactor::react(const std::string& tenant,
                                           std::span<const ChangePtr> changes) {
    if (InnerTenant::parse(tenant)) return Effect{};  // what is simulated raises no alarm
    Town* town = TRY(this->town(tenant));
    const Present present = TRY(read_present(store_, town->id, clock_));
    for (const ChangePtr& change : changes) {
        if (change->cause != name()) town->engine.take(*change, present.replay);
    }
    return effect_of(*town, present.replay);
}

Result<Reactor::Effect> RuleReactor::tick(const std::string& tenant, Time now) {
    if (InnerTenant::parse(tenant)) return Effect{};  // what is simulated raises no alarm
    Town* town = TRY(this->town(tenant));
    const Present present = TRY(read_present(store_, town->id, clock_));
    if (!present.replay) town->engine.pass(now);
    return effect_of(*town, present.replay);
}

}  // namespace musubi
