#include "project/measure_reactor.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "broker/present.h"
#include "store/tenants.h"
#include "trust/policies/persons.h"

namespace musubi {
namespace {

// Records of values that are yet to be written, by measure and period.
constexpr std::string_view kDue = "measure-due";
// By measure: where the newest period begins that was due, whether or not it was read in.
constexpr std::string_view kThrough = "measure-through";
constexpr std::size_t kPage = 1'000;
const std::string kOpen;  // the root of what is not over

// The measure and period that a value entity is of; nothing: of a measure that went, or of other
// periods than it has now.
std::optional<LiveMeasures::Touched> value_of(const Entity& entity, const MeasureNames& names,
                                              const MeasureSet& set) {
    const Attribute* of = entity.find(names.of_measure);
    const Attribute* during = entity.find(names.calculation_period);
    const Json* from = during != nullptr ? during->value.find("from") : nullptr;
    if (of == nullptr || from == nullptr || !from->is_string()) return std::nullopt;
    const auto begin = parse_time(from->string());
    for (std::size_t m = 0; begin && m < set.measures.size(); ++m) {
        if (of->value != Json{measure_entity(set.measures[m])}) continue;
        const Period period = period_at(set.measures[m].period, *begin);
        if (period.from != *begin) return std::nullopt;
        return LiveMeasures::Touched{m, period};
    }
    return std::nullopt;
}

bool is_silent(const std::vector<MeasureValue>& values) {
    return std::ranges::all_of(values, [](const MeasureValue& value) {
        return std::ranges::all_of(value.parts,
                                   [](const auto& part) { return part.readings == 0; });
    });
}

}  // namespace

MeasureReactor::MeasureReactor(const Store& store, const Policies& policies, const Clock& clock,
                               Log& log, Metrics& metrics, MeasureSetPtr set)
    : store_{store},
      policies_{policies},
      clock_{clock},
      log_{log},
      set_{std::move(set)},
      names_{*set_->context},
      differences_{metrics.counter("musubi_measure_differences_total",
                                   "Values kept up that a recomputation did not agree with.")} {}

bool MeasureReactor::is_personal(const Town& town, std::size_t measure) const {
    const auto set = policies_.in_force(town.id);
    if (set == nullptr) return false;
    const auto& parts = set_->measures[measure].parts;
    return std::any_of(parts.begin(), parts.end(), [&](const MeasurePart& part) {
        return personal_type_of(*set, {part.type}) != nullptr;
    });
}

// What is of a personal type, whatever else it is, belongs to no measure of the server's own.
LeavesOut MeasureReactor::leaves_out(TenantId tenant) const {
    return [this, tenant](const std::vector<std::string>& types) {
        const auto set = policies_.in_force(tenant);
        return set != nullptr && personal_type_of(*set, types) != nullptr;
    };
}

// "<measure> <first moment>"
std::string MeasureReactor::name_of(const LiveMeasures::Touched& what) const {
    return set_->measures[what.measure].id + " " + to_iso(what.period.from);
}

Result<void> MeasureReactor::adopt_all(const std::string& tenant, Town& town) const {
    std::set<std::string> types;
    for (const Measure& measure : set_->measures) {
        for (const MeasurePart& part : measure.parts) types.insert(part.type);
    }
    const Caller caller = service_caller(tenant, name());
    for (const std::string& type : types) {
        EntityQuery query;
        query.types = TypeSelection{.type = type};
        query.limit = kPage;
        for (std::size_t found = kPage; found == kPage; query.offset += kPage) {
            const QueryResult page = TRY(store_.query(caller, query));
            found = page.entities.size();
            for (const EntityPtr& entity : page.entities) TRY(town.live.adopt(*entity));
        }
    }
    return {};
}

Result<void> MeasureReactor::load_due(Town& town) const {
    for (const auto& [name, value] : TRY(store_.records(town.id, kDue))) {
        const std::size_t space = name.find(' ');
        const Measure* measure = set_->find(name.substr(0, space));
        const auto from = parse_time(space == std::string::npos ? "" : name.substr(space + 1));
        if (measure == nullptr || !from) continue;  // of a definition that went
        const auto index = static_cast<std::size_t>(measure - set_->measures.data());
        town.due[{index, period_at(measure->period, *from)}] = {.touched = clock_.monotonic()};
    }
    return {};
}

Result<MeasureReactor::Town*> MeasureReactor::town(const std::string& tenant) {
    const TenantId id = TRY(store_.tenant(tenant));
    std::unique_ptr<Town>& town = towns_[tenant];
    if (town && town->id == id) return town.get();
    const Caller caller = service_caller(tenant, name());
    auto find = [this, caller](const std::string& entity) { return store_.find(caller, entity); };
    auto find_times = [this, caller](const std::string& entity, const std::string& attribute) {
        return reading_times(store_, caller, entity, attribute);
    };
    auto fresh = std::make_unique<Town>(
        id, LiveMeasures{set_, std::move(find), std::move(find_times), leaves_out(id)});
    TRY(adopt_all(tenant, *fresh));
    TRY(load_due(*fresh));
    fresh->through.resize(set_->measures.size());
    for (const auto& [name, value] : TRY(store_.records(id, kThrough))) {
        const Measure* measure = set_->find(name);
        const auto from = parse_time(value);
        if (measure == nullptr || !from) continue;
        fresh->through[static_cast<std::size_t>(measure - set_->measures.data())] = *from;
    }
    if (const auto newest = fresh->live.newest()) {  // what was there before the measures were
        for (std::size_t m = 0; m < set_->measures.size(); ++m) {
            fresh->due.try_emplace({m, period_at(set_->measures[m].period, *newest)},
                                   Due{.touched = clock_.monotonic()});
        }
    }
    town = std::move(fresh);
    return town.get();
}

Result<Reactor::Effect> MeasureReactor::react(const std::string& tenant,
                                              std::span<const ChangePtr> changes) {
    if (InnerTenant::parse(tenant)) return Effect{};
    Town* town = TRY(this->town(tenant));
    // A change that comes again was taken before a commit failed: it begins anew, from what is
    // kept.
    if (changes.front()->sequence <= town->live.taken()) {
        towns_.erase(tenant);
        town = TRY(this->town(tenant));
    }
    for (const ChangePtr& change : changes) {
        if (change->cause != name()) TRY(town->live.take(*change, town->id));
    }
    auto fresh = std::make_shared<std::vector<std::string>>();
    for (const LiveMeasures::Touched& touched : town->live.take_touched()) {
        if (is_personal(*town, touched.measure)) continue;
        const auto [due, is_new] = town->due.try_emplace(touched);
        due->second.touched = clock_.monotonic();
        // One that is about to end was written without this.
        if (is_new || std::exchange(due->second.ends, false)) fresh->push_back(name_of(touched));
    }
    if (fresh->empty()) return Effect{};
    return Effect{[fresh](Transaction& tx) -> Result<void> {
        for (const std::string& due : *fresh) tx.put_record(kDue, due, "");
        return {};
    }};
}

// Periods that are over though nothing was read in them: their readings are missing. From the one
// of the first reading on that came since the measures began to be kept; what was silent longer ago
// than so many periods stays without a value.
std::vector<std::string> MeasureReactor::see_what_is_silent(Town& town, Time now) const {
    std::vector<std::string> fresh;
    const auto newest = town.live.newest();
    if (!newest) return fresh;
    // What is on its way at the end of a period is waited for.
    const Due waiting{.touched = clock_.monotonic(), .written = clock_.monotonic()};
    for (std::size_t m = 0; m < set_->measures.size(); ++m) {
        const PeriodKind kind = set_->measures[m].period;
        const Time present = period_at(kind, now).from;
        std::optional<Time>& through = town.through[m];
        if (!through) {
            through = period_before(kind, std::min(*newest, now)).from;
            // Of a history that came at once, with a gap in it, more is due than its last period.
            const auto due = town.due.lower_bound({m, {Time{INT64_MIN}, Time{INT64_MIN}}});
            if (due != town.due.end() && due->first.measure == m) {
                through = std::min(*through, due->first.period.from);
            }
        }
        if (*through >= present || is_personal(town, m)) continue;
        Period period = period_before(kind, present);
        for (std::size_t n = 0; n < LiveMeasures::kMostChanged && period.from > *through; ++n) {
            const LiveMeasures::Touched what{m, period};
            const bool is_new = town.due.try_emplace(what, waiting).second;
            if (is_new) fresh.push_back(name_of(what));
            period = period_before(kind, period.from);
        }
        through = period_before(kind, present).from;
    }
    return fresh;
}

// Values that are final though their period is not over, where more was due than the clock says:
// it ran ahead, and was set right again. A page at a time; once there are none, what is due follows
// the clock.
Result<std::vector<std::string>> MeasureReactor::see_what_is_ahead(const std::string& tenant,
                                                                   Town& town, Time now) const {
    std::vector<std::string> ahead;
    const auto last = [&](std::size_t m) {
        return period_before(set_->measures[m].period, now).from;
    };
    bool went_back = false;
    for (std::size_t m = 0; m < town.through.size(); ++m) {
        went_back = went_back || (town.through[m] && *town.through[m] > last(m));
    }
    if (!went_back) return ahead;
    TRY(each_value(tenant, [&](const Entity& value, const LiveMeasures::Touched& what) {
        const Attribute* is_final = value.find(names_.is_final);
        const bool is_written = is_final != nullptr && is_final->value == Json{true};
        if (what.period.to > now && is_written) ahead.push_back(value.id);
        return ahead.size() < kPage;
    }));
    for (std::size_t m = 0; m < town.through.size() && ahead.empty(); ++m) {
        if (town.through[m]) town.through[m] = std::min(*town.through[m], last(m));
    }
    if (!ahead.empty()) {
        log_.warn("measures", "the clock was set back: values of periods to come are taken back",
                  {field("values", ahead.size()), field("now", to_iso(now))});
    }
    return ahead;
}

// A commit may have failed: the records tell.
Result<void> MeasureReactor::see_what_ended(Town& town) const {
    for (auto due = town.due.begin(); due != town.due.end();) {
        const bool asked = std::exchange(due->second.ends, false);
        const bool gone = asked && !TRY(store_.record(town.id, kDue, name_of(due->first)));
        due = gone ? town.due.erase(due) : std::next(due);
    }
    return {};
}

Result<bool> MeasureReactor::are_defined(const std::string& tenant) const {
    const Caller caller = service_caller(tenant, name());
    for (const Measure& measure : set_->measures) {
        const EntityPtr entity = TRY(store_.find(caller, measure_entity(measure)));
        const Attribute* hash = entity ? entity->find(names_.hash) : nullptr;
        const Attribute* version = entity ? entity->find(names_.version) : nullptr;
        if (hash == nullptr || hash->value != Json{measure.hash}) return false;
        if (version == nullptr || version->value != Json{set_->version}) return false;
    }
    return true;
}

// Its own values of measures and periods that there are, until `look` is false.
Result<void> MeasureReactor::each_value(const std::string& tenant, const LookAtValue& look) const {
    EntityQuery query;
    query.types = TypeSelection{.type = names_.value};
    query.limit = kPage;
    for (std::size_t found = kPage; found == kPage; query.offset += kPage) {
        const QueryResult page = TRY(store_.query(service_caller(tenant, name()), query));
        found = page.entities.size();
        for (const EntityPtr& entity : page.entities) {
            const auto what = value_of(*entity, names_, *set_);
            if (!what || entity->guardian != guardian()) continue;
            if (!look(*entity, *what)) return {};
        }
    }
    return {};
}

// Values of a definition that is another now: they are due again, what they were stays beside.
Result<std::vector<std::string>> MeasureReactor::see_what_is_redefined(const std::string& tenant,
                                                                       Town& town) const {
    std::vector<std::string> fresh;
    TRY(each_value(tenant, [&](const Entity& value, const LiveMeasures::Touched& what) {
        const Attribute* hash = value.find(names_.hash);
        const bool is_same =
            hash != nullptr && hash->value == Json{set_->measures[what.measure].hash};
        if (is_same || is_personal(town, what.measure)) return true;
        if (town.due.try_emplace(what, Due{.touched = clock_.monotonic()}).second) {
            fresh.push_back(name_of(what));
        }
        return true;
    }));
    return fresh;
}

std::vector<LiveMeasures::Touched> MeasureReactor::ready(const Town& town, Time now) const {
    std::vector<LiveMeasures::Touched> out;
    const Duration clock = clock_.monotonic();
    for (const auto& [what, due] : town.due) {
        const bool over = what.period.to <= now;
        // The first reading of a period is shown at once.
        const bool first = due.silent && due.written && due.touched > *due.written;
        const bool wanted = over ? clock - due.touched >= kQuiet || !due.written
                                 : !due.written || first || clock - *due.written >= kOpenEvery;
        if (wanted && !is_personal(town, what.measure)) out.push_back(what);
        if (out.size() >= kAtOnce) break;
    }
    return out;
}

// What was kept up is held against what is computed anew for good.
void MeasureReactor::compare(const Town& town, const LiveMeasures::Touched& what,
                             const std::vector<MeasureValue>& values, Time now) {
    const auto kept = town.live.values(what.measure, what.period, now);
    if (!kept || *kept == values) return;
    // Readings that are yet to be taken make a difference that is none.
    if (town.live.taken() < store_.sequence()) return;
    differences_.add();
    log_.error("measures", "a value that was kept up is not what a recomputation gives",
               {field("measure", set_->measures[what.measure].id),
                field("from", to_iso(what.period.from))});
}

// Of one measure, periods that are over: in one pass.
Result<void> MeasureReactor::compute_over(const std::string& tenant, Town& town,
                                          std::span<const LiveMeasures::Touched> what,
                                          std::vector<Written>& out) {
    const Caller caller = service_caller(tenant, name());
    std::vector<Period> periods;
    for (const LiveMeasures::Touched& one : what) periods.push_back(one.period);
    const Time end = periods.back().to;
    auto computed = TRY(compute_measures(store_, caller, set_->measures[what.front().measure],
                                         periods, {end, leaves_out(town.id)}));
    for (std::size_t i = 0; i < what.size(); ++i) {
        compare(town, what[i], computed[i].values, end);
        out.push_back({.what = what[i],
                       .values = std::move(computed[i].values),
                       .roots = std::move(computed[i].roots)});
    }
    return {};
}

Result<void> MeasureReactor::compute_open(const std::string& tenant, Town& town,
                                          const LiveMeasures::Touched& what, Time now,
                                          std::vector<Written>& out) {
    const Caller caller = service_caller(tenant, name());
    auto kept = town.live.values(what.measure, what.period, now);
    if (!kept) kept = TRY(town.live.gather(store_, caller, what.measure, what.period, now));
    out.push_back({.what = what, .values = std::move(*kept), .roots = {}});
    return {};
}

void MeasureReactor::say_taken(const std::string& id) const {
    log_.warn("measures",
              "an entity that is not Musubi's has the id; what is measured is not written",
              {field("id", id)});
}

Reactor::Effect MeasureReactor::effect_of(Town& town, std::vector<Written> values, Fresh fresh) {
    for (const Written& one : values) {
        Due& due = town.due[one.what];
        due.written = clock_.monotonic();
        due.ends = !one.roots.empty();
        due.silent = is_silent(one.values);
    }
    auto written = std::make_shared<const std::vector<Written>>(std::move(values));
    auto begun = std::make_shared<const Fresh>(std::move(fresh));
    return [this, written, begun, through = town.through,
            defined = town.defined](Transaction& tx) -> Result<void> {
        for (const std::string& one : begun->due) tx.put_record(kDue, one, "");
        for (const std::string& id : begun->ahead) TRY(take_back_value(tx, names_, id));
        for (std::size_t m = 0; m < through.size() && !begun->empty(); ++m) {
            if (through[m]) tx.put_record(kThrough, set_->measures[m].id, to_iso(*through[m]));
        }
        if (!defined) {
            for (const Measure& measure : set_->measures) {
                if (!TRY(write_measure(tx, names_, *set_, measure)))
                    say_taken(measure_entity(measure));
            }
        }
        for (const Written& one : *written) TRY(write(tx, one));
        return {};
    };
}

Result<void> MeasureReactor::write(Transaction& tx, const Written& one) const {
    const Measure& measure = set_->measures[one.what.measure];
    for (std::size_t i = 0; i < one.values.size(); ++i) {
        const std::string& root = one.roots.empty() ? kOpen : one.roots[i];
        const MeasureValue& value = one.values[i];
        if (!TRY(write_value(tx, names_, measure, value, root)))
            say_taken(value_entity(measure, value));
    }
    if (!one.roots.empty()) tx.erase_record(kDue, name_of(one.what));
    return {};
}

Result<Reactor::Effect> MeasureReactor::tick(const std::string& tenant, Time now) {
    if (InnerTenant::parse(tenant)) return Effect{};
    Town* town = TRY(this->town(tenant));
    TRY(see_what_ended(*town));
    if (town->due.empty() && !town->live.newest()) return Effect{};
    const Present present = TRY(read_present(store_, town->id, clock_));
    if (present.replay) now = present.at;
    Fresh fresh;
    if (!present.replay) fresh.ahead = TRY(see_what_is_ahead(tenant, *town, now));
    fresh.due = see_what_is_silent(*town, now);
    if (!town->defined) {
        town->defined = TRY(are_defined(tenant));
        if (!town->defined) {
            auto again = TRY(see_what_is_redefined(tenant, *town));
            std::ranges::move(again, std::back_inserter(fresh.due));
        }
    }
    if (town->due.empty() && fresh.ahead.empty()) return Effect{};
    std::vector<Written> written;
    const std::vector<LiveMeasures::Touched> wanted = ready(*town, now);
    for (std::span<const LiveMeasures::Touched> left{wanted}; !left.empty();) {
        const auto run = std::ranges::find_if(left, [&](const LiveMeasures::Touched& one) {
            return one.measure != left.front().measure || one.period.to > now;
        });
        const auto over = static_cast<std::size_t>(run - left.begin());
        TRY(over > 0 ? compute_over(tenant, *town, left.first(over), written)
                     : compute_open(tenant, *town, left.front(), now, written));
        left = left.subspan(std::max<std::size_t>(over, 1));
    }
    if (written.empty() && fresh.empty()) return Effect{};
    return effect_of(*town, std::move(written), std::move(fresh));
}

}  // namespace musubi
