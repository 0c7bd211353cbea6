#include "model/context_builder.h"

#include <algorithm>
#include <utility>

#include "model/context_url.h"
#include "model/entity.h"

namespace musubi {

ContextBuilder::ContextBuilder(const ContextLoader& load, ContextPtr core)
    : load_{load}, context_{new Context} {
    context_->core_ = std::move(core);
    context_->vocabulary_ = iri::kDefaultVocabulary;
}

void ContextBuilder::define(std::string_view name, Context::Term term) {
    context_->terms_.insert_or_assign(std::string(name), std::move(term));
}

void ContextBuilder::set_vocabulary(std::string_view vocabulary) {
    context_->vocabulary_ = vocabulary;
}

Result<void> ContextBuilder::add(const Json& context, const std::string& base, int depth) {
    if (depth > kMaxDepth) {
        return Error{ErrorCode::TooLarge, "the context is nested too deeply", base};
    }
    if (context.is_null()) {  // forgets what came before (4.1, step 5.1)
        context_->terms_.clear();
        set_vocabulary(iri::kDefaultVocabulary);
        return {};
    }
    if (context.is_string()) return add_remote(context.string(), base, depth);
    if (context.is_object()) return add_object(context.object(), base, depth);
    if (!context.is_array()) {
        return Error{ErrorCode::BadRequest, "a context is a URL, an object, or an array of them",
                     base};
    }
    for (const Json& part : context.array()) TRY(add(part, base, depth + 1));
    return {};
}

Result<void> ContextBuilder::add_remote(std::string_view reference, const std::string& base,
                                        int depth) {
    const std::string url = resolve_reference(base, reference);
    if (is_core_context(url)) return {};  // built in, and added last
    if (!is_uri(url)) {
        return Error{ErrorCode::BadRequest, url.substr(0, 200) + " is no absolute URL of a context",
                     base};
    }
    if (std::find(open_.begin(), open_.end(), url) != open_.end()) {
        return Error{ErrorCode::BadRequest, "the context includes itself", url};
    }
    if (++remote_ > kMaxRemote) {
        return Error{ErrorCode::TooLarge,
                     "more than " + std::to_string(kMaxRemote) + " remote contexts", url};
    }
    auto document = load_(url);
    if (!document) {
        Error error = std::move(document).error();
        if (error.where.empty()) error.where = url;
        return error;
    }
    const Json* inner = *document ? (*document)->find("@context") : nullptr;
    if (inner == nullptr) {
        return Error{ErrorCode::BadRequest, "the remote document has no \"@context\"", url};
    }
    open_.push_back(url);
    TRY(add(*inner, url, depth + 1));
    open_.pop_back();
    return {};
}

Result<void> ContextBuilder::add_object(const Json::Object& members, const std::string& base,
                                        int depth) {
    Local local;
    local.base = base;
    terms_ += members.size();
    if (terms_ > kMaxTerms) {
        return Error{ErrorCode::TooLarge,
                     "more than " + std::to_string(kMaxTerms) + " terms in the context", base};
    }
    local.entries.reserve(members.size());
    for (const JsonMember& m : members) local.entries[m.name] = {&m.value};

    // What is imported comes before what stands here (JSON-LD 1.1, 4.1.10).
    if (const auto import = local.entries.find("@import"); import != local.entries.end()) {
        if (!import->second.definition->is_string()) {
            return Error{ErrorCode::BadRequest, "\"@import\" names a URL", base};
        }
        TRY(add_remote(import->second.definition->string(), base, depth));
    }
    if (const auto vocabulary = local.entries.find("@vocab"); vocabulary != local.entries.end()) {
        TRY(read_vocabulary(*vocabulary->second.definition, local));
    }
    for (const JsonMember& m : members) TRY(read_term(m.name, local, 0));
    return {};
}

Result<void> ContextBuilder::read_vocabulary(const Json& value, Local& local) {
    if (value.is_null()) {
        set_vocabulary(iri::kDefaultVocabulary);
        return {};
    }
    if (!value.is_string()) {
        return Error{ErrorCode::BadRequest, "\"@vocab\" is an IRI", local.base};
    }
    const std::string vocabulary = TRY(expand(value.string(), local, 0));
    if (!is_uri(vocabulary)) {
        return Error{ErrorCode::BadRequest, "\"@vocab\" is no absolute IRI", local.base};
    }
    set_vocabulary(vocabulary);
    return {};
}

ContextPtr ContextBuilder::finish(Json source) {
    if (context_->core_) {
        std::erase_if(context_->terms_, [&](const auto& entry) {
            return context_->core_->find(entry.first) != nullptr;
        });
    }
    index();
    index_prefixes();
    context_->source_ = std::move(source);
    return std::exchange(context_, nullptr);
}

// Of several terms for one IRI the shortest is shown, then the first by letters (JSON-LD 1.1 API,
// 4.3); an IRI that the core has a term for keeps it.
void ContextBuilder::index() {
    for (const auto& [name, term] : context_->terms_) {
        if (name.find(':') != std::string::npos) context_->has_compact_terms_ = true;
        if (term.iri.starts_with('@')) continue;
        if (context_->core_ && context_->core_->by_iri_.contains(term.iri)) continue;
        const auto [at, added] = context_->by_iri_.try_emplace(term.iri, name);
        if (added) continue;
        const std::string_view other = at->second;
        if (std::pair(name.size(), std::string_view{name}) < std::pair(other.size(), other)) {
            at->second = name;
        }
    }
}

void ContextBuilder::index_prefixes() {
    auto& prefixes = context_->prefixes_;
    for (const auto& [name, term] : context_->terms_) {
        if (term.prefix && !term.iri.starts_with('@')) prefixes.push_back({term.iri, name});
    }
    std::sort(prefixes.begin(), prefixes.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.iri, a.name.size(), a.name) < std::tuple(b.iri, b.name.size(), b.name);
    });
    const auto same = [](const auto& a, const auto& b) { return a.iri == b.iri; };
    prefixes.erase(std::unique(prefixes.begin(), prefixes.end(), same), prefixes.end());
    for (std::size_t i = 1; i < prefixes.size(); ++i) {
        auto at = static_cast<std::int32_t>(i) - 1;
        while (at >= 0 &&
               !prefixes[i].iri.starts_with(prefixes[static_cast<std::size_t>(at)].iri)) {
            at = prefixes[static_cast<std::size_t>(at)].shorter;
        }
        prefixes[i].shorter = at;
    }
}

Result<ContextPtr> resolve_context(const Json& context, const ContextLoader& load,
                                   std::string_view base) {
    ContextBuilder builder{load, core_context()};
    TRY(builder.add(context, std::string(base)));
    return builder.finish(context);
}

}  // namespace musubi
