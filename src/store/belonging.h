#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/entity.h"

namespace musubi {

/// By what an entity is within somebody's reach: its types and scopes.
struct Belonging {
    std::vector<std::string> types;   ///< expanded
    std::vector<std::string> scopes;  ///< as Entity::scopes
};

/// What an entity was of until it was of something else, or was gone: whose its history of that
/// time is.
struct FormerBelonging {
    Belonging was;
    InstanceId end;     ///< what was recorded before it, and not before the former end, is of it
    bool gone = false;  ///< it was deleted then: what comes after has nothing to do with it
};

/// The record of them, in order, by the id of the entity; docs/formats.md has it in words. It holds
/// what belongs to the present life of the entity, or to the last one, and the end of the life
/// before that.
inline constexpr std::string_view kBelongingKind = "belonged";
[[nodiscard]] std::string encode_belonging(const std::vector<FormerBelonging>& all);
/// Fails: Corrupt.
Result<std::vector<FormerBelonging>> decode_belonging(std::string_view id, std::string_view bytes);

/// The record with one more: of former lives nothing but the end is kept, and of one life no more
/// than kMostBelongings; what is older is then of an unknown kind, as of a former life.
inline constexpr std::size_t kMostBelongings = 64;
void add_belonging(std::vector<FormerBelonging>& all, FormerBelonging next);

}  // namespace musubi
