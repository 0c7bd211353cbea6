#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/context.h"

namespace musubi {

/// A member of an entity as `pick` and `omit` name it (GS CIM 009 v1.9.1, 4.21): `id`, `type`,
/// `scope` and the times by these words, attributes by their expanded names; within braces the
/// members of the entities that a relationship leads to.
struct ProjectedMember {
    std::string name;
    std::vector<ProjectedMember> linked;
};
using MemberSelection = std::vector<ProjectedMember>;

inline constexpr std::size_t kMaxProjectedMembers = 1'000;  ///< in all
inline constexpr std::size_t kMaxProjectionDepth = 10;      ///< of braces: the hops of a join

/// `a,b{c,d}`; `|` separates like `,`. Fails: BadRequest, `where` says at which byte (no member,
/// a character that can not be in a name, braces that do not close); TooComplexQuery.
Result<MemberSelection> parse_projection(std::string_view text, const Context& context);
/// How many hops the deepest braces go; 0: none.
[[nodiscard]] std::size_t depth_of(const MemberSelection& projection);
/// The entry of that name; nullptr where there is none.
[[nodiscard]] const ProjectedMember* find(const MemberSelection& projection, std::string_view name);
/// True where the name is one of the members that every entity has by itself (4.21).
[[nodiscard]] bool is_core_member(std::string_view name);

}  // namespace musubi
