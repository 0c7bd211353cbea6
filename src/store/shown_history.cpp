#include "store/shown_history.h"

#include <algorithm>
#include <utility>

#include "store/codec.h"
#include "store/histories.h"
#include "store/history_points.h"

namespace musubi {
namespace {

const EntityPtr& known_of(const EntityPast& past) {
    return past.present ? past.present : past.departed;
}

// What is shown of one point by a verdict; false: nothing. Scopes say where an entity belongs, as
// its types do: when they were set is shown as coarse as its other times.
Result<bool> show_point(const Series& series, Point& point, const Governance::Verdict& verdict) {
    const auto& times = verdict.times();
    if (series.name == iri::kScope) {
        if (times) point.at = cut(point.at, *times);
        if (times) point.recorded = cut(point.recorded, *times);
        return true;
    }
    if (!times && verdict.coarsening(series.name) == nullptr) return true;
    Attribute state = TRY(from_point(series.name, series.dataset_id, point));
    const AttributePtr shown =
        Governance::show(std::make_shared<const Attribute>(std::move(state)), verdict);
    if (shown == nullptr) return false;
    const Time recorded = times ? cut(point.recorded, *times) : point.recorded;
    point = to_point(*shown);
    point.recorded = recorded;
    if (!shown->observed_at) point.at = recorded;
    return true;
}

void add_missing_types(std::vector<std::string>& all, const std::vector<std::string>& more) {
    for (const std::string& type : more) {
        if (std::find(all.begin(), all.end(), type) == all.end()) all.push_back(type);
    }
}

}  // namespace

Governance::Looked ShownHistory::looked_at(const AccessFilter& access, const EntityPast& past) {
    // What is left of a deleted entity is known in part alone: conditions are not asked of it.
    if (access.governance == nullptr || !past.present) return {};
    return access.governance->looks_at(PastStates{past}.all_types());
}

Result<ShownHistory> ShownHistory::of(const AccessFilter& access, const EntityPast& past,
                                      std::uint64_t until) {
    ShownHistory shown;
    if (access.may_read && access.is_whole()) return shown;
    const EntityPtr& known = known_of(past);
    // Of one that former releases deleted nothing is known: not for who is bounded.
    if (!access.may_read || known == nullptr) return Histories::none(past.id);
    if (!access.covers(known->types)) return Histories::none(past.id);
    if (access.governance != nullptr) {
        auto verdict = access.governance->decide(
            AccessAction::Read, *known,
            past.present ? Governance::Known::Whole : Governance::Known::Part);
        if (!verdict.passes()) return Histories::none(past.id);
        if (!verdict.passes_whole()) shown.verdict_ = std::move(verdict);
    }
    shown.past_ = &past;
    shown.states_.emplace(past);
    shown.until_ = until;
    shown.types_ = known->types;
    TRY(shown.divide(access, looked_at(access, past)));
    return shown;
}

Result<void> ShownHistory::divide(const AccessFilter& access, const Governance::Looked& looked) {
    parts_ = states_->had_another_life();
    if (!looked.any() && !states_->was_another()) return {};
    TRY(states_->each(looked, [&](std::uint64_t moment, const Entity& state, auto known) {
        add_stretch(access, {.moment = moment, .shown = true, .verdict = {}}, state, known);
    }));
    const bool plain = std::all_of(stretches_.begin(), stretches_.end(), [&](const Stretch& s) {
        return s.shown && s.verdict == verdict_;
    });
    if (plain) stretches_.clear();
    parts_ = parts_ || !plain;
    return {};
}

void ShownHistory::add_stretch(const AccessFilter& access, Stretch next, const Entity& state,
                               Governance::Known known) {
    next.shown = access.covers(state.types);
    if (next.shown && access.governance != nullptr) {
        if (!past_->present) known = Governance::Known::Part;
        auto verdict = access.governance->decide(AccessAction::Read, state, known);
        next.shown = verdict.passes();
        if (next.shown && !verdict.passes_whole()) next.verdict = std::move(verdict);
    }
    if (next.shown) add_missing_types(types_, state.types);
    if (!stretches_.empty()) {
        const Stretch& last = stretches_.back();
        if (last.shown == next.shown && last.verdict == next.verdict) return;
    }
    stretches_.push_back(std::move(next));
}

const ShownHistory::Stretch* ShownHistory::stretch_of(std::uint64_t moment) const {
    const auto after =
        std::partition_point(stretches_.begin(), stretches_.end(),
                             [&](const Stretch& stretch) { return stretch.moment <= moment; });
    return after == stretches_.begin() ? nullptr : &*std::prev(after);
}

// What the entity itself shows of the attribute.
bool ShownHistory::is_own_state(const Series& series, const Point& point) const {
    if (past_->present == nullptr) return false;
    const Attribute* own = past_->present->find(series.name, series.dataset_id);
    return own != nullptr && own->instance == point.instance;
}

bool ShownHistory::is_left_out(const Series& series, const Point& point) const {
    if (point.instance.sequence > until_ || states_->is_of_another_life(point)) return true;
    const Stretch* stretch = stretch_of(states_->moment_of(point));
    if (stretch == nullptr) return false;
    if (!stretch->shown) return true;
    return stretch->verdict && series.name != iri::kScope && stretch->verdict->hides(series.name);
}

bool ShownHistory::hides(const Series& series) const {
    return verdict_ && series.name != iri::kScope && verdict_->hides(series.name);
}

Result<void> ShownHistory::show_points(Series& series) const {
    std::size_t kept = 0;
    bool known = true;  // what a deletion deleted
    for (std::size_t i = 0; i < series.points.size(); ++i) {
        Point& point = series.points[i];
        const bool own = is_own_state(series, point);
        const bool told = !point.deleted || known;
        known = own || !is_left_out(series, point);
        if (!known || !told) continue;
        const Stretch* stretch = own ? nullptr : stretch_of(states_->moment_of(point));
        const bool twice = stretch != nullptr && stretch->verdict && stretch->verdict != verdict_;
        if (twice && !TRY(show_point(series, point, *stretch->verdict))) continue;
        if (verdict_ && !TRY(show_point(series, point, *verdict_))) continue;
        if (kept != i) series.points[kept] = std::move(point);
        ++kept;
    }
    series.points.resize(kept);
    return {};
}

Result<void> ShownHistory::apply(std::vector<Series>& all) const {
    if (past_ == nullptr) return {};
    std::erase_if(all, [&](const Series& series) { return hides(series); });
    for (Series& series : all) TRY(show_points(series));
    // Then all was read: one of which nothing is left has no history in their eyes.
    if (parts_) std::erase_if(all, [](const Series& series) { return series.points.empty(); });
    return {};
}

void ShownHistory::apply_former(std::vector<Series>& all) const {
    if (past_ == nullptr) return;
    std::erase_if(all, [&](const Series& series) {
        return hides(series) ||
               (verdict_ && (verdict_->times() || verdict_->coarsening(series.name) != nullptr));
    });
    for (Series& series : all) {
        std::erase_if(series.points, [&](const Point& point) {
            Point was = point;
            was.instance = rewritten_instance(point);
            return is_left_out(series, point) || is_left_out(series, was);
        });
    }
}

}  // namespace musubi
