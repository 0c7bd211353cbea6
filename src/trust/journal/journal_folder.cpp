#include "trust/journal/journal_folder.h"

#include <filesystem>

#include "trust/synced_file.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxPem = 4096;

// A journal in memory: what the last hours brought, and no more.
constexpr std::size_t kMemorySegment = 512U << 10U;
constexpr std::size_t kMemoryBytes = 8U << 20U;

}  // namespace

std::string journal_folder(const std::string& data) { return data + "/journal"; }
std::string signing_key_file(const std::string& data) { return data + "/signing-key.pem"; }

Result<JournalHome> open_journal_home(const std::string& data) {
    if (data.empty()) {
        return JournalHome{.files = memory_journal_files(),
                           .key = SigningKey::generate(),
                           .options = {.segment_bytes = kMemorySegment, .max_bytes = kMemoryBytes}};
    }
    auto files = TRY(folder_journal_files(journal_folder(data)));
    auto key = TRY(SigningKey::load_or_make(signing_key_file(data)));
    return JournalHome{.files = std::move(files), .key = std::move(key), .options = {}};
}

Result<void> restore_journal(const std::string& backup, const std::string& data) {
    std::error_code failure;
    if (!std::filesystem::is_directory(journal_folder(backup), failure)) return {};
    TRY(folder_journal_files(journal_folder(data)));  // makes it
    const std::string head = journal_folder(data) + "/" + std::string(JournalHead::kFile);
    std::filesystem::remove(head, failure);  // it was of what stood there before
    for (const std::string& path : TRY(segment_paths(journal_folder(backup)))) {
        const std::string name = std::filesystem::path(path).filename().string();
        TRY(write_synced_file(journal_folder(data) + "/" + name,
                              TRY(read_file_bytes(path, JournalFiles::kMaxSegment)), 0600));
    }
    return write_synced_file(signing_key_file(data),
                             TRY(read_file_bytes(signing_key_file(backup), kMaxPem)), 0600);
}

}  // namespace musubi
