#pragma once

#include <span>
#include <string>
#include <string_view>

namespace musubi {

/// What a key of a feed file may hold.
enum class FeedValue { Text, Texts, Integer, Number, Boolean, Duration, Scalar };

/// One key of a feed file: what the reader checks and what docs/feeds.md says of it.
struct FeedKey {
    std::string_view table;  ///< "feed", "source", "source.entity", "source.time", ...
    std::string_view name;
    FeedValue value = FeedValue::Text;
    bool required = false;
    std::string_view allowed;   ///< the words it may be, parted by '|'; empty: any
    std::string_view kinds;     ///< the kinds of source it is for, parted by '|'; empty: all
    std::string_view standard;  ///< what holds where it is absent, for the reader's eye
    std::string_view ja;
    std::string_view en;
};

/// One table of a feed file.
struct FeedTable {
    std::string_view name;
    bool required = false;
    bool repeated = false;  ///< written [[name]]
    std::string_view ja;
    std::string_view en;
};

/// The schema: tables in the order they are written, keys in the order of tables.
[[nodiscard]] std::span<const FeedTable> feed_tables();
[[nodiscard]] std::span<const FeedKey> feed_keys();
[[nodiscard]] const FeedKey* find_feed_key(std::string_view table, std::string_view name);
/// True where `word` is one of the words of `list`, which are parted by '|'.
[[nodiscard]] bool is_one_of(std::string_view word, std::string_view list);
/// "a text", "a whole number": for errors and for the page.
[[nodiscard]] std::string_view name_of(FeedValue value);

/// The reference tables of docs/feeds.md, as Markdown in Japanese and English.
[[nodiscard]] std::string feed_reference();

}  // namespace musubi
