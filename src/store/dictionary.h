#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "store/key_value.h"

namespace musubi {

/// Gives each IRI a small number for ever, so that stored values hold numbers. Bounded: at
/// kMaxEntries a new name is refused. Looked up from any thread, extended by the committer alone.
class Dictionary {
public:
    static constexpr std::uint32_t kMaxEntries = 1U << 20U;
    static constexpr std::size_t kMaxBytes = 128U << 20U;

    /// Reads what is stored. Fails: Io, Corrupt.
    Result<void> load(const KeyValueStore& store);

    /// 0 is the empty text. Nothing where the text has no number yet.
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const;
    /// The text of a number; empty where there is none. The view lives as long as this does.
    [[nodiscard]] std::string_view text(std::uint32_t number) const;
    /// The number of `text`; a new one waits for `stage`.
    /// Fails: TooLarge at the bounds.
    Result<std::uint32_t> intern(std::string_view text);
    /// Puts what is new into the batch. One batch at a time is under way.
    void stage(Batch& batch);
    /// The batch is on disk.
    void commit() { committed_ = staged_; }
    /// Forgets all that is not on disk.
    void roll_back();
    [[nodiscard]] std::size_t size() const;

private:
    struct Tables {
        std::deque<std::string> texts{std::string{}};  // a deque: views stay where they are
        std::unordered_map<std::string_view, std::uint32_t> numbers;
        std::size_t bytes = 0;
    };
    SharedGuarded<Tables> tables_;
    std::size_t committed_ = 1;  // the committer's own
    std::size_t staged_ = 1;     // the committer's own
};

}  // namespace musubi
