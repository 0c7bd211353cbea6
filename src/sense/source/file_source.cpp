#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>

#include "history/crc32c.h"
#include "sense/source/intake.h"
#include "sense/source/source.h"

namespace musubi {
namespace {

constexpr std::size_t kChunk = 256U << 10U;
constexpr std::size_t kHead = 4096;
constexpr std::size_t kMaxFiles = 100'000;

/// An open file, read at will.
class OpenFile {
public:
    explicit OpenFile(const std::string& path)
        : handle_{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)} {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (handle_ >= 0) ::close(handle_);
    }
    [[nodiscard]] bool is_open() const { return handle_ >= 0; }
    [[nodiscard]] bool stat(struct stat& out) const { return ::fstat(handle_, &out) == 0; }
    Result<std::string_view> read(std::uint64_t offset, std::size_t most = kChunk) {
        buffer_.resize(most);
        const ssize_t n = ::pread(handle_, buffer_.data(), most, static_cast<off_t>(offset));
        if (n < 0) return Error{ErrorCode::Io, "the file can not be read"};
        return std::string_view{buffer_}.substr(0, static_cast<std::size_t>(n));
    }

private:
    int handle_;
    std::string buffer_;
};

std::int64_t modified_us(const struct stat& s) {
    return s.st_mtim.tv_sec * 1'000'000 + s.st_mtim.tv_nsec / 1000;
}

/// What is remembered of a file, so that one that did not change is not opened again.
struct KnownFile {
    SourcePosition position;
    std::string stored;  ///< the position as the store has it
    std::uint64_t size = 0;
    bool read_to_end = false;
};

class FileSource final : public Source {
public:
    FileSource(const SourceConfig& config, RowMapper mapper, const SourceTools& tools)
        : config_{config},
          mapper_{std::move(mapper)},
          tools_{tools},
          intake_{config, mapper_, tools.writer} {}

    void reload() override { known_.clear(); }
    [[nodiscard]] double progress() const override { return progress_; }

    Result<SourceReport> poll() override {
        report_ = {};
        const bool live = tools_.feed.mode == FeedMode::Live;
        const std::vector<std::string> names = list();
        measure(names);
        for (const std::string& name : names) {
            TRY(look_at(name));
            const auto known = known_.find(name);
            if (known != known_.end()) done_ += known->second.size;
            tell_progress(0);
        }
        progress_ = names.empty() ? 0 : 1;
        std::erase_if(known_, [&](const auto& known) {
            return !std::ranges::binary_search(names, known.first);
        });
        if (live || !report_.trouble.empty()) report_.again = config_.poll;
        if (report_.trouble.empty()) report_.trouble = content_trouble_;
        return report_;
    }

private:
    [[nodiscard]] bool is_folder() const { return config_.kind == SourceKind::Folder; }
    [[nodiscard]] std::string path_of(const std::string& name) const {
        return is_folder() ? config_.location + "/" + name : config_.location;
    }
    void trouble(std::string ja, std::string en) {
        report_.trouble = {std::move(ja), std::move(en)};
    }

    void measure(const std::vector<std::string>& names) {
        all_ = 0;
        done_ = 0;
        for (const std::string& name : names) {
            std::error_code fault;
            const std::uintmax_t size = std::filesystem::file_size(path_of(name), fault);
            if (!fault) all_ += size;
        }
    }
    /// `offset` bytes of the present file are read.
    void tell_progress(std::uint64_t offset) {
        const auto done = static_cast<double>(done_ + offset);
        if (all_ > 0) progress_ = std::min(1.0, done / static_cast<double>(all_));
    }

