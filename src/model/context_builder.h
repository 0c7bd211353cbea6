#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/context.h"

namespace musubi {

/// Makes one Context out of the parts of a "@context" value, in their order (JSON-LD 1.1 API,
/// 4.1 and 4.2). Scoped contexts ("@context" within a term) are refused: NGSI-LD names mean the
/// same wherever they stand (GS CIM 009 v1.9.1, 5.5.7).
class ContextBuilder {
public:
    static constexpr std::size_t kMaxTerms = 100'000;        ///< definitions read, in all
    static constexpr std::size_t kMaxIriBytes = 32U << 20U;  ///< of all terms and their IRIs
    static constexpr std::size_t kMaxRemote = 64;
    static constexpr int kMaxDepth = 16;      ///< of contexts that name contexts
    static constexpr int kMaxTermDepth = 32;  ///< of terms defined by terms

    /// `core` is looked up where a prefix is not defined, and wins in the end; none while the core
    /// itself is made. `load` must outlive the builder.
    ContextBuilder(const ContextLoader& load, ContextPtr core);

    /// Takes in a value; `base` is the URL it was found under, or empty. Fails: as resolve_context.
    Result<void> add(const Json& context, const std::string& base, int depth = 0);
    void define(std::string_view name, Context::Term term);
    void set_vocabulary(std::string_view vocabulary);
    /// Guarantees: terms that the core has too are the core's. The builder is used up.
    [[nodiscard]] ContextPtr finish(Json source);

private:
    /// One object of definitions while it is read.
    struct Local {
        enum class State { Waiting, Open, Done };
        struct Entry {
            const Json* definition = nullptr;
            State state = State::Waiting;
        };
        std::unordered_map<std::string_view, Entry> entries;
        std::string base;
    };

    Result<void> add_remote(std::string_view reference, const std::string& base, int depth);
    Result<void> add_object(const Json::Object& members, const std::string& base, int depth);
    Result<void> read_vocabulary(const Json& value, Local& local);
    Result<void> read_term(std::string_view name, Local& local, int depth);
    Result<void> read_definition(std::string_view name, const Json& definition, Local& local,
                                 int depth);
    Result<void> read_details(const Json& definition, Context::Term& term, Local& local, int depth);
    Result<std::string> read_iri(std::string_view name, const Json* id, Local& local, int depth);
    Result<std::string> expand(std::string_view value, Local& local, int depth);
    /// The same without looking `value` itself up: what its prefix or the vocabulary make of it.
    Result<std::string> expand_parts(std::string_view value, Local& local, int depth);
    Result<void> put(std::string_view name, Context::Term term, const Local& local);
    void index();
    void index_prefixes();

    const ContextLoader& load_;
    std::shared_ptr<Context> context_;
    std::vector<std::string> open_;  ///< the URLs being read, to see a cycle
    std::size_t remote_ = 0;
    std::size_t terms_ = 0;
    std::size_t iri_bytes_ = 0;
};

}  // namespace musubi
