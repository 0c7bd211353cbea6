#include "model/context.h"

#include <algorithm>

namespace musubi {

const Context::Term* Context::find(std::string_view term) const {
    const auto mine = terms_.find(term);
    if (mine != terms_.end()) return &mine->second;
    return core_ ? core_->find(term) : nullptr;
}

namespace {

// In one piece of memory: each attribute that comes in passes here.
std::string joined(std::string_view first, std::string_view second) {
    std::string out;
    out.reserve(first.size() + second.size());
    return out.append(first).append(second);
}

}  // namespace

std::string Context::expand(std::string_view term) const {
    if (const Term* known = find(term)) return known->iri;
    if (term.starts_with('@')) return std::string(term);  // a keyword stands for itself
    const std::size_t colon = term.find(':', 1);
    if (colon == std::string_view::npos) return joined(vocabulary_, term);
    const std::string_view suffix = term.substr(colon + 1);
    if (!suffix.starts_with("//")) {
        const Term* prefix = find(term.substr(0, colon));
        if (prefix != nullptr && prefix->prefix) return joined(prefix->iri, suffix);
    }
    return std::string(term);
}

// Of the prefixes in order, those that begin `iri` form a chain: the nearest one not after it, and
// what begins that one.
bool Context::shorten(std::string_view iri, CompactName& out) const {
    const auto after =
        std::upper_bound(prefixes_.begin(), prefixes_.end(), iri,
                         [](std::string_view text, const Prefix& p) { return text < p.iri; });
    auto at = static_cast<std::int32_t>(after - prefixes_.begin()) - 1;
    for (; at >= 0; at = prefixes_[static_cast<std::size_t>(at)].shorter) {
        const Prefix& prefix = prefixes_[static_cast<std::size_t>(at)];
        if (prefix.iri.size() >= iri.size() || !iri.starts_with(prefix.iri)) continue;
        const std::string_view suffix = iri.substr(prefix.iri.size());
        if (suffix.starts_with("//")) continue;
        if (has_compact_terms_ &&
            find(std::string(prefix.name).append(":").append(suffix)) != nullptr) {
            continue;
        }
        out = {prefix.name, suffix};
        return true;
    }
    return false;
}

CompactName Context::compact_parts(std::string_view iri) const {
    const auto mine = by_iri_.find(iri);
    if (mine != by_iri_.end()) return {{}, mine->second};
    if (core_) {
        const auto core = core_->by_iri_.find(iri);
        if (core != core_->by_iri_.end()) return {{}, core->second};
    }
    if (iri.size() > vocabulary_.size() && iri.starts_with(vocabulary_)) {
        const std::string_view suffix = iri.substr(vocabulary_.size());
        const bool plain = suffix.find(':') == std::string_view::npos && !suffix.starts_with('@');
        if (plain && find(suffix) == nullptr) return {{}, suffix};
    }
    CompactName out{{}, iri};
    if (!shorten(iri, out) && core_) static_cast<void>(core_->shorten(iri, out));
    return out;
}

std::string Context::compact(std::string_view iri) const {
    const CompactName parts = compact_parts(iri);
    if (parts.prefix.empty()) return std::string(parts.name);
    return std::string(parts.prefix).append(":").append(parts.name);
}

bool is_core_context(std::string_view url) {
    constexpr std::string_view kStem = "://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context";
    constexpr std::string_view kEnd = ".jsonld";
    for (const std::string_view scheme : {"https", "http"}) {
        if (!url.starts_with(scheme)) continue;
        std::string_view rest = url.substr(scheme.size());
        if (!rest.starts_with(kStem) || !rest.ends_with(kEnd)) continue;
        rest = rest.substr(kStem.size(), rest.size() - kStem.size() - kEnd.size());
        if (rest.empty()) return true;
        return rest.size() == 5 && rest.starts_with("-v1.") && rest[4] >= '0' && rest[4] <= '9';
    }
    return false;
}

}  // namespace musubi
