#include "broker/context_entries.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "broker/contexts.h"

namespace musubi {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::array<std::string_view, 3> kNames{"Hosted", "Cached", "ImplicitlyCreated"};

bool seen_by(const ContextEntry& entry, std::optional<TenantId> tenant) {
    return !tenant || entry.tenant == *tenant || entry.kind == ContextKind::Cached;
}

}  // namespace

std::string_view name_of(ContextKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

Result<ContextKind> parse_context_kind(std::string_view text) {
    const auto found = std::find(kNames.begin(), kNames.end(), text);
    if (found == kNames.end()) {
        return Error{ErrorCode::BadRequest, "it is Hosted, Cached or ImplicitlyCreated", "kind"};
    }
    return static_cast<ContextKind>(found - kNames.begin());
}

std::string encode_context_entry(const ContextEntry& entry) {
    std::string out;
    ByteWriter w{out};
    w.byte(kFormat);
    w.byte(static_cast<std::uint8_t>(entry.kind));
    w.text(entry.url);
    w.text(entry.owner);
    w.signed_number(entry.created_at.us);
    w.text(to_text(*entry.document));
    return out;
}

Result<ContextEntry> decode_context_entry(std::string_view bytes) {
    const Error corrupt{ErrorCode::Corrupt, "the record of a context is malformed"};
    ByteReader r{bytes};
    if (r.byte() != kFormat) return corrupt;
    ContextEntry entry;
    const std::uint8_t kind = r.byte();
    entry.url = r.text();
    entry.owner = r.text();
    entry.created_at = Time{r.signed_number()};
    const std::string_view text = r.text();
    if (r.failed() || kind >= kNames.size()) return corrupt;
    entry.kind = static_cast<ContextKind>(kind);
    auto document = read_context_document(text);
    if (!document) return corrupt;
    entry.document = std::move(document).value();
    entry.bytes = text.size();
    return entry;
}

Result<ContextDocument> read_context_document(std::string_view text) {
    auto json = TRY(parse_json(text, {.max_bytes = Contexts::kMaxBytes, .max_depth = 32}));
    if (!json.is_object() || json.find("@context") == nullptr) {
        return Error{ErrorCode::BadRequest, "a context is a JSON object with \"@context\""};
    }
    return std::make_shared<const Json>(std::move(json));
}

void ContextEntries::put(ContextEntry entry) {
    table_.with([&](Table& table) {
        const auto before = table.by_id.find(entry.id);
        if (before != table.by_id.end()) entry.usage = before->second->usage;
        auto shared = std::make_shared<const ContextEntry>(std::move(entry));
        if (shared->kind == ContextKind::Cached) table.by_url.insert_or_assign(shared->url, shared);
        table.by_id.insert_or_assign(shared->id, shared);
    });
}

void ContextEntries::erase(TenantId tenant, std::string_view id) {
    table_.with([&](Table& table) {
        const auto found = table.by_id.find(id);
        if (found == table.by_id.end() || found->second->tenant != tenant) return;
        const auto copy = table.by_url.find(found->second->url);
        if (copy != table.by_url.end() && copy->second == found->second) table.by_url.erase(copy);
        table.by_id.erase(found);
    });
}

void ContextEntries::erase_tenant(TenantId tenant) {
    table_.with([&](Table& table) {
        std::erase_if(table.by_id, [&](const auto& item) {
            return item.second->tenant == tenant && item.second->kind != ContextKind::Cached;
        });
    });
}

ContextEntryPtr ContextEntries::by_url(std::string_view url) const {
    return table_.read([&](const Table& table) {
        const auto found = table.by_url.find(url);
        return found == table.by_url.end() ? nullptr : found->second;
    });
}

ContextEntryPtr ContextEntries::by_id(std::optional<TenantId> tenant, std::string_view id) const {
    return table_.read([&](const Table& table) -> ContextEntryPtr {
        const auto found = table.by_id.find(id);
        if (found == table.by_id.end() || !seen_by(*found->second, tenant)) return nullptr;
        return found->second;
    });
}

std::vector<ContextEntryPtr> ContextEntries::list(TenantId tenant) const {
    std::vector<ContextEntryPtr> out;
    table_.read([&](const Table& table) {
        for (const auto& [id, entry] : table.by_id) {
            if (seen_by(*entry, tenant)) out.push_back(entry);
        }
    });
    return out;
}

std::size_t ContextEntries::count(TenantId tenant) const {
    return table_.read([&](const Table& table) {
        return static_cast<std::size_t>(
            std::count_if(table.by_id.begin(), table.by_id.end(), [&](const auto& item) {
                return item.second->tenant == tenant && item.second->kind != ContextKind::Cached;
            }));
    });
}

std::vector<ContextEntryPtr> ContextEntries::to_evict(std::size_t bytes, std::size_t max_count,
                                                      std::size_t max_bytes) const {
    std::vector<ContextEntryPtr> copies;
    std::size_t held = bytes;
    table_.read([&](const Table& table) {
        for (const auto& [url, entry] : table.by_url) {
            if (!entry->stored) continue;
            copies.push_back(entry);
            held += entry->bytes;
        }
    });
    const auto last_used = [](const ContextEntryPtr& entry) {
        return std::max(entry->usage->last_us.load(std::memory_order_relaxed),
                        entry->created_at.us);
    };
    std::sort(copies.begin(), copies.end(),
              [&](const auto& a, const auto& b) { return last_used(a) < last_used(b); });
    std::size_t gone = 0;
    while (gone < copies.size() && (copies.size() - gone >= max_count || held > max_bytes)) {
        held -= copies[gone++]->bytes;
    }
    copies.resize(gone);
    return copies;
}

}  // namespace musubi
