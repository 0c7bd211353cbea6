#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace musubi {

/// `/a/b`, `/a/+/c`, `/a/#`, joined by `;` (and), `,` or `|` (or), in groups: a query of scopes
/// (GS CIM 009 v1.9.1, 4.19). And, Or: at least two children, none of their own kind.
struct ScopeQuery {
    enum class Kind { Scope, And, Or } kind = Kind::Scope;
    std::vector<std::string> levels;  ///< "+": any one level; "#", last: this scope and all below
    std::vector<ScopeQuery> children;
};
/// `;` binds more tightly than `|` and `,`. Fails: BadRequest, `where` says at which byte;
/// TooComplexQuery beyond the bounds of `parse_q`.
Result<ScopeQuery> parse_scope_query(std::string_view text);
/// `/town/ward`: levels are names; the leading slash may be left out (4.18).
[[nodiscard]] bool is_scope(std::string_view text);
/// True where the scope is one of `reach` or below one; empty reach: all are.
[[nodiscard]] bool is_within(std::string_view scope, const std::vector<std::string>& reach);
/// True where all are, and where there is none only if `reach` is empty: none stands for all.
[[nodiscard]] bool are_within(const std::vector<std::string>& scopes,
                              const std::vector<std::string>& reach);
/// The scope (`/a/b`) and all below it.
[[nodiscard]] ScopeQuery scope_and_below(std::string_view scope);
/// `scopes`: what an entity has; a leading slash means nothing. One that has none never matches.
[[nodiscard]] bool matches(const ScopeQuery& query, const std::vector<std::string>& scopes);

}  // namespace musubi
