#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/random.h"
#include "broker/context_entries.h"
#include "broker/context_port.h"
#include "model/context.h"
#include "store/store.h"

namespace musubi {

/// Whether what is not at hand is fetched: not at all (ContextNotAvailable); not on this thread
/// (MustWait); or now, waiting for it.
enum class ContextFetch { Never, Later, Now };

/// For whom a context is resolved.
struct ContextUse {
    /// Whose hosted contexts may be used; none: any, for what the program itself does.
    std::optional<TenantId> tenant = {};
    ContextFetch fetch = ContextFetch::Never;
};

/// What contexts need beside the store, once the program has it.
struct ContextParts {
    Store& store;
    const Clock& clock;
    Random& random;
    ContextPort* port = nullptr;  ///< null: nothing is fetched from outside
};

/// The JSON-LD contexts at hand (GS CIM 009 v1.9.1, 5.5.6, 5.13): the core context; those on the
/// shelf, which packs bring or an operator loaded under their URL (`musubi context add`); and the
/// entries of 5.13: hosted ones, copies of what was fetched, and implicit ones. What is on the
/// shelf wins and is never fetched; used for the first time it gets an entry of kind Cached.
/// A projection of the records of kinds "context" (the shelf) and "jsonld-context" (entries).
class Contexts final : public Projection {
public:
    static constexpr std::size_t kMaxBytes = 2U << 20U;  ///< of one context
    static constexpr std::size_t kMaxStored = 1'000;     ///< on the shelf
    static constexpr std::size_t kMaxHosted = 1'000;     ///< hosted and implicit ones of a tenant
    static constexpr std::size_t kMaxCached = 500;
    static constexpr std::size_t kMaxCachedBytes = 32U << 20U;
    static constexpr std::size_t kMaxResolved = 256;  ///< kept ready
    static constexpr std::size_t kMaxResolvedTerms = 500'000;
    static constexpr Duration kFetchTime = seconds(5);     ///< for one
    static constexpr Duration kResolveTime = seconds(15);  ///< for all that one request needs
    static constexpr Duration kFailureTime = seconds(10);  ///< what failed is not tried again for
    static constexpr std::size_t kMaxFailures = 256;
    static constexpr std::string_view kPath = "/ngsi-ld/v1/jsonldContexts/";

    /// Fails: Io, Corrupt.
    Result<void> load(Store& store);
    /// From now on entries can be made and, with a port, contexts fetched. All must outlive it.
    void connect(const ContextParts& parts);

    // -- the shelf
    /// One that is part of the program or a pack. Fails: BadRequest.
    Result<void> add_builtin(std::string_view url, std::string_view text);
    /// Loads a context under its URL, for all tenants; replaces an earlier one. Checks that it can
    /// be read. Fails: BadRequest, TooLarge, Forbidden (not an operator), Io.
    Result<void> add(Store& store, const Caller& caller, std::string_view url,
                     std::string_view text);
    /// Fails: NotFound, Forbidden, Io.
    Result<void> remove(Store& store, const Caller& caller, std::string_view url);
    [[nodiscard]] std::vector<std::string> urls() const;
    /// The document as it was loaded. Fails: NotFound.
    Result<ContextDocument> document(std::string_view url) const;

    // -- what names mean
    /// The resolved context of an "@context" value. Counts as a use of each entry it needed.
    /// Fails: BadRequest, TooLarge, ContextNotAvailable; MustWait with ContextFetch::Later.
    Result<ContextPtr> resolve(const Json& context, const ContextUse& use = {}) const;
    /// The same of a URL alone; empty: the core context.
    Result<ContextPtr> resolve_url(std::string_view url, const ContextUse& use = {}) const;

    // -- entries (5.13)
    [[nodiscard]] const ContextEntries& entries() const { return entries_; }
    /// The entry with this local id or, of a copy, this URL, as the tenant sees it. Fails:
    /// NotFound.
    Result<ContextEntryPtr> entry(TenantId tenant, std::string_view name) const;
    /// Keeps `context`, an "@context" value, in the tenant of `tx` under `id`. What it refers to
    /// need not be at hand. Fails: BadRequest, TooLarge (bytes, kMaxHosted), Forbidden.
    Result<void> host(Transaction& tx, ContextKind kind, const std::string& id,
                      const Json& context) const;
    /// The id of an implicit context for `context`: of the one the tenant has with that content,
    /// else a fresh one for `host`.
    [[nodiscard]] std::string implicit_id(TenantId tenant, const Json& context) const;
    /// 5.13.5. A hosted or implicit one may be deleted by who gave it and by operators of all the
    /// tenant, a copy by operators. Waits. Fails: NotFound, Forbidden,
    /// BadRequest (the core context), Io.
    Result<void> erase(const Caller& caller, TenantId tenant, std::string_view name);
    /// 5.13.5 with reload: fetches a copy anew; where that fails the old one stays. Waits.
    /// Fails: BadRequest (no copy), Forbidden, ContextNotAvailable, Io.
    Result<void> reload(const Caller& caller, TenantId tenant, std::string_view name);

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    struct Shelf {
        std::unordered_map<std::string, ContextDocument> by_url;
        std::unordered_map<std::string, ContextDocument> builtin;
    };
    using Uses = std::vector<std::shared_ptr<ContextUsage>>;
    struct Resolved {
        std::string text;
        ContextPtr context;
        Uses uses;
    };
    struct Cache {
        std::list<Resolved> order;  // used last first
        std::unordered_map<std::string_view, std::list<Resolved>::iterator> by_text;
        std::size_t terms = 0;
        std::uint64_t version = 0;  // of the documents it was resolved from
    };
    struct Failure {
        Error error;
        Duration until;  // by the monotonic clock
    };
    using Failures = std::unordered_map<std::string, Failure>;
    /// One resolving while it is under way.
    struct Search {
        const ContextUse& use;
        Uses uses;
        std::optional<Duration> deadline;
        bool of_tenant = false;  // a hosted context was used
    };

    Result<ContextPtr> resolve_text(const std::string& text, const Json& context,
                                    const ContextUse& use) const;
    ContextPtr find_resolved(const std::string& key, std::uint64_t& version) const;
    void keep_resolved(const std::string& key, std::uint64_t version, const ContextPtr& context,
                       Uses uses) const;
    void forget_resolved();
    void count(const Uses& uses) const;
    Result<ContextDocument> find(std::string_view url, Search& search) const;
    /// The entry of kind Cached for what is on the shelf; made where there is none.
    ContextEntryPtr shelved(std::string_view url, const ContextDocument& document) const;
    Result<ContextEntryPtr> fetch(const std::string& url, Search& search) const;
    Result<std::string> fetch_text(const std::string& url, Duration timeout) const;
    Result<void> store_copy(ContextEntry entry) const;
    Result<void> recall_failure(const std::string& url) const;
    void remember_failure(const std::string& url, const Error& error) const;
    [[nodiscard]] Time now() const;

    SharedGuarded<Shelf> shelf_;
    // Copies are made while resolving, which is otherwise a question.
    mutable ContextEntries entries_;
    mutable Guarded<Cache> cache_;
    mutable Guarded<Failures> failures_;
    std::optional<ContextParts> parts_;
};

}  // namespace musubi
