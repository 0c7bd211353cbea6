#include "trust/journal/verify_journal.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "trust/journal/canonical.h"
#include "trust/journal/journal_files.h"

namespace musubi {
namespace {

TwoTongues say(std::string ja, std::string en) { return {std::move(ja), std::move(en)}; }

std::optional<std::uint64_t> number_of(const Json& details, std::string_view name) {
    const Json* member = details.find(name);
    if (member == nullptr || !member->is_integer() || member->integer() < 0) return std::nullopt;
    return static_cast<std::uint64_t>(member->integer());
}

// The details that a checkpoint signs: all but the signature.
std::string details_signed(const Json& details) {
    Json rest{Json::Object{}};
    for (const JsonMember& member : details.object()) {
        if (member.name != "signature") rest.set(member.name, member.value);
    }
    return details_text(rest).value_or("");
}

// Hands the lines of one file to the verifier, piece by piece.
class LineReader {
public:
    explicit LineReader(JournalVerifier& verifier) : verifier_{verifier} {}

    void take(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::size_t end = bytes.find('\n');
            if (!too_long_) line_.append(bytes.substr(0, end));
            too_long_ = too_long_ || line_.size() > JournalRecord::kMaxLine;
            if (end == std::string_view::npos) return;
            end_line(true);
            bytes.remove_prefix(end + 1);
        }
    }
    void finish() {
        if (too_long_ || !line_.empty()) end_line(false);
    }

private:
    void end_line(bool ended) {
        if (too_long_) {
            verifier_.take_too_long();
        } else {
            verifier_.take(line_, ended);
        }
        line_.clear();
        too_long_ = false;
    }

    JournalVerifier& verifier_;
    std::string line_;
    bool too_long_ = false;
};

// The last one of a folder: with what its head holds, and without the room behind it.
Result<void> read_open(const std::string& path, JournalVerifier& verifier) {
    const std::string text = TRY(read_segment(path, JournalFiles::kMaxSegment + (1U << 20U)));
    verifier.begin(path);
    LineReader lines{verifier};
    lines.take(text);
    lines.finish();
    return {};
}

Result<void> read_file(const std::string& path, JournalVerifier& verifier) {
    std::ifstream in{path, std::ios::binary};
    if (!in) return Error{ErrorCode::Io, "it can not be read", path};
    verifier.begin(path);
    LineReader lines{verifier};
    std::string part(1U << 16U, '\0');
    while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
        lines.take({part.data(), static_cast<std::size_t>(in.gcount())});
    }
    if (in.bad()) return Error{ErrorCode::Io, "it can not be read to its end", path};
    lines.finish();
    return {};
}

}  // namespace

void JournalVerifier::fault(TwoTongues what) {
    if (report_.faults.size() < JournalReport::kMaxFaults) {
        report_.faults.push_back({file_, line_, std::move(what)});
    }
}

void JournalVerifier::begin(std::string name) {
    file_ = std::move(name);
    line_ = 0;
}

void JournalVerifier::take_too_long() {
    ++line_;
    lost_track_ = true;
    fault(say("行が長すぎます", "the line is longer than any entry"));
}

void JournalVerifier::take(std::string_view line, bool ended) {
    ++line_;
    const auto record = read_line(line);
    if (!record) {
        lost_track_ = true;
        const std::string& why = record.error().detail;
        return fault(say("記録の形ではありません: " + why, "it is no entry of a journal: " + why));
    }
    if (!ended) fault(say("最後の改行がありません", "the end of the line is missing"));
    take_record(*record);
}

