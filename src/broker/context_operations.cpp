#include <algorithm>

#include "broker/contexts.h"

// The entries of GS CIM 009 v1.9.1, 5.13: how they are made, fetched anew and deleted.
namespace musubi {
namespace {

Json document_of(const Json& context) { return Json{}.set("@context", context); }

Error not_at_hand(std::string_view url, std::string_view why) {
    return {ErrorCode::ContextNotAvailable,
            "the context is not at hand, and " + std::string(why) +
                ": an operator loads it with `musubi context add URL FILE`",
            std::string(url)};
}

bool administers_tenant(const Caller& caller) {
    return caller.access && caller.access->may_administer && caller.access->has_all_types();
}

Result<void> may_delete(const Caller& caller, const ContextEntry& entry) {
    if (entry.kind == ContextKind::Cached) {
        if (administers_tenant(caller)) return {};
        return Error{ErrorCode::Forbidden,
                     "a copy of a context serves all tenants: operators alone delete or reload it",
                     entry.url};
    }
    if (administers_tenant(caller) || (!entry.owner.empty() && entry.owner == caller.subject)) {
        return {};
    }
    return Error{ErrorCode::Forbidden, "a context is deleted by who gave it, or by an operator",
                 entry.id};
}

}  // namespace

Result<ContextEntryPtr> Contexts::entry(TenantId tenant, std::string_view name) const {
    if (ContextEntryPtr found = entries_.by_id(tenant, name)) return found;
    if (ContextEntryPtr copy = entries_.by_url(is_core_context(name) ? kCoreContextUrl : name)) {
        return copy;
    }
    return Error{ErrorCode::NotFound, "there is no such context", std::string(name)};
}

Result<void> Contexts::host(Transaction& tx, ContextKind kind, const std::string& id,
                            const Json& context) const {
    if (TRY(tx.record(kContextRecords, id))) return {};  // an implicit one that serves again
    const auto unknown = [](std::string_view) -> Result<ContextDocument> {
        return std::make_shared<const Json>(document_of(Json{Json::Object{}}));
    };
    TRY(resolve_context(context, unknown));
    if (entries_.count(tx.tenant()) >= kMaxHosted) {
        return Error{ErrorCode::TooLarge,
                     "there are 1,000 contexts in this tenant; delete those that nobody needs"};
    }
    ContextEntry entry;
    entry.kind = kind;
    entry.owner = tx.caller().subject;
    entry.created_at = tx.now();
    entry.document = std::make_shared<const Json>(document_of(context));
    std::string record = encode_context_entry(entry);
    if (record.size() > kMaxBytes) {
        return Error{ErrorCode::TooLarge, "a context has at most 2 MB"};
    }
    tx.put_record(kContextRecords, id, std::move(record));
    return {};
}

std::string Contexts::implicit_id(TenantId tenant, const Json& context) const {
    const Json document = document_of(context);
    for (const ContextEntryPtr& entry : entries_.list(tenant)) {
        if (entry->kind == ContextKind::ImplicitlyCreated && *entry->document == document) {
            return entry->id;
        }
    }
    return random_token(parts_->random);
}

Result<void> Contexts::erase(const Caller& caller, TenantId tenant, std::string_view name) {
    const ContextEntryPtr found = TRY(entry(tenant, name));
    if (is_core_context(found->url)) {
        return Error{ErrorCode::BadRequest, "the core context can not be deleted", found->url};
    }
    TRY(may_delete(caller, *found));
    if (!found->stored) {
        entries_.erase(found->tenant, found->id);
        forget_resolved();
        return {};
    }
    TRY(parts_->store.commit(caller, [&](Transaction& tx) -> Result<void> {
        tx.put_record_of(found->tenant, kContextRecords, found->id, std::nullopt);
        return {};
    }));
    return {};
}

Result<void> Contexts::reload(const Caller& caller, TenantId tenant, std::string_view name) {
    const Error no_copy{ErrorCode::BadRequest,
                        "only a copy of a context that is somewhere else can be loaded anew",
                        std::string(name)};
    const auto found = entry(tenant, name);
    if (!found || (*found)->kind != ContextKind::Cached) return no_copy;
    ContextEntry fresh = **found;
    TRY(may_delete(caller, fresh));
    if (is_core_context(fresh.url)) return {};  // part of the program
    fresh.created_at = now();
    if (auto loaded = document(fresh.url)) {
        fresh.document = *loaded;
        entries_.put(std::move(fresh));
        return {};
    }
    const std::string text = TRY(fetch_text(fresh.url, kFetchTime));
    auto document = read_context_document(text);
    if (!document) {
        return Error{ErrorCode::ContextNotAvailable,
                     "what is there now is no context: " + document.error().detail, fresh.url};
    }
    fresh.document = std::move(document).value();
    fresh.bytes = text.size();
    fresh.stored = true;
    failures_.with([&](Failures& failures) { failures.erase(fresh.url); });
    return store_copy(std::move(fresh));
}

Result<std::string> Contexts::fetch_text(const std::string& url, Duration timeout) const {
    if (!parts_ || parts_->port == nullptr) {
        return not_at_hand(url, "nothing is fetched from outside");
    }
    if (!url.starts_with("http://") && !url.starts_with("https://")) {
        return not_at_hand(url, "only http and https URLs can be fetched");
    }
    return parts_->port->fetch(url, kMaxBytes, timeout);
}

Result<ContextEntryPtr> Contexts::fetch(const std::string& url, Search& search) const {
    if (!parts_ || parts_->port == nullptr || search.use.fetch == ContextFetch::Never) {
        return not_at_hand(url, "nothing is fetched from outside");
    }
    TRY(recall_failure(url));
    if (search.use.fetch == ContextFetch::Later) {
        return Error{ErrorCode::MustWait, "the context must be fetched", url};
    }
    const Duration moment = parts_->clock.monotonic();
    if (!search.deadline) search.deadline = moment + kResolveTime;
    if (moment >= *search.deadline) {
        return Error{ErrorCode::ContextNotAvailable,
                     "the contexts of this request take too long to fetch", url};
    }
    auto text = fetch_text(url, std::min(kFetchTime, *search.deadline - moment));
    if (!text) {
        remember_failure(url, text.error());
        return std::move(text).error();
    }
    auto document = read_context_document(*text);
    if (!document) {
        Error error{ErrorCode::BadRequest,
                    "the remote context is invalid: " + document.error().detail, url};
        remember_failure(url, error);
        return error;
    }
    ContextEntry entry;
    entry.id = random_token(parts_->random);
    entry.kind = ContextKind::Cached;
    entry.url = url;
    entry.created_at = now();
    entry.document = std::move(document).value();
    entry.bytes = text->size();
    const auto own = std::make_shared<const ContextEntry>(entry);
    TRY(store_copy(std::move(entry)));
    const ContextEntryPtr kept = entries_.by_url(url);
    return kept ? kept : own;
}

Result<void> Contexts::store_copy(ContextEntry entry) const {
    const auto evicted = entries_.to_evict(entry.bytes, kMaxCached, kMaxCachedBytes);
    TRY(parts_->store.commit(service_caller("", "contexts"), [&](Transaction& tx) -> Result<void> {
        for (const ContextEntryPtr& old : evicted) {
            if (old->id != entry.id) tx.put_record_of(0, kContextRecords, old->id, std::nullopt);
        }
        tx.put_record_of(0, kContextRecords, entry.id, encode_context_entry(entry));
        return {};
    }));
    return {};
}

// A server that is down costs one time-out, not one a request.
Result<void> Contexts::recall_failure(const std::string& url) const {
    const Duration moment = parts_->clock.monotonic();
    return failures_.with([&](Failures& failures) -> Result<void> {
        const auto found = failures.find(url);
        if (found == failures.end()) return {};
        if (moment < found->second.until) return found->second.error;
        failures.erase(found);
        return {};
    });
}

void Contexts::remember_failure(const std::string& url, const Error& error) const {
    const Duration moment = parts_->clock.monotonic();
    failures_.with([&](Failures& failures) {
        std::erase_if(failures, [&](const auto& f) { return f.second.until <= moment; });
        if (failures.size() >= kMaxFailures) failures.erase(failures.begin());
        failures.insert_or_assign(url, Failure{error, moment + kFailureTime});
    });
}

}  // namespace musubi
