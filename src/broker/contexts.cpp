#include "broker/contexts.h"

#include <algorithm>

namespace musubi {
namespace {

constexpr std::string_view kShelfKind = "context";

Result<void> may_manage(const Caller& caller) {
    const bool operates = caller.access && caller.access->may_administer;
    if (operates && caller.access->has_all_types() && caller.tenant.empty()) return {};
    return Error{ErrorCode::Forbidden, "contexts are loaded by the operator of the installation"};
}

// The local id in the URL of a hosted context, whatever the host is called; empty: it is no such.
std::string_view local_id(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    const std::size_t path = url.find('/', scheme + 3);
    if (path == std::string_view::npos || !url.substr(path).starts_with(Contexts::kPath)) return {};
    const std::string_view id = url.substr(path + Contexts::kPath.size());
    return id.find_first_of("/?#") == std::string_view::npos ? id : std::string_view{};
}

}  // namespace

Result<void> Contexts::load(Store& store) {
    store.add_projection(*this);
    for (const auto& record : TRY(store.records(0, kShelfKind))) {
        auto document = TRY(read_context_document(record.second));
        shelf_.with(
            [&](Shelf& s) { s.by_url.insert_or_assign(record.first, std::move(document)); });
    }
    for (const auto& [name, tenant] : store.tenants()) {
        for (const auto& record : TRY(store.records(tenant, kContextRecords))) {
            auto entry = TRY(decode_context_entry(record.second));
            entry.id = record.first;
            entry.tenant = tenant;
            entries_.put(std::move(entry));
        }
    }
    return {};
}

void Contexts::connect(const ContextParts& parts) {
    parts_.emplace(parts);
    ContextEntry core;
    core.id = "core";
    core.kind = ContextKind::Cached;
    core.url = kCoreContextUrl;
    core.created_at = parts.clock.now();
    core.stored = false;
    entries_.put(std::move(core));
}

Time Contexts::now() const { return parts_ ? parts_->clock.now() : Time{}; }

Result<void> Contexts::add_builtin(std::string_view url, std::string_view text) {
    auto document = TRY(read_context_document(text));
    shelf_.with(
        [&](Shelf& s) { s.builtin.insert_or_assign(std::string(url), std::move(document)); });
    forget_resolved();
    return {};
}

Result<void> Contexts::add(Store& store, const Caller& caller, std::string_view url,
                           std::string_view text) {
    TRY(may_manage(caller));
    if (!is_uri(url))
        return Error{ErrorCode::BadRequest, "the name of a context is its URL", "url"};
    const auto document = TRY(read_context_document(text));
    // It must be readable by itself; what it refers to may be loaded later.
    const auto unknown = [](std::string_view) -> Result<ContextDocument> {
        return std::make_shared<const Json>(Json{}.set("@context", Json{Json::Object{}}));
    };
    TRY(resolve_context(*document->find("@context"), unknown, url));
    const bool is_new = shelf_.read([&](const Shelf& s) {
        return !s.by_url.contains(std::string(url)) && s.by_url.size() >= kMaxStored;
    });
    if (is_new) return Error{ErrorCode::TooLarge, "there are 1,000 contexts; remove some"};
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        tx.put_record_of(0, kShelfKind, url, std::string(text));
        return {};
    }));
    return {};
}

Result<void> Contexts::remove(Store& store, const Caller& caller, std::string_view url) {
    TRY(may_manage(caller));
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        if (!TRY(tx.record_of(0, kShelfKind, url))) {
            return Error{ErrorCode::NotFound, "no context was loaded under this URL",
                         std::string(url)};
        }
        tx.put_record_of(0, kShelfKind, url, std::nullopt);
        return {};
    }));
    return {};
}

std::vector<std::string> Contexts::urls() const {
    std::vector<std::string> out;
    shelf_.read([&](const Shelf& s) {
        for (const auto& [url, document] : s.by_url) out.push_back(url);
        for (const auto& [url, document] : s.builtin) {
            if (!s.by_url.contains(url)) out.push_back(url);
        }
    });
    std::sort(out.begin(), out.end());
    return out;
}

Result<ContextDocument> Contexts::document(std::string_view url) const {
    return shelf_.read([&](const Shelf& s) -> Result<ContextDocument> {
        for (const auto* table : {&s.by_url, &s.builtin}) {
            const auto found = table->find(std::string(url));
            if (found != table->end()) return found->second;
        }
        return Error{ErrorCode::NotFound, "no context is loaded under this URL", std::string(url)};
    });
}

Result<ContextPtr> Contexts::resolve_url(std::string_view url, const ContextUse& use) const {
    if (url.empty() || is_core_context(url)) return core_context();
    return resolve_text(std::string(url), Json{url}, use);
}

Result<ContextPtr> Contexts::resolve(const Json& context, const ContextUse& use) const {
    if (context.is_string()) return resolve_url(context.string(), use);
    return resolve_text(to_text(context), context, use);
}

