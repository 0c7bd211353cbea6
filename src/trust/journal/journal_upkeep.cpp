#include <algorithm>
#include <filesystem>

#include "base/both_words.h"
#include "model/blank_text.h"
#include "trust/journal/journal.h"
#include "trust/journal/journal_folder.h"
#include "trust/synced_file.h"

// What changes or removes entries that were written, and says so in the journal first.
namespace musubi {

namespace {

// Whether the entry is of what they did, or of what was done about them.
bool concerns(const JournalRecord& record, std::string_view subject) {
    if (record.subject == subject) return true;
    const Json* person = record.details->find("person");
    return person != nullptr && person->is_string() && !person->string().empty() &&
           subject == "person:" + person->string();
}

}  // namespace

Result<std::uint64_t> Journal::redact(std::uint64_t number, const std::string& by,
                                      const std::string& why) {
    if (is_blank(why) || why.size() > kMaxWhy) {
        return Error{ErrorCode::BadRequest,
                     both_texts("墨消しには理由が要ります（1,000 バイトまで。空白だけは不可）",
                                "a redaction needs a reason, of at most 1,000 bytes, which are not "
                                "blanks alone"),
                     "/why"};
    }
    const std::unique_lock one{redacting_};
    const auto record = TRY(find(number));
    if (!record) return Error{ErrorCode::NotFound, "the journal has no such entry"};
    if (journal_kind::is_proof(record->kind)) {
        return Error{ErrorCode::Conflict,
                     both_texts("記録が正しいことを示すものは、詳細を失えません",
                                "an entry that shows that the journal holds keeps its details")};
    }
    if (!record->details) {
        return Error{ErrorCode::AlreadyExists,
                     both_texts("すでに墨消しされています", "its details were taken away before")};
    }
    if (concerns(*record, by)) {
        return Error{ErrorCode::Forbidden,
                     both_texts("自分がしたこと、自分についての記録は、ほかの担当者が墨消しします",
                                "what you did, and what is about you, another privacy officer "
                                "redacts")};
    }
    Json details;
    details.set("number", static_cast<std::int64_t>(number));
    details.set("why", why);
    const std::uint64_t entry = TRY(write({.kind = journal_kind::kRedaction,
                                           .tenant = record->tenant,
                                           .subject = by,
                                           .details = std::move(details)}));
    TRY(sync());
    TRY(rewrite_without_details(number));
    return entry;
}

// Only what is not open is rewritten, so nobody waits who writes.
Result<void> Journal::rewrite_without_details(std::uint64_t number) {
    Segment segment;
    {
        const std::unique_lock lock{mutex_};
        if (segments_.back().first <= number) TRY(begin_segment_locked());
        const auto next = std::find_if(segments_.begin(), segments_.end(),
                                       [&](const Segment& s) { return s.first > number; });
        if (next == segments_.begin()) {
            return Error{ErrorCode::NotFound, "the journal has no such entry"};
        }
        segment = *std::prev(next);
    }
    const std::string bytes = TRY(files_->read(segment.name));
    std::size_t begin = 0;
    for (std::uint64_t at = segment.first; at < number && begin != std::string::npos; ++at) {
        begin = bytes.find('\n', begin);
        if (begin != std::string::npos) ++begin;
    }
    const std::size_t end = begin == std::string::npos ? begin : bytes.find('\n', begin);
    if (end == std::string::npos) {
        return Error{ErrorCode::Corrupt, "a segment of the journal ends before its entry",
                     files_->name_of(segment.name)};
    }
    JournalRecord record = TRY(read_line(std::string_view(bytes).substr(begin, end - begin)));
    if (record.number != number) {
        return Error{ErrorCode::Corrupt, "the numbers of the journal have a gap",
                     files_->name_of(segment.name)};
    }
    record.details.reset();
    record.salt.clear();
    const std::string fresh = bytes.substr(0, begin) + to_line(record) + bytes.substr(end + 1);
    TRY(files_->replace(segment.name, fresh));
    const std::unique_lock lock{mutex_};
    for (Segment& s : segments_) {
        if (s.name == segment.name) s.bytes = fresh.size();
    }
    return {};
}

Result<std::uint64_t> Journal::apply_retention(Duration keep) {
    const std::unique_lock one{redacting_};
    const std::unique_lock lock{mutex_};
    const Time until = clock_.now() - keep;
    std::size_t old = 0;  // where the next one begins, the last entry of a segment was before that
    while (old + 1 < segments_.size() && segments_[old + 1].begun < until) ++old;
    if (old == 0) return std::uint64_t{0};
    return remove_until_locked(old, to_iso(keep));
}

// What goes is named by the last entry of it and its hash, in an entry that is signed.
Result<std::uint64_t> Journal::remove_until_locked(std::size_t segments, std::string_view why) {
    const auto first = read_line(TRY(files_->first_line(segments_[segments].name)));
    const std::uint64_t through = segments_[segments].first - 1;
    // A segment that is still empty begins behind the last entry.
    const std::string hash = first ? first->previous : head_;
    Json details;
    details.set("hash", hash);
    details.set("through", static_cast<std::int64_t>(through));
    details.set("why", why);
    TRY(append_locked({.kind = journal_kind::kRetention,
                       .tenant = {},
                       .subject = "service:journal",
                       .details = std::move(details)}));
    TRY(checkpoint_locked("retention"));
    TRY(files_->sync());
    for (std::size_t i = 0; i < segments; ++i) {
        TRY(files_->remove(segments_.front().name));
        segments_.erase(segments_.begin());
    }
    log_.info("journal", "old entries went", {field("through", through)});
    return through;
}

Result<void> Journal::backup(const std::string& backup) const {
    const std::unique_lock one{redacting_};
    const std::string folder = journal_folder(backup);
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) return Error{ErrorCode::Io, "it can not be made: " + failure.message(), folder};
    const std::vector<Segment> known = segments();  // looked up before they are read
    const std::vector<std::uint64_t> names = TRY(files_->list());
    for (const std::string& path : TRY(segment_paths(folder))) {
        const std::uint64_t name = segment_number(std::filesystem::path(path).filename().string());
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            std::filesystem::remove(path, failure);  // its time was over
        }
    }
    for (const std::uint64_t name : names) {
        const std::string path = folder + "/" + files_->name_of(name);
        if (name > known.back().name) break;  // begun just now
        const bool open = name == known.back().name;
        const std::string bytes =
            open ? TRY(read_whole(known.back(), true)) : TRY(files_->read(name));
        // One of the same size may be another: it grew, and lost details.
        const bool alike = std::filesystem::file_size(path, failure) == bytes.size() && !failure;
        if (alike && TRY(read_file_bytes(path, bytes.size())) == bytes) continue;
        TRY(write_synced_file(path, bytes, 0600));
    }
    return write_synced_file(signing_key_file(backup), key_.pem(), 0600);
}

}  // namespace musubi
