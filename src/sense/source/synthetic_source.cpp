#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/bytes.h"
#include "sense/source/source.h"
#include "sense/source/synthetic_river.h"

namespace musubi {
namespace {

constexpr Duration kPastStep = minutes(10);
constexpr Duration kPastCycle = days(1);
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxTableBytes = 1U << 20U;

/// Where the clock of the storms stands: what was made is everything before `next`.
struct Tape {
    Time anchor;  ///< when the storms began; before it lies the past that was made at the start
    Time next;
};

std::string to_bytes(const Tape& tape) {
    std::string out;
    ByteWriter w{out};
    w.byte(kVersion);
    w.signed_number(tape.anchor.us);
    w.signed_number(tape.next.us);
    return out;
}

Result<Tape> read_tape(std::string_view bytes) {
    ByteReader r{bytes};
    const bool known = r.byte() == kVersion;
    Tape out;
    out.anchor = Time{r.signed_number()};
    out.next = Time{r.signed_number()};
    if (known && !r.failed()) return out;
    return Error{ErrorCode::Corrupt, "the position of a synthetic feed can not be read"};
}

Time aligned(Time time, Duration step) { return {time.us - time.us % step.us}; }

class SyntheticSource final : public Source {
public:
    SyntheticSource(const SourceConfig& config, RowMapper mapper, const SourceTools& tools,
                    SyntheticRiver river)
        : config_{config}, mapper_{std::move(mapper)}, tools_{tools}, river_{std::move(river)} {}

    void reload() override { tape_.reset(); }

    Result<SourceReport> poll() override {
        if (!tape_) TRY(begin());
        const Time now = tools_.clock.now();
        while (tape_->next <= now) {
            make_moment(tape_->next);
            const bool past = tape_->next < tape_->anchor;
            Time next = tape_->next + (past ? kPastStep : config_.interval);
            if (past && next >= tape_->anchor) next = tape_->anchor;
            tape_->next = next;
            if (tools_.writer.full()) TRY(flush());
        }
        if (!tools_.writer.empty()) TRY(flush());
        return SourceReport{.again = std::max(tape_->next - tools_.clock.now(), milliseconds(1)),
                            .trouble = {}};
    }

private:
    // At the first start the past is made up. After a longer pause the storms begin again, so that
    // whoever starts it has not long to wait; what was not recorded stays a gap.
    Result<void> begin() {
        const Time now = aligned(tools_.clock.now(), config_.interval);
        const auto stored = TRY(tools_.writer.position(config_.name));
        if (!stored) {
            tape_ = Tape{now, aligned(now - config_.backfill, kPastStep)};
            return {};
        }
        tape_ = TRY(read_tape(*stored));
        const bool long_ago = now - tape_->next > config_.cycle;
        const bool backwards = tape_->next - now > config_.interval * 2;
        if ((long_ago && tape_->next >= tape_->anchor) || backwards) tape_ = Tape{now, now};
        return {};
    }

    Result<void> flush() { return tools_.writer.flush(config_.name, to_bytes(*tape_)); }

    void make_moment(Time time) {
        const bool past = time < tape_->anchor;
        const double cycles =
            (time - tape_->anchor).seconds() / (past ? kPastCycle : config_.cycle).seconds();
        const std::string text = to_iso(time);
        for (std::size_t i = 0; i < river_.stations().size(); ++i) {
            if (river_.is_silent(i, cycles)) continue;
            const std::string level = fmt::format("{:.2f}", river_.level(i, cycles));
            std::vector<std::string_view> cells;
            for (const std::string& column : mapper_.columns()) {
                cells.push_back(column == "time"      ? text
                                : column == "station" ? river_.stations()[i].id
                                                      : std::string_view{level});
            }
            RowResult result;
            const auto outcome =
                mapper_.map(cells, Time{INT64_MAX}, tools_.writer.slot(), result.why);
            result.kind = outcome == RowMapper::Outcome::Taken     ? RowResult::Kind::Taken
                          : outcome == RowMapper::Outcome::Missing ? RowResult::Kind::Missing
                                                                   : RowResult::Kind::Refused;
            tools_.writer.add(result, {config_.name, "synthetic", 0, text});
        }
    }

    const SourceConfig& config_;
    RowMapper mapper_;
    SourceTools tools_;
    SyntheticRiver river_;
    std::optional<Tape> tape_;
};

Result<std::string> read_table(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    std::string text(kMaxTableBytes, '\0');
    if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || !in.eof()) {
        return Error{ErrorCode::Io, "the table of stations can not be read (up to 1 MB)", path};
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

}  // namespace

Result<std::unique_ptr<Source>> make_synthetic_source(const SourceConfig& config, RowMapper mapper,
                                                      const SourceTools& tools) {
    for (const std::string& column : mapper.columns()) {
        if (column != "time" && column != "station" && column != "level") {
            return Error{
                ErrorCode::BadRequest,
                "a synthetic source has the columns time, station and level, not '" + column + "'",
                config.where};
        }
    }
    auto stations = read_stations(TRY(read_table(config.location)));
    if (!stations) {
        return Error{ErrorCode::BadRequest, stations.error().detail,
                     config.location + " " + stations.error().where};
    }
    SyntheticRiver river{std::move(*stations), config.seed};
    std::unique_ptr<Source> source =
        std::make_unique<SyntheticSource>(config, std::move(mapper), tools, std::move(river));
    return source;
}

}  // namespace musubi
