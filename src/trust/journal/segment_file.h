#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "trust/journal/journal_head.h"

namespace musubi {

/// How a segment is written (docs/decisions/0027-the-last-lines-of-the-journal-are-mapped.md).
enum class SegmentWriting {
    Gathered,  ///< into the head, which is mapped: no system call; from there to the file
    Called,    ///< with one pwrite(2) each
    Fitting    ///< gathered where the file system keeps what is set aside, called elsewhere
};

/// A segment of the journal that is appended to. While it is open and has a head, zero bytes stand
/// behind what was written of it: room for what comes. One writer; `sync` from any thread beside
/// it, one at a time.
class SegmentFile {
public:
    /// Makes the file where there is none, mode 0600; cut to `bytes`, of which the head may hold
    /// the last. `head`: none: each line is written with a call; outlives what is opened.
    /// Fails: Io.
    static Result<std::shared_ptr<SegmentFile>> open(const std::string& path, std::uint64_t bytes,
                                                     JournalHead* head);
    SegmentFile(const SegmentFile&) = delete;
    SegmentFile& operator=(const SegmentFile&) = delete;
    ~SegmentFile();

    /// Appends a line: when it returns, a kill of the process loses nothing of it. A failure leaves
    /// no part of it. Fails: Io (a full disk); TooLarge where no head could hold it.
    Result<void> append(std::string_view line);
    /// Writes what the head holds and gives back the room behind it. It is not appended to again.
    /// Fails: Io.
    Result<void> finish();
    /// Makes durable what was appended before. Fails: Io.
    Result<void> sync();

private:
    SegmentFile(std::string path, int descriptor, std::uint64_t bytes, JournalHead* head)
        : path_{std::move(path)}, descriptor_{descriptor}, bytes_{bytes}, head_{head} {}
    Result<void> append_called(std::string_view line);
    Result<void> make_room(std::size_t bytes);
    Result<void> write_at(std::uint64_t offset, std::string_view bytes) const;
    Result<void> write_head_locked(std::size_t until);
    Result<void> empty_head();
    [[nodiscard]] Error failed(const std::string& what) const;

    const std::string path_;
    const int descriptor_;
    std::uint64_t bytes_;                  // of what was appended
    std::uint64_t room_end_ = 0;           // up to there room is set aside
    bool torn_ = false;                    // a part of what failed may stand behind bytes_
    JournalHead* head_;                    // none: finished, or written with calls
    std::atomic<std::size_t> in_head_{0};  // bytes of the lines that the head holds

    std::mutex writing_;            // held while what the head holds is written to the file
    std::uint64_t head_begin_ = 0;  // where they stand in the file
    std::size_t written_ = 0;       // how many of them are there already
    std::uint64_t let_go_ = 0;      // up to there it need not stay in memory; of sync alone
};

/// What a segment's bytes are without the room behind its last line.
[[nodiscard]] std::string_view without_room(std::string_view bytes);

}  // namespace musubi