    /// The names of the files, in order.
    std::vector<std::string> list() {
        const std::filesystem::path at{config_.location};
        if (!is_folder()) return {at.filename().string()};
        std::vector<std::string> out;
        std::error_code fault;
        std::filesystem::directory_iterator entry{at, fault};
        for (; !fault && entry != std::filesystem::directory_iterator{}; entry.increment(fault)) {
            std::string name = entry->path().filename().string();
            if (fnmatch(config_.glob.c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
            out.push_back(std::move(name));
            if (out.size() > kMaxFiles) break;
        }
        if (fault) {
            trouble("フォルダー " + config_.location + " を開けません",
                    "the folder " + config_.location + " can not be read: " + fault.message());
        } else if (out.empty()) {
            trouble(config_.location + " に " + config_.glob + " に合うファイルがありません",
                    "no file in " + config_.location + " is called like " + config_.glob);
        } else if (out.size() > kMaxFiles) {
            trouble("ファイルが10万を超えています", "there are more than 100,000 files");
            out.clear();
        }
        std::ranges::sort(out);
        return out;
    }

    Result<void> look_at(const std::string& name) {
        OpenFile file{path_of(name)};
        struct stat now {};
        if (!file.is_open() || !file.stat(now) || !S_ISREG(now.st_mode)) {
            trouble("ファイル " + path_of(name) + " を読めません",
                    "the file " + path_of(name) + " can not be read");
            return {};
        }
        KnownFile& known = *TRY(entry_of(name));
        const auto size = static_cast<std::uint64_t>(now.st_size);
        const bool same = known.read_to_end && known.size == size &&
                          known.position.inode == now.st_ino &&
                          known.position.modified_us == modified_us(now);
        if (same) return {};
        known.size = size;
        const IntakeReport report = config_.format == SourceFormat::Json
                                        ? TRY(read_json(file, name, now, known.position))
                                        : TRY(read_csv(file, name, now, known.position));
        TRY(intake_.finish(name, known.position, known.stored));
        known.read_to_end = !report.rest;
        tell(name, report);
        return {};
    }

    /// What is known of the file; of a new one, how far the store says it was read.
    Result<KnownFile*> entry_of(const std::string& name) {
        const auto known = known_.find(name);
        if (known != known_.end()) return &known->second;
        KnownFile fresh;
        if (const auto stored = TRY(tools_.writer.position(config_.name + "/" + name))) {
            fresh.position = TRY(read_source_position(*stored));
            fresh.stored = *stored;
        }
        return &known_.emplace(name, std::move(fresh)).first->second;
    }

    Result<IntakeReport> read_csv(OpenFile& file, const std::string& name, const struct stat& now,
                                  SourcePosition& position) {
        TRY(follow(file, now, position));
        // A last line without its end may still be being written.
        const bool complete = tools_.feed.mode == FeedMode::Replay ||
                              tools_.clock.now().us - modified_us(now) >= config_.settle.us;
        const auto bytes = [&](std::uint64_t offset) {
            tell_progress(offset);
            return file.read(offset);
        };
        const IntakeReport report = TRY(intake_.read_csv(name, bytes, position, complete));
        position.tail_end = position.offset;
        position.tail_crc = TRY(crc_of_tail(file, position.tail_end));
        return report;
    }

    /// Goes on where reading ended, where the file only grew; begins anew where it is another one,
    /// or was written over.
    Result<void> follow(OpenFile& file, const struct stat& now, SourcePosition& position) {
        const auto size = static_cast<std::uint64_t>(now.st_size);
        const bool rewritten = size == position.offset && position.modified_us != modified_us(now);
        const bool other = position.inode != now.st_ino || size < position.offset || rewritten ||
                           TRY(crc_of(file, 0, position.head_bytes)) != position.head_crc ||
                           TRY(crc_of_tail(file, position.tail_end)) != position.tail_crc;
        if (other) position = {};
        position.inode = now.st_ino;
        position.modified_us = modified_us(now);
        position.head_bytes = std::min<std::uint64_t>(size, kHead);
        position.head_crc = TRY(crc_of(file, 0, position.head_bytes));
        return {};
    }

    static Result<std::uint32_t> crc_of(OpenFile& file, std::uint64_t from, std::uint64_t bytes) {
        return crc32c(TRY(file.read(from, bytes)));
    }
    static Result<std::uint32_t> crc_of_tail(OpenFile& file, std::uint64_t end) {
        const std::uint64_t bytes = std::min(end, SourcePosition::kTailBytes);
        return crc_of(file, end - bytes, bytes);
    }

    /// A JSON document is whole or nothing: it is read from its first row whenever it changed.
    Result<IntakeReport> read_json(OpenFile& file, const std::string& name, const struct stat& now,
                                   SourcePosition& position) {
        const std::string text{TRY(file.read(0, config_.max_bytes + 1))};
        if (text.size() > config_.max_bytes) {
            trouble(name + " が大きすぎます", name + " is larger than max_bytes; raise it");
            return IntakeReport{};
        }
        const std::uint32_t crc = crc32c(text);
        if (crc != position.head_crc || position.head_bytes != text.size()) position = {};
        position.inode = now.st_ino;
        position.modified_us = modified_us(now);
        position.head_bytes = text.size();
        position.head_crc = crc;
        return intake_.read_json(name, text, position);
    }

    /// Good rows end a trouble that rows before had brought.
    void tell(const std::string& name, const IntakeReport& report) {
        const FeedWords words = words_of(name, report);
        if (!words.empty() || report.taken > 0) content_trouble_ = words;
    }

    const SourceConfig& config_;
    RowMapper mapper_;
    SourceTools tools_;
    Intake intake_;
    std::map<std::string, KnownFile> known_;
    FeedWords content_trouble_;
    SourceReport report_;
    std::uint64_t all_ = 0;   ///< bytes of all files
    std::uint64_t done_ = 0;  ///< bytes of those that were read
    std::atomic<double> progress_{0};
};

}  // namespace

std::unique_ptr<Source> make_file_source(const SourceConfig& config, RowMapper mapper,
                                         const SourceTools& tools) {
    return std::make_unique<FileSource>(config, std::move(mapper), tools);
}

}  // namespace musubi
