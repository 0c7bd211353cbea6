#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"

namespace musubi {

class Context;
using ContextPtr = std::shared_ptr<const Context>;

/// A compacted name in two parts, so that none need be allocated: `prefix:name`, or `name` alone
/// where there is no prefix.
struct CompactName {
    std::string_view prefix;
    std::string_view name;
};

/// A resolved JSON-LD context (JSON-LD 1.1, 4.1; GS CIM 009 v1.9.1, 4.4, 5.5.7): an immutable
/// table between terms and IRIs. The NGSI-LD core context always wins over the user's (5.5.7).
class Context {
public:
    struct Term {
        std::string iri;
        std::string type;  ///< "@type" coercion: "@id", "@vocab", "@json", a datatype IRI, or ""
        std::string container;  ///< "@list", "@set", "@language", "@index", or ""
        bool prefix = false;    ///< may be used as a prefix of compact IRIs
    };

    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() = default;

    /// The expanded IRI of an attribute, type or vocabulary term: term, compact IRI, absolute
    /// IRI, or the default vocabulary's (4.4, 5.5.7).
    [[nodiscard]] std::string expand(std::string_view term) const;
    /// The name that `expand` turns back into `iri`: its term, else the part after the vocabulary,
    /// else a compact IRI with the longest prefix, else the IRI itself (JSON-LD 1.1 API, 6.2).
    /// (An IRI whose scheme is a prefix of this context has no such name; it is given as it is.)
    /// Its views live as long as this context and `iri`.
    [[nodiscard]] CompactName compact_parts(std::string_view iri) const;
    /// The same as one string.
    [[nodiscard]] std::string compact(std::string_view iri) const;
    [[nodiscard]] const Term* find(std::string_view term) const;
    /// What was asked for, to be answered in Link headers and "@context" members: URL, or the
    /// array or object as given.
    [[nodiscard]] const Json& source() const { return source_; }
    /// The number of terms it defines beside the core's: for bounded caches.
    [[nodiscard]] std::size_t size() const { return terms_.size(); }

private:
    friend class ContextBuilder;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    /// A prefix in the order of its IRI; `shorter` is the longest other one that begins it, or -1.
    struct Prefix {
        std::string_view iri;
        std::string_view name;
        std::int32_t shorter = -1;
    };

    Context() = default;
    [[nodiscard]] bool shorten(std::string_view iri, CompactName& out) const;

    std::unordered_map<std::string, Term, Hash, std::equal_to<>> terms_;
    std::unordered_map<std::string_view, std::string_view> by_iri_;  ///< views into terms_
    std::vector<Prefix> prefixes_;                                   ///< views into terms_
    std::string vocabulary_;
    bool has_compact_terms_ = false;  ///< some term is itself written with a colon
    ContextPtr core_;                 ///< none in the core context itself
    Json source_;
};
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
/// The core context is added last. Guarantees: bounded in depth (16), in remote contexts (64), in
/// terms (100,000) and in the bytes of their IRIs; a context that includes itself is refused.
/// `base` is the URL the value was found under, for relative ones in it; empty: there is none.
/// Fails: BadRequest for a malformed context, TooLarge beyond the bounds, ContextNotAvailable;
/// `where` names the context and the term.
Result<ContextPtr> resolve_context(const Json& context, const ContextLoader& load,
                                   std::string_view base = {});

}  // namespace musubi
