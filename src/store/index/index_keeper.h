#pragma once

#include <functional>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "store/index/index_image.h"

namespace musubi {

/// Fills the index at a start and keeps its image. `keep` and `close` belong to one thread at a
/// time.
class IndexKeeper {
public:
    struct Parts {
        KeyValueStore& kv;
        const Dictionary& dictionary;
        const ChangeLog& log;
        EntityIndex& index;
        ExpiryIndex& expiries;
        const Clock& clock;
        Log& messages;
    };
    /// Which changes the index has all of, and the last that it may have something of.
    struct Span {
        std::function<std::uint64_t()> from;
        std::function<std::uint64_t()> up_to;
    };
    IndexKeeper(const Parts& parts, Span span, std::uint64_t every_bytes)
        : parts_{parts}, span_{std::move(span)}, every_bytes_{every_bytes} {}

    /// From the image and the changes since; from all entities where there is none that fits.
    /// Fails: Io, Corrupt.
    Result<void> fill(const std::vector<TenantId>& tenants);
    /// Writes the image where enough has changed since the last one.
    void keep();
    /// Writes it where anything has. For the end; does nothing before `fill`.
    void close();

private:
    [[nodiscard]] bool has_room() const;
    void write();

    Parts parts_;
    Span span_;
    std::uint64_t every_bytes_;
    std::uint64_t imaged_ = 0;  // the image has all changes up to this one
    bool is_filled_ = false;
    bool is_missing_ = false;  // the fill took long for want of it
    Duration not_before_{};    // monotonic
};

}  // namespace musubi
