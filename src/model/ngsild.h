#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/context.h"
#include "model/entity.h"
#include "model/projection.h"

namespace musubi {

/// How an entity is shown (GS CIM 009 v1.9.1, 4.5.4 simplified, 4.5.1 normalized, 4.5.1.2 concise).
enum class Format { Normalized, Concise, Simplified };

enum class ReadAs {
    Entity,    ///< id and type are required (5.6.1)
    Fragment,  ///< id and type may be absent (5.6.2 - 5.6.4, 5.6.17)
};

struct ReadOptions {
    ReadAs as = ReadAs::Entity;
    /// Accept "urn:ngsi-ld:null" as a value that asks for deletion (merge and update
    /// patch, 5.5.12).
    bool nulls = false;
    /// Accept an attribute without its value: `value` is null then, and `kind` says nothing unless
    /// the type was written (partial update and merge, 5.6.4, 5.6.17).
    bool partial = false;
    /// Take createdAt and modifiedAt as they are: what another broker recorded (6.3.11).
    bool recorded = false;
    /// Accept "urn:ngsi-ld:null" also inside of a value, where it asks for the deletion of a member
    /// (merge, 5.5.12); elsewhere it is refused there (5.5.4).
    bool merge = false;
};

/// Reads an entity in normalized, concise or mixed form; expands its names with `context`
/// ("@context" inside is ignored: the interface resolved it). Times of recording (but with
/// `recorded`) and instance ids are left unset. With `nulls`, an attribute or instance to be
/// deleted has the string iri::kNull as its value, whatever its kind; an observedAt or unitCode to
/// be deleted stands in `extra`. Fails: BadRequest, `where` names the place by its JSON pointer.
Result<Entity> read_entity(const Json& json, const Context& context,
                           const ReadOptions& options = {});

/// Reads one attribute (an object, a bare concise value, or an array of instances with distinct
/// datasetId) under an already expanded name; `path` is what errors call it. Fails: BadRequest.
Result<Attributes> read_attribute(std::string_view name, std::string_view path, const Json& json,
                                  const Context& context, const ReadOptions& options = {});

/// How the entities that relationships lead to are shown (4.5.23): not at all, beside those that
/// were asked for, or within their relationships.
enum class Join { None, Flat, Inline };

struct WriteOptions {
    Format format = Format::Normalized;
    bool sys_attrs = false;       ///< createdAt, modifiedAt, expiresAt (6.3.11)
    bool context_member = false;  ///< "@context" in the body (application/ld+json)
    std::string lang;             ///< 4.5.18: reduce language properties
    /// Expanded names to show; empty: all. `id` and `type` are always shown.
    std::vector<std::string> attrs;
    /// 4.21: only these members, and not those; empty: all, none.
    MemberSelection pick;
    MemberSelection omit;
    /// Only instances of these datasets, "@none" being the default one (4.5.5); empty: all.
    std::vector<std::string> datasets;

    Join join = Join::None;
    std::size_t join_level = 1;  ///< hops, at most kMaxProjectionDepth
    LinkedEntities linked;       ///< needed where entities are joined
    /// Nothing more is joined once the text is so long: it is more than anybody is answered.
    static constexpr std::size_t kMaxJoinedBytes = 64U << 20U;
    std::shared_ptr<const std::size_t> joined;  ///< how many `linked` was asked for, if it counts
    std::vector<std::string> contained_by;      ///< ids that are not shown again within (4.5.23)

    /// The version of NGSI-LD the reader knows, as 100 * major + minor; kinds of attribute that
    /// came later are shown as the older ones that come closest (4.3.6.8).
    int version = kNativeVersion;
    static constexpr int kNativeVersion = 109;
};

/// Appends the entity's JSON, names compacted with `context`. Instances of one attribute are
/// shown as an array where there are several (4.5.5).
void write_entity(std::string& out, const Entity& entity, const Context& context,
                  const WriteOptions& options = {});
/// True where anything is left of the entity: 4.21 may leave nothing to show.
[[nodiscard]] bool shows_anything(const Entity& entity, const WriteOptions& options);
/// True where some attribute had to be shown as one of another kind for `options.version`.
[[nodiscard]] bool is_reshaped(const Entity& entity, const WriteOptions& options);

/// Appends entities one after the other, separated by commas: `entities`, and with Join::Flat those
/// that they lead to, each once.
void write_entities(std::string& out, const std::vector<std::shared_ptr<const Entity>>& entities,
                    const Context& context, const WriteOptions& options);

/// Appends the entity as a GeoJSON Feature (4.5.16, 4.5.17). Its geometry is the value of the
/// GeoProperty with the expanded name `geometry`, of the default instance or the first of
/// `options.datasets`; null where there is none.
void write_feature(std::string& out, const Entity& entity, std::string_view geometry,
                   const Context& context, const WriteOptions& options = {});

/// Appends one attribute's instances, without its name (GET .../attrs/{attr}).
void write_attribute(std::string& out, const std::vector<const Attribute*>& instances,
                     const Context& context, const WriteOptions& options = {});

}  // namespace musubi
