#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/readings.h"
#include "model/context.h"
#include "sense/config/feed_config.h"
#include "sense/table/feed_time.h"
#include "sense/table/refusal.h"

namespace musubi {

/// Makes a reading of a row, as the feed file says. Not for several threads.
class RowMapper {
public:
    enum class Outcome {
        Taken,
        Missing,  ///< every value is missing: nothing to say, nothing wrong
        Refused,
    };

    /// Expands names with `context`. Fails: BadRequest where a name or the id is no URI in the
    /// end; `where` is the place in the feed file.
    static Result<RowMapper> compile(const SourceConfig& source, const Context& context);
    /// The columns it needs, each once; a row is given as their cells in this order.
    [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
    /// The first column of the event time, by which a repeated header is told; empty: no time.
    [[nodiscard]] bool has_time() const { return time_.has_value(); }
    /// `out` is overwritten, and holds the reading where it is taken; `why` is set where it is
    /// refused. An event time after `latest` is refused.
    Outcome map(std::span<const std::string_view> cells, Time latest, Reading& out, Refusal& why);

private:
    struct Value {
        std::string name;  ///< expanded
        AttributeConfig config;
        std::size_t first = 0;  ///< the cell
        std::size_t second = 0;
    };
    struct IdPart {
        std::string text;
        std::optional<std::size_t> cell;
    };

    RowMapper() = default;
    std::size_t slot_of(const std::string& column);
    Result<void> compile_id(const SourceConfig& source);
    Result<void> compile_values(const SourceConfig& source, const Context& context);
    [[nodiscard]] bool is_missing(std::string_view cell) const;
    bool make_id(std::span<const std::string_view> cells, std::string& out, Refusal& why) const;
    bool make_time(std::span<const std::string_view> cells, Time latest, Time& out, Refusal& why);
    bool make_value(const Value& value, std::span<const std::string_view> cells, Attribute& out,
                    Refusal& why) const;
    bool make_number(const Value& value, std::string_view cell, Attribute& out, Refusal& why) const;
    bool make_position(const Value& value, std::span<const std::string_view> cells,
                       Attribute& out) const;
    [[nodiscard]] Refusal refusal(RefusalReason reason, std::size_t column,
                                  std::string_view cell) const;

    std::vector<std::string> columns_;
    std::vector<std::string> missing_;
    std::vector<std::string> types_;
    std::vector<IdPart> id_;
    std::vector<std::size_t> time_cells_;
    std::optional<TimeReader> time_;
    std::string time_text_;
    std::vector<Value> values_;
    std::size_t from_cells_ = 0;  ///< how many values are not fixed
};

/// A decimal number as people write it: `1.5`, `+1.5`, `1,234.5`, `１．５`. Finite, whole text.
[[nodiscard]] std::optional<double> read_number(std::string_view text);

}  // namespace musubi
