#include "sense/source/synthetic_river.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "sense/table/record_splitter.h"
#include "sense/table/row_mapper.h"

namespace musubi {
namespace {

constexpr double kRain = 0.133;      // how long a storm rains, in cycles
constexpr std::int64_t kMemory = 2;  // cycles after which a storm has run off
constexpr std::size_t kMaxStations = 1000;
constexpr double kSilentFrom = 0.35;
constexpr double kSilentTo = 0.75;

/// The part of a unit of rain that has left three linear reservoirs after `x` time constants: the
/// integral of Nash's hydrograph for n = 3.
double outflow(double x) { return x <= 0 ? 0 : 1 - std::exp(-x) * (1 + x + x * x / 2); }

/// The discharge from rain that falls evenly over `rain` time constants, as a part of its rate.
double response(double x, double rain) { return outflow(x) - outflow(x - rain); }

/// The highest value of `response`: by n = 3 it lies where x² e^-x = (x - r)² e^-(x - r).
double peak_of(double rain) {
    const double ratio = std::exp(-rain / 2);
    return response(rain / (1 - ratio), rain);
}

double number_in(std::string_view cell, double other) {
    return read_number(trimmed(cell)).value_or(other);
}

}  // namespace

Result<std::vector<SyntheticStation>> read_stations(std::string_view csv) {
    RecordSplitter splitter{0, 1, ','};
    splitter.add(csv);
    std::vector<std::string> header;
    std::vector<SyntheticStation> out;
    std::vector<std::string_view> fields;
    std::string scratch;
    while (const auto record = splitter.next(true)) {
        std::string_view text = record->bytes;
        if (record->begin == 0 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        if (text.empty()) continue;
        const bool fine =
            record->fault == RawRecord::Fault::None && split_fields(text, ',', fields, scratch);
        const std::string where = "line " + std::to_string(record->line);
        if (!fine) return Error{ErrorCode::BadRequest, "a quote is not closed", where};
        if (header.empty()) {
            header.assign(fields.begin(), fields.end());
            continue;
        }
        const auto cell = [&](std::string_view name) -> std::string_view {
            const auto at = std::ranges::find(header, name) - header.begin();
            return static_cast<std::size_t>(at) < fields.size() ? trimmed(fields[at])
                                                                : std::string_view{};
        };
        out.push_back({std::string{cell("id")}, std::string{cell("riverName")},
                       number_in(cell("base"), 0), number_in(cell("span"), 1),
                       number_in(cell("lag"), 0), number_in(cell("spread"), 28)});
        if (out.back().id.empty() || out.back().spread <= 0 || out.size() > kMaxStations) {
            return Error{ErrorCode::BadRequest,
                         "a station needs 'id' and a 'spread' above 0; up to 1,000 may be there",
                         where};
        }
    }
    if (out.empty()) return Error{ErrorCode::BadRequest, "the table has no station"};
    return out;
}

SyntheticRiver::SyntheticRiver(std::vector<SyntheticStation> stations, std::uint64_t seed)
    : stations_{std::move(stations)}, seed_{seed} {
    std::vector<std::string> rivers;
    for (const SyntheticStation& station : stations_) {
        const auto at = std::ranges::find(rivers, station.river);
        river_of_.push_back(static_cast<std::size_t>(at - rivers.begin()));
        if (at == rivers.end()) rivers.push_back(station.river);
    }
    rivers_ = rivers.size();
}

double SyntheticRiver::chance(std::int64_t cycle, std::uint64_t what) const {
    SeededRandom random{seed_ ^ (static_cast<std::uint64_t>(cycle) * 0x9E3779B97F4A7C15U) ^
                        (what * 0xD1B54A32D192ED03U)};
    return next_unit(random);
}

// Storms come over the rivers in turn, so that somewhere the water is always on the move.
SyntheticRiver::Storm SyntheticRiver::storm(std::int64_t cycle, std::size_t river) const {
    if (cycle == 0 && river == 0) return {-0.02, 1.15};
    const double turn = static_cast<double>(river) / static_cast<double>(rivers_);
    const double size = chance(cycle, 100 + river);
    return {static_cast<double>(cycle) + turn + 0.1 * chance(cycle, 200 + river),
            0.3 + 0.8 * size * std::sqrt(size)};
}

double SyntheticRiver::level(std::size_t index, double cycles) const {
    const SyntheticStation& station = stations_[index];
    const double constant = station.spread / 1000;
    const double rain = kRain / constant;
    const auto current = static_cast<std::int64_t>(std::floor(cycles));
    double discharge = 0;
    for (std::int64_t cycle = current - kMemory; cycle <= current; ++cycle) {
        const Storm storm = this->storm(cycle, river_of_[index]);
        const double since = cycles - storm.begin - station.lag / 1000;
        discharge += storm.size * response(since / constant, rain) / peak_of(rain);
    }
    // Ripples, and the last digit of a real gauge.
    const auto moment = static_cast<std::int64_t>(std::floor(cycles * 90));
    const double ripple = 0.03 * (chance(moment, 300 + index) - 0.5);
    const double metres = station.base + station.span * std::pow(discharge, 0.6) + ripple;
    return std::round(metres * 100) / 100;
}

bool SyntheticRiver::is_silent(std::size_t index, double cycles) const {
    const double whole = std::floor(cycles);
    const auto cycle = static_cast<std::int64_t>(whole);
    if (chance(cycle, 1) > 1.0 / 3) return false;
    const double within = cycles - whole;
    const double drawn = chance(cycle, 2) * static_cast<double>(stations_.size());
    return index == static_cast<std::size_t>(drawn) && within >= kSilentFrom && within < kSilentTo;
}

}  // namespace musubi
