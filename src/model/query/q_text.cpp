#include <algorithm>

#include "model/query.h"

namespace musubi {
namespace {

std::string_view text_of(QueryOperator op) {
    switch (op) {
        case QueryOperator::Exists: return "";
        case QueryOperator::Equal: return "==";
        case QueryOperator::NotEqual: return "!=";
        case QueryOperator::Less: return "<";
        case QueryOperator::LessEqual: return "<=";
        case QueryOperator::Greater: return ">";
        case QueryOperator::GreaterEqual: return ">=";
        case QueryOperator::Match: return "~=";
        case QueryOperator::NotMatch: return "!~=";
    }
    return "";
}

std::string_view text_of(QueryPath::Of of) {
    switch (of) {
        case QueryPath::Of::Value: return "";
        case QueryPath::Of::ObservedAt: return "observedAt";
        case QueryPath::Of::CreatedAt: return "createdAt";
        case QueryPath::Of::ModifiedAt: return "modifiedAt";
        case QueryPath::Of::UnitCode: return "unitCode";
        case QueryPath::Of::DatasetId: return "datasetId";
    }
    return "";
}

void append_dotted(std::string& out, bool& first, std::string_view part) {
    if (!first) out += '.';
    first = false;
    out += part;
}

void append(std::string& out, const QueryPath& path) {
    bool first = true;
    for (const std::string& name : path.names) {
        append_dotted(out, first, "<");
        out += name;
        out += '>';
    }
    if (!path.linked.empty()) {
        out += '{';
        // As a whole IRI a type would be read as a name: the hint is for people here.
        append(out, path.linked.front());
        out += '}';
        return;
    }
    if (path.of != QueryPath::Of::Value) append_dotted(out, first, text_of(path.of));
    if (path.inner.empty()) return;
    out += '[';
    first = true;
    for (const std::string& member : path.inner) append_dotted(out, first, member);
    out += ']';
}

void append(std::string& out, const QueryLiteral& literal) {
    const bool bare = literal.value.is_string() && literal.kind != QueryLiteral::Kind::Text;
    if (bare) {
        out += literal.value.string();
    } else {
        append_json(out, literal.value);
    }
}

void append(std::string& out, const Pattern& pattern) {
    out += '"';
    const std::string& text = pattern.text();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') out += '\\';
        out += text[i];
        // A backslash takes the next character with it; that is never a quotation mark.
        if (text[i] == '\\' && i + 1 < text.size()) out += text[++i];
    }
    out += '"';
}

void append(std::string& out, const QueryNode& node) {
    if (node.kind == QueryNode::Kind::Comparison) {
        append(out, node.path);
        out += text_of(node.op);
        for (std::size_t i = 0; i < node.value.any.size(); ++i) {
            if (i > 0) out += node.value.is_range ? ".." : ",";
            append(out, node.value.any[i]);
        }
        if (node.pattern) append(out, *node.pattern);
        return;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (i > 0) out += node.kind == QueryNode::Kind::And ? ';' : '|';
        const QueryNode& child = node.children[i];
        const bool group = node.kind == QueryNode::Kind::And && child.kind == QueryNode::Kind::Or;
        if (group) out += '(';
        append(out, child);
        if (group) out += ')';
    }
}

bool is_indexable(const QueryNode& node) {
    if (node.kind != QueryNode::Kind::Comparison || node.path.names.size() != 1 ||
        !node.path.linked.empty() || node.path.of != QueryPath::Of::Value ||
        !node.path.inner.empty()) {
        return false;
    }
    if (node.op < QueryOperator::Equal || node.op > QueryOperator::GreaterEqual ||
        node.op == QueryOperator::NotEqual) {
        return false;
    }
    return std::all_of(node.value.any.begin(), node.value.any.end(), [](const QueryLiteral& l) {
        using Kind = QueryLiteral::Kind;
        return l.kind == Kind::Number || l.kind == Kind::Text || l.kind == Kind::Uri ||
               l.kind == Kind::Term;
    });
}

}  // namespace

std::string to_text(const QueryNode& node) {
    std::string out;
    append(out, node);
    return out;
}

std::vector<const QueryNode*> indexable_terms(const QueryNode& node) {
    std::vector<const QueryNode*> out;
    if (is_indexable(node)) out.push_back(&node);
    if (node.kind == QueryNode::Kind::And) {
        for (const QueryNode& child : node.children) {
            if (is_indexable(child)) out.push_back(&child);
        }
    }
    return out;
}

}  // namespace musubi
