#include "sense/table/row_mapper.h"

#include <algorithm>
#include <cmath>

#include "net/http.h"
#include "sense/table/geo3x3.h"
#include "sense/table/record_splitter.h"
#include "sense/table/text_decoder.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxKey = 256;

bool is_unreserved(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '.' || c == '_' || c == '~';
    });
}

Json point(double lon, double lat) {
    Json geometry;
    geometry.set("type", "Point");
    geometry.set("coordinates", Json{Json::Array{Json{lon}, Json{lat}}});
    return geometry;
}

/// Six decimals of a degree are a tenth of a metre: the cell of a code is no more exact.
double rounded(double degrees) { return std::round(degrees * 1e6) / 1e6; }

std::optional<bool> read_boolean(std::string_view text) {
    if (text == "true" || text == "1" || text == "TRUE" || text == "True") return true;
    if (text == "false" || text == "0" || text == "FALSE" || text == "False") return false;
    return std::nullopt;
}

}  // namespace

Result<RowMapper> RowMapper::compile(const SourceConfig& source, const Context& context) {
    RowMapper out;
    for (const std::string& word : source.missing) out.missing_.emplace_back(trimmed(word));
    out.types_.push_back(context.expand(source.type));
    if (!is_uri(out.types_.front())) {
        return Error{ErrorCode::BadRequest, "the type does not expand to a URI", source.where};
    }
    TRY(out.compile_id(source));
    if (source.time) {
        out.time_ = TRY(TimeReader::create(source.time->formats, source.time->offset));
        for (const std::string& column : source.time->columns) {
            out.time_cells_.push_back(out.slot_of(column));
        }
    }
    TRY(out.compile_values(source, context));
    return out;
}

std::size_t RowMapper::slot_of(const std::string& column) {
    const auto at = std::ranges::find(columns_, column);
    if (at != columns_.end()) return static_cast<std::size_t>(at - columns_.begin());
    columns_.push_back(column);
    return columns_.size() - 1;
}

Result<void> RowMapper::compile_id(const SourceConfig& source) {
    std::string_view rest = source.id_template;
    std::string sample;
    while (!rest.empty()) {
        const std::size_t open = rest.find('{');
        if (open != 0) {
            id_.push_back({std::string{rest.substr(0, open)}, {}});
            sample += id_.back().text;
        }
        if (open == std::string_view::npos) break;
        const std::size_t close = rest.find('}', open);
        if (close == std::string_view::npos || close == open + 1) {
            return Error{ErrorCode::BadRequest, "the id has a '{' without a column and a '}'",
                         source.where};
        }
        id_.push_back({{}, slot_of(std::string{rest.substr(open + 1, close - open - 1)})});
        sample += '1';
        rest.remove_prefix(close + 1);
    }
    if (!is_uri(sample)) {
        return Error{ErrorCode::BadRequest,
                     "the id must become a URI, as urn:ngsi-ld:FloodMonitoring:town:{id} does",
                     source.where};
    }
    return {};
}

Result<void> RowMapper::compile_values(const SourceConfig& source, const Context& context) {
    for (const AttributeConfig& config : source.attributes) {
        Value value{.name = context.expand(config.name), .config = config};
        if (!is_uri(value.name)) {
            return Error{ErrorCode::BadRequest, "the name does not expand to a URI", config.where};
        }
        const bool twice = std::ranges::any_of(
            values_, [&](const Value& other) { return other.name == value.name; });
        if (twice) {
            return Error{ErrorCode::BadRequest, "two attributes have this name", config.where};
        }
        if (!config.columns.empty()) value.first = slot_of(config.columns.front());
        if (config.columns.size() > 1) value.second = slot_of(config.columns[1]);
        if (config.fixed.is_null()) ++from_cells_;
        values_.push_back(std::move(value));
    }
    return {};
}

bool RowMapper::is_missing(std::string_view cell) const {
    if (cell.empty()) return true;
    return std::ranges::any_of(missing_, [&](const std::string& word) { return word == cell; });
}

Refusal RowMapper::refusal(RefusalReason reason, std::size_t column, std::string_view cell) const {
    return {reason, columns_[column] + ": " + readable(cell.substr(0, 100))};
}

bool RowMapper::make_id(std::span<const std::string_view> cells, std::string& out,
                        Refusal& why) const {
    out.clear();
    for (const IdPart& part : id_) {
        if (!part.cell) {
            out += part.text;
            continue;
        }
        const std::string_view cell = trimmed(cells[*part.cell]);
        if (is_missing(cell)) {
            why = refusal(RefusalReason::NoKey, *part.cell, cell);
            return false;
        }
        if (cell.size() > kMaxKey) {
            why = refusal(RefusalReason::BadId, *part.cell, cell);
            return false;
        }
        if (is_unreserved(cell)) {
            out += cell;
        } else {
            out += percent_encode(cell);
        }
    }
    return true;
}

