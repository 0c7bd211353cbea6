#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace musubi {

/// `JST`, `Asia/Tokyo`, `UTC`, `Z`, or `+09:00`. (Japan has had no summer time since 1951, so a
/// fixed difference is enough.) Fails: BadRequest.
Result<Duration> parse_zone(std::string_view text);

/// How a source writes its times: a pattern of `%Y %m %d %H %M %S` and plain characters, or
/// `auto`. Numbers may have fewer digits than usual where something other than a digit follows
/// them. `24:00` is the next day's 0:00. With `auto` the date is written with `-`, `/`, `.` or
/// `年月日`, the time of day with `:` or `時分秒`, a zone may follow, and twelve or fourteen
/// digits in a row are read too.
class TimeFormat {
public:
    /// Fails: BadRequest for an unknown `%`, or a pattern without a year, month and day.
    static Result<TimeFormat> parse(std::string_view pattern);
    /// The moment, where a clock at UTC+`offset` shows what is written (unless a zone is
    /// written); nothing where `text` is not of this form or no such moment exists.
    [[nodiscard]] std::optional<Time> read(std::string_view text, Duration offset) const;

private:
    explicit TimeFormat(std::string pattern) : pattern_{std::move(pattern)} {}
    std::string pattern_;  ///< empty: auto
};

/// Reads the times of one source; the first format that fits counts. Not for several threads.
class TimeReader {
public:
    /// Fails: as TimeFormat::parse.
    static Result<TimeReader> create(const std::vector<std::string>& formats, Duration offset);
    std::optional<Time> read(std::string_view text);

private:
    TimeReader(std::vector<TimeFormat> formats, Duration offset)
        : formats_{std::move(formats)}, offset_{offset} {}
    std::vector<TimeFormat> formats_;
    Duration offset_;
    std::string last_text_;  ///< rows of one moment follow each other
    std::optional<Time> last_time_;
};

}  // namespace musubi
