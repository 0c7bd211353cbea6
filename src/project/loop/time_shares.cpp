#include "project/loop/time_shares.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

namespace musubi {
namespace {

constexpr double kAll = 1 + 1e-9;  // tenths do not add up to the last digit

bool is_same_person(const TimeShare& a, const TimeShare& b) {
    return a.name == b.name && a.organisation == b.organisation;
}

double share_on(const std::vector<TimeShare>& shares, const TimeShare& who,
                const std::string& day) {
    double out = 0;
    for (const TimeShare& one : shares) {
        const bool counts =
            is_same_person(one, who) && one.from <= day && (one.to.empty() || day <= one.to);
        if (counts) out += one.share;
    }
    return out;
}

// A sum grows on days alone on which somebody begins.
std::optional<TwoTongues> over_all(const std::vector<TimeShare>& shares, const TimeShare& who) {
    std::vector<std::string> days;
    for (const TimeShare& one : shares) {
        if (is_same_person(one, who)) days.push_back(one.from);
    }
    std::sort(days.begin(), days.end());
    for (const std::string& day : days) {
        const double sum = share_on(shares, who, day);
        if (sum <= kAll) continue;
        return TwoTongues{
            fmt::format("「{}」（{}）の従事割合は、{} には合わせて {:.3g} です。一人の時間は 1 まで"
                        "です",
                        who.name, who.organisation, day, sum),
            fmt::format("the shares of {} ({}) come to {:.3g} on {}: one person has 1 in all",
                        who.name, who.organisation, sum, day)};
    }
    return std::nullopt;
}

}  // namespace

std::vector<TwoTongues> shares_over_all(const std::vector<TimeShare>& shares) {
    std::vector<TwoTongues> out;
    for (auto one = shares.begin(); one != shares.end(); ++one) {
        const bool seen = std::any_of(shares.begin(), one, [&](const TimeShare& before) {
            return is_same_person(before, *one);
        });
        if (seen) continue;
        if (auto note = over_all(shares, *one)) out.push_back(std::move(*note));
    }
    return out;
}

}  // namespace musubi
