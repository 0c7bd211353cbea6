#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "trust/journal/segment_file.h"

namespace musubi {

/// Where the segments of a journal are kept. One writer; `sync` and `read` from any thread beside
/// it. A segment is named by a number; one is open at a time, and appended to.
class JournalFiles {
public:
    JournalFiles() = default;
    JournalFiles(const JournalFiles&) = delete;
    JournalFiles& operator=(const JournalFiles&) = delete;
    virtual ~JournalFiles() = default;

    /// The segments that are there, in order. Fails: Io.
    [[nodiscard]] virtual Result<std::vector<std::uint64_t>> list() const = 0;
    /// All of a segment. Fails: Io, NotFound, TooLarge (kMaxSegment).
    [[nodiscard]] virtual Result<std::string> read(std::uint64_t segment) const = 0;
    /// The bytes of a segment. Fails: Io, NotFound.
    [[nodiscard]] virtual Result<std::uint64_t> size(std::uint64_t segment) const = 0;
    /// The first line of a segment, without its end. Fails: Io, NotFound.
    [[nodiscard]] virtual Result<std::string> first_line(std::uint64_t segment) const = 0;
    /// Opens a segment to append to, making it where there is none; cut to `bytes`. Fails: Io.
    virtual Result<void> open(std::uint64_t segment, std::uint64_t bytes) = 0;
    /// Appends a line: when it returns, a kill of the process loses nothing. A failure leaves no
    /// part of it. Fails: Io.
    virtual Result<void> append(std::string_view line) = 0;
    /// Makes durable what was appended before it was called, in all segments. Fails: Io.
    virtual Result<void> sync() = 0;
    /// Puts other bytes in the place of a segment that is not open: all or nothing, durable.
    /// Fails: Io.
    virtual Result<void> replace(std::uint64_t segment, std::string_view bytes) = 0;
    /// Fails: Io.
    virtual Result<void> remove(std::uint64_t segment) = 0;
    /// The name under which people know a segment.
    [[nodiscard]] virtual std::string name_of(std::uint64_t segment) const;

    static constexpr std::size_t kMaxSegment = 64U << 20U;
};

/// In a folder, which is made: 00000001.jsonl and on, mode 0600. Fails: Io.
Result<std::unique_ptr<JournalFiles>> folder_journal_files(
    const std::string& folder, SegmentWriting how = SegmentWriting::Fitting);
/// In memory, gone with the process.
[[nodiscard]] std::unique_ptr<JournalFiles> memory_journal_files();

/// The number of a segment's file name; 0: it is none.
[[nodiscard]] std::uint64_t segment_number(std::string_view file_name);
/// The paths of the segments in a folder, in order. Fails: Io.
Result<std::vector<std::string>> segment_paths(const std::string& folder);

}  // namespace musubi
