#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/context.h"
#include "model/entity.h"

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
};

/// Reads an entity in normalized, concise or mixed form; expands its names with `context`
/// ("@context" inside is ignored: the interface resolved it). Times of recording and instance
/// ids are left unset. With `nulls`, an attribute or instance to be deleted has the string
/// iri::kNull as its value, whatever its kind; an observedAt or unitCode to be deleted stands in
/// `extra`. Fails: BadRequest, `where` names the place by its JSON pointer.
Result<Entity> read_entity(const Json& json, const Context& context,
                           const ReadOptions& options = {});

/// Reads one attribute (an object, a bare concise value, or an array of instances with distinct
/// datasetId) under an already expanded name; `path` is what errors call it. Fails: BadRequest.
Result<std::vector<Attribute>> read_attribute(std::string_view name, std::string_view path,
                                              const Json& json, const Context& context,
                                              const ReadOptions& options = {});

struct WriteOptions {
    Format format = Format::Normalized;
    bool sys_attrs = false;       ///< createdAt, modifiedAt (6.3.11)
    bool context_member = false;  ///< "@context" in the body (application/ld+json)
    std::string lang;             ///< 4.5.18: reduce language properties
    /// Expanded names to show; empty: all. `id` and `type` are always shown.
    std::vector<std::string> attrs;
};

/// Appends the entity's JSON, names compacted with `context`. Instances of one attribute are
/// shown as an array where there are several (4.5.5).
void write_entity(std::string& out, const Entity& entity, const Context& context,
                  const WriteOptions& options = {});
/// Appends one attribute's instances, without its name (GET .../attrs/{attr}).
void write_attribute(std::string& out, const std::vector<const Attribute*>& instances,
                     const Context& context, const WriteOptions& options = {});

}  // namespace musubi
