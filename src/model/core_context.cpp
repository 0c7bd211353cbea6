// The NGSI-LD core context v1.9 (GS CIM 009 v1.9.1, annex B) as a table of our own, so that it is
// there without a network or a file. A test holds it against the published document.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "model/context_builder.h"
#include "model/entity.h"

namespace musubi {
namespace {

/// Terms that share a coercion and a container. A word is `term`, which stands for `ngsi-ld:term`,
/// or `term=rest` for `ngsi-ld:rest`, or `term=iri` where that has a colon.
struct Group {
    std::string_view type;
    std::string_view container;
    std::string_view terms;
};

constexpr std::string_view kGeoJson = "https://purl.org/geojson/vocab#";

constexpr std::array kGroups{
    // Names of things and of their plain members.
    Group{"", "",
          "Attribute AttributeList ContextSourceIdentity ContextSourceNotification "
          "ContextSourceRegistration Date DateTime EntityMap EntityType EntityTypeInfo "
          "EntityTypeList ExecutionResultDetails GeoProperty JsonProperty LanguageProperty "
          "ListProperty ListRelationship Notification Property Relationship Snapshot "
          "SnapshotNotification Subscription TemporalProperty Time VocabProperty accept "
          "aggrParams aggrMethods aggrPeriodDuration attributeCount attributeDetails attrs "
          "cacheDuration collation containedBy=isContainedBy contextSourceAlias "
          "contextSourceInfo contextSourceUptime cooldown csf data "
          "description=http://purl.org/dc/terms/description detail endpoint entities entity "
          "entityCount entityMapLifetime=hasEntityMapLifetime error errors expandValues format "
          "geoQ geoproperty georel idPattern information isActive join joinLevel=hasJoinLevel "
          "jsonKeys jsonldContext key=hasKey lang "
          "langString=http://www.w3.org/1999/02/22-rdf-syntax-ns#langString lastN linkedMaps "
          "localOnly location management "
          "managementInterval mode ngsildproof ngsildConformance notification "
          "notificationTrigger notifierInfo notUpdated observationInterval observationSpace "
          "omit operations operationSpace ordering pick previousValue=hasPreviousValue q reason "
          "receiverInfo refreshRate registrationId registrationName resultStatus scope scopeQ "
          "showChanges snapshotId snapshotLifetime snapshotPriority snapshotStatus "
          "splitEntities=hasSplitEntities status subscriptionName sysAttrs temporalQ throttling "
          "timeInterval timeout timeproperty timerel timesFailed timesSent "
          "title=http://purl.org/dc/terms/title triggerReason unchanged unitCode updated uri "
          "value=hasValue"},
    // GeoJSON (RFC 7946), in its own vocabulary.
    Group{"", "",
          "Feature=geojson:Feature FeatureCollection=geojson:FeatureCollection "
          "GeometryCollection=geojson:GeometryCollection LineString=geojson:LineString "
          "MultiLineString=geojson:MultiLineString MultiPoint=geojson:MultiPoint "
          "MultiPolygon=geojson:MultiPolygon Point=geojson:Point Polygon=geojson:Polygon "
          "geometry=geojson:geometry properties=geojson:properties"},
    // Members whose values are terms themselves.
    Group{"@vocab", "",
          "attributeList attributeName attributeNames attributeTypes attributes "
          "objectType=hasObjectType previousVocab=hasPreviousVocab propertyNames "
          "relationshipNames typeList typeName typeNames valueType=hasValueType vocab=hasVocab "
          "watchedAttributes"},
    // Members whose values are URIs.
    Group{"@id", "",
          "datasetId entityId instanceId object=hasObject previousObject=hasPreviousObject "
          "subscriptionId success tenant"},
    // Moments.
    Group{"DateTime", "",
          "contextSourceTimeAt createdAt deletedAt endAt endTimeAt expiresAt lastFailure "
          "lastNotification lastSuccess lastUsedAt modifiedAt notifiedAt observedAt startAt "
          "timeAt"},
    // JSON kept as it is.
    Group{"@json", "",
          "contextSourceExtras json=hasJSON previousJson=hasPreviousJson problemDetails"},
    // Lists, whose order counts.
    Group{"", "@list",
          "avg bbox=geojson:bbox coordinates=geojson:coordinates distinctCount entityList jsons "
          "languageMaps=hasLanguageMaps max min objectList=hasObjectList "
          "objectLists=hasObjectLists objects=hasObjects orderBy "
          "previousObjectList=hasPreviousObjectList previousValueList=hasPreviousValueList "
          "snapshotQueries snapshotQueriesDetails snapshotTemporalQueries "
          "snapshotTemporalQueriesDetails stddev sum sumsq totalCount valueList=hasValueList "
          "valueLists=hasValueLists values=hasValues vocabs=hasVocabs"},
    // The rest of the containers.
    Group{"", "@set", "features=geojson:features"},
    // Maps by language.
    Group{"", "@language", "languageMap=hasLanguageMap previousLanguageMap=hasPreviousLanguageMap"},
    // Maps by another key.
    Group{"", "@index", "dataset=hasDataset entityMap=hasEntityMap"},
};

std::string full_iri(std::string_view text) {
    constexpr std::string_view kGeoPrefix = "geojson:";
    if (text.starts_with(kGeoPrefix)) {
        return std::string(kGeoJson).append(text.substr(kGeoPrefix.size()));
    }
    if (text.find(':') != std::string_view::npos) return std::string(text);
    return std::string(iri::kNgsiLd).append(text);
}

void define_group(ContextBuilder& builder, const Group& group) {
    std::string_view rest = group.terms;
    while (!rest.empty()) {
        const std::string_view word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
        const std::size_t equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        Context::Term term;
        term.iri = full_iri(equals == std::string_view::npos ? name : word.substr(equals + 1));
        term.type = group.type.empty() || group.type.starts_with('@') ? std::string(group.type)
                                                                      : full_iri(group.type);
        term.container = group.container;
        builder.define(name, std::move(term));
    }
}

ContextPtr make_core() {
    const ContextLoader none;
    ContextBuilder builder{none, nullptr};
    builder.define("id", {"@id", {}, {}, false});
    builder.define("type", {"@type", {}, {}, false});
    builder.define("ngsi-ld", {std::string(iri::kNgsiLd), {}, {}, true});
    builder.define("geojson", {std::string(kGeoJson), {}, {}, true});
    for (const Group& group : kGroups) define_group(builder, group);
    return builder.finish(Json{kCoreContextUrl});
}

}  // namespace

ContextPtr core_context() {
    static const ContextPtr core = make_core();
    return core;
}

}  // namespace musubi
