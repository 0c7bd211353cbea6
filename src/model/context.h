#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"

namespace musubi {

/// A resolved JSON-LD context (JSON-LD 1.1, 4.1; GS CIM 009 v1.9.1, 4.4, 5.5.7): an immutable
/// table between terms and IRIs. The NGSI-LD core context always wins over the user's (5.5.7).
class Context {
public:
    struct Term {
        std::string iri;
        std::string type;  ///< "@type" coercion: "@id", "@vocab", "@json", a datatype IRI, or ""
        std::string container;  ///< "@list", "@set", "@language", or ""
        bool prefix = false;    ///< may be used as a prefix of compact IRIs
    };

    /// The expanded IRI of an attribute, type or vocabulary term: term, compact IRI, absolute
    /// IRI, or the default vocabulary's (4.4, 5.5.7).
    [[nodiscard]] std::string expand(std::string_view term) const;
    /// The shortest name that `expand` turns back into `iri`; the IRI itself where there is none.
    /// The view lives as long as this context and `iri`.
    [[nodiscard]] std::string_view compact(std::string_view iri) const;
    [[nodiscard]] const Term* find(std::string_view term) const;
    /// What was asked for, to be answered in Link headers and "@context" members: URL, or the
    /// array or object as given.
    [[nodiscard]] const Json& source() const { return source_; }

private:
    friend class ContextBuilder;
    std::unordered_map<std::string, Term> terms_;
    std::unordered_map<std::string_view, std::string_view> by_iri_;  ///< views into terms_
    std::vector<std::pair<std::string, std::string>> prefixes_;      ///< IRI, prefix; long first
    std::string vocabulary_;
    Json source_;
};
using ContextPtr = std::shared_ptr<const Context>;

/// Fetches the text of a remote context by URL: from built-in ones, files, or the network.
/// Fails: ContextNotAvailable.
using ContextLoader = std::function<Result<std::shared_ptr<const Json>>(std::string_view url)>;

inline constexpr std::string_view kCoreContextUrl =
    "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld";
/// True for each published version of the core context's URL (v1.0 to v1.9, and without version).
[[nodiscard]] bool is_core_context(std::string_view url);
/// The core context alone.
[[nodiscard]] ContextPtr core_context();

/// Resolves a "@context" value: URL, object, or array of them; nested URLs through `load`.
/// The core context is added last. Guarantees: bounded in depth, number and size; a context that
/// includes itself is refused. Fails: BadRequest for a malformed context, ContextNotAvailable.
Result<ContextPtr> resolve_context(const Json& context, const ContextLoader& load);

}  // namespace musubi
