#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace musubi {

/// `scopeQ`, a selection of scopes (GS CIM 009 v1.9.1, 4.19): `/a/b`, `/a/+` (any one level), `/a/#`
/// (the scope and all below it), joined by `;` (and), `|` or `,` (or), and grouped by parentheses.
/// And, Or: at least two children, none of their own kind.
struct ScopeSelection {
    enum class Kind { Scope, And, Or } kind = Kind::Scope;
    std::vector<std::string> levels;  ///< of Scope: names, `+`, and `#` as the last
    std::vector<ScopeSelection> children;
};
/// `;` binds more tightly than `|` and `,`. Bounds as of `parse_q`. Fails: BadRequest, `where` says
/// at which byte; TooComplexQuery.
Result<ScopeSelection> parse_scope_selection(std::string_view text);
/// `scopes`: what an entity has. One scope that fits is enough for each term.
[[nodiscard]] bool matches(const ScopeSelection& selection, const std::vector<std::string>& scopes);

}  // namespace musubi
