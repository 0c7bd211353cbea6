#include <algorithm>
#include <array>

#include "model/query/literal.h"
#include "model/query/path.h"
#include "model/query/text_cursor.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxNames = 16;
constexpr std::size_t kMaxNameBytes = 2048;

struct OperatorText {
    std::string_view text;
    QueryOperator op;
};
// Longer ones first where one begins another.
constexpr std::array<OperatorText, 8> kOperators{{{"==", QueryOperator::Equal},
                                                  {"!~=", QueryOperator::NotMatch},
                                                  {"!=", QueryOperator::NotEqual},
                                                  {">=", QueryOperator::GreaterEqual},
                                                  {"<=", QueryOperator::LessEqual},
                                                  {"~=", QueryOperator::Match},
                                                  {">", QueryOperator::Greater},
                                                  {"<", QueryOperator::Less}}};

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == ':' || static_cast<unsigned char>(c) >= 128;
}
bool begins_name(char c) { return is_name_byte(c) && c != '-' && c != ':' && (c < '0' || c > '9'); }
bool is_iri_byte(char c) {
    return is_name_byte(c) || std::string_view{"/#%.?&+@"}.find(c) != std::string_view::npos;
}
bool begins_iri(std::string_view text) {
    const std::size_t scheme =
        text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    return text.starts_with("urn:") ||
           (scheme != std::string_view::npos && text.substr(scheme).starts_with("://"));
}

class QParser {
public:
    QParser(TextCursor in, const Context& context, const std::vector<std::string>& expand_values)
        : in_{in}, context_{context}, expand_values_{expand_values} {}

    [[nodiscard]] const TextCursor& cursor() const { return in_; }

    Result<QueryNode> query() {
        QueryNode out = TRY(alternatives(0));
        in_.skip_spaces();
        if (in_.at_end()) return out;
        if (in_.peek() == ')') return in_.bad("this ')' closes nothing");
        return in_.bad("';', '|' or the end of the query is expected");
    }

    // A relationship, and within braces what of the entities it leads to (4.9).
    Result<QueryPath> path(std::size_t hops = 0) {
        QueryPath out;
        in_.skip_spaces();
        do {
            if (out.names.size() == kMaxNames) {
                return in_.too_complex(fmt::format("a path may have {} names at most", kMaxNames));
            }
            out.names.push_back(TRY(name()));
        } while (in_.take("."));
        if (in_.take("{")) {
            if (hops == kMaxHops) {
                return in_.too_complex(
                    fmt::format("a path may make {} hops to linked entities", kMaxHops));
            }
            out.linked_type = type_hint();
            out.linked.push_back(TRY(path(hops + 1)));
            if (!in_.take("}")) return in_.bad("a '}' is missing");
            return out;
        }
        out.of = target_of(out.names);
        if (in_.take("[")) out.inner = TRY(members());
        if (!out.inner.empty() && out.of != QueryPath::Of::Value) {
            return in_.bad("a time or a code has no members");
        }
        return out;
    }

private:
    static constexpr std::size_t kMaxHops = 10;

    // `Type:` before a path within braces, where `Type` is no prefix of the context (EXAMPLE 14).
    std::string type_hint() {
        in_.skip_spaces();
        const std::size_t size = std::min(in_.rest().find_first_of(":.{}[]<"), in_.rest().size());
        const std::string_view word = in_.rest().substr(0, size);
        if (!in_.rest().substr(size).starts_with(":") || begins_iri(in_.rest())) return {};
        const Context::Term* term = context_.find(word);
        if (term != nullptr && term->prefix) return {};
        in_.advance(size + 1);
        return context_.expand(word);
    }

    Result<QueryNode> alternatives(int depth) {
        if (depth > kMaxQueryDepth) {
            return in_.too_complex(
                fmt::format("groups may be nested {} deep at most", kMaxQueryDepth));
        }
        return joined(QueryNode::Kind::Or, "|", [this, depth] { return conjunction(depth); });
    }

