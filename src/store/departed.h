#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace musubi {

/// What an entity was that is no more, while its history is kept (GS CIM 009 v1.9.1, 4.8
/// deletedAt). One that is made anew under its id is no longer departed.
struct Departed {
    EntityPtr entity;  ///< id, types, createdAt, modifiedAt; no attributes, no scopes
    Time deleted_at;
};

/// The record of it, written with the deletion; docs/formats.md has it in words.
inline constexpr std::string_view kDepartedKind = "departed";
[[nodiscard]] std::string encode_departed(const Entity& entity, Time deleted_at);
/// Fails: Corrupt.
Result<Departed> decode_departed(std::string_view id, std::string_view bytes);

/// Nothing where the entity is there, never was, or may not be read by the caller.
/// Fails: NoTenant, Io, Corrupt.
Result<std::optional<Departed>> find_departed(const Store& store, const Caller& caller,
                                              std::string_view id);

/// The next of them in order of ids.
struct DepartedPage {
    std::vector<Departed> departed;  ///< those that are wanted and the caller may read
    std::string last;                ///< where the next page goes on
    bool more = false;
};
/// Looks at up to `limit` after `after`. Fails: NoTenant, Io, Corrupt.
Result<DepartedPage> list_departed(const Store& store, const Caller& caller, std::string_view after,
                                   std::size_t limit,
                                   const std::function<bool(const Entity&)>& wanted);

}  // namespace musubi
