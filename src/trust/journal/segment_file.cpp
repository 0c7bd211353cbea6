#include "trust/journal/segment_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "trust/journal/journal_files.h"
#include "trust/journal/record.h"

namespace musubi {
namespace {

// Set aside at a time.
constexpr std::uint64_t kRoom = 1U << 20U;
constexpr std::uint64_t kPage = 4096;
static_assert(JournalRecord::kMaxLine < JournalHead::kBytes);

}  // namespace

Error SegmentFile::failed(const std::string& what) const {
    return {ErrorCode::Io, what + ": " + std::strerror(errno), path_};
}

Result<std::shared_ptr<SegmentFile>> SegmentFile::open(const std::string& path, std::uint64_t bytes,
                                                       JournalHead* head) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    std::shared_ptr<SegmentFile> file{new SegmentFile{path, descriptor, bytes, head}};
    if (descriptor < 0) return file->failed("the journal can not be opened");
    // What a kill left in the head comes to the file before the head is used again.
    const std::string kept = TRY(read_segment(path, JournalFiles::kMaxSegment + kRoom));
    struct stat now {};
    if (::fstat(descriptor, &now) != 0) return file->failed("the journal can not be opened");
    const auto there = std::min(bytes, static_cast<std::uint64_t>(kept.size()));
    const auto from = std::min(there, static_cast<std::uint64_t>(now.st_size));
    const std::uint64_t begin = from - std::min<std::uint64_t>(from, JournalHead::kBytes);
    TRY(file->write_at(begin, std::string_view(kept).substr(begin, there - begin)));
    if (::ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) {
        return file->failed("the journal can not be opened");
    }
    if (head != nullptr) {
        file->head_begin_ = file->room_end_ = bytes;
        head->begin(segment_number(std::filesystem::path(path).filename().string()), bytes);
    }
    return file;
}

SegmentFile::~SegmentFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> SegmentFile::write_at(std::uint64_t offset, std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t done =
            ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (done <= 0) {
            if (done == 0) errno = ENOSPC;
            return failed("the journal can not be written");
        }
        bytes.remove_prefix(static_cast<std::size_t>(done));
        offset += static_cast<std::uint64_t>(done);
    }
    return {};
}

Result<void> SegmentFile::write_head_locked(std::size_t until) {
    TRY(write_at(head_begin_ + written_, head_->text(until).substr(written_)));
    written_ = until;
    return {};
}

Result<void> SegmentFile::empty_head() {
    const std::unique_lock lock{writing_};
    TRY(write_head_locked(head_->size()));
    head_begin_ = bytes_;
    written_ = 0;
    in_head_ = 0;
    head_->begin(segment_number(std::filesystem::path(path_).filename().string()), bytes_);
    return {};
}

Result<void> SegmentFile::finish() {
    if (head_ == nullptr) return {};
    const std::unique_lock lock{writing_};
    TRY(write_head_locked(head_->size()));
    if (::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) {
        return failed("the journal can not be ended");
    }
    head_->end();
    head_ = nullptr;
    return {};
}

// As much as there is room for, but no less than what has to stand there now.
Result<void> SegmentFile::make_room(std::size_t bytes) {
    if (bytes_ + bytes <= room_end_) return {};
    const std::uint64_t needed = bytes_ + bytes - room_end_;
    for (std::uint64_t size = kRoom;; size /= 4) {
        size = std::max(size, needed);
        errno =
            ::posix_fallocate(descriptor_, static_cast<off_t>(room_end_), static_cast<off_t>(size));
        if (errno == 0) {
            room_end_ += size;
            return {};
        }
        const Error error = failed("the journal can not be written");
        if (::ftruncate(descriptor_, static_cast<off_t>(room_end_)) != 0 || size == needed) {
            return error;
        }
    }
}

Result<void> SegmentFile::append(std::string_view line) {
    if (head_ == nullptr) return append_called(line);
    TRY(make_room(line.size()));
    if (!head_->add(line)) {
        TRY(empty_head());
        if (!head_->add(line)) {
            return Error{ErrorCode::TooLarge, "the entry is longer than any can be", path_};
        }
    }
    bytes_ += line.size();
    in_head_.store(head_->size(), std::memory_order_release);
    return {};
}

Result<void> SegmentFile::append_called(std::string_view line) {
    if (torn_ && ::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) {
        return failed("the journal can not be written");
    }
    torn_ = false;
    const ssize_t done =
        ::pwrite(descriptor_, line.data(), line.size(), static_cast<off_t>(bytes_));
    if (done == static_cast<ssize_t>(line.size())) {
        bytes_ += line.size();
        return {};
    }
    if (done >= 0) errno = ENOSPC;  // what is short has no room
    const Error error = failed("the journal can not be written");
    torn_ = ::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0;
    return error;
}

Result<void> SegmentFile::sync() {
    std::uint64_t synced = 0;
    {
        const std::unique_lock lock{writing_};
        if (head_ != nullptr) TRY(write_head_locked(in_head_.load(std::memory_order_acquire)));
        synced = head_begin_ + written_;
    }
    if (::fdatasync(descriptor_) != 0) return failed("the journal can not be synced");
    // What is durable is seldom read: its memory is better used for what comes than kept. A hint,
    // given where lines are gathered; where each is written with a call, none is.
    const std::uint64_t whole = synced / kPage * kPage;
    if (whole > let_go_) {
        ::posix_fadvise(descriptor_, static_cast<off_t>(let_go_),
                        static_cast<off_t>(whole - let_go_), POSIX_FADV_DONTNEED);
        let_go_ = whole;
    }
    return {};
}

std::string_view without_room(std::string_view bytes) {
    const std::size_t last = bytes.find_last_not_of('\0');
    return bytes.substr(0, last + 1);  // npos + 1: nothing but room
}

}  // namespace musubi
