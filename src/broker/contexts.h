#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "model/context.h"
#include "store/store.h"

namespace musubi {

/// The JSON-LD contexts at hand: the core context, those that packs bring, and those loaded from
/// files under their URL (`musubi context add`). Nothing is fetched from outside: what is not at
/// hand is an error that says how to load it. A projection of the records of kind "context".
class Contexts final : public Projection {
public:
    static constexpr std::size_t kMaxBytes = 2U << 20U;  ///< of one context
    static constexpr std::size_t kMaxStored = 1'000;
    static constexpr std::size_t kMaxResolved = 256;  ///< kept ready
    static constexpr std::size_t kMaxResolvedTerms = 500'000;

    /// Fails: Io, Corrupt.
    Result<void> load(Store& store);
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
    Result<std::shared_ptr<const Json>> document(std::string_view url) const;

    /// The resolved context of an "@context" value. Fails: BadRequest, TooLarge,
    /// ContextNotAvailable.
    Result<ContextPtr> resolve(const Json& context) const;
    /// The same of a URL alone; empty: the core context.
    Result<ContextPtr> resolve_url(std::string_view url) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId) override {}

private:
    struct Documents {
        std::unordered_map<std::string, std::shared_ptr<const Json>> by_url;
        std::unordered_map<std::string, std::shared_ptr<const Json>> builtin;
    };
    struct Resolved {
        std::string text;
        ContextPtr context;
    };
    struct Cache {
        std::list<Resolved> order;  // used last first
        std::unordered_map<std::string_view, std::list<Resolved>::iterator> by_text;
        std::size_t terms = 0;
        std::uint64_t version = 0;  // of the documents it was resolved from
    };
    Result<ContextPtr> resolve_text(const std::string& text, const Json& context) const;
    void forget_resolved();

    SharedGuarded<Documents> documents_;
    mutable Guarded<Cache> cache_;
};

}  // namespace musubi
