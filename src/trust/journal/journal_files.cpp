#include "trust/journal/journal_files.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

#include "base/guarded.h"
#include "trust/journal/record.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

constexpr std::string_view kSuffix = ".jsonl";

Error io_error(const std::string& what, const std::string& file) {
    return {ErrorCode::Io, what + ": " + std::strerror(errno), file};
}

using SegmentFilePtr = std::shared_ptr<SegmentFile>;

class FolderFiles final : public JournalFiles {
public:
    FolderFiles(std::string folder, SegmentWriting how) : folder_{std::move(folder)}, how_{how} {}
    ~FolderFiles() override {
        // Where that fails, the next start does it.
        if (current_ && !current_->finish()) return;
    }

    [[nodiscard]] Result<std::vector<std::uint64_t>> list() const override {
        std::vector<std::uint64_t> numbers;
        for (const std::string& path : TRY(segment_paths(folder_))) {
            numbers.push_back(segment_number(std::filesystem::path(path).filename().string()));
        }
        return numbers;
    }

    [[nodiscard]] Result<std::string> read(std::uint64_t segment) const override {
        return read_segment(path(segment), kMaxSegment);
    }

    [[nodiscard]] Result<std::uint64_t> size(std::uint64_t segment) const override {
        std::error_code failure;
        const std::uint64_t bytes = std::filesystem::file_size(path(segment), failure);
        if (!failure) return bytes;
        return Error{ErrorCode::Io, "it can not be read: " + failure.message(), path(segment)};
    }

    [[nodiscard]] Result<std::string> first_line(std::uint64_t segment) const override {
        std::ifstream in{path(segment), std::ios::binary};
        std::string bytes(JournalRecord::kMaxLine, '\0');
        if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) && !in.eof()) {
            return io_error("it can not be read", path(segment));
        }
        bytes.resize(static_cast<std::size_t>(in.gcount()));
        if (without_room(bytes).empty()) bytes = TRY(read(segment));  // it stands in the head
        return bytes.substr(0, bytes.find('\n'));
    }

    Result<void> open(std::uint64_t segment, std::uint64_t bytes) override {
        if (current_) TRY(current_->finish());
        if (!head_ && how_ != SegmentWriting::Called) head_ = JournalHead::make(folder_);
        current_ = TRY(SegmentFile::open(path(segment), bytes, head_.get()));
        unsynced_.with([&](Unsynced& unsynced) {
            unsynced.files.push_back(current_);
            unsynced.folder = true;
        });
        return {};
    }

    Result<void> append(std::string_view line) override { return current_->append(line); }

    Result<void> sync() override {
        const std::unique_lock one{syncing_};
        const Unsynced now = unsynced_.with([](Unsynced& unsynced) { return unsynced; });
        for (const SegmentFilePtr& file : now.files) TRY(file->sync());
        if (now.folder) TRY(sync_folder(folder_));
        unsynced_.with([&](Unsynced& unsynced) {
            // The last one is appended to; those before it are done with.
            const auto done = static_cast<std::ptrdiff_t>(now.files.size()) - 1;
            if (done > 0) {
                unsynced.files.erase(unsynced.files.begin(), unsynced.files.begin() + done);
            }
            if (unsynced.files.size() == 1) unsynced.folder = false;
        });
        return {};
    }

    Result<void> replace(std::uint64_t segment, std::string_view bytes) override {
        return write_synced_file(path(segment), bytes, 0600);
    }

    Result<void> remove(std::uint64_t segment) override {
        if (::unlink(path(segment).c_str()) != 0) {
            return io_error("a segment of the journal can not be removed", path(segment));
        }
        return sync_folder(folder_);
    }

