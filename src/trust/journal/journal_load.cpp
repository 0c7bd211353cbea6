#include <algorithm>
#include <string_view>

#include "trust/encoding.h"
#include "trust/journal/journal.h"

// How a journal is gone on with at a start.
namespace musubi {
namespace {

// A torn end is what one loss of power leaves; what is longer is damage of another kind.
constexpr std::size_t kMaxCut = 1U << 20U;

// The last line before `end`, with its end; empty: there is none.
std::string_view last_line(std::string_view bytes) {
    if (bytes.empty()) return {};
    const std::size_t before = bytes.substr(0, bytes.size() - 1).rfind('\n');
    return before == std::string_view::npos ? bytes : bytes.substr(before + 1);
}

std::optional<JournalRecord> whole_record(std::string_view line) {
    if (line.empty() || line.back() != '\n') return std::nullopt;
    auto record = read_line(line.substr(0, line.size() - 1));
    if (!record || !hash_holds(*record) || !seal_holds(*record)) return std::nullopt;
    return std::move(record).value();
}

std::uint64_t entries_since_checkpoint(std::string_view bytes) {
    constexpr std::string_view kMark = R"("kind":"checkpoint")";
    const std::size_t mark = bytes.rfind(kMark);
    if (mark != std::string_view::npos) bytes.remove_prefix(mark);
    const auto lines = static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    return mark == std::string_view::npos ? lines : lines - 1;
}

}  // namespace

Result<void> Journal::load() {
    head_ = no_hash();
    const std::vector<std::uint64_t> names = TRY(files_->list());
    if (names.empty()) {
        TRY(files_->open(1, 0));
        segments_.push_back({.name = 1, .first = 1, .begun = clock_.now(), .bytes = 0});
        return {};
    }
    for (const std::uint64_t name : names) {
        if (name == names.back()) break;
        const auto first = read_line(TRY(files_->first_line(name)));
        if (!first) {
            log_.error("journal", "a segment can not be read; `musubi journal verify` tells more",
                       {field("segment", files_->name_of(name))});
            continue;
        }
        const std::uint64_t bytes = TRY(files_->size(name));
        segments_.push_back(
            {.name = name, .first = first->number, .begun = first->at, .bytes = bytes});
    }
    const std::unique_lock lock{mutex_};
    return load_last(names.back(), TRY(files_->read(names.back())));
}

// Cuts what is torn off the last segment and goes on behind the last whole entry.
Result<void> Journal::load_last(std::uint64_t name, const std::string& bytes) {
    std::string_view whole = bytes;
    // Pages that had not come to the disk when the power went are zero bytes, perhaps with later
    // ones behind them: what stands behind the first of them was never synced.
    if (const std::size_t hole = bytes.find('\0'); hole != std::string::npos) {
        whole = whole.substr(0, hole == 0 ? 0 : bytes.rfind('\n', hole) + 1);  // npos + 1: none
    }
    const std::size_t before_hole = whole.size();
    std::optional<JournalRecord> last;
    while (!whole.empty() && !(last = whole_record(last_line(whole)))) {
        whole.remove_suffix(last_line(whole).size());
    }
    const std::string_view cut = std::string_view(bytes).substr(whole.size());
    if (before_hole - whole.size() > kMaxCut ||
        (whole.empty() && segments_.empty() && !cut.empty() && name > 1)) {
        return Error{ErrorCode::Corrupt,
                     "the end of the journal is damaged; `musubi journal verify` tells where. "
                     "Restore it from a backup, or move the folder away to begin another",
                     files_->name_of(name)};
    }
    if (last) {
        last_ = last->number;
        head_ = last->hash;
    } else if (!segments_.empty()) {
        const std::string before = TRY(files_->read(segments_.back().name));
        last = whole_record(last_line(before));
        if (!last) {
            return Error{ErrorCode::Corrupt, "the end of a segment of the journal is damaged",
                         files_->name_of(segments_.back().name)};
        }
        last_ = last->number;
        head_ = last->hash;
    }
    const auto first = read_line(whole.substr(0, whole.find('\n')));
    segments_.push_back({.name = name,
                         .first = first ? first->number : last_ + 1,
                         .begun = first ? first->at : clock_.now(),
                         .bytes = whole.size()});
    since_checkpoint_ = entries_since_checkpoint(whole);
    TRY(files_->open(name, whole.size()));
    if (cut.empty()) return {};
    log_.warn("journal", "a torn end was cut", {field("bytes", cut.size())});
    Json details;
    details.set("bytes", static_cast<std::int64_t>(cut.size()));
    details.set("sha256", to_hex(sha256({cut})));
    TRY(append_locked({.kind = journal_kind::kCut,
                       .tenant = {},
                       .subject = "service:journal",
                       .details = std::move(details)}));
    return {};
}

// A redaction is recorded before it is done: where the process ended in between, it is done now.
// It is recorded in the open segment or in the one before, which may have been ended for it.
Result<void> Journal::finish_redactions() {
    constexpr std::string_view kMark = R"("kind":"redaction")";
    const std::size_t from = segments_.size() > 1 ? segments_.size() - 2 : 0;
    for (std::size_t i = from; i < segments_.size(); ++i) {
        const std::string bytes = TRY(files_->read(segments_[i].name));
        for (std::size_t at = bytes.find(kMark); at != std::string::npos;
             at = bytes.find(kMark, at + kMark.size())) {
            const std::size_t begin = bytes.rfind('\n', at) + 1;  // npos + 1: the beginning
            const auto record =
                read_line(std::string_view(bytes).substr(begin, bytes.find('\n', at) - begin));
            const Json* number =
                record && record->details ? record->details->find("number") : nullptr;
            if (number == nullptr || !number->is_integer()) continue;
            const auto found = TRY(find(static_cast<std::uint64_t>(number->integer())));
            if (!found || !found->details || journal_kind::is_proof(found->kind)) continue;
            TRY(rewrite_without_details(found->number));
            log_.info("journal", "a redaction was finished", {field("entry", found->number)});
            return finish_redactions();
        }
    }
    return {};
}

}  // namespace musubi
