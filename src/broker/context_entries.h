#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/json.h"
#include "base/time.h"
#include "store/change.h"

namespace musubi {

/// Whence a context is (GS CIM 009 v1.9.1, 5.13.1): given to be kept here; a copy of what is under
/// a URL elsewhere; made here out of what came with a subscription or registration.
enum class ContextKind : std::uint8_t { Hosted = 0, Cached = 1, ImplicitlyCreated = 2 };
[[nodiscard]] std::string_view name_of(ContextKind kind);
/// Fails: BadRequest.
Result<ContextKind> parse_context_kind(std::string_view text);

/// How much a context was asked for since the server started.
struct ContextUsage {
    std::atomic<std::uint64_t> hits{0};
    std::atomic<std::int64_t> last_us{0};  ///< wall clock; 0: never
    void count(Time now) {
        hits.fetch_add(1, std::memory_order_relaxed);
        last_us.store(now.us, std::memory_order_relaxed);
    }
};

using ContextDocument = std::shared_ptr<const Json>;

/// One context that is kept: what GET /jsonldContexts lists.
struct ContextEntry {
    std::string id;       ///< the local id: nobody can guess it, and it needs no encoding
    TenantId tenant = 0;  ///< whose it is; Cached ones are everybody's
    ContextKind kind = ContextKind::Hosted;
    std::string url;    ///< of Cached ones: where the original is
    std::string owner;  ///< the subject that gave it
    Time created_at;    ///< or copied
    ContextDocument document;
    std::size_t bytes = 0;
    bool stored = true;  ///< has a record; not: a copy of what the operator or a pack loaded
    std::shared_ptr<ContextUsage> usage = std::make_shared<ContextUsage>();
};
using ContextEntryPtr = std::shared_ptr<const ContextEntry>;

/// The kind of their records.
inline constexpr std::string_view kContextRecords = "jsonld-context";
/// The record of an entry, without its id and tenant, and back. Fails: Corrupt.
[[nodiscard]] std::string encode_context_entry(const ContextEntry& entry);
Result<ContextEntry> decode_context_entry(std::string_view bytes);

/// A document that is a context. Fails: BadRequest, TooLarge.
Result<ContextDocument> read_context_document(std::string_view text);

/// The entries at hand, by local id and, the Cached ones, by URL. Safe from any thread.
class ContextEntries {
public:
    /// Puts it in the place of the one with its id; the usage of that one goes on.
    void put(ContextEntry entry);
    void erase(TenantId tenant, std::string_view id);
    void erase_tenant(TenantId tenant);
    /// Null where there is none.
    [[nodiscard]] ContextEntryPtr by_url(std::string_view url) const;
    /// `tenant` none: whosever it is.
    [[nodiscard]] ContextEntryPtr by_id(std::optional<TenantId> tenant, std::string_view id) const;
    /// Those of the tenant and all Cached ones, in order of ids.
    [[nodiscard]] std::vector<ContextEntryPtr> list(TenantId tenant) const;
    /// How many Hosted and ImplicitlyCreated ones the tenant has.
    [[nodiscard]] std::size_t count(TenantId tenant) const;
    /// The stored copies that must go before one of `bytes` more fits into `max_count` and
    /// `max_bytes`: the ones longest unused.
    [[nodiscard]] std::vector<ContextEntryPtr> to_evict(std::size_t bytes, std::size_t max_count,
                                                        std::size_t max_bytes) const;

private:
    struct Table {
        std::map<std::string, ContextEntryPtr, std::less<>> by_id;
        std::map<std::string, ContextEntryPtr, std::less<>> by_url;
    };
    SharedGuarded<Table> table_;
};

}  // namespace musubi
