// How one object of term definitions is read (JSON-LD 1.1 API, 4.2 and 5.2).
#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "model/context_builder.h"
#include "model/entity.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxNameBytes = 2048;

constexpr std::array<std::string_view, 23> kKeywords{
    "@base",    "@container", "@context",  "@default", "@direction", "@graph",
    "@id",      "@import",    "@included", "@index",   "@json",      "@language",
    "@list",    "@nest",      "@none",     "@prefix",  "@propagate", "@protected",
    "@reverse", "@set",       "@type",     "@value",   "@version"};

bool is_keyword(std::string_view text) {
    return text == "@vocab" ||
           std::find(kKeywords.begin(), kKeywords.end(), text) != kKeywords.end();
}

// `@` and letters: kept free for keywords to come, so left aside.
bool looks_like_keyword(std::string_view text) {
    return text.size() > 1 && text.front() == '@' &&
           std::all_of(text.begin() + 1, text.end(),
                       [](unsigned char c) { return std::isalpha(c) != 0; });
}

// Members of a context that say something of the context itself, not of a term.
bool is_setting(std::string_view name) {
    constexpr std::array<std::string_view, 9> kSettings{"@base",     "@direction", "@import",
                                                        "@language", "@propagate", "@protected",
                                                        "@type",     "@version",   "@vocab"};
    return std::find(kSettings.begin(), kSettings.end(), name) != kSettings.end();
}

bool ends_like_a_prefix(std::string_view iri) {
    return !iri.empty() && std::string_view{":/?#[]@"}.find(iri.back()) != std::string_view::npos;
}

// A name that can stand before a colon. One that begins with @ would be taken for a keyword.
bool may_be_prefix(std::string_view name) {
    return name.find_first_of(":/") == std::string_view::npos && !name.starts_with('@');
}

std::string place(std::string_view base, std::string_view name) {
    std::string out = base.empty() ? "@context" : std::string(base);
    return out.append("/").append(name.substr(0, 200));
}

}  // namespace

Result<void> ContextBuilder::read_term(std::string_view name, Local& local, int depth) {
    const auto found = local.entries.find(name);
    if (found == local.entries.end() || found->second.state == Local::State::Done) return {};
    Local::Entry& entry = found->second;
    if (entry.state == Local::State::Open) {
        return Error{ErrorCode::BadRequest, "the term is defined by itself",
                     place(local.base, name)};
    }
    if (depth > kMaxTermDepth) {
        return Error{ErrorCode::TooLarge, "terms are defined by terms too deeply",
                     place(local.base, name)};
    }
    entry.state = Local::State::Open;
    if (is_keyword(name) && !is_setting(name)) {
        return Error{ErrorCode::BadRequest, "a keyword can not be defined anew",
                     place(local.base, name)};
    }
    if (name.empty() || name.size() > kMaxNameBytes) {
        return Error{ErrorCode::BadRequest, "a term has 1 to 2,048 bytes", place(local.base, name)};
    }
    if (!looks_like_keyword(name)) TRY(read_definition(name, *entry.definition, local, depth));
    entry.state = Local::State::Done;
    return {};
}

Result<void> ContextBuilder::read_definition(std::string_view name, const Json& definition,
                                             Local& local, int depth) {
    if (definition.is_string()) {
        Context::Term term;
        term.iri = TRY(read_iri(name, &definition, local, depth));
        term.prefix = may_be_prefix(name) && ends_like_a_prefix(term.iri);
        return put(name, std::move(term), local);
    }
    if (!definition.is_null() && !definition.is_object()) {
        return Error{ErrorCode::BadRequest, "a term is defined by an IRI, an object or null",
                     place(local.base, name)};
    }
    if (definition.find("@context") != nullptr) {
        return Error{ErrorCode::BadRequest,
                     "a context for one term alone (scoped) is not used in NGSI-LD (5.5.7)",
                     place(local.base, name)};
    }
    const Json* id = definition.find("@id");
    // null takes an earlier definition away; reverse properties have no meaning in NGSI-LD.
    if (definition.is_null() || (id != nullptr && id->is_null()) ||
        definition.find("@reverse") != nullptr) {
        if (const auto known = context_->terms_.find(name); known != context_->terms_.end()) {
            context_->terms_.erase(known);
        }
        return {};
    }
    if (id != nullptr && !id->is_string()) {
        return Error{ErrorCode::BadRequest, "\"@id\" of a term is a string",
                     place(local.base, name)};
    }
    Context::Term term;
    term.iri = TRY(read_iri(name, id, local, depth));
    auto details = read_details(definition, term, local, depth);
    if (!details) {
        Error error = std::move(details).error();
        if (error.where.empty()) error.where = place(local.base, name);
        return error;
    }
    if (term.prefix && !may_be_prefix(name)) {
        return Error{ErrorCode::BadRequest,
                     "a prefix has no ':' or '/' in its name, nor '@' before it",
                     place(local.base, name)};
    }
    return put(name, std::move(term), local);
}

