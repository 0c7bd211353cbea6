#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "history/aggregate.h"
#include "history/select.h"
#include "model/context.h"
#include "model/query.h"
#include "store/store.h"

namespace musubi {

enum class TemporalFormat { Normalized, Values, Aggregated };

/// What of the evolution of entities is asked for, and how it is shown (GS CIM 009 v1.9.1, 5.7.3,
/// 5.7.4).
struct TemporalQuery {
    TimeSelection time;
    /// Only of the times at which the scopes of the entity fit: from when they were set until they
    /// were replaced or removed (4.18, C.5.16).
    std::optional<ScopeQuery> scopes;
    std::size_t last_n = 0;          ///< 0: all
    std::vector<std::string> attrs;  ///< expanded; empty: all
    /// datasetIds, "" the default instances; empty: all (4.5.5).
    std::vector<std::string> datasets;
    /// Members to show or to leave out (4.21): expanded names of attributes, or id, type, scope.
    std::vector<std::string> pick;
    std::vector<std::string> omit;
    TemporalFormat format = TemporalFormat::Normalized;
    bool sys_attrs = false;
    bool context_member = false;
    std::string lang;  ///< 4.15
    std::vector<AggregateMethod> methods;
    Duration period;  ///< zero: the whole span
    /// So many instances of each attribute are answered at once (6.3.10).
    std::size_t page = kPage;
    static constexpr std::size_t kPage = 100'000;
    /// All attributes of all entities of one answer together.
    static constexpr std::size_t kMaxInstances = 1'000'000;

    /// True where the member is to be shown.
    [[nodiscard]] bool shows(std::string_view member) const;
};

/// One entity with what was selected of its evolution.
struct EvolutionView {
    std::string id;
    EntityPtr entity;  ///< without attributes where it was deleted; null: nothing is known of it
    std::vector<Series> series;
    bool known = false;  ///< it has, or had, an attribute of those that were asked for
    std::optional<Time> deleted_at = {};
    /// Instance ids that other brokers gave: the instance of such a point is {kElsewhere, place}.
    std::vector<std::string> ids_elsewhere = {};
    static constexpr std::uint64_t kElsewhere = UINT64_MAX;
};

/// What a chunk must overlap to be of use for the query.
[[nodiscard]] ChunkFilter chunks_of_interest(const TimeSelection& time);

/// Keeps of each series what the query's time, scopes, lastN, attrs and datasets ask for; series
/// with nothing left are dropped. The scope's series is made from the entity where history has
/// none; where scopes are asked for, those that were valid as the time began stand in it as well.
[[nodiscard]] EvolutionView select_evolution(std::string id, EntityPtr entity,
                                             std::vector<Series> series,
                                             const TemporalQuery& query);
/// The same of a view that another broker answered, whose word is not taken for it; but the scopes
/// that were valid are its own affair.
void select_again(EvolutionView& view, const TemporalQuery& query);
/// Drops the series of other attributes; none named: keeps all.
void keep_attributes(EvolutionView& view, const std::vector<std::string>& attrs);

/// Conditions that are compared with the instances that were selected (5.7.4.4): any instance of an
/// attribute that satisfies one is enough. Fails: Corrupt.
struct InstanceConditions {
    std::optional<QueryNode> q;
    std::optional<GeoQuery> geo;
};
Result<bool> matches(const InstanceConditions& conditions, const EvolutionView& view);

/// Where an answer could not hold everything (6.3.10): from and to what time it goes.
struct TemporalRange {
    Time start;
    Time end;
    std::optional<std::size_t> size;  ///< lastN; nothing: unknown
};
/// Cuts all series at one time, so that none has more than the query's page of instances (and those
/// of the same time): nothing is left out in between. `reached`: the time at which somebody who
/// gave a part of it had to stop; none: nobody. Nothing where no cut was needed.
[[nodiscard]] std::optional<TemporalRange> cut_to_page(std::vector<EvolutionView>& views,
                                                       const TemporalQuery& query,
                                                       std::optional<Time> reached = {});
/// Of two times at which an answer had to stop the one that comes first, as the query goes.
[[nodiscard]] std::optional<Time> nearer(std::optional<Time> a, std::optional<Time> b,
                                         const TemporalQuery& query);

/// Appends the temporal representation of an entity (4.5.6 - 4.5.9, 4.5.19): a series whose
/// instances were all cut is shown empty. Returns whether there was anything to show; where not,
/// nothing is appended. Fails: TooComplexQuery, Corrupt.
Result<bool> write_evolution(std::string& out, const EvolutionView& view, const Context& context,
                             const TemporalQuery& query);

/// The time of a point that is compared and shown with it.
[[nodiscard]] Time time_of(const Point& point, TimeProperty property);

}  // namespace musubi
