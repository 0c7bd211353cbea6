#include "trust/journal/record.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "trust/encoding.h"
#include "trust/journal/canonical.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxKind = 40;
constexpr std::size_t kMaxSubject = 256;
constexpr std::size_t kMaxTenant = 256;  // a name, or one of an inner tenant
constexpr std::string_view kSignedFor = "musubi journal checkpoint 1\n";

bool is_kind(std::string_view kind) {
    return !kind.empty() && kind.size() <= kMaxKind &&
           std::all_of(kind.begin(), kind.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

bool is_hex(std::string_view text, std::size_t signs) {
    return text.size() == signs && from_hex(text).has_value();
}

Error malformed(std::string what) { return {ErrorCode::Corrupt, std::move(what)}; }

// Writes the members in the order of their names, which is the canonical one.
class Members {
public:
    explicit Members(std::string& out) : out_{out} { out_ += '{'; }
    void text(std::string_view name, std::string_view value) {
        raw(name);
        append_canonical_text(out_, value);
    }
    void json(std::string_view name, std::string_view value) {
        raw(name);
        out_ += value;
    }
    void end() { out_ += '}'; }

private:
    void raw(std::string_view name) {
        out_ += out_.back() == '{' ? "\"" : ",\"";
        out_ += name;
        out_ += "\":";
    }
    std::string& out_;
};

// Takes the members of a line one by one: each must be there, and none besides.
class MemberReader {
public:
    explicit MemberReader(const Json& line) : line_{line} {}
    std::string text(std::string_view name) {
        const Json* member = take(name);
        if (member != nullptr && member->is_string()) return member->string();
        if (!fault_) fault_ = malformed("it has no text '" + std::string(name) + "'");
        return {};
    }
    std::uint64_t number(std::string_view name) {
        const Json* member = take(name);
        if (member != nullptr && member->is_integer() && member->integer() > 0) {
            return static_cast<std::uint64_t>(member->integer());
        }
        if (!fault_) fault_ = malformed("it has no whole '" + std::string(name) + "' from 1");
        return 0;
    }
    const Json* take(std::string_view name) {
        const Json* member = line_.find(name);
        taken_ += member != nullptr ? 1 : 0;
        return member;
    }
    [[nodiscard]] Result<void> end() const {
        if (fault_) return *fault_;
        if (taken_ == line_.object().size()) return {};
        return malformed("it has members that no entry has");
    }

private:
    const Json& line_;
    std::size_t taken_ = 0;
    std::optional<Error> fault_;
};

Result<void> check_form(const JournalRecord& record) {
    if (!is_kind(record.kind)) return malformed("'kind' is not a-z and '-'");
    if (!is_hex(record.previous, JournalRecord::kHashSigns) ||
        !is_hex(record.hash, JournalRecord::kHashSigns) ||
        !is_hex(record.sealed, JournalRecord::kHashSigns)) {
        return malformed("'previous', 'hash' or 'sealed' is not 64 signs of 0-9 and a-f");
    }
    if (record.details && !record.details->is_object()) return malformed("'details' is no object");
    if (record.details.has_value() == record.salt.empty()) {
        return malformed("'details' and 'salt' are there together or not at all");
    }
    if (record.details && !is_hex(record.salt, JournalRecord::kSaltSigns)) {
        return malformed("'salt' is not 32 signs of 0-9 and a-f");
    }
    return {};
}

}  // namespace

bool journal_kind::is_proof(std::string_view kind) {
    constexpr std::array kProofs{kStart, kStop, kCut, kCheckpoint, kRedaction, kRetention};
    return std::find(kProofs.begin(), kProofs.end(), kind) != kProofs.end();
}

std::string no_hash() { return std::string(JournalRecord::kHashSigns, '0'); }

Result<void> check_who(const JournalWho& who) {
    if (!is_kind(who.kind)) {
        return Error{ErrorCode::BadRequest, "the kind of an entry is a-z and '-'", "kind"};
    }
    if (who.subject.size() > kMaxSubject || who.tenant.size() > kMaxTenant) {
        return Error{ErrorCode::TooLarge, "subject or tenant of an entry is too long"};
    }
    if (!is_utf8(who.subject) || !is_utf8(who.tenant)) {
        return Error{ErrorCode::BadRequest, "subject or tenant of an entry is no UTF-8"};
    }
    return {};
}

Result<std::string> details_text(const Json& details) {
    if (details.is_null()) return std::string{"{}"};
    if (!details.is_object()) {
        return Error{ErrorCode::BadRequest, "the details of an entry are an object", "details"};
    }
    std::string text;
    TRY(append_canonical(text, details));
    TRY(check_details(text));
    return text;
}

Result<void> check_details(std::string_view details) {
    if (details.size() <= JournalRecord::kMaxDetails) return {};
    return Error{ErrorCode::TooLarge, "the details of an entry are beyond 32 KiB", "details"};
}

std::string seal_of(std::string_view salt, std::string_view details) {
    return to_hex(sha256({from_hex(salt).value_or(""), details}));
}

Seal make_seal(Random& random, std::string_view details) {
    const std::array<std::uint64_t, 2> bits{random.next(), random.next()};
    const std::string_view salt{reinterpret_cast<const char*>(bits.data()), sizeof bits};
    Seal seal{.salt = {}, .sealed = sha256_hex({salt, details})};
    write_hex(salt, seal.salt.data());
    return seal;
}

std::string signed_text(const JournalRecord& record, const std::string& details) {
    std::string text{kSignedFor};
    Members members{text};
    members.text("at", to_iso(record.at));
    members.json("details", details);
    members.text("kind", record.kind);
    members.json("number", std::to_string(record.number));
    members.text("previous", record.previous);
    members.text("subject", record.subject);
    members.text("tenant", record.tenant);
    members.end();
    return text;
}

namespace {

// Of what needs no escapes.
void append_plain(std::string& out, std::string_view name, std::string_view value) {
    out.append(1, '"').append(name).append("\":\"").append(value).append(1, '"');
}
void append_text(std::string& out, std::string_view name, std::string_view value) {
    out.append(1, '"').append(name).append("\":");
    append_canonical_text(out, value);
}

template <std::size_t N>
std::string_view view(const std::array<char, N>& signs) {
    return {signs.data(), N};
}

// What a line is made of, but for hash and details.
struct LineParts {
    JournalWho who;
    std::uint64_t number = 0;
    Time at;
    std::string_view previous;
    std::string_view salt;
    std::string_view sealed;
};

LineParts parts_of(const JournalRecord& record) {
    return {.who = {record.kind, record.tenant, record.subject},
            .number = record.number,
            .at = record.at,
            .previous = record.previous,
            .salt = record.salt,
            .sealed = record.sealed};
}

// A line at the end of a text, its hash yet to be set.
class Line {
public:
    // `details` empty: there are none, nor a salt.
    Line(std::string& out, const LineParts& parts, std::string_view details) : out_{out} {
        head_.begin = out.size();
        out += "{\"at\":\"";
        append_iso(out, parts.at);
        out += "\",";
        head_.end = out.size();
        if (!details.empty()) out.append("\"details\":").append(details).append(1, ',');
        out += "\"hash\":\"";
        hash_ = out.size();
        out.append(JournalRecord::kHashSigns, '0').append("\",");
        middle_.begin = out.size();
        append_plain(out, "kind", parts.who.kind);
        out.append(",\"number\":").append(std::to_string(parts.number)).append(1, ',');
        append_plain(out, "previous", parts.previous);
        out += ',';
        middle_.end = out.size();
        if (!details.empty()) {
            append_plain(out, "salt", parts.salt);
            out += ',';
        }
        tail_.begin = out.size();
        append_plain(out, "sealed", parts.sealed);
        append_text(out += ',', "subject", parts.who.subject);
        append_text(out += ',', "tenant", parts.who.tenant);
        out += '}';
        tail_.end = out.size();
        out += '\n';
    }
    // SHA-256 of what stays when details, salt and hash go, in hex.
    [[nodiscard]] HexDigest hash() const {
        return sha256_hex({piece(head_), piece(middle_), piece(tail_)});
    }
    void set_hash(std::string_view hash) {
        assert(hash.size() == JournalRecord::kHashSigns);
        out_.replace(hash_, hash.size(), hash);
    }

private:
    struct Piece {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    [[nodiscard]] std::string_view piece(const Piece& piece) const {
        return std::string_view(out_).substr(piece.begin, piece.end - piece.begin);
    }
    std::string& out_;
    Piece head_;
    Piece middle_;
    Piece tail_;
    std::size_t hash_ = 0;
};

}  // namespace

std::string hash_of(const JournalRecord& record) {
    std::string text;
    return std::string(view(Line{text, parts_of(record), {}}.hash()));
}

void append_line(std::string& out, const JournalRecord& record, std::string_view details) {
    Line{out, parts_of(record), details}.set_hash(record.hash);
}

HexDigest append_hashed_line(std::string& out, const SealedEntry& entry, std::string_view details) {
    Line line{out,
              {.who = entry.who,
               .number = entry.number,
               .at = entry.at,
               .previous = entry.previous,
               .salt = view(entry.seal.salt),
               .sealed = view(entry.seal.sealed)},
              details};
    const HexDigest hash = line.hash();
    line.set_hash(view(hash));
    return hash;
}

std::string to_line(const JournalRecord& record) {
    std::string line;
    append_line(line, record, record.details ? details_text(*record.details).value_or("") : "");
    return line;
}

Result<JournalRecord> read_line(std::string_view line) {
    auto json = parse_json(
        line, {.max_bytes = JournalRecord::kMaxLine, .max_depth = kMaxCanonicalDepth + 1});
    if (!json) return malformed("it can not be read: " + to_text(json.error()));
    if (!json->is_object()) return malformed("it is no object");
    MemberReader members{*json};
    JournalRecord record;
    record.number = members.number("number");
    const std::string at = members.text("at");
    record.tenant = members.text("tenant");
    record.kind = members.text("kind");
    record.subject = members.text("subject");
    record.previous = members.text("previous");
    record.sealed = members.text("sealed");
    record.hash = members.text("hash");
    if (json->find("salt") != nullptr) record.salt = members.text("salt");
    if (const Json* details = members.take("details")) record.details = *details;
    TRY(members.end());
    const auto time = parse_time(at);
    if (!time || to_iso(*time) != at) return malformed("'at' is no time as the journal writes it");
    record.at = *time;
    TRY(check_form(record));
    const std::string again = to_line(record);
    if (std::string_view(again).substr(0, again.size() - 1) != line) {
        return malformed("it is not in canonical form (RFC 8785)");
    }
    return record;
}

bool hash_holds(const JournalRecord& record) { return hash_of(record) == record.hash; }

bool seal_holds(const JournalRecord& record) {
    if (!record.details) return true;
    const auto text = details_text(*record.details);
    return text && seal_of(record.salt, *text) == record.sealed;
}

}  // namespace musubi
