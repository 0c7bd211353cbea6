#include <algorithm>
#include <iterator>

#include "model/query.h"
#include "model/query/text_cursor.h"

namespace musubi {
namespace {

class TypesParser {
public:
    TypesParser(std::string_view text, const Context& context) : in_{text}, context_{context} {}

    Result<TypeSelection> selection() {
        TypeSelection out = TRY(alternatives(0));
        in_.skip_spaces();
        if (in_.at_end()) return out;
        return in_.bad("',', '|', ';' or the end of the types is expected");
    }

private:
    using Kind = TypeSelection::Kind;

    Result<TypeSelection> alternatives(int depth) {
        if (depth > kMaxQueryDepth) {
            return in_.too_complex(
                fmt::format("groups may be nested {} deep at most", kMaxQueryDepth));
        }
        TypeSelection out{.kind = Kind::Or, .type = {}, .children = {}};
        do {
            add(out, TRY(conjunction(depth)));
        } while (in_.take("|") || in_.take(","));
        return simplified(std::move(out));
    }

    Result<TypeSelection> conjunction(int depth) {
        TypeSelection out{.kind = Kind::And, .type = {}, .children = {}};
        do {
            add(out, TRY(one(depth)));
        } while (in_.take(";"));
        return simplified(std::move(out));
    }

    Result<TypeSelection> one(int depth) {
        if (in_.take("(")) {
            TypeSelection inner = TRY(alternatives(depth + 1));
            if (!in_.take(")")) return in_.bad("a ')' is missing");
            return inner;
        }
        if (++count_ > kMaxQueryTerms) {
            return in_.too_complex(fmt::format("{} types may be named at most", kMaxQueryTerms));
        }
        in_.skip_spaces();
        const std::size_t start = in_.pos();
        while (!in_.at_end() && std::string_view{"|,;() "}.find(in_.peek()) == std::string::npos) {
            in_.advance();
        }
        const std::string_view name = in_.since(start);
        if (name.empty()) return in_.bad("the name of a type is expected");
        if (name.size() > kMaxNameBytes) return in_.bad("the name of a type is too long");
        return TypeSelection{.kind = Kind::Type, .type = context_.expand(name), .children = {}};
    }

    static void add(TypeSelection& out, TypeSelection&& part) {
        if (part.kind != out.kind) {
            out.children.push_back(std::move(part));
        } else {
            std::move(part.children.begin(), part.children.end(), std::back_inserter(out.children));
        }
    }

    static TypeSelection simplified(TypeSelection&& node) {
        if (node.children.size() != 1) return std::move(node);
        TypeSelection only = std::move(node.children.front());
        return only;
    }

    static constexpr std::size_t kMaxNameBytes = 2048;
    TextCursor in_;
    const Context& context_;
    int count_ = 0;
};

}  // namespace

Result<TypeSelection> parse_type_selection(std::string_view text, const Context& context) {
    if (text.size() > kMaxQueryBytes) {
        return Error{ErrorCode::TooComplexQuery,
                     fmt::format("the types may take {} bytes at most", kMaxQueryBytes)};
    }
    if (!is_utf8(text)) return Error{ErrorCode::BadRequest, "the types are not UTF-8"};
    return TypesParser{text, context}.selection();
}

bool matches(const TypeSelection& selection, const std::vector<std::string>& types) {
    const auto one = [&](const TypeSelection& child) { return matches(child, types); };
    switch (selection.kind) {
        case TypeSelection::Kind::And:
            return std::all_of(selection.children.begin(), selection.children.end(), one);
        case TypeSelection::Kind::Or:
            return std::any_of(selection.children.begin(), selection.children.end(), one);
        case TypeSelection::Kind::Type: break;
    }
    return std::find(types.begin(), types.end(), selection.type) != types.end();
}

}  // namespace musubi