Result<ContextPtr> Contexts::resolve_text(const std::string& text, const Json& context,
                                          const ContextUse& use) const {
    // What names a hosted context means that only in its tenant.
    const bool names_hosted = text.find(kPath) != std::string::npos;
    std::string own;
    if (names_hosted) own = (use.tenant ? std::to_string(*use.tenant) : "*") + " " + text;
    const std::string& key = names_hosted ? own : text;
    std::uint64_t version = 0;
    if (ContextPtr ready = find_resolved(key, version)) return ready;
    Search search{.use = use, .uses = {}, .deadline = {}};
    const auto load = [&](std::string_view url) { return find(url, search); };
    ContextPtr ready = TRY(resolve_context(context, load));
    count(search.uses);
    if (!search.of_tenant || names_hosted) {
        keep_resolved(key, version, ready, std::move(search.uses));
    }
    return ready;
}

ContextPtr Contexts::find_resolved(const std::string& key, std::uint64_t& version) const {
    const Time at = now();
    return cache_.with([&](Cache& cache) -> ContextPtr {
        version = cache.version;
        const auto found = cache.by_text.find(key);
        if (found == cache.by_text.end()) return nullptr;
        cache.order.splice(cache.order.begin(), cache.order, found->second);
        for (const auto& usage : found->second->uses) usage->count(at);
        return found->second->context;
    });
}

void Contexts::keep_resolved(const std::string& key, std::uint64_t version,
                             const ContextPtr& context, Uses uses) const {
    cache_.with([&](Cache& cache) {
        if (cache.version != version || cache.by_text.contains(key)) return;
        cache.order.push_front({key, context, std::move(uses)});
        cache.by_text.emplace(cache.order.front().text, cache.order.begin());
        cache.terms += context->size();
        while (cache.order.size() > 1 &&
               (cache.order.size() > kMaxResolved || cache.terms > kMaxResolvedTerms)) {
            cache.terms -= cache.order.back().context->size();
            cache.by_text.erase(cache.order.back().text);
            cache.order.pop_back();
        }
    });
}

void Contexts::count(const Uses& uses) const {
    const Time at = now();
    for (const auto& usage : uses) usage->count(at);
}

void Contexts::forget_resolved() {
    cache_.with([](Cache& cache) {
        cache.by_text.clear();
        cache.order.clear();
        cache.terms = 0;
        ++cache.version;
    });
}

Result<ContextDocument> Contexts::find(std::string_view url, Search& search) const {
    if (const std::string_view id = local_id(url); !id.empty()) {
        const ContextEntryPtr hosted = entries_.by_id(search.use.tenant, id);
        if (hosted && hosted->kind != ContextKind::Cached) {
            search.of_tenant = true;
            search.uses.push_back(hosted->usage);
            return hosted->document;
        }
    }
    if (auto loaded = document(url)) {
        search.uses.push_back(shelved(url, *loaded)->usage);
        return loaded;
    }
    ContextEntryPtr copy = entries_.by_url(url);
    if (!copy) copy = TRY(fetch(std::string(url), search));
    search.uses.push_back(copy->usage);
    return copy->document;
}

ContextEntryPtr Contexts::shelved(std::string_view url, const ContextDocument& document) const {
    if (ContextEntryPtr entry = entries_.by_url(url)) return entry;
    ContextEntry entry;
    entry.id = parts_ ? random_token(parts_->random) : std::string(url);
    entry.kind = ContextKind::Cached;
    entry.url = url;
    entry.created_at = now();
    entry.document = document;
    entry.stored = false;
    auto shown = std::make_shared<const ContextEntry>(entry);
    entries_.put(std::move(entry));
    return shown;
}

void Contexts::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    bool forget = false;
    for (const RecordChange& record : records) {
        if (record.kind == kContextRecords) {
            forget = forget || entries_.by_id(record.tenant, record.name) != nullptr;
            if (!record.value) {
                entries_.erase(record.tenant, record.name);
            } else if (auto entry = decode_context_entry(*record.value)) {
                entry->id = record.name;
                entry->tenant = record.tenant;
                entries_.put(std::move(entry).value());
            }
            continue;
        }
        if (record.tenant != 0 || record.kind != kShelfKind) continue;
        forget = true;
        const ContextEntryPtr copy = entries_.by_url(record.name);
        if (copy && !copy->stored) entries_.erase(0, copy->id);
        shelf_.with([&](Shelf& s) {
            s.by_url.erase(record.name);
            if (!record.value) return;
            if (auto document = read_context_document(*record.value)) {
                s.by_url.emplace(record.name, std::move(document).value());
            }
        });
    }
    if (forget) forget_resolved();
}

void Contexts::erase_tenant(TenantId tenant) {
    entries_.erase_tenant(tenant);
    forget_resolved();
}

}  // namespace musubi
