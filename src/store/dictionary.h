#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "model/name.h"
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
    /// The same; a name that came from here knows its number.
    [[nodiscard]] std::optional<std::uint32_t> find_name(const Name& name) const;
    /// The name of a number; empty where there is none.
    [[nodiscard]] Name name(std::uint32_t number) const;
    /// The name of that text that knows its number, where there is one; else as it is.
    [[nodiscard]] Name known(const Name& name) const;
    /// The text of a number; empty where there is none. The view lives as long as this does.
    [[nodiscard]] std::string_view text(std::uint32_t number) const;
    /// The number of `text`; a new one waits for `stage`.
    /// Fails: TooLarge at the bounds.
    Result<std::uint32_t> intern(std::string_view text);
    Result<std::uint32_t> intern_name(const Name& name);
    /// Puts what is new into the batch. One batch at a time is under way.
    void stage(Batch& batch);
    /// The batch is on disk.
    void commit() { committed_ = staged_; }
    /// Forgets all that is not on disk.
    void roll_back();
    [[nodiscard]] std::size_t size() const;

private:
    static std::uint64_t next_book();
    struct Tables {
        std::deque<Name> texts{Name{}};  // a deque: views stay where they are
        std::unordered_map<std::string_view, std::uint32_t> numbers;
        std::size_t bytes = 0;
    };
    const std::uint64_t book_ = next_book();
    SharedGuarded<Tables> tables_;
    std::size_t committed_ = 1;  // the committer's own
    std::size_t staged_ = 1;     // the committer's own
};

}  // namespace musubi