void JournalVerifier::take_record(const JournalRecord& record) {
    check_chain(record);
    if (!hash_holds(record)) {
        fault(say("内容がハッシュと合いません（書き換えられています）",
                  "what it says is not what its hash was made of: it was changed"));
    }
    if (!seal_holds(record)) {
        fault(say("詳細が封と合いません（書き換えられています）",
                  "its details are not what was sealed: they were changed"));
    }
    if (report_.entries == 0) {
        report_.first = record.number;
        report_.from = record.at;
        begins_with_ = record.previous;
    }
    ++report_.entries;
    report_.last = record.number;
    report_.to = record.at;
    report_.head = record.hash;
    previous_ = record.hash;
    lost_track_ = false;
    if (checks_.expected && checks_.expected->first == record.number) {
        expected_seen_ = true;
        if (checks_.expected->second != record.hash) {
            fault(say("ハッシュが、知られている値ではありません",
                      "its hash is not the one that is known from elsewhere"));
        }
    }
    if (!record.details) {
        ++report_.redacted;
        if (journal_kind::is_proof(record.kind)) {
            fault(say("この種類の記録は詳細を失えません",
                      "an entry of this kind never loses its details"));
        } else if (without_details_.size() < kMaxRedactions) {
            without_details_.emplace(record.number, Place{file_, line_});
        }
        return;
    }
    if (record.kind == journal_kind::kCheckpoint) check_checkpoint(record);
    if (record.kind == journal_kind::kRedaction) take_redaction(record);
    if (record.kind == journal_kind::kRetention) take_retention(record);
}

void JournalVerifier::check_chain(const JournalRecord& record) {
    if (report_.entries == 0) {
        if (record.number == 1 && record.previous != no_hash()) {
            fault(say("最初の記録の前に、別の記録があったことになっています",
                      "the first entry claims that there was one before it"));
        }
        return;
    }
    const std::uint64_t expected = report_.last + 1;
    if (record.number != expected && !lost_track_) {
        fault(say(
            fmt::format("番号が{}ではなく{}です（失われたか、加えられたか、入れ替わっています）",
                        expected, record.number),
            fmt::format("its number is {} and not {}: entries were lost, added or swapped",
                        record.number, expected)));
    } else if (record.previous != previous_ && !lost_track_) {
        fault(say("前の記録とつながっていません（前の記録が書き換えられたか、入れ替わっています）",
                  "it is not bound to the entry before: one of them was changed or swapped"));
    }
    if (record.at < report_.to) {
        report_.notes.push_back(say(fmt::format("{}番で時計が戻っています", record.number),
                                    fmt::format("at entry {} the clock went back", record.number)));
        if (report_.notes.size() > JournalReport::kMaxFaults) report_.notes.pop_back();
    }
}

void JournalVerifier::check_checkpoint(const JournalRecord& record) {
    const auto key = PublicKey::parse(text_in(*record.details, "key"));
    if (!key) {
        return fault(say("検印に公開鍵がありません", "the checkpoint names no public key"));
    }
    const bool known = checks_.keys.empty() || std::find(checks_.keys.begin(), checks_.keys.end(),
                                                         *key) != checks_.keys.end();
    if (!known) {
        return fault(say("検印の鍵が、指定された鍵ではありません: " + key->text(),
                         "the checkpoint is of a key that is not the given one: " + key->text()));
    }
    if (!key->verify(signed_text(record, details_signed(*record.details)),
                     text_in(*record.details, "signature"))) {
        return fault(
            say("検印の署名が正しくありません", "the signature of the checkpoint is wrong"));
    }
    ++report_.checkpoints;
    report_.signed_through = record.number;
    const std::string text = key->text();
    auto& keys = report_.keys;
    if (keys.size() < JournalReport::kMaxFaults &&
        std::find(keys.begin(), keys.end(), text) == keys.end()) {
        keys.push_back(text);
    }
}

void JournalVerifier::take_redaction(const JournalRecord& record) {
    const auto number = number_of(*record.details, "number");
    if (!number || *number >= record.number || text_in(*record.details, "why").empty()) {
        return fault(say("墨消しの記録に、番号か理由がありません",
                         "the redaction names no earlier entry, or no reason"));
    }
    if (named_.size() < kMaxRedactions) named_.insert(*number);
}

void JournalVerifier::take_retention(const JournalRecord& record) {
    const auto through = number_of(*record.details, "through");
    if (!through) return fault(say("保存期間の記録に番号がありません", "it names no entry"));
    if (removed_.size() < kMaxRedactions) removed_[*through] = text_in(*record.details, "hash");
}

