#include <algorithm>

#include "trust/journal/journal.h"

// Reading beside the writer: what is wanted is taken from whole lines of the segments.
namespace musubi {
namespace {

std::vector<std::string_view> lines_of(std::string_view bytes) {
    std::vector<std::string_view> lines;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        if (end == std::string_view::npos) break;  // still being written
        lines.push_back(bytes.substr(0, end));
        bytes.remove_prefix(end + 1);
    }
    return lines;
}

bool is_about(const JournalRecord& record, const std::string& person) {
    if (record.kind != journal_kind::kAccess || !record.details) return false;
    const Json* persons = record.details->find("persons");
    return persons != nullptr && persons->is_object() && persons->find(person) != nullptr;
}

bool matches(const JournalQuery& query, const JournalRecord& record) {
    if (!query.person.empty() && !is_about(record, query.person)) return false;
    if (!query.not_subject.empty() && record.subject == query.not_subject) return false;
    return (!query.tenant || record.tenant == *query.tenant) &&
           (query.kind.empty() || record.kind == query.kind) &&
           (query.subject.empty() || record.subject == query.subject) &&
           (!query.from || record.at >= *query.from) && (!query.to || record.at < *query.to);
}

Result<JournalRecord> read_stored(std::string_view line, const std::string& segment) {
    auto record = read_line(line);
    if (record) return record;
    return Error{
        ErrorCode::Corrupt,
        "the journal is damaged; `musubi journal verify` tells where: " + record.error().detail,
        segment};
}

// Collects a page, entry by entry.
struct Collector {
    const JournalQuery& query;
    JournalPage page = {};
    std::size_t seen = 0;

    // What a line must have in it to be of the person: nearly all are passed over by it, unread.
    const std::string mark = query.person.empty() ? "" : "\"" + query.person + "\"";

    [[nodiscard]] bool may_match(std::string_view line) const {
        return mark.empty() || line.find(mark) != std::string_view::npos;
    }
    // False: enough.
    bool take(JournalRecord record) {
        const std::uint64_t number = record.number;
        if (matches(query, record)) page.entries.push_back(std::move(record));
        return pass(number);
    }
    // The same of a line of this file.
    Result<bool> take_line(std::string_view line, std::uint64_t number, const std::string& file) {
        if (!may_match(line)) return pass(number);
        return take(TRY(read_stored(line, file)));
    }
    bool pass(std::uint64_t number) {
        const bool full = page.entries.size() >= std::min(query.limit, JournalQuery::kMaxLimit) ||
                          ++seen >= Journal::kMaxScan;
        if (full) page.next = number;
        return !full;
    }
};

}  // namespace

// Of the open one what was whole when it was looked up: more may be on its way.
Result<std::string> Journal::read_whole(const Segment& segment, bool open) const {
    std::string bytes = TRY(files_->read(segment.name));
    if (open && bytes.size() > segment.bytes) bytes.resize(segment.bytes);
    return bytes;
}

Result<JournalPage> Journal::read(const JournalQuery& query) const {
    std::vector<Segment> all = segments();
    Collector collector{query};
    const bool forward = query.after.has_value();
    const std::uint64_t after = query.after.value_or(0);
    const std::uint64_t before = query.before.value_or(UINT64_MAX);
    const std::uint64_t newest = all.empty() ? 0 : all.back().name;
    if (!forward) std::reverse(all.begin(), all.end());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool passed = forward && i + 1 < all.size() && all[i + 1].first <= after + 1;
        if (passed || all[i].first >= before) continue;
        const auto bytes = read_whole(all[i], all[i].name == newest);
        if (!bytes && bytes.error().code == ErrorCode::NotFound) continue;  // it went just now
        if (!bytes) return bytes.error();
        std::vector<std::string_view> lines = lines_of(*bytes);
        const std::uint64_t first = all[i].first;
        if (!forward) std::reverse(lines.begin(), lines.end());
        for (std::size_t k = 0; k < lines.size(); ++k) {
            const std::uint64_t number = first + (forward ? k : lines.size() - 1 - k);
            if (number <= after || number >= before) continue;
            const bool more =
                TRY(collector.take_line(lines[k], number, files_->name_of(all[i].name)));
            if (!more) return std::move(collector.page);
        }
    }
    return std::move(collector.page);
}

Result<std::optional<JournalRecord>> Journal::find(std::uint64_t number) const {
    const std::vector<Segment> all = segments();
    const auto next = std::find_if(all.begin(), all.end(),
                                   [&](const Segment& segment) { return segment.first > number; });
    if (next == all.begin()) return std::optional<JournalRecord>{};
    const Segment& segment = *std::prev(next);
    const auto bytes = read_whole(segment, next == all.end());
    if (!bytes && bytes.error().code == ErrorCode::NotFound) return std::optional<JournalRecord>{};
    if (!bytes) return bytes.error();
    const std::vector<std::string_view> lines = lines_of(*bytes);
    const std::uint64_t place = number - segment.first;
    if (place >= lines.size()) return std::optional<JournalRecord>{};
    return std::optional<JournalRecord>{
        TRY(read_stored(lines[place], files_->name_of(segment.name)))};
}

Result<JournalLines> Journal::lines(std::uint64_t after, std::uint64_t until,
                                    std::size_t max_bytes) const {
    const std::vector<Segment> all = segments();
    JournalLines out{.text = {}, .last = after};
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i + 1 < all.size() && all[i + 1].first <= after + 1) continue;
        const std::string bytes = TRY(read_whole(all[i], i + 1 == all.size()));
        std::uint64_t number = all[i].first;
        for (const std::string_view line : lines_of(bytes)) {
            const std::uint64_t here = number++;
            if (here <= after) continue;
            const bool full = !out.text.empty() && out.text.size() + line.size() >= max_bytes;
            if (here > until || full) return out;
            out.text.append(line).append(1, '\n');
            out.last = here;
        }
    }
    return out;
}

}  // namespace musubi
