#include "broker/contexts.h"

#include <algorithm>

namespace musubi {
namespace {

constexpr std::string_view kKind = "context";

Result<std::shared_ptr<const Json>> read_document(std::string_view text) {
    auto json = TRY(parse_json(text, {.max_bytes = Contexts::kMaxBytes, .max_depth = 32}));
    if (!json.is_object() || json.find("@context") == nullptr) {
        return Error{ErrorCode::BadRequest, "a context file is a JSON object with \"@context\""};
    }
    return std::make_shared<const Json>(std::move(json));
}

Result<void> may_manage(const Caller& caller) {
    if (caller.access && caller.access->may_administer && caller.tenant.empty()) return {};
    return Error{ErrorCode::Forbidden, "contexts are loaded by the operator of the installation"};
}

}  // namespace

Result<void> Contexts::load(Store& store) {
    store.add_projection(*this);
    for (const auto& record : TRY(store.records(0, kKind))) {
        auto document = TRY(read_document(record.second));
        documents_.with(
            [&](Documents& d) { d.by_url.insert_or_assign(record.first, std::move(document)); });
    }
    return {};
}

Result<void> Contexts::add_builtin(std::string_view url, std::string_view text) {
    auto document = TRY(read_document(text));
    documents_.with(
        [&](Documents& d) { d.builtin.insert_or_assign(std::string(url), std::move(document)); });
    forget_resolved();
    return {};
}

Result<void> Contexts::add(Store& store, const Caller& caller, std::string_view url,
                           std::string_view text) {
    TRY(may_manage(caller));
    if (!is_uri(url))
        return Error{ErrorCode::BadRequest, "the name of a context is its URL", "url"};
    const auto document = TRY(read_document(text));
    // It must be readable by itself; what it refers to may be loaded later.
    const auto unknown = [](std::string_view) -> Result<std::shared_ptr<const Json>> {
        return std::make_shared<const Json>(Json{}.set("@context", Json{Json::Object{}}));
    };
    TRY(resolve_context(*document->find("@context"), unknown, url));
    const bool is_new = documents_.read([&](const Documents& d) {
        return !d.by_url.contains(std::string(url)) && d.by_url.size() >= kMaxStored;
    });
    if (is_new) return Error{ErrorCode::TooLarge, "there are 1,000 contexts; remove some"};
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        tx.put_record_of(0, kKind, url, std::string(text));
        return {};
    }));
    return {};
}

Result<void> Contexts::remove(Store& store, const Caller& caller, std::string_view url) {
    TRY(may_manage(caller));
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        if (!TRY(tx.record_of(0, kKind, url))) {
            return Error{ErrorCode::NotFound, "no context was loaded under this URL",
                         std::string(url)};
        }
        tx.put_record_of(0, kKind, url, std::nullopt);
        return {};
    }));
    return {};
}

std::vector<std::string> Contexts::urls() const {
    std::vector<std::string> out;
    documents_.read([&](const Documents& d) {
        for (const auto& [url, document] : d.by_url) out.push_back(url);
        for (const auto& [url, document] : d.builtin) {
            if (!d.by_url.contains(url)) out.push_back(url);
        }
    });
    std::sort(out.begin(), out.end());
    return out;
}

Result<std::shared_ptr<const Json>> Contexts::document(std::string_view url) const {
    return documents_.read([&](const Documents& d) -> Result<std::shared_ptr<const Json>> {
        for (const auto* table : {&d.by_url, &d.builtin}) {
            const auto found = table->find(std::string(url));
            if (found != table->end()) return found->second;
        }
        return Error{ErrorCode::NotFound, "no context is loaded under this URL", std::string(url)};
    });
}

Result<ContextPtr> Contexts::resolve_url(std::string_view url) const {
    if (url.empty() || is_core_context(url)) return core_context();
    return resolve_text(std::string(url), Json{url});
}

Result<ContextPtr> Contexts::resolve(const Json& context) const {
    if (context.is_string()) return resolve_url(context.string());
    return resolve_text(to_text(context), context);
}

Result<ContextPtr> Contexts::resolve_text(const std::string& text, const Json& context) const {
    std::uint64_t version = 0;
    ContextPtr ready = cache_.with([&](Cache& cache) -> ContextPtr {
        version = cache.version;
        const auto found = cache.by_text.find(text);
        if (found == cache.by_text.end()) return nullptr;
        cache.order.splice(cache.order.begin(), cache.order, found->second);
        return found->second->context;
    });
    if (ready) return ready;
    const auto load = [this](std::string_view url) -> Result<std::shared_ptr<const Json>> {
        auto found = document(url);
        if (found) return found;
        return Error{ErrorCode::ContextNotAvailable,
                     "the context is not at hand, and nothing is fetched from outside: an operator "
                     "loads it with `musubi context add URL FILE`",
                     std::string(url)};
    };
    ready = TRY(resolve_context(context, load));
    cache_.with([&](Cache& cache) {
        if (cache.version != version || cache.by_text.contains(text)) return;
        cache.order.push_front({text, ready});
        cache.by_text.emplace(cache.order.front().text, cache.order.begin());
        cache.terms += ready->size();
        while (cache.order.size() > 1 &&
               (cache.order.size() > kMaxResolved || cache.terms > kMaxResolvedTerms)) {
            cache.terms -= cache.order.back().context->size();
            cache.by_text.erase(cache.order.back().text);
            cache.order.pop_back();
        }
    });
    return ready;
}

void Contexts::forget_resolved() {
    cache_.with([](Cache& cache) {
        cache.by_text.clear();
        cache.order.clear();
        cache.terms = 0;
        ++cache.version;
    });
}

void Contexts::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    bool changed = false;
    for (const RecordChange& record : records) {
        if (record.tenant != 0 || record.kind != kKind) continue;
        changed = true;
        documents_.with([&](Documents& d) {
            d.by_url.erase(record.name);
            if (!record.value) return;
            if (auto document = read_document(*record.value)) {
                d.by_url.emplace(record.name, std::move(document).value());
            }
        });
    }
    if (changed) forget_resolved();
}

}  // namespace musubi