void JournalVerifier::check_redactions() {
    for (const auto& [number, place] : without_details_) {
        if (named_.contains(number)) continue;
        file_ = place.file;
        line_ = place.line;
        fault(say("詳細がないのに、それを墨消しした記録がありません",
                  "it has no details, and no redaction names it"));
    }
    const auto left = static_cast<std::uint64_t>(
        std::count_if(named_.begin(), named_.end(), [&](std::uint64_t number) {
            return number >= report_.first && !without_details_.contains(number);
        }));
    if (left > 0) {
        report_.notes.push_back(
            say(fmt::format("後に墨消しされた記録が{}件、ここには詳細とともに残っています", left),
                fmt::format("{} entries that were redacted later have their details here", left)));
    }
}

void JournalVerifier::check_beginning() {
    if (report_.first <= 1) return;
    const std::uint64_t before = report_.first - 1;
    // What stands before the end of it was to go as well: the server was stopped on the way.
    const auto removed = removed_.lower_bound(before);
    if (checks_.expected == std::pair{before, begins_with_}) {
        report_.notes.push_back(
            say(fmt::format("示された{}番の続きです。それより前はここにありません", before),
                fmt::format("it goes on from entry {}, which is known; what was before is not here",
                            before)));
    } else if (removed == removed_.end()) {
        line_ = 1;
        fault(say(fmt::format("{}番から始まっていて、それより前が期間を過ぎて消されたという記録が"
                              "ありません（前が失われています）",
                              report_.first),
                  fmt::format("it begins at entry {}, and no retention says that what was before "
                              "went with its time: it was cut off",
                              report_.first)));
    } else if (removed->first > before || removed->second == begins_with_) {
        report_.notes.push_back(say(
            fmt::format("{}番までは保存期間が過ぎて消され、その事実は検印されています", before),
            fmt::format("the entries up to {} went with their time, which was signed", before)));
    } else {
        line_ = 1;
        fault(say("消された記録の最後のハッシュと合いません",
                  "it does not begin with the hash of the last entry that went"));
    }
}

void JournalVerifier::check_end() {
    line_ = 0;
    if (report_.entries == 0) {
        return fault(say("記録が一件もありません", "there is no entry"));
    }
    const bool goes_on =
        checks_.expected == std::pair{report_.first - 1, begins_with_} && report_.first > 1;
    if (checks_.expected && !expected_seen_ && !goes_on) {
        fault(say(fmt::format("{}番がありません", checks_.expected->first),
                  fmt::format("entry {} is not there", checks_.expected->first)));
    }
    if (report_.signed_through == report_.last) return;
    const std::uint64_t open =
        report_.last > report_.signed_through ? report_.last - report_.signed_through : 0;
    TwoTongues what =
        report_.signed_through == 0
            ? say("正しい検印が一つもありません", "there is no checkpoint that holds")
            : say(fmt::format(
                      "最後の検印の後に{}件あります。その後ろが失われていないとは言えません", open),
                  fmt::format(
                      "{} entries stand behind the last checkpoint; nothing shows that none "
                      "behind them is lost",
                      open));
    if (checks_.unfinished) {
        report_.notes.push_back(std::move(what));
    } else {
        fault(std::move(what));
    }
}

JournalReport JournalVerifier::finish() {
    check_end();
    check_beginning();
    check_redactions();
    return std::move(report_);
}

Result<JournalReport> verify_journal(const std::vector<std::string>& paths,
                                     const JournalChecks& checks) {
    JournalVerifier verifier{checks};
    std::error_code failure;
    for (const std::string& path : paths) {
        if (!std::filesystem::is_directory(path, failure)) {
            TRY(read_file(path, verifier));
            continue;
        }
        const std::vector<std::string> segments = TRY(segment_paths(path));
        for (const std::string& segment : segments) {
            const bool open = segment == segments.back();
            TRY(open ? read_open(segment, verifier) : read_file(segment, verifier));
        }
    }
    return verifier.finish();
}

}  // namespace musubi