Result<void> ContextBuilder::read_details(const Json& definition, Context::Term& term, Local& local,
                                          int depth) {
    if (const Json* type = definition.find("@type")) {
        if (!type->is_string()) return Error{ErrorCode::BadRequest, "\"@type\" is a string"};
        term.type = TRY(expand(type->string(), local, depth + 1));
    }
    if (const Json* container = definition.find("@container")) {
        const bool several = container->is_array() && !container->array().empty();
        const Json& first = several ? container->array().front() : *container;
        if (!first.is_string() && !first.is_null()) {
            return Error{ErrorCode::BadRequest, "\"@container\" is a string, or an array of them"};
        }
        if (first.is_string()) term.container = first.string();
    }
    if (const Json* prefix = definition.find("@prefix")) {
        if (!prefix->is_bool()) {
            return Error{ErrorCode::BadRequest, "\"@prefix\" is true or false"};
        }
        term.prefix = prefix->boolean();
    }
    return {};
}

Result<std::string> ContextBuilder::read_iri(std::string_view name, const Json* id, Local& local,
                                             int depth) {
    const bool own = id == nullptr || id->string() == name;
    std::string iri;
    if (own) {
        iri = TRY(expand_parts(name, local, depth + 1));
    } else {
        iri = TRY(expand(id->string(), local, depth + 1));
    }
    // A name that reads like an IRI must mean that IRI, or documents could be twisted.
    const bool reads_like_iri = !own && name.find(':', 1) < name.size() - 1;
    if (reads_like_iri && TRY(expand_parts(name, local, depth + 1)) != iri) {
        return Error{ErrorCode::BadRequest, "a term that reads like an IRI means another one",
                     place(local.base, name)};
    }
    if (iri == "@context" || (iri.find(':') == std::string::npos && !is_keyword(iri))) {
        return Error{ErrorCode::BadRequest, "the term has no absolute IRI",
                     place(local.base, name)};
    }
    return iri;
}

Result<std::string> ContextBuilder::expand(std::string_view value, Local& local, int depth) {
    TRY(read_term(value, local, depth));
    if (const Context::Term* term = context_->find(value)) return std::string(term->iri);
    return expand_parts(value, local, depth);
}

Result<std::string> ContextBuilder::expand_parts(std::string_view value, Local& local, int depth) {
    if (value.starts_with('@')) return std::string(value);
    const std::size_t colon = value.find(':', 1);
    if (value.empty() || colon == std::string_view::npos) {
        return std::string(context_->vocabulary_).append(value);
    }
    const std::string_view prefix = value.substr(0, colon);
    const std::string_view suffix = value.substr(colon + 1);
    if (prefix != "_" && !suffix.starts_with("//")) {
        TRY(read_term(prefix, local, depth));
        const Context::Term* term = context_->find(prefix);
        if (term != nullptr && term->prefix) return std::string(term->iri).append(suffix);
    }
    return std::string(value);
}

Result<void> ContextBuilder::put(std::string_view name, Context::Term term, const Local& local) {
    if (term.iri.size() > kMaxNameBytes) {
        return Error{ErrorCode::TooLarge, "the IRI of the term is longer than 2,048 bytes",
                     place(local.base, name)};
    }
    iri_bytes_ += name.size() + term.iri.size() + term.type.size() + term.container.size();
    if (iri_bytes_ > kMaxIriBytes) {
        return Error{ErrorCode::TooLarge, "the context is too large", local.base};
    }
    define(name, std::move(term));
    return {};
}

}  // namespace musubi
