#pragma once

#include <string>
#include <string_view>

#include "base/toml_schema.h"
#include "project/measures/measure.h"

// How the tables of a file of measures are read, for measure_text.cpp and measure_part_text.cpp.
namespace musubi {

/// Lower-case letters, digits and `sign`, 1 to 64.
[[nodiscard]] bool is_measure_name(std::string_view text, char sign);

/// A table of the file, whose schema has been checked.
class MeasureTable {
public:
    MeasureTable(const toml::table& table, const std::string& file) : table_{table}, file_{file} {}

protected:
    [[nodiscard]] Error error(std::string_view key, const std::string& ja,
                              const std::string& en) const {
        return error_in(table_, key, ja, en);
    }
    // In one of the table's own tables.
    [[nodiscard]] Error error_in(const toml::table& table, std::string_view key,
                                 const std::string& ja, const std::string& en) const {
        return toml_error(file_, table, key, ja + " / " + en);
    }
    // What another reader said, at the line of the key.
    [[nodiscard]] Error error(std::string_view key, const Error& why) const {
        Error at = toml_error(file_, table_, key, why.detail);
        at.code = why.code;
        return at;
    }
    [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
    Result<std::string> text(std::string_view key) const {
        std::string value = TRY(required_text(file_, table_, key));
        if (value.size() > 200)
            return error(key, "66 字（200 バイト）までです", "at most 200 bytes");
        return value;
    }
    [[nodiscard]] double number(std::string_view key, double other = 0) const {
        return table_[key].value<double>().value_or(other);
    }
    Result<Duration> duration(std::string_view key, Duration other) const {
        if (!has(key)) return other;
        const Duration value = TRY(parse_duration(text_of(table_, key)));
        if (value >= seconds(1) && value <= days(366)) return value;
        return error(key, "PT1S から P366D までです", "it is from PT1S to P366D");
    }

    const toml::table& table_;
    const std::string& file_;
};

/// A part, and its definition: what decides its value, as written, names expanded.
struct ReadPart {
    MeasurePart part;
    Json definition;
};
/// `measure`: what has been read of the measure it is of. Fails: as read_measures.
Result<ReadPart> read_measure_part(const toml::table& table, const std::string& file,
                                   const Context& context, const Measure& measure);

}  // namespace musubi
