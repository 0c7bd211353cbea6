#include "broker/registrations/source_query.h"

#include <algorithm>

namespace musubi {
namespace {

bool matches(const EntityInfo& info, const EntitySelector& selector) {
    if (selector.types && !matches(*selector.types, info.types)) return false;
    if (!selector.id.empty()) {
        if (!info.id.empty() && info.id != selector.id) return false;
        if (info.id_pattern && !info.id_pattern->found_in(selector.id)) return false;
        return !selector.id_pattern || selector.id_pattern->found_in(selector.id);
    }
    return !selector.id_pattern || info.id.empty() || selector.id_pattern->found_in(info.id);
}

bool matches_entities(const RegistrationInfo& info, const SourceQuery& query) {
    if (query.entities.empty() || info.entities.empty()) return true;
    return std::any_of(info.entities.begin(), info.entities.end(), [&](const EntityInfo& entity) {
        return std::any_of(query.entities.begin(), query.entities.end(),
                           [&](const EntitySelector& s) { return matches(entity, s); });
    });
}

bool matches_attributes(const RegistrationInfo& info, const SourceQuery& query) {
    if (query.attributes.empty()) return true;
    return std::any_of(query.attributes.begin(), query.attributes.end(),
                       [&](const std::string& name) { return info.has_attribute(name); });
}

bool meets(const TimeInterval& interval, const TimeSelection& time) {
    if (!time.relation) return true;
    switch (*time.relation) {
        case TimeRelation::Before: return interval.start < time.at;
        case TimeRelation::After: return !interval.end || *interval.end > time.at;
        case TimeRelation::Between: break;
    }
    return interval.start < time.end && (!interval.end || *interval.end >= time.at);
}

bool matches_time(const Registration& registration, const SourceQuery& query) {
    if (query.evolution && (registration.is_latest() || !query.time || !query.time->relation)) {
        return true;
    }
    if (!query.time) return registration.is_latest();
    const auto& interval = query.time->property == TimeProperty::ObservedAt
                               ? registration.observation_interval
                               : registration.management_interval;
    return interval && meets(*interval, *query.time);
}

bool matches_datasets(const Registration& registration, const SourceQuery& query) {
    if (query.dataset_ids.empty() || registration.dataset_ids.empty()) return true;
    return std::any_of(query.dataset_ids.begin(), query.dataset_ids.end(),
                       [&](const std::string& id) {
                           const auto& own = registration.dataset_ids;
                           return std::find(own.begin(), own.end(), id) != own.end();
                       });
}

bool lies_elsewhere(const Json& geometry, const GeoQuery& query) {
    if (geometry.is_null()) return false;
    const GeoBox own = bounds_of(geometry);
    const GeoBox& asked = query.bounds;
    return own.west > asked.east || asked.west > own.east || own.south > asked.north ||
           asked.south > own.north;
}

}  // namespace

std::vector<std::size_t> matching_information(const Registration& registration,
                                              const SourceQuery& query) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < registration.information.size(); ++i) {
        const RegistrationInfo& info = registration.information[i];
        if (matches_entities(info, query) && matches_attributes(info, query)) out.push_back(i);
    }
    return out;
}

bool matches_conditions(const Registration& registration, const SourceQuery& query) {
    if (!matches_time(registration, query) || !matches_datasets(registration, query)) return false;
    if (query.csf && !matches(*query.csf, registration.described)) return false;
    if (query.scope && !matches(*query.scope, registration.scopes)) return false;
    return !query.geo || matches(*query.geo, registration.described);
}

bool may_answer(const Registration& registration, const SourceQuery& query) {
    if (!matches_time(registration, query) || !matches_datasets(registration, query)) return false;
    if (query.csf && !matches(*query.csf, registration.described)) return false;
    return !query.geo || query.geo->relation == GeoQuery::Relation::Disjoint ||
           !lies_elsewhere(registration.location, *query.geo);
}

bool covers(const Registration& registration, const Entity& entity) {
    const auto named = [&](const RegistrationInfo& info) {
        const auto is_it = [&](const EntityInfo& e) {
            if (!e.id.empty() && e.id != entity.id) return false;
            if (e.id_pattern && !e.id_pattern->found_in(entity.id)) return false;
            return std::all_of(e.types.begin(), e.types.end(),
                               [&](const std::string& type) { return entity.has_type(type); });
        };
        if (!info.entities.empty() &&
            std::none_of(info.entities.begin(), info.entities.end(), is_it)) {
            return false;
        }
        return info.any_attribute() ||
               std::any_of(entity.attributes.begin(), entity.attributes.end(),
                           [&](const Attribute& a) { return info.has_attribute(a.name); });
    };
    return std::any_of(registration.information.begin(), registration.information.end(), named);
}

}  // namespace musubi