private:
    struct Unsynced {
        std::vector<SegmentFilePtr> files;
        bool folder = false;
    };
    [[nodiscard]] std::string path(std::uint64_t segment) const {
        return folder_ + "/" + name_of(segment);
    }

    std::string folder_;
    SegmentWriting how_;
    std::unique_ptr<JournalHead> head_;
    SegmentFilePtr current_;
    std::mutex syncing_;  // held while the disk works; nobody who writes takes it
    Guarded<Unsynced> unsynced_;
};

class MemoryFiles final : public JournalFiles {
public:
    [[nodiscard]] Result<std::vector<std::uint64_t>> list() const override {
        return segments_.with([](const Segments& segments) {
            std::vector<std::uint64_t> numbers;
            for (const auto& [number, bytes] : segments) numbers.push_back(number);
            return numbers;
        });
    }
    [[nodiscard]] Result<std::string> read(std::uint64_t segment) const override {
        return segments_.with([&](const Segments& segments) -> Result<std::string> {
            const auto found = segments.find(segment);
            if (found != segments.end()) return found->second;
            return Error{ErrorCode::NotFound, "there is no such segment of the journal"};
        });
    }
    [[nodiscard]] Result<std::uint64_t> size(std::uint64_t segment) const override {
        return TRY(read(segment)).size();
    }
    [[nodiscard]] Result<std::string> first_line(std::uint64_t segment) const override {
        const std::string bytes = TRY(read(segment));
        return bytes.substr(0, bytes.find('\n'));
    }
    Result<void> open(std::uint64_t segment, std::uint64_t bytes) override {
        current_ = segment;
        segments_.with([&](Segments& segments) { segments[segment].resize(bytes); });
        return {};
    }
    Result<void> append(std::string_view bytes) override {
        segments_.with([&](Segments& segments) { segments[current_].append(bytes); });
        return {};
    }
    Result<void> sync() override { return {}; }
    Result<void> replace(std::uint64_t segment, std::string_view bytes) override {
        segments_.with([&](Segments& segments) {
            const auto found = segments.find(segment);
            if (found != segments.end()) found->second = bytes;  // it may have gone meanwhile
        });
        return {};
    }
    Result<void> remove(std::uint64_t segment) override {
        segments_.with([&](Segments& segments) { segments.erase(segment); });
        return {};
    }

private:
    using Segments = std::map<std::uint64_t, std::string>;
    std::uint64_t current_ = 0;
    Guarded<Segments> segments_;
};

}  // namespace

std::string JournalFiles::name_of(std::uint64_t segment) const {
    return fmt::format("{:08}{}", segment, kSuffix);
}

Result<std::unique_ptr<JournalFiles>> folder_journal_files(const std::string& folder,
                                                           SegmentWriting how) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) return Error{ErrorCode::Io, "it can not be made: " + failure.message(), folder};
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failure);
    return std::unique_ptr<JournalFiles>{std::make_unique<FolderFiles>(folder, how)};
}

std::unique_ptr<JournalFiles> memory_journal_files() { return std::make_unique<MemoryFiles>(); }

std::uint64_t segment_number(std::string_view file_name) {
    if (!file_name.ends_with(kSuffix)) return 0;
    const std::string_view digits = file_name.substr(0, file_name.size() - kSuffix.size());
    std::uint64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
    return whole && digits.size() >= 8 ? number : 0;
}

Result<std::vector<std::string>> segment_paths(const std::string& folder) {
    std::error_code failure;
    std::vector<std::pair<std::uint64_t, std::string>> found;
    for (auto at = std::filesystem::directory_iterator(folder, failure);
         !failure && at != std::filesystem::directory_iterator{}; at.increment(failure)) {
        const std::uint64_t number = segment_number(at->path().filename().string());
        if (number > 0) found.emplace_back(number, at->path().string());
    }
    if (failure) return Error{ErrorCode::Io, "it can not be read: " + failure.message(), folder};
    std::sort(found.begin(), found.end());
    std::vector<std::string> paths;
    paths.reserve(found.size());
    for (auto& [number, path] : found) paths.push_back(std::move(path));
    return paths;
}

}  // namespace musubi
