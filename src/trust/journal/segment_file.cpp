#include "trust/journal/segment_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace musubi {
namespace {

// Set aside and mapped at a time; longer than any line.
constexpr std::uint64_t kWindow = 1U << 20U;
constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kTouch = 64U << 10U;
constexpr decltype(static_cast<struct statfs*>(nullptr)->f_type) kXfs = 0x58465342;

// Whether what was set aside in a file is there when it is written to. A file system that writes
// each change elsewhere (btrfs, ZFS) may find no room then: through a mapping that ends a process.
bool keeps_what_is_set_aside(int descriptor) {
    struct statfs system {};
    if (::fstatfs(descriptor, &system) != 0) return false;
    return system.f_type == EXT4_SUPER_MAGIC || system.f_type == TMPFS_MAGIC ||
           system.f_type == kXfs;
}

}  // namespace

Error SegmentFile::failed(const std::string& what) const {
    return {ErrorCode::Io, what + ": " + std::strerror(errno), path_};
}

Result<std::shared_ptr<SegmentFile>> SegmentFile::open(const std::string& path, std::uint64_t bytes,
                                                       SegmentWriting how) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    std::shared_ptr<SegmentFile> file{new SegmentFile{path, descriptor, bytes}};
    if (descriptor < 0 || ::ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) {
        return file->failed("the journal can not be opened");
    }
    file->mapped_ = how == SegmentWriting::Mapped ||
                    (how == SegmentWriting::Fitting && keeps_what_is_set_aside(descriptor));
    return file;
}

SegmentFile::~SegmentFile() {
    unmap();
    if (descriptor_ >= 0) ::close(descriptor_);
}

void SegmentFile::unmap() {
    if (window_ != nullptr) ::munmap(window_, window_end_ - window_begin_);
    window_ = nullptr;
}

Result<void> SegmentFile::finish() {
    unmap();
    if (mapped_ && ::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) {
        return failed("the journal can not be ended");
    }
    return {};
}

// As much as there is room for, but no less than what has to stand there now.
Result<std::uint64_t> SegmentFile::set_aside(std::uint64_t begin, std::uint64_t needed) {
    for (std::uint64_t size = kWindow;; size /= 4) {
        size = std::max(size, needed);
        errno = ::posix_fallocate(descriptor_, static_cast<off_t>(begin), static_cast<off_t>(size));
        if (errno == 0) return size;
        const Error error = failed("the journal can not be written");
        const std::uint64_t kept = window_ != nullptr ? window_end_ : bytes_;
        if (::ftruncate(descriptor_, static_cast<off_t>(kept)) != 0 || size == needed) return error;
    }
}

// The window goes along with the end of the file; what it had before stays in the file.
Result<void> SegmentFile::make_room(std::size_t bytes) {
    if (window_ != nullptr && bytes_ + bytes <= window_end_) return {};
    const std::uint64_t begin = bytes_ / kPage * kPage;
    const std::uint64_t size = TRY(set_aside(begin, bytes_ + bytes - begin));
    void* window = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_,
                          static_cast<off_t>(begin));
    if (window == MAP_FAILED) return failed("the journal can not be mapped");
    unmap();
    window_ = static_cast<char*>(window);
    window_begin_ = begin;
    window_end_ = begin + size;
    touched_ = begin;
    return {};
}

// One call brings many pages in, where each would be a fault of its own. Where the kernel can not,
// they are.
void SegmentFile::touch(std::uint64_t until) {
    if (until <= touched_) return;
    const std::uint64_t begin = std::max(touched_, window_begin_);
    touched_ = std::min(window_end_, begin + (until - begin + kTouch) / kPage * kPage);
    static_cast<void>(
        ::madvise(window_ + (begin - window_begin_), touched_ - begin, MADV_POPULATE_WRITE));
}

Result<void> SegmentFile::append(std::string_view line) {
    if (!mapped_) return append_called(line);
    TRY(make_room(line.size()));
    char* const at = window_ + (bytes_ - window_begin_);
    touch(bytes_ + line.size());
    std::memcpy(at + 1, line.data() + 1, line.size() - 1);
    // Who sees the first byte sees the others.
    std::atomic_ref<char>{*at}.store(line.front(), std::memory_order_release);
    bytes_ += line.size();
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

Result<void> SegmentFile::sync() const {
    if (::fdatasync(descriptor_) != 0) return failed("the journal can not be synced");
    return {};
}

std::string_view without_room(std::string_view bytes) {
    const std::size_t last = bytes.find_last_not_of('\0');
    return bytes.substr(0, last + 1);  // npos + 1: nothing but room
}

}  // namespace musubi
