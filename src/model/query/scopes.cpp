#include <algorithm>
#include <iterator>

#include "model/query.h"
#include "model/query/text_cursor.h"
#include "model/scope_query.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxLevels = 64;

class Parser {
public:
    explicit Parser(std::string_view text) : in_{text} {}

    Result<ScopeSelection> selection() {
        ScopeSelection out = TRY(alternatives(0));
        in_.skip_spaces();
        if (in_.at_end()) return out;
        return in_.bad("';', '|', ',' or the end of scopeQ is expected");
    }

private:
    using Kind = ScopeSelection::Kind;

    Result<ScopeSelection> alternatives(int depth) {
        if (depth > kMaxQueryDepth) {
            return in_.too_complex(
                fmt::format("groups may be nested {} deep at most", kMaxQueryDepth));
        }
        ScopeSelection out{.kind = Kind::Or, .levels = {}, .children = {}};
        do {
            add(out, TRY(conjunction(depth)));
        } while (in_.take("|") || in_.take(","));
        return simplified(std::move(out));
    }

    Result<ScopeSelection> conjunction(int depth) {
        ScopeSelection out{.kind = Kind::And, .levels = {}, .children = {}};
        do {
            add(out, TRY(one(depth)));
        } while (in_.take(";"));
        return simplified(std::move(out));
    }

    Result<ScopeSelection> one(int depth) {
        if (in_.take("(")) {
            ScopeSelection inner = TRY(alternatives(depth + 1));
            if (!in_.take(")")) return in_.bad("a ')' is missing");
            return inner;
        }
        if (++count_ > kMaxQueryTerms) {
            return in_.too_complex(fmt::format("{} scopes may be named at most", kMaxQueryTerms));
        }
        ScopeSelection out;
        in_.take("/");  // the leading slash may be left out, as in a scope
        do {
            if (out.levels.size() == kMaxLevels) {
                return in_.too_complex(fmt::format("a scope has {} levels at most", kMaxLevels));
            }
            out.levels.push_back(TRY(level()));
        } while (out.levels.back() != "#" && in_.take("/"));
        return out;
    }

    Result<std::string> level() {
        const std::size_t size =
            std::min(in_.rest().find_first_of("/|,;() "), in_.rest().size());
        const std::string_view name = in_.rest().substr(0, size);
        const bool wild = name == "+" || name == "#";
        if (name.empty() || (!wild && name.find_first_of("+#") != std::string_view::npos)) {
            return in_.bad("a level of a scope is a name, + or #, as in /town/+/#");
        }
        in_.advance(size);
        return std::string(name);
    }

    static void add(ScopeSelection& out, ScopeSelection&& part) {
        if (part.kind != out.kind) {
            out.children.push_back(std::move(part));
        } else {
            std::move(part.children.begin(), part.children.end(), std::back_inserter(out.children));
        }
    }

    static ScopeSelection simplified(ScopeSelection&& node) {
        if (node.children.size() != 1) return std::move(node);
        ScopeSelection only = std::move(node.children.front());
        return only;
    }

    TextCursor in_;
    int count_ = 0;
};

bool fits(const std::vector<std::string>& levels, std::string_view scope) {
    if (scope.starts_with('/')) scope.remove_prefix(1);
    bool ended = scope.empty();
    for (const std::string& level : levels) {
        if (level == "#") return true;  // this one, and whatever lies below
        if (ended) return false;
        const std::size_t slash = scope.find('/');
        if (level != "+" && level != scope.substr(0, slash)) return false;
        ended = slash == std::string_view::npos;
        if (!ended) scope.remove_prefix(slash + 1);
    }
    return ended;
}

}  // namespace

Result<ScopeSelection> parse_scope_selection(std::string_view text) {
    if (text.size() > kMaxQueryBytes) {
        return Error{ErrorCode::TooComplexQuery,
                     fmt::format("scopeQ may take {} bytes at most", kMaxQueryBytes), "scopeQ"};
    }
    if (!is_utf8(text)) return Error{ErrorCode::BadRequest, "scopeQ is not UTF-8", "scopeQ"};
    return Parser{text}.selection();
}

bool matches(const ScopeSelection& selection, const std::vector<std::string>& scopes) {
    const auto one = [&](const ScopeSelection& child) { return matches(child, scopes); };
    switch (selection.kind) {
        case ScopeSelection::Kind::And:
            return std::all_of(selection.children.begin(), selection.children.end(), one);
        case ScopeSelection::Kind::Or:
            return std::any_of(selection.children.begin(), selection.children.end(), one);
        case ScopeSelection::Kind::Scope: break;
    }
    return std::any_of(scopes.begin(), scopes.end(),
                       [&](const std::string& scope) { return fits(selection.levels, scope); });
}

}  // namespace musubi
