#include "model/query/literal.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace musubi {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
    // What is not ASCII is taken for a letter: kana and kanji are.
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 128;
}

bool take_one_of(std::string_view& text, std::string_view chars) {
    if (text.empty() || chars.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::size_t take_digits(std::string_view& text) {
    std::size_t count = 0;
    while (take_one_of(text, "0123456789")) ++count;
    return count;
}

enum class Form { None, Integer, Decimal };

// The grammar of RFC 8259, 6: no leading zeros, digits on both sides of the point.
Form form_of_number(std::string_view text) {
    take_one_of(text, "-");
    const bool zero = text.starts_with('0');
    const std::size_t whole = take_digits(text);
    if (whole == 0 || (whole > 1 && zero)) return Form::None;
    if (text.empty()) return Form::Integer;
    if (take_one_of(text, ".") && take_digits(text) == 0) return Form::None;
    if (take_one_of(text, "eE")) {
        take_one_of(text, "+-");
        if (take_digits(text) == 0) return Form::None;
    }
    return text.empty() ? Form::Decimal : Form::None;
}

std::optional<Json> number_of(std::string_view text) {
    const Form form = form_of_number(text);
    if (form == Form::None) return std::nullopt;
    const char* end = text.data() + text.size();
    std::int64_t exact = 0;
    if (form == Form::Integer && std::from_chars(text.data(), end, exact).ec == std::errc{}) {
        return Json{exact};
    }
    double value = 0;
    if (std::from_chars(text.data(), end, value).ec != std::errc{}) return std::nullopt;
    return value == 0 ? Json{0} : Json{value};  // no -0: it is the same number
}

// The end of a quoted string, its quotes included; nothing where it does not end.
std::optional<std::string_view> quoted(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return text.substr(0, i + 1);
        }
    }
    return std::nullopt;
}

Result<QueryLiteral> read_text(TextCursor& in, const Context& context) {
    const auto raw = quoted(in.rest());
    if (!raw) return in.bad("the text in quotation marks does not end");
    auto text = parse_json(*raw);
    if (!text) return in.bad("not a JSON string: " + text.error().detail);
    in.advance(raw->size());
    QueryLiteral out{
        .kind = LiteralKind::Text, .value = std::move(*text), .expanded = {}, .moment = {}};
    out.expanded = context.expand(out.value.string());
    out.moment = moment_of(LiteralKind::DateTime, out.value.string());
    return out;
}

bool ends_bare(char c) { return std::string_view{";|(), \"<>"}.find(c) != std::string_view::npos; }

// A word that is not quoted: up to what ends a value; up to ".." too where that may be a range.
std::string_view bare_word(TextCursor& in) {
    const std::size_t start = in.pos();
    const bool may_be_range = !is_letter(in.peek());
    while (!in.at_end() && !ends_bare(in.peek())) {
        if (may_be_range && in.rest().starts_with("..")) break;
        in.advance();
    }
    return in.since(start);
}

Result<QueryLiteral> read_word(TextCursor& in, std::string_view word, const Context& context) {
    const std::size_t colon = word.find(':');
    const bool word_like = std::all_of(word.begin(), word.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '_' || c == '-';
    });
    const LiteralKind kind =
        colon != std::string_view::npos && is_uri(word) ? LiteralKind::Uri : LiteralKind::Term;
    if (kind == LiteralKind::Term && !word_like) {
        return in.bad(fmt::format("'{}' is neither a URI nor a word; write text in quotation marks",
                                  word.substr(0, 64)));
    }
    return QueryLiteral{
        .kind = kind, .value = word, .expanded = context.expand(word), .moment = {}};
}

// The moment of a date-time written in up to three parts, put together without the heap.
std::optional<std::int64_t> moment_of_parts(std::string_view a, std::string_view b,
                                            std::string_view c = {}) {
    std::array<char, 64> whole{};
    char* end = whole.data();
    for (const std::string_view part : {a, b, c}) end = std::copy(part.begin(), part.end(), end);
    const auto time = parse_time({whole.data(), static_cast<std::size_t>(end - whole.data())});
    if (!time) return std::nullopt;
    return time->us;
}

