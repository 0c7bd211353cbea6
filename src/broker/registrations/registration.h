#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/registrations/operations.h"
#include "model/context.h"
#include "model/entity.h"
#include "model/query.h"

namespace musubi {

/// How the data of a source stand to the broker's own (GS CIM 009 v1.9.1, 4.3.6.3), in the order
/// in which sources are asked. The numbers are not stored.
enum class RegistrationMode { Exclusive, Redirect, Inclusive, Auxiliary };
[[nodiscard]] std::string_view name_of(RegistrationMode mode);

/// Which entities a source has (EntityInfo, 5.2.8). Types are expanded, at least one.
struct EntityInfo {
    std::string id;                     ///< empty: any, or what the pattern says
    std::optional<Pattern> id_pattern;  ///< never together with an id
    std::vector<std::string> types;
};

/// What a source has of them (RegistrationInfo, 5.2.10). Names are expanded; no name at all: every
/// attribute. No entity: those attributes of any entity.
struct RegistrationInfo {
    std::vector<EntityInfo> entities;
    std::vector<std::string> properties;
    std::vector<std::string> relationships;
    [[nodiscard]] bool any_attribute() const { return properties.empty() && relationships.empty(); }
    [[nodiscard]] bool has_attribute(std::string_view name) const;
};

/// A span of time that is open at its end where none is given (TimeInterval, 5.2.11).
struct TimeInterval {
    Time start;
    std::optional<Time> end;
};

/// How a source wants to be asked (RegistrationManagementInfo, 5.2.34).
struct RegistrationManagement {
    std::optional<bool> local_only;  ///< the source is not to ask others in turn
    std::string cache_text;          ///< cacheDuration as given; empty: not given
    Duration cache_duration;         ///< zero: not given
    Duration timeout;                ///< zero: not given
    Duration cooldown;               ///< pause after a failure; zero: not given
};

/// A context source registration (5.2.9). Names are expanded.
struct Registration {
    std::string id;
    std::string name;
    std::string description;
    std::vector<RegistrationInfo> information;  ///< at least one
    std::string tenant;                         ///< of the source; empty: its default one
    std::optional<TimeInterval> observation_interval;
    std::optional<TimeInterval> management_interval;
    Json location;  ///< GeoJSON geometries; null: not given
    Json observation_space;
    Json operation_space;
    std::optional<Time> expires_at;
    std::string endpoint;  ///< http or https, without what follows the interface's own path
    /// Sent as headers, or meant for the broker ("jsonldContext"); shown to who may manage it.
    std::vector<std::pair<std::string, std::string>> source_info;
    std::vector<std::string> scopes;
    RegistrationMode mode = RegistrationMode::Inclusive;
    bool mode_given = false;
    std::vector<std::string> operation_names;  ///< as given; empty: the default of its mode
    SourceOperations operations;
    std::string refresh_rate;  ///< ISO 8601 duration as given
    std::optional<RegistrationManagement> management;
    std::vector<std::string> dataset_ids;
    std::string alias;    ///< contextSourceAlias: how the source names itself in Via
    Json::Object extras;  ///< context source properties: expanded name, value as given
    Json context;         ///< the "@context" it was made with

    /// The registration as csf, geo-queries and scope queries see it: its properties, its
    /// geometries, its scopes. Made by read_registration.
    Entity described;
    Time created_at;
    Time modified_at;

    [[nodiscard]] bool expired(Time now) const { return expires_at && *expires_at <= now; }
    /// True where the source gives what is true now, not what was in some span of time.
    [[nodiscard]] bool is_latest() const { return !observation_interval && !management_interval; }
    [[nodiscard]] bool does(SourceOperation operation) const {
        return operations.test(static_cast<std::size_t>(operation));
    }
    /// Every type that is named, for decisions on access.
    [[nodiscard]] std::vector<std::string> types() const;
};
using RegistrationPtr = std::shared_ptr<const Registration>;

/// Reads a registration; members that only a broker writes (status, counters, times) are passed
/// over, members that 5.2.9 does not name are context source properties. Fails: BadRequest,
/// Unsupported, TooComplexQuery; `where` is the JSON pointer.
Result<Registration> read_registration(const Json& json, const Context& context);
/// What 5.9.2.4 lets expiresAt be. Fails: BadRequest where it lies in the past.
Result<void> check_expiry(const Registration& registration, Time now);
/// 5.9.3, 5.5.8: each member of the patch replaces the present one whole; null or
/// "urn:ngsi-ld:null" removes it. Times of recording stay. Fails: as read_registration.
Result<Registration> patch_registration(const Registration& present, const Json& patch,
                                        const Context& context);

struct SubscriptionState;  ///< counters, as notifications have them

/// How a registration is written.
struct RegistrationView {
    bool defaults = true;                      ///< mode and operations where none were given
    bool secrets = true;                       ///< contextSourceInfo
    bool sys_attrs = false;                    ///< createdAt, modifiedAt
    bool type_arrays = false;                  ///< types as arrays, as notifications have them
    const SubscriptionState* state = nullptr;  ///< null: without what became of requests
    /// The places in `information` to show; null: all.
    const std::vector<std::size_t>* information = nullptr;
};
/// As it is answered: names compacted with `context`.
[[nodiscard]] Json write_registration(const Registration& registration, const Context& context,
                                      const RegistrationView& view);

/// The stored form and back. Fails: Corrupt.
[[nodiscard]] std::string encode_registration(const Registration& registration);
Result<Registration> decode_registration(std::string_view bytes);

/// The names of the records, within a tenant.
inline constexpr std::string_view kRegistrationKind = "registration";
inline constexpr std::string_view kRegistrationStateKind = "registration-state";

}  // namespace musubi
