#include "trust/journal/journal_head.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "trust/journal/journal_files.h"
#include "trust/journal/segment_file.h"

namespace musubi {
namespace {

// The file: magic, where the lines stand, which start of the machine it is of; a page further the
// lines, of which the first zero byte is the end.
constexpr std::string_view kMagic = "MSBHEAD1";
constexpr std::size_t kPlaceAt = 8;
constexpr std::size_t kBootAt = 16;
constexpr std::size_t kLinesAt = 4096;
constexpr std::size_t kFileBytes = kLinesAt + JournalHead::kBytes;
constexpr std::size_t kBootBytes = 36;
constexpr decltype(static_cast<struct statfs*>(nullptr)->f_type) kXfs = 0x58465342;
// A segment has 64 MiB at most, so both fit one word, which is changed at once.
constexpr unsigned kOffsetBits = 40;
constexpr std::size_t kPart = 256U << 10U;  // of a file, read at a time
constexpr int kTries = 1'000;

constexpr std::uint64_t place_of(std::uint64_t segment, std::uint64_t offset) {
    return segment << kOffsetBits | offset;
}

const std::string& this_start() {
    static const std::string kId = [] {
        std::ifstream in{"/proc/sys/kernel/random/boot_id"};
        std::string id(kBootBytes, '\0');
        in.read(id.data(), kBootBytes);
        return id;
    }();
    return kId;
}

// Whether what was set aside in a file is there when it is written to. A file system that writes
// each change elsewhere (btrfs, ZFS) may find no room then: through a mapping that ends a process.
bool keeps_what_is_set_aside(int descriptor) {
    struct statfs system {};
    if (::fstatfs(descriptor, &system) != 0) return false;
    return system.f_type == EXT4_SUPER_MAGIC || system.f_type == TMPFS_MAGIC ||
           system.f_type == kXfs;
}

char* map_file(int descriptor) {
    if (!keeps_what_is_set_aside(descriptor) || ::posix_fallocate(descriptor, 0, kFileBytes) != 0) {
        return nullptr;
    }
    void* mapped = ::mmap(nullptr, kFileBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                          descriptor, 0);
    return mapped == MAP_FAILED ? nullptr : static_cast<char*>(mapped);
}

std::atomic_ref<std::uint64_t> place_in(char* mapped) {
    return std::atomic_ref{*reinterpret_cast<std::uint64_t*>(mapped + kPlaceAt)};
}

// A file that is read.
class ReadFile {
public:
    explicit ReadFile(const std::filesystem::path& path)
        : descriptor_{::open(path.c_str(), O_RDONLY | O_CLOEXEC)} {}
    ReadFile(const ReadFile&) = delete;
    ReadFile& operator=(const ReadFile&) = delete;
    ~ReadFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    // Fewer than asked for: the file ends; none: it can not be read.
    [[nodiscard]] std::optional<std::string> read(std::size_t bytes, std::size_t at) const {
        std::string out;
        while (out.size() < bytes) {
            const std::size_t done = out.size();
            const std::size_t part = std::min(bytes - done, kPart);
            out.resize(done + part);
            const ssize_t got =
                ::pread(descriptor_, out.data() + done, part, static_cast<off_t>(at + done));
            out.resize(done + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
            if (got < 0) return std::nullopt;
            if (got == 0) break;
        }
        return out;
    }

private:
    int descriptor_;
};

// A head's file, read by someone who does not write it.
class HeadReader {
public:
    explicit HeadReader(const std::filesystem::path& path) : file_{path} {
        const auto header = file_.read(kBootAt + kBootBytes, 0);
        valid_ = header && header->starts_with(kMagic) && header->substr(kBootAt) == this_start();
    }
    // Where in the segment its lines stand; none: it is not of this segment.
    [[nodiscard]] std::optional<std::uint64_t> offset(std::uint64_t segment) const {
        const auto bytes = valid_ ? file_.read(sizeof(std::uint64_t), kPlaceAt) : std::nullopt;
        std::uint64_t place = 0;
        if (!bytes || bytes->size() != sizeof place) return std::nullopt;
        std::memcpy(&place, bytes->data(), sizeof place);
        if (segment == 0 || place >> kOffsetBits != segment) return std::nullopt;
        return place & ((std::uint64_t{1} << kOffsetBits) - 1);
    }
    [[nodiscard]] std::string lines() const {
        std::string text = file_.read(JournalHead::kBytes, kLinesAt).value_or("");
        text.resize(std::min(text.size(), text.find('\0')));
        return text;
    }

private:
    ReadFile file_;
    bool valid_ = false;
};

}  // namespace

std::unique_ptr<JournalHead> JournalHead::make(const std::string& folder) {
    const std::string file = folder + "/" + std::string(kFile);
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return nullptr;
    char* const mapped = map_file(descriptor);
    ::close(descriptor);
    if (mapped != nullptr) return std::unique_ptr<JournalHead>{new JournalHead{mapped}};
    ::unlink(file.c_str());
    return nullptr;
}

JournalHead::JournalHead(char* mapped) : mapped_{mapped}, lines_{mapped + kLinesAt} {}

JournalHead::~JournalHead() { ::munmap(mapped_, kFileBytes); }

// What is redacted in the file later must not stand here still.
void JournalHead::end() {
    place_in(mapped_).store(0, std::memory_order_release);
    std::memset(lines_, 0, kBytes);
    used_ = 0;
}

// The lines go first: whoever is killed in between leaves an empty head.
void JournalHead::begin(std::uint64_t segment, std::uint64_t offset) {
    std::atomic_ref{*lines_}.store('\0', std::memory_order_release);
    if (std::memcmp(mapped_, kMagic.data(), kMagic.size()) != 0) {
        std::memcpy(mapped_, kMagic.data(), kMagic.size());
    }
    const std::string& start = this_start();
    if (std::memcmp(mapped_ + kBootAt, start.data(), kBootBytes) != 0) {
        std::memcpy(mapped_ + kBootAt, start.data(), kBootBytes);
    }
    place_in(mapped_).store(place_of(segment, offset), std::memory_order_release);
    used_ = 0;
}

bool JournalHead::add(std::string_view line) {
    if (used_ + line.size() >= kBytes) return false;
    char* const at = lines_ + used_;
    at[line.size()] = '\0';  // the end: what stood there was of lines before
    std::memcpy(at + 1, line.data() + 1, line.size() - 1);
    std::atomic_ref{*at}.store(line.front(), std::memory_order_release);
    used_ += line.size();
    return true;
}

Result<std::string> read_segment(const std::string& path, std::size_t max_bytes) {
    const std::filesystem::path name{path};
    const ReadFile file{name};
    const auto failed = [&] {
        return Error{errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
                     std::string("it can not be read: ") + std::strerror(errno), path};
    };
    if (!file.is_open()) return failed();
    const HeadReader head{name.parent_path() / JournalHead::kFile};
    const std::uint64_t segment = segment_number(name.filename().string());
    std::string bytes;
    // What stands before the head's place stays as it is; the head is taken where it did not move.
    for (int i = 0; i < kTries; ++i) {
        const auto offset = head.offset(segment);
        if (!offset || *offset > max_bytes) break;
        if (*offset > bytes.size()) {
            const auto more = file.read(*offset - bytes.size(), bytes.size());
            if (!more) return failed();
            bytes += *more;
            if (bytes.size() < *offset) break;  // it is of another file
        }
        bytes.resize(*offset);
        // What the file has of them already is taken from there: it may have been tampered with.
        auto written = file.read(max_bytes - bytes.size(), *offset);
        if (!written) return failed();
        written->resize(std::min(written->size(), written->find('\0')));
        const std::string lines = head.lines();
        if (head.offset(segment) != offset) continue;
        bytes += *written;
        return lines.size() > written->size() ? bytes + lines.substr(written->size()) : bytes;
    }
    auto all = file.read(max_bytes + 1, 0);
    if (!all) return failed();
    if (all->size() > max_bytes) {
        return Error{ErrorCode::TooLarge, "it is larger than a segment can be", path};
    }
    all->resize(without_room(*all).size());
    return std::move(*all);
}

}  // namespace musubi
