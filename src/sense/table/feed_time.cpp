#include "sense/table/feed_time.h"

#include <array>

namespace musubi {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads along a text; once something does not fit, it stays failed.
class TimeText {
public:
    explicit TimeText(std::string_view text) : text_{text} {}
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool at_end() const { return text_.empty(); }
    void fail() { failed_ = true; }

    /// From 1 to `most` digits.
    int number(std::size_t most) {
        int value = 0;
        std::size_t n = 0;
        while (n < most && n < text_.size() && is_digit(text_[n])) {
            value = value * 10 + (text_[n] - '0');
            ++n;
        }
        if (n == 0) failed_ = true;
        text_.remove_prefix(n);
        return value;
    }
    int exactly(std::size_t digits) {
        const std::size_t before = text_.size();
        const int value = number(digits);
        if (before - text_.size() != digits) failed_ = true;
        return value;
    }
    bool skip(std::string_view word) {
        if (!text_.starts_with(word)) return false;
        text_.remove_prefix(word.size());
        return true;
    }
    void expect(std::string_view word) {
        if (!skip(word)) failed_ = true;
    }
    /// Skips one of the words. False where none is there.
    template <std::size_t N>
    bool skip_one(const std::array<std::string_view, N>& words) {
        for (const std::string_view word : words) {
            if (skip(word)) return true;
        }
        return false;
    }
    [[nodiscard]] std::size_t digits_ahead() const {
        std::size_t n = 0;
        while (n < text_.size() && is_digit(text_[n])) ++n;
        return n;
    }

private:
    std::string_view text_;
    bool failed_ = false;
};

constexpr std::array<std::string_view, 4> kAfterYear{"-", "/", ".", "年"};
constexpr std::array<std::string_view, 4> kAfterMonth{"-", "/", ".", "月"};
constexpr std::array<std::string_view, 2> kAfterHour{":", "時"};
constexpr std::array<std::string_view, 2> kAfterMinute{":", "分"};
constexpr std::array<std::string_view, 3> kGap{" ", "T", "　"};

int read_fraction(TimeText& in) {
    int micros = 0;
    int scale = 100'000;
    for (std::size_t n = in.digits_ahead(); n > 0; --n) {
        micros += in.number(1) * scale;
        scale /= 10;
    }
    return micros;
}

void read_compact(TimeText& in, Civil& out) {
    const bool has_second = in.digits_ahead() == 14;
    out.year = in.exactly(4);
    out.month = in.exactly(2);
    out.day = in.exactly(2);
    out.hour = in.exactly(2);
    out.minute = in.exactly(2);
    if (has_second) out.second = in.exactly(2);
}

void read_clock(TimeText& in, Civil& out) {
    out.hour = in.number(2);
    if (!in.skip_one(kAfterHour)) return in.fail();
    if (in.at_end()) return in.fail();
    out.minute = in.number(2);
    if (!in.skip_one(kAfterMinute) || in.at_end()) return;
    out.second = in.number(2);
    if (in.skip(".")) out.microsecond = read_fraction(in);
    in.skip("秒");
}

/// A zone, where one is written.
Duration read_zone(TimeText& in, Duration other) {
    in.skip(" ");
    if (in.skip("Z") || in.skip("UTC")) return {};
    if (in.skip("JST")) return hours(9);
    const bool west = in.skip("-");
    if (!west && !in.skip("+")) return other;
    const int hour = in.exactly(2);
    in.skip(":");
    const int minute = in.exactly(2);
    if (hour > 14 || minute > 59) in.fail();
    return minutes((west ? -1 : 1) * (hour * 60 + minute));
}

std::optional<Time> finish(const TimeText& in, const Civil& civil, Duration offset) {
    if (in.failed() || !in.at_end()) return std::nullopt;
    const auto time = from_civil(civil, offset);
    if (!time) return std::nullopt;
    return *time;
}

std::optional<Time> read_auto(std::string_view text, Duration offset) {
    TimeText in{text};
    Civil civil;
    const std::size_t digits = in.digits_ahead();
    if (digits == 12 || digits == 14) {
        read_compact(in, civil);
    } else {
        civil.year = in.exactly(4);
        if (!in.skip_one(kAfterYear)) in.fail();
        civil.month = in.number(2);
        if (!in.skip_one(kAfterMonth)) in.fail();
        civil.day = in.number(2);
        in.skip("日");
        bool gap = false;
        while (in.skip_one(kGap)) gap = true;
        if (!gap) in.fail();
        read_clock(in, civil);
    }
    const Duration zone = read_zone(in, offset);
    return finish(in, civil, zone);
}

void read_field(TimeText& in, char letter, bool digit_follows, Civil& out) {
    const auto two = [&] { return digit_follows ? in.exactly(2) : in.number(2); };
    switch (letter) {
        case 'Y': out.year = in.exactly(4); break;
        case 'm': out.month = two(); break;
        case 'd': out.day = two(); break;
        case 'H': out.hour = two(); break;
        case 'M': out.minute = two(); break;
        default: out.second = two(); break;
    }
}

bool is_field(char c) { return std::string_view{"YmdHMS"}.find(c) != std::string_view::npos; }

}  // namespace

