#include "cli/journal.h"

#include <fmt/core.h>

#include <charconv>
#include <filesystem>

#include "cli/client.h"
#include "trust/signing/person_key.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

// A public key as it stands, in a file, or each of a list as GET /musubi/v1/signing-keys has it.
Result<void> add_keys(const std::string& given, std::vector<PublicKey>& keys) {
    std::string text = given;
    std::error_code ignored;
    if (!given.starts_with(PublicKey::kPrefix) && std::filesystem::exists(given, ignored)) {
        text = TRY(read_file_bytes(given, kMaxKeyListBytes));
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    }
    if (!text.starts_with('{')) {
        keys.push_back(TRY(PublicKey::parse(text)));
        return {};
    }
    // Of the list the keys of people are not the server's.
    const KeyList list = TRY(read_key_list(TRY(parse_json(text))));
    if (list.servers.empty()) {
        return Error{ErrorCode::BadRequest, "the list has no key of a server", given};
    }
    keys.insert(keys.end(), list.servers.begin(), list.servers.end());
    return {};
}

Result<std::pair<std::uint64_t, std::string>> read_expected(const std::string& text) {
    const std::size_t colon = text.find(':');
    std::uint64_t number = 0;
    const char* end = text.data() + std::min(colon, text.size());
    const auto read = std::from_chars(text.data(), end, number);
    if (colon == std::string::npos || read.ec != std::errc{} || read.ptr != end ||
        text.size() - colon - 1 != JournalRecord::kHashSigns) {
        return Error{ErrorCode::BadRequest,
                     "--expect takes NUMBER:HASH, as an earlier verification printed it", text};
    }
    return std::pair{number, text.substr(colon + 1)};
}

Result<bool> verify(const JournalVerifyOptions& options) {
    JournalChecks checks{.unfinished = options.unfinished};
    for (const std::string& key : options.keys) TRY(add_keys(key, checks.keys));
    if (!options.expected.empty()) checks.expected = TRY(read_expected(options.expected));
    std::error_code ignored;
    for (const std::string& path : options.paths) {
        // A folder is what a server works in.
        checks.unfinished = checks.unfinished || std::filesystem::is_directory(path, ignored);
    }
    const JournalReport report = TRY(verify_journal(options.paths, checks));
    fmt::print("{}", to_text(report, options.language != "en", !checks.keys.empty()));
    return report.clean();
}

void append_summary(std::string& out, const JournalReport& report, bool japanese, bool pinned) {
    const std::string from = to_iso(report.from);
    const std::string to = to_iso(report.to);
    const char* source = japanese ? "（この記録が自ら示す鍵。確かめるには --key）"
                                  : " (as the journal itself has it; --key to be sure)";
    if (japanese) {
        out += fmt::format("記録 {}件: {}番（{}）から {}番（{}）まで\n", report.entries,
                           report.first, from, report.last, to);
        out += fmt::format("検印 {}件、{}番まで。墨消し {}件\n", report.checkpoints,
                           report.signed_through, report.redacted);
    } else {
        out += fmt::format("{} entries: {} ({}) to {} ({})\n", report.entries, report.first, from,
                           report.last, to);
        out += fmt::format("{} checkpoints, up to {}; {} redacted\n", report.checkpoints,
                           report.signed_through, report.redacted);
    }
    for (const std::string& key : report.keys) {
        out += fmt::format("{} {}{}\n", japanese ? "鍵" : "key", key, pinned ? "" : source);
    }
    out += fmt::format("{} {}:{}\n", japanese ? "末尾" : "head", report.last, report.head);
}

}  // namespace

std::string to_text(const JournalReport& report, bool japanese, bool pinned) {
    std::string out;
    if (report.entries > 0) append_summary(out, report, japanese, pinned);
    for (const TwoTongues& note : report.notes) {
        out += fmt::format("{}: {}\n", japanese ? "注意" : "note", japanese ? note.ja : note.en);
    }
    for (const JournalFault& fault : report.faults) {
        const std::string place =
            fault.line == 0 ? fault.file : fmt::format("{}:{}", fault.file, fault.line);
        out += fmt::format("BAD {}: {}\n", place, japanese ? fault.what.ja : fault.what.en);
    }
    if (japanese) {
        out += report.clean() ? "正しい\n" : "正しくない\n";
    } else {
        out += report.clean() ? "clean\n" : "not clean\n";
    }
    return out;
}

int verify_journal_files(const JournalVerifyOptions& options) {
    const auto clean = verify(options);
    if (!clean) return complain(clean.error());
    return *clean ? 0 : 1;
}

}  // namespace musubi
