#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sense/source/source.h"

namespace musubi {

/// Bytes from `offset` on, as many as are at hand in one go; empty at the end. The view lives until
/// the next call. Fails: Io.
using ByteSource = std::function<Result<std::string_view>(std::uint64_t offset)>;

/// What came of reading one table.
struct IntakeReport {
    std::uint64_t taken = 0;
    std::uint64_t refused = 0;
    std::string reason_ja;  ///< of the last row refused
    std::string reason_en;
    std::string lacking;  ///< columns that the last header lacks
    bool rest = false;    ///< an unterminated line was left for later
};
/// What is wrong with a table of which not one row could be taken; else empty.
[[nodiscard]] FeedWords words_of(const std::string& name, const IntakeReport& report);

/// Reads one file or answer, from where it was left, into a FeedWriter.
class Intake {
public:
    Intake(const SourceConfig& config, RowMapper& mapper, FeedWriter& writer)
        : config_{config}, mapper_{mapper}, writer_{writer} {}
    /// Rows of a CSV from `position` on, which is moved. `name` is what positions and quarantine
    /// call the file. With `complete` a last line without its end is taken too.
    /// Fails: as `bytes` and FeedWriter::flush.
    Result<IntakeReport> read_csv(const std::string& name, const ByteSource& bytes,
                                  SourcePosition& position, bool complete);
    /// Rows of a JSON document from row `position.offset` on.
    Result<IntakeReport> read_json(const std::string& name, std::string_view text,
                                   SourcePosition& position);
    /// Sends off what is left, and the position where it is not `stored` already.
    Result<void> finish(const std::string& name, const SourcePosition& position,
                        std::string& stored);

private:
    Result<void> resume(CsvTable& table, const ByteSource& bytes, const SourcePosition& position);
    Result<void> take(const std::string& name, const RowResult& read, std::uint64_t line,
                      std::string_view text, const SourcePosition& position);
    Result<void> flush(const std::string& name, const SourcePosition& position);

    const SourceConfig& config_;
    RowMapper& mapper_;
    FeedWriter& writer_;
    IntakeReport report_;
};

}  // namespace musubi