Result<Duration> parse_zone(std::string_view text) {
    if (text == "JST" || text == "Asia/Tokyo") return hours(9);
    if (text == "UTC" || text == "Z") return Duration{};
    TimeText in{text};
    const Duration unset = days(2);
    const Duration zone = read_zone(in, unset);
    if (in.failed() || !in.at_end() || zone == unset) {
        return Error{ErrorCode::BadRequest, "'" + std::string{text.substr(0, 40)} +
                                                "' is no zone; write JST, UTC or +09:00"};
    }
    return zone;
}

Result<TimeFormat> TimeFormat::parse(std::string_view pattern) {
    if (pattern == "auto") return TimeFormat{{}};
    std::string seen;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '%') continue;
        ++i;
        if (i >= pattern.size() || !is_field(pattern[i])) {
            return Error{ErrorCode::BadRequest,
                         "a time format may have %Y %m %d %H %M %S; this is '" +
                             std::string{pattern.substr(0, 100)} + "'"};
        }
        seen += pattern[i];
    }
    for (const char needed : {'Y', 'm', 'd'}) {
        if (seen.find(needed) == std::string::npos) {
            return Error{ErrorCode::BadRequest, "the time format '" +
                                                    std::string{pattern.substr(0, 100)} +
                                                    "' needs %Y, %m and %d"};
        }
    }
    return TimeFormat{std::string{pattern}};
}

std::optional<Time> TimeFormat::read(std::string_view text, Duration offset) const {
    if (pattern_.empty()) return read_auto(text, offset);
    TimeText in{text};
    Civil civil;
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
        if (pattern_[i] != '%') {
            in.expect(std::string_view{pattern_}.substr(i, 1));
            continue;
        }
        const bool digit_follows =
            i + 2 < pattern_.size() && (pattern_[i + 2] == '%' || is_digit(pattern_[i + 2]));
        read_field(in, pattern_[++i], digit_follows, civil);
    }
    return finish(in, civil, offset);
}

Result<TimeReader> TimeReader::create(const std::vector<std::string>& formats, Duration offset) {
    std::vector<TimeFormat> read;
    read.reserve(formats.size());
    for (const std::string& format : formats) read.push_back(TRY(TimeFormat::parse(format)));
    return TimeReader{std::move(read), offset};
}

std::optional<Time> TimeReader::read(std::string_view text) {
    if (text == last_text_) return last_time_;
    last_text_.assign(text.substr(0, 256));
    last_time_.reset();
    if (text.size() > 64) return std::nullopt;
    for (const TimeFormat& format : formats_) {
        last_time_ = format.read(text, offset_);
        if (last_time_) break;
    }
    return last_time_;
}

}  // namespace musubi