bool RowMapper::make_time(std::span<const std::string_view> cells, Time latest, Time& out,
                          Refusal& why) {
    std::string_view text = trimmed(cells[time_cells_.front()]);
    if (time_cells_.size() > 1) {
        time_text_.assign(text);
        for (std::size_t i = 1; i < time_cells_.size(); ++i) {
            time_text_ += ' ';
            time_text_ += trimmed(cells[time_cells_[i]]);
        }
        text = time_text_;
    }
    const auto time = time_->read(text);
    if (!time) {
        why = refusal(RefusalReason::BadTime, time_cells_.front(), text);
        return false;
    }
    if (*time > latest) {
        why = refusal(RefusalReason::Ahead, time_cells_.front(), text);
        return false;
    }
    out = *time;
    return true;
}

bool RowMapper::make_number(const Value& value, std::string_view cell, Attribute& out,
                            Refusal& why) const {
    const auto number = read_number(cell);
    if (!number) {
        why = refusal(RefusalReason::BadNumber, value.first, cell);
        return false;
    }
    const double scaled = value.config.divide == 1 ? *number : *number / value.config.divide;
    const bool below = value.config.min && scaled < *value.config.min;
    const bool above = value.config.max && scaled > *value.config.max;
    if (below || above || !std::isfinite(scaled)) {
        why = refusal(RefusalReason::OutOfRange, value.first, cell);
        return false;
    }
    out.value = Json{scaled};
    return true;
}

bool RowMapper::make_position(const Value& value, std::span<const std::string_view> cells,
                              Attribute& out) const {
    const std::string_view cell = trimmed(cells[value.first]);
    if (value.config.as == CellAs::LonLat) {
        const auto lon = read_number(cell);
        const auto lat = read_number(trimmed(cells[value.second]));
        if (!lon || !lat || std::abs(*lon) > 180 || std::abs(*lat) > 90) return false;
        out.value = point(*lon, *lat);
        return true;
    }
    const auto rows =
        value.config.as == CellAs::Geo3x3 ? Geo3x3Rows::FromNorth : Geo3x3Rows::FromSouth;
    const auto place = decode_geo3x3(cell, rows);
    if (!place) return false;
    out.value = point(rounded(place->lon), rounded(place->lat));
    return true;
}

bool RowMapper::make_value(const Value& value, std::span<const std::string_view> cells,
                           Attribute& out, Refusal& why) const {
    const std::string_view cell = trimmed(cells[value.first]);
    RefusalReason reason = RefusalReason::BadPosition;
    switch (value.config.as) {
        case CellAs::Number: return make_number(value, cell, out, why);
        case CellAs::Text: out.value = Json{cell}; return true;
        case CellAs::Boolean:
            if (const auto flag = read_boolean(cell)) {
                out.value = Json{*flag};
                return true;
            }
            reason = RefusalReason::BadBoolean;
            break;
        case CellAs::Relationship:
            if (is_uri(cell)) {
                out.kind = AttributeKind::Relationship;
                out.value = Json{cell};
                return true;
            }
            reason = RefusalReason::BadUri;
            break;
        case CellAs::Geo3x3:
        case CellAs::Geo3x3South:
        case CellAs::LonLat:
            out.kind = AttributeKind::GeoProperty;
            if (make_position(value, cells, out)) return true;
            break;
    }
    why = refusal(reason, value.first, cell);
    return false;
}

RowMapper::Outcome RowMapper::map(std::span<const std::string_view> cells, Time latest,
                                  Reading& out, Refusal& why) {
    Time time;
    if (time_ && !make_time(cells, latest, time, why)) return Outcome::Refused;
    if (!make_id(cells, out.id, why)) return Outcome::Refused;
    out.types = types_;
    out.attributes.resize(values_.size());
    std::size_t taken = 0;
    std::size_t said = 0;
    for (const Value& value : values_) {
        const bool fixed = !value.config.fixed.is_null();
        const bool missing =
            !fixed &&
            (is_missing(trimmed(cells[value.first])) ||
             (value.config.as == CellAs::LonLat && is_missing(trimmed(cells[value.second]))));
        if (missing && value.config.required) {
            why = {RefusalReason::Required, columns_[value.first]};
            return Outcome::Refused;
        }
        if (missing) continue;
        Attribute& attribute = out.attributes[taken];
        attribute.kind = AttributeKind::Property;
        if (fixed) attribute.value = value.config.fixed;
        if (!fixed && !make_value(value, cells, attribute, why)) return Outcome::Refused;
        attribute.name = value.name;
        attribute.unit_code = value.config.unit;
        attribute.observed_at.reset();
        if (value.config.observed) attribute.observed_at = time;
        ++taken;
        if (!fixed) ++said;
    }
    out.attributes.resize(taken);
    return said == 0 && from_cells_ > 0 ? Outcome::Missing : Outcome::Taken;
}

}  // namespace musubi