// hh:mm:ss with a fraction of a second; Z may be left out: it is UTC either way (4.6.3).
std::optional<std::int64_t> time_of_day(std::string_view text) {
    constexpr std::size_t kLongest = 16;  // hh:mm:ss.ssssssZ
    if (text.size() > kLongest || text[2] != ':') return std::nullopt;
    return moment_of_parts("1970-01-01T", text, text.back() == 'Z' ? "" : "Z");
}

}  // namespace

std::optional<std::int64_t> moment_of(LiteralKind kind, std::string_view text) {
    constexpr std::size_t kLongest = 40;
    if (text.size() < 8 || text.size() > kLongest || !is_digit(text[0])) return std::nullopt;
    if (kind == LiteralKind::TimeOfDay) return time_of_day(text);
    const bool is_date = text.size() == 10;
    if (text[4] != '-' || is_date != (kind == LiteralKind::Date)) return std::nullopt;
    if (!is_date && text.size() < 20) return std::nullopt;
    return moment_of_parts(text, is_date ? "T00:00:00Z" : "");
}

Result<QueryLiteral> read_literal(TextCursor& in, const Context& context) {
    in.skip_spaces();
    if (in.peek() == '"') return read_text(in, context);
    const TextCursor before = in;
    const std::string_view word = bare_word(in);
    if (word.empty()) return before.bad("a value is expected");
    if (word == "true" || word == "false") {
        return QueryLiteral{
            .kind = LiteralKind::Boolean, .value = word == "true", .expanded = {}, .moment = {}};
    }
    if (is_letter(word[0])) {
        in = before;
        auto out = read_word(in, word, context);
        in.advance(word.size());
        return out;
    }
    if (auto number = number_of(word)) {
        return QueryLiteral{
            .kind = LiteralKind::Number, .value = std::move(*number), .expanded = {}, .moment = {}};
    }
    for (const LiteralKind kind :
         {LiteralKind::DateTime, LiteralKind::Date, LiteralKind::TimeOfDay}) {
        if (const auto moment = moment_of(kind, word)) {
            return QueryLiteral{.kind = kind, .value = word, .expanded = {}, .moment = moment};
        }
    }
    return before.bad(fmt::format(
        "'{}' is no number, date-time (2026-11-22T10:00:00Z), date or time; write text in "
        "quotation marks",
        word.substr(0, 64)));
}

namespace {

// Where a bare expression ends: at what the query language would read, outside of brackets.
std::size_t bare_pattern_size(std::string_view text) {
    int round = 0;
    bool square = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\') {
            ++i;
        } else if (square) {
            square = c != ']';
        } else if (c == '[') {
            square = true;
        } else if (c == '(') {
            ++round;
        } else if (c == ')' && round-- == 0) {
            return i;
        } else if ((c == ';' || c == '|') && round == 0) {
            return i;
        }
    }
    return std::min(i, text.size());
}

}  // namespace

Result<std::string> read_pattern_text(TextCursor& in) {
    in.skip_spaces();
    std::string_view raw;
    if (in.peek() == '"') {
        const auto whole = quoted(in.rest());
        if (!whole) return in.bad("the pattern in quotation marks does not end");
        raw = whole->substr(1, whole->size() - 2);
        in.advance(whole->size());
    } else {
        raw = in.rest().substr(0, bare_pattern_size(in.rest()));
        in.advance(raw.size());
    }
    // A pattern is no JSON string: `\d` stays as it is, and only `\"` is freed of its backslash.
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const bool escape = raw[i] == '\\' && i + 1 < raw.size();
        if (escape && raw[i + 1] != '"') out += raw[i];
        if (escape) ++i;
        out += raw[i];
    }
    return out;
}

}  // namespace musubi
