#include "model/scope.h"

#include <algorithm>
#include <iterator>

#include "model/ngsild/names.h"
#include "model/query.h"
#include "model/query/text_cursor.h"

namespace musubi {
namespace {

std::vector<std::string> levels_of(std::string_view scope) {
    std::vector<std::string> out;
    if (scope.starts_with('/')) scope.remove_prefix(1);
    while (true) {
        const std::size_t slash = scope.find('/');
        out.emplace_back(scope.substr(0, slash));
        if (slash == std::string_view::npos) return out;
        scope.remove_prefix(slash + 1);
    }
}

class ScopeParser {
public:
    explicit ScopeParser(std::string_view text) : in_{text} {}

    Result<ScopeQuery> query() {
        ScopeQuery out = TRY(alternatives(0));
        in_.skip_spaces();
        if (in_.at_end()) return out;
        return in_.bad("',', '|', ';' or the end of the scopes is expected");
    }

private:
    using Kind = ScopeQuery::Kind;

    Result<ScopeQuery> alternatives(int depth) {
        if (depth > kMaxQueryDepth) {
            return in_.too_complex(
                fmt::format("groups may be nested {} deep at most", kMaxQueryDepth));
        }
        ScopeQuery out{.kind = Kind::Or, .levels = {}, .children = {}};
        do {
            add(out, TRY(conjunction(depth)));
        } while (in_.take("|") || in_.take(","));
        return simplified(std::move(out));
    }

    Result<ScopeQuery> conjunction(int depth) {
        ScopeQuery out{.kind = Kind::And, .levels = {}, .children = {}};
        do {
            add(out, TRY(one(depth)));
        } while (in_.take(";"));
        return simplified(std::move(out));
    }

    Result<ScopeQuery> one(int depth) {
        if (in_.take("(")) {
            ScopeQuery inner = TRY(alternatives(depth + 1));
            if (!in_.take(")")) return in_.bad("a ')' is missing");
            return inner;
        }
        if (++count_ > kMaxQueryTerms) {
            return in_.too_complex(fmt::format("{} scopes may be named at most", kMaxQueryTerms));
        }
        in_.skip_spaces();
        const std::size_t start = in_.pos();
        while (!in_.at_end() && std::string_view{"|,;() "}.find(in_.peek()) == std::string::npos) {
            in_.advance();
        }
        ScopeQuery out{.kind = Kind::Scope, .levels = levels_of(in_.since(start)), .children = {}};
        for (auto level = out.levels.begin(); level != out.levels.end(); ++level) {
            if (level->empty()) return in_.bad("a scope reads like /town/ward");
            if (*level == "#" && std::next(level) != out.levels.end()) {
                return in_.bad("'#' stands for all below and comes last");
            }
        }
        return out;
    }

    static void add(ScopeQuery& out, ScopeQuery&& part) {
        if (part.kind != out.kind) {
            out.children.push_back(std::move(part));
        } else {
            std::move(part.children.begin(), part.children.end(), std::back_inserter(out.children));
        }
    }

    static ScopeQuery simplified(ScopeQuery&& node) {
        if (node.children.size() != 1) return std::move(node);
        ScopeQuery only = std::move(node.children.front());
        return only;
    }

    TextCursor in_;
    int count_ = 0;
};

bool matches_scope(const std::vector<std::string>& asked, std::string_view scope) {
    if (scope.starts_with('/')) scope.remove_prefix(1);
    bool ended = false;
    for (const std::string& level : asked) {
        if (level == "#") return true;
        if (ended) return false;
        const std::size_t slash = scope.find('/');
        if (level != "+" && scope.substr(0, slash) != level) return false;
        ended = slash == std::string_view::npos;
        if (!ended) scope.remove_prefix(slash + 1);
    }
    return ended;
}

}  // namespace

Result<ScopeQuery> parse_scope_query(std::string_view text) {
    if (text.size() > kMaxQueryBytes) {
        return Error{ErrorCode::TooComplexQuery,
                     fmt::format("the scopes may take {} bytes at most", kMaxQueryBytes)};
    }
    if (!is_utf8(text)) return Error{ErrorCode::BadRequest, "the scopes are not UTF-8"};
    return ScopeParser{text}.query();
}

bool is_scope(std::string_view text) {
    if (text.starts_with('/')) text.remove_prefix(1);
    while (true) {
        const std::size_t slash = text.find('/');
        const std::string_view level = text.substr(0, slash);
        if (level.find_first_of(":-") != std::string_view::npos || !ngsild::is_name(level)) {
            return false;
        }
        if (slash == std::string_view::npos) return true;
        text.remove_prefix(slash + 1);
    }
}

bool is_within(std::string_view scope, const std::vector<std::string>& reach) {
    if (reach.empty()) return true;
    const std::vector<std::string> levels = levels_of(scope);
    return std::any_of(reach.begin(), reach.end(), [&](const std::string& above) {
        const std::vector<std::string> first = levels_of(above);
        return first.size() <= levels.size() &&
               std::equal(first.begin(), first.end(), levels.begin());
    });
}

bool are_within(const std::vector<std::string>& scopes, const std::vector<std::string>& reach) {
    if (reach.empty()) return true;
    return !scopes.empty() && std::all_of(scopes.begin(), scopes.end(), [&](const auto& scope) {
        return is_within(scope, reach);
    });
}

ScopeQuery scope_and_below(std::string_view scope) {
    ScopeQuery out{.kind = ScopeQuery::Kind::Scope, .levels = levels_of(scope), .children = {}};
    out.levels.emplace_back("#");
    return out;
}

bool matches(const ScopeQuery& query, const std::vector<std::string>& scopes) {
    const auto one = [&](const ScopeQuery& child) { return matches(child, scopes); };
    switch (query.kind) {
        case ScopeQuery::Kind::And:
            return std::all_of(query.children.begin(), query.children.end(), one);
        case ScopeQuery::Kind::Or:
            return std::any_of(query.children.begin(), query.children.end(), one);
        case ScopeQuery::Kind::Scope: break;
    }
    return std::any_of(scopes.begin(), scopes.end(), [&](const std::string& scope) {
        return matches_scope(query.levels, scope);
    });
}

}  // namespace musubi
