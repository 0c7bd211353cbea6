#include "store/shown_history.h"

#include <algorithm>
#include <utility>

#include "store/codec.h"
#include "store/histories.h"

namespace musubi {

Result<ShownHistory> ShownHistory::of(const Caller& caller, std::string_view id,
                                      const EntityPtr& present, const EntityPtr& departed) {
    ShownHistory shown;
    if (!caller.access || !caller.access->may_read) return Histories::none(id);
    const AccessFilter& access = *caller.access;
    const EntityPtr& known = present ? present : departed;
    // Of one that former releases deleted nothing is known: not for who is bounded.
    if (known == nullptr)
        return access.is_whole() ? Result<ShownHistory>{shown} : Histories::none(id);
    if (!access.covers(known->types)) return Histories::none(id);
    if (access.governance == nullptr) return shown;
    auto verdict = access.governance->decide(
        AccessAction::Read, *known, present ? Governance::Known::Whole : Governance::Known::Part);
    if (!verdict.passes()) return Histories::none(id);
    if (!verdict.passes_whole()) shown.verdict_ = std::move(verdict);
    return shown;
}

// Scopes have a history as attributes have; they say where an entity belongs, as its types do.
bool ShownHistory::hides(const Series& series) const {
    return series.name != iri::kScope && verdict_->hides(series.name);
}

// What an entity belongs to is shown as it is, and when it was set as coarse as its other times.
void ShownHistory::show_scopes(Series& series) const {
    if (!verdict_->times()) return;
    for (Point& point : series.points) {
        point.at = cut(point.at, *verdict_->times());
        point.recorded = cut(point.recorded, *verdict_->times());
    }
}

Result<void> ShownHistory::show_points(Series& series) const {
    std::vector<Point> points;
    points.reserve(series.points.size());
    for (const Point& point : series.points) {
        Attribute state = TRY(from_point(series.name, series.dataset_id, point));
        const AttributePtr shown =
            Governance::show(std::make_shared<const Attribute>(std::move(state)), *verdict_);
        if (shown == nullptr) continue;
        Point& kept = points.emplace_back(to_point(*shown));
        kept.recorded =
            verdict_->times() ? cut(point.recorded, *verdict_->times()) : point.recorded;
        if (!shown->observed_at) kept.at = kept.recorded;
    }
    series.points = std::move(points);
    return {};
}

Result<void> ShownHistory::apply(std::vector<Series>& all) const {
    if (!verdict_) return {};
    std::erase_if(all, [&](const Series& series) { return hides(series); });
    for (Series& series : all) {
        if (series.name == iri::kScope) {
            show_scopes(series);
            continue;
        }
        const bool plain = !verdict_->times() && verdict_->coarsening(series.name) == nullptr;
        if (!plain) TRY(show_points(series));
    }
    return {};
}

void ShownHistory::apply_former(std::vector<Series>& all) const {
    if (!verdict_) return;
    std::erase_if(all, [&](const Series& series) {
        return hides(series) || verdict_->times() || verdict_->coarsening(series.name) != nullptr;
    });
}

}  // namespace musubi
