#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// The last lines of a journal's open segment before they are written to its file: a small file of
/// its own, `head`, that is mapped. What is in it is the kernel's: a kill of the process loses
/// nothing of it; a loss of power may lose all of it
/// (docs/decisions/0027-the-last-lines-of-the-journal-are-mapped.md). One writer; read by others,
/// of this process and others, through read_segment.
class JournalHead {
public:
    static constexpr std::size_t kBytes = 128U << 10U;  ///< of lines
    static constexpr std::string_view kFile = "head";

    /// Makes it in a folder, or takes the one that is there. Null where the file system does not
    /// keep room for what is set aside, or has none. Fails: never; it is done without.
    static std::unique_ptr<JournalHead> make(const std::string& folder);
    JournalHead(const JournalHead&) = delete;
    JournalHead& operator=(const JournalHead&) = delete;
    ~JournalHead();

    /// Forgets what it holds; what comes stands at this byte of this segment.
    void begin(std::uint64_t segment, std::uint64_t offset);
    /// It is of no segment any more: what it held stands in the file, and nothing of it here.
    void end();
    /// False: there is no room left for the line. When it returns, a kill loses nothing of it, and
    /// who sees its first byte sees the others.
    bool add(std::string_view line);
    /// What was added since `begin`. From another thread: as much as `bytes` says there is.
    [[nodiscard]] std::string_view text(std::size_t bytes) const { return {lines_, bytes}; }
    [[nodiscard]] std::size_t size() const { return used_; }

private:
    explicit JournalHead(char* mapped);

    char* const mapped_;
    char* const lines_;
    std::size_t used_ = 0;
};

/// A segment as far as it was written, with what stands in the head beside it; zero bytes that were
/// room behind it are left out. Beside the writer: all that was whole at some moment of the call.
/// A head of another start of the machine is passed over. Fails: Io, NotFound, TooLarge.
Result<std::string> read_segment(const std::string& path, std::size_t max_bytes);

}  // namespace musubi
