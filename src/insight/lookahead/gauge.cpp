#include "insight/lookahead/gauge.h"

#include <algorithm>

#include "insight/lookahead/stored_time.h"

namespace musubi {
namespace {

// From the beginning of a segment to its last hour may be a long time.
constexpr std::int64_t kMostStep = days(36'500).us;
constexpr std::size_t kMostPoints = 128;  // of a stored gauge; kSpan / kThin and a few

}  // namespace

double Gauge::level_at(Time at) const {
    const auto after =
        std::find_if(points_.begin(), points_.end(), [&](const Point& p) { return p.at >= at; });
    if (after == points_.begin() || after->at == at) return after->level;
    const Point& before = *std::prev(after);
    const double slope =
        (after->level - before.level) / static_cast<double>((after->at - before.at).us);
    return before.level + slope * static_cast<double>((at - before.at).us);
}

double Gauge::rise_within(Duration span) const {
    if (now_.age.us == 0) return 0;
    if (now_.age >= span) return now_.level - level_at(now_.at - span);
    // Younger than the span: the rise since its first reading, as if it had gone on so.
    return (now_.level - points_.front().level) * static_cast<double>(span.us) /
           static_cast<double>(now_.age.us);
}

void Gauge::measure() {
    const Point& last = points_.back();
    now_ = {.at = last.at, .level = last.level, .age = last.at - begin_, .biggest = biggest_};
    now_.last10 = rise_within(minutes(10));
    now_.last20 = rise_within(minutes(20));
    now_.last30 = rise_within(minutes(30));
    now_.last60 = rise_within(minutes(60));
}

void Gauge::add(Time at, double level) {
    // The reading before counts for the largest rise only now.
    if (has_reading() && now_.age >= kSpan) biggest_ = std::max(biggest_, now_.last60);
    if (points_.empty() || at - points_.back().at > kGap) {
        points_.clear();
        begin_ = at;
    }
    const std::size_t n = points_.size();
    if (n >= 2 && points_[n - 1].at - points_[n - 2].at < kThin) points_.pop_back();
    points_.push_back({at, level});
    ++count_;
    const Time oldest = at - kSpan;
    auto keep = points_.begin();
    while (std::next(keep) != points_.end() && std::next(keep)->at <= oldest) ++keep;
    points_.erase(points_.begin(), keep);
    measure();
}

double Gauge::nearness(double threshold, double least) const {
    return std::clamp(1 - (threshold - now_.level) / std::max(now_.biggest, least), -1.0, 1.0);
}

void Gauge::write(ByteWriter& out) const {
    out.number(points_.size());
    out.signed_number(begin_.us);
    Time before = begin_;
    for (const Point& p : points_) {
        out.signed_number((p.at - before).us);
        out.real(p.level);
        before = p.at;
    }
    out.real(biggest_);
    out.number(count_);
}

Gauge Gauge::read(ByteReader& in) {
    Gauge gauge;
    const std::uint64_t count = in.number();
    if (count > kMostPoints) {
        in.fail();
        return gauge;
    }
    gauge.begin_ = read_time(in);
    Time at = gauge.begin_;
    for (std::uint64_t i = 0; i < count; ++i) {
        const Time step = read_time(in);
        if (step.us < (i == 0 ? 0 : 1) || step.us > kMostStep) in.fail();
        if (in.failed()) return Gauge{};
        at.us += step.us;
        gauge.points_.push_back({at, in.real()});
    }
    gauge.biggest_ = in.real();
    gauge.count_ = in.number();
    if (in.failed()) return Gauge{};
    if (count > 0) gauge.measure();
    return gauge;
}

}  // namespace musubi