    Result<QueryNode> conjunction(int depth) {
        return joined(QueryNode::Kind::And, ";", [this, depth] { return term(depth); });
    }

    // One part, or several with `separator` between them. A part of the same kind is taken apart,
    // so that a query has one shape however its groups were written.
    template <typename Part>
    Result<QueryNode> joined(QueryNode::Kind kind, std::string_view separator, const Part& part) {
        QueryNode first = TRY(part());
        if (!in_.take(separator)) return first;
        QueryNode out{.kind = kind, .children = {}, .path = {}, .value = {}, .pattern = {}};
        const auto add = [&out, kind](QueryNode&& node) {
            if (node.kind != kind) {
                out.children.push_back(std::move(node));
            } else {
                std::move(node.children.begin(), node.children.end(),
                          std::back_inserter(out.children));
            }
        };
        add(std::move(first));
        do {
            add(TRY(part()));
        } while (in_.take(separator));
        return out;
    }

    Result<QueryNode> term(int depth) {
        if (in_.take("(")) {
            QueryNode inner = TRY(alternatives(depth + 1));
            if (!in_.take(")")) return in_.bad("a ')' is missing");
            return inner;
        }
        TRY(count_term());
        QueryNode out;
        out.path = TRY(path());
        out.expanded = std::find(expand_values_.begin(), expand_values_.end(),
                                 out.path.names.empty() ? std::string{} : out.path.names.front()) !=
                       expand_values_.end();
        out.op = operation();
        if (out.op == QueryOperator::Match || out.op == QueryOperator::NotMatch) {
            out.pattern = TRY(pattern());
        } else if (out.op != QueryOperator::Exists) {
            out.value = TRY(value(out.op));
        }
        return out;
    }

    Result<Pattern> pattern() {
        if (++patterns_ > kMaxQueryPatterns) {
            return in_.too_complex(
                fmt::format("a query may have {} patterns at most", kMaxQueryPatterns));
        }
        const std::string where = in_.bad({}).where;
        auto compiled = Pattern::parse(TRY(read_pattern_text(in_)));
        if (!compiled) compiled.error().where = where;
        return compiled;
    }

    Result<void> count_term() {
        if (++terms_ <= kMaxQueryTerms) return {};
        return in_.too_complex(
            fmt::format("a query may have {} terms and values at most", kMaxQueryTerms));
    }

    QueryOperator operation() {
        for (const auto& [text, op] : kOperators) {
            if (in_.take(text)) return op;
        }
        return QueryOperator::Exists;
    }

    // Takes the last name off where it is a time or a code of its element and no attribute.
    static QueryPath::Of target_of(std::vector<std::string>& names) {
        using Of = QueryPath::Of;
        constexpr std::array<std::pair<std::string_view, Of>, 5> kSystem{
            {{"observedAt", Of::ObservedAt},
             {"createdAt", Of::CreatedAt},
             {"modifiedAt", Of::ModifiedAt},
             {"unitCode", Of::UnitCode},
             {"datasetId", Of::DatasetId}}};
        std::string_view last = names.back();
        if (!last.starts_with(iri::kNgsiLd)) return Of::Value;
        last.remove_prefix(iri::kNgsiLd.size());
        for (const auto& [text, of] : kSystem) {
            const bool of_entity = of == Of::CreatedAt || of == Of::ModifiedAt;
            if (last == text && (names.size() > 1 || of_entity)) {
                names.pop_back();
                return of;
            }
        }
        return Of::Value;
    }

