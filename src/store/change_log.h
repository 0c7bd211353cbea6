#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "store/codec.h"
#include "store/committer.h"
#include "store/key_value.h"

namespace musubi {

/// The kind of the records that hold how far each reactor is.
inline constexpr std::string_view kPositionKind = "position";

/// The changes, in order: those of the last moments in memory, the rest on disk. Kept until the
/// slowest reactor and the open history have dealt with them, within limits.
class ChangeLog {
public:
    struct Limits {
        std::size_t keep_bytes = 64U << 20U;    ///< kept even when nobody needs it
        std::size_t max_bytes = 1U << 30U;      ///< not kept beyond this, even when somebody does
        std::size_t recent_bytes = 16U << 20U;  ///< in memory, with the states they hold
    };
    ChangeLog(const KeyValueStore& kv, const Dictionary& dictionary, Limits limits)
        : kv_{kv}, dictionary_{dictionary}, limits_{limits} {}

    /// Finds the ends. Fails: Io, Corrupt.
    Result<void> load();
    /// The committer's word: this is on disk, and visible from now on. Wakes whoever waits.
    void append(const std::vector<std::pair<ChangePtr, std::size_t>>& changes);
    /// As Store::changes. Fails: Io, Corrupt.
    Result<std::vector<ChangePtr>> read(std::uint64_t after, std::size_t limit,
                                        Duration wait) const;
    [[nodiscard]] std::uint64_t first() const;
    [[nodiscard]] std::uint64_t last() const;
    [[nodiscard]] std::uint64_t bytes() const;
    void set_position(std::string_view reactor, std::uint64_t sequence);
    [[nodiscard]] std::map<std::string, std::uint64_t, std::less<>> positions() const;
    /// Which changes may go now: everything before the number, if that is worth a write.
    /// `history_floor` is the oldest change that open history still needs.
    [[nodiscard]] std::optional<std::uint64_t> trim_before(std::uint64_t history_floor) const;
    /// About how many bytes of log lie after `sequence`.
    [[nodiscard]] std::uint64_t bytes_after(std::uint64_t sequence) const;
    void trimmed(std::uint64_t before);
    /// No more waiting: the store closes.
    void close();

private:
    struct Mark {  // the log holds `bytes` up to and with `sequence`
        std::uint64_t sequence;
        std::uint64_t bytes;
    };
    struct Recent {
        ChangePtr change;
        std::size_t bytes;
    };
    [[nodiscard]] std::uint64_t bytes_up_to(std::uint64_t sequence) const;

    const KeyValueStore& kv_;
    const Dictionary& dictionary_;
    Limits limits_;
    mutable std::mutex mutex_;
    mutable std::condition_variable grown_;
    std::deque<Recent> recent_;
    std::size_t recent_bytes_ = 0;
    std::deque<Mark> marks_;
    std::uint64_t first_ = 1;
    std::uint64_t last_ = 0;
    bool closed_ = false;
    std::map<std::string, std::uint64_t, std::less<>> positions_;
};

}  // namespace musubi
