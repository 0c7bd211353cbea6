#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace musubi {

/// One record of a CSV as it stands in the source, not yet decoded.
struct RawRecord {
    enum class Fault { None, TooLong, OpenQuote };
    std::string_view bytes;   ///< without its line end; of one too long, the first kilobyte
    std::uint64_t begin = 0;  ///< offset of its first byte
    std::uint64_t end = 0;    ///< offset after its line end
    std::uint64_t line = 0;   ///< counted from 1
    std::uint64_t lines = 1;  ///< how many it spans
    bool terminated = true;   ///< a line end follows
    Fault fault = Fault::None;
};

/// Cuts bytes into records (RFC 4180: a quoted field may hold line ends) as they arrive. Works on
/// any encoding in which `"` and the line end are bytes of their own: UTF-8 and cp932 are.
/// Guarantees: holds at most kMaxRecord bytes beside the last chunk. A quote that is never closed
/// costs its own line alone: what follows is read again as records.
class RecordSplitter {
public:
    static constexpr std::size_t kMaxRecord = 64U << 10U;

    RecordSplitter(std::uint64_t offset, std::uint64_t line, char delimiter)
        : offset_{offset}, line_{line}, delimiter_{delimiter} {}
    /// Takes in the bytes that follow. Views given out before are void then.
    void add(std::string_view chunk);
    /// The next record; nothing where more bytes are needed. With `at_end` no more will come, and
    /// an unterminated rest is given as a record.
    std::optional<RawRecord> next(bool at_end);

private:
    enum class Shape { Whole, Open, Broken };
    struct Extent {
        Shape shape = Shape::Whole;
        std::size_t end = 0;  ///< of the record, in buffer_
        std::size_t lines = 1;
        bool terminated = true;
    };
    [[nodiscard]] Extent quoted_extent(std::size_t begin) const;
    std::optional<RawRecord> take(std::size_t end, std::uint64_t lines, bool terminated,
                                  RawRecord::Fault fault);
    std::optional<RawRecord> skip_long(bool at_end);

    std::string buffer_;
    std::size_t pos_ = 0;
    std::uint64_t offset_;  ///< of buffer_[pos_] in the source
    std::uint64_t line_;
    char delimiter_;
    std::optional<RawRecord> long_;  ///< a line that is too long, until its end is found
    std::string long_head_;
};

/// Cuts a record into fields. Quotes are taken off; `scratch` holds fields that had doubled ones.
/// Views live as long as `record` and `scratch`. False where a quote stands where none may.
bool split_fields(std::string_view record, char delimiter, std::vector<std::string_view>& fields,
                  std::string& scratch);

/// Without the spaces and tabs around it, the no-break and the ideographic space among them.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace musubi