    Result<std::string> name() {
        in_.skip_spaces();
        if (in_.peek() == '<') return quoted_iri();
        if (!begins_name(in_.peek())) return in_.bad("the name of an attribute is expected");
        const std::size_t start = in_.pos();
        const bool iri = begins_iri(in_.rest());
        while (!in_.at_end() && (iri ? is_iri_byte(in_.peek()) : is_name_byte(in_.peek()))) {
            in_.advance();
        }
        std::string_view text = in_.since(start);
        if (iri) {
            // Dots belong to the IRI, but after its last '/' or '#' they begin sub-attributes.
            const std::size_t tail = text.find_last_of("/#");
            const std::size_t dot = tail == std::string_view::npos ? tail : text.find('.', tail);
            if (dot != std::string_view::npos) {
                in_ = TextCursor{in_.text()};
                in_.advance(start + dot);
                text = text.substr(0, dot);
            }
        }
        if (text.size() > kMaxNameBytes) return in_.bad("the name is too long");
        std::string expanded = context_.expand(text);
        if (!is_uri(expanded)) return in_.bad("the name does not expand to an IRI");
        return expanded;
    }

    Result<std::string> quoted_iri() {
        const std::size_t end = in_.rest().find('>');
        const std::string_view text =
            in_.rest().substr(1, end == std::string_view::npos ? 0 : end - 1);
        if (!is_uri(text)) return in_.bad("an absolute IRI is expected within '<' and '>'");
        in_.advance(end + 1);
        return std::string(text);
    }

    Result<std::vector<std::string>> members() {
        std::vector<std::string> out;
        for (;;) {
            const std::size_t size = std::min(in_.rest().find_first_of(".[]"), in_.rest().size());
            if (size == 0 || size > kMaxNameBytes)
                return in_.bad("the name of a member is expected");
            if (out.size() == kMaxNames) {
                return in_.too_complex(fmt::format("a path may have {} names at most", kMaxNames));
            }
            out.emplace_back(in_.rest().substr(0, size));
            in_.advance(size);
            if (in_.take("]")) return out;
            if (!in_.take(".")) return in_.bad("a ']' is missing");
        }
    }

    Result<QueryValue> value(QueryOperator op) {
        const bool equality = op == QueryOperator::Equal || op == QueryOperator::NotEqual;
        QueryValue out;
        const TextCursor before = in_;
        out.any.push_back(TRY(literal()));
        if (!equality) {
            using Kind = QueryLiteral::Kind;
            const Kind kind = out.any[0].kind;
            if (kind == Kind::Boolean || kind == Kind::Uri || kind == Kind::Term) {
                return before.bad("only numbers, quoted texts, dates and times can be ordered");
            }
            return out;
        }
        if (in_.take("..")) {
            out.any.push_back(TRY(literal()));
            out.is_range = true;
            return checked_range(std::move(out), before);
        }
        while (in_.take(",")) {
            TRY(count_term());
            out.any.push_back(TRY(literal()));
        }
        return out;
    }

    static Result<QueryValue> checked_range(QueryValue out, const TextCursor& before) {
        using Kind = QueryLiteral::Kind;
        const Kind kind = out.any[0].kind;
        if (kind != out.any[1].kind) return before.bad("both ends of a range must be of one kind");
        if (kind == Kind::Boolean || kind == Kind::Uri || kind == Kind::Term) {
            return before.bad("a range is of numbers, quoted texts, dates or times");
        }
        return out;
    }

    Result<QueryLiteral> literal() { return read_literal(in_, context_); }

    TextCursor in_;
    const Context& context_;
    const std::vector<std::string>& expand_values_;
    int terms_ = 0;
    int patterns_ = 0;
};

}  // namespace

Result<QueryNode> parse_q(std::string_view text, const Context& context,
                          const std::vector<std::string>& expand_values) {
    if (text.size() > kMaxQueryBytes) {
        return Error{ErrorCode::TooComplexQuery,
                     fmt::format("a query may have {} bytes at most", kMaxQueryBytes)};
    }
    if (!is_utf8(text)) return Error{ErrorCode::BadRequest, "the query is not UTF-8"};
    return QParser{TextCursor{text}, context, expand_values}.query();
}

Result<QueryPath> read_path(TextCursor& in, const Context& context) {
    static const std::vector<std::string> kNone;
    QParser parser{in, context, kNone};
    auto path = parser.path();
    in = parser.cursor();
    return path;
}

}  // namespace musubi
