#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/query.h"
#include "trust/policies/policy.h"

/// Whom an entity is about: what `person` of [[personal]] says (docs/citizens.md).
namespace musubi {

/// An entity names a person by `urn:musubi:person:ID`, or by the subject `person:ID`.
inline constexpr std::string_view kPersonUri = "urn:musubi:person:";
/// So many people of one entity are noted at most.
inline constexpr std::size_t kMaxPersonsOfEntity = 1'000;
/// Purpose and ground of who reads what is held about themselves: its disclosure to the person is
/// asked for by law (Act on the Protection of Personal Information, art. 76). Nobody states this
/// purpose with a header: what policies permit for it is never of somebody else's data.
inline constexpr std::string_view kOwnDataPurpose = "own-data";
inline constexpr std::string_view kOwnDataGround = "law";

/// The id of the person that a text names; empty: it names none.
[[nodiscard]] std::string_view person_named(std::string_view text);
/// Adds the ids that the value of an attribute names (a text, a URI, or a list of them), until
/// there are kMaxPersonsOfEntity.
void add_persons(const Json& value, std::vector<std::string>& ids);
/// Sorts them and leaves each once.
void each_once(std::vector<std::string>& ids);

/// The personal type that an entity of these types is of; the first where it is of several. Null:
/// none.
[[nodiscard]] const PersonalType* personal_type_of(const PolicySet& set,
                                                   const std::vector<std::string>& types);
/// The attributes (expanded) by which entities of these types say whom they are about.
[[nodiscard]] std::vector<std::string> person_attributes_of(const PolicySet& set,
                                                            const std::vector<std::string>& types);
/// The ids of those whom the entity is about by these attributes, each once.
[[nodiscard]] std::vector<std::string> persons_of(const std::vector<std::string>& attributes,
                                                  const Entity& entity);
/// A query for the entities that name the person by the attribute; the index narrows it.
[[nodiscard]] QueryNode names_person(std::string_view attribute, std::string_view id);

}  // namespace musubi
