#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// How a segment is written (docs/decisions/0027-the-journal-is-written-through-a-mapping.md).
enum class SegmentWriting {
    Mapped,  ///< into room that was set aside in the file, through a mapping of it: no system call
    Called,  ///< with one pwrite(2) each
    Fitting  ///< mapped where the file system keeps what it set aside, called elsewhere
};

/// A segment of the journal that is appended to. While it is open and mapped, zero bytes stand
/// behind its last line: room for what comes. One writer; `sync` from any thread beside it.
class SegmentFile {
public:
    /// Makes the file where there is none, mode 0600; cut to `bytes`. Fails: Io.
    static Result<std::shared_ptr<SegmentFile>> open(const std::string& path, std::uint64_t bytes,
                                                     SegmentWriting how);
    SegmentFile(const SegmentFile&) = delete;
    SegmentFile& operator=(const SegmentFile&) = delete;
    ~SegmentFile();

    /// Appends a line: when it returns, a kill of the process loses nothing of it. A failure leaves
    /// no part of it. Whoever reads along sees a zero byte in the place of its first one until all
    /// of it is there. Fails: Io (a full disk).
    Result<void> append(std::string_view line);
    /// Gives back the room behind the last line. Fails: Io.
    Result<void> finish();
    /// Makes durable what was appended before. Fails: Io.
    [[nodiscard]] Result<void> sync() const;

private:
    SegmentFile(std::string path, int descriptor, std::uint64_t bytes)
        : path_{std::move(path)}, descriptor_{descriptor}, bytes_{bytes} {}
    Result<void> append_called(std::string_view line);
    Result<std::uint64_t> set_aside(std::uint64_t begin, std::uint64_t needed);
    Result<void> make_room(std::size_t bytes);
    void touch(std::uint64_t until);
    void unmap();
    [[nodiscard]] Error failed(const std::string& what) const;

    const std::string path_;
    const int descriptor_;
    std::uint64_t bytes_;     // of what was appended
    bool mapped_ = false;     // how it is written
    bool torn_ = false;       // a part of what failed may stand behind bytes_
    char* window_ = nullptr;  // what is mapped of the file, from window_begin_ on
    std::uint64_t window_begin_ = 0;
    std::uint64_t window_end_ = 0;
    std::uint64_t touched_ = 0;  // up to there the pages of the window are at hand
};

/// What a segment's bytes are without the room behind its last line.
[[nodiscard]] std::string_view without_room(std::string_view bytes);

}  // namespace musubi
