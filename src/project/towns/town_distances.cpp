#include "project/towns/town_distances.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace musubi {

std::string_view name_of(TownMethod method) {
    return method == TownMethod::Gower ? "gower" : "mahalanobis";
}

Result<TownMethod> parse_town_method(std::string_view text) {
    if (text == "gower") return TownMethod::Gower;
    if (text == "mahalanobis") return TownMethod::Mahalanobis;
    return Error{ErrorCode::BadRequest,
                 "方法は gower か mahalanobis です / the method is gower or mahalanobis",
                 std::string{text.substr(0, 100)}};
}

Result<TownDistances> TownDistances::create(std::span<const TownProfile> towns, TownMethod method) {
    TownDistances out{towns, method};
    out.choose_features();
    if (towns.size() < 2 || out.used_.empty()) {
        return Error{ErrorCode::Conflict,
                     "比べられる市区町村が二つ以上ありません。`musubi regions import` で統計を"
                     "入れてください / there are no two towns with statistics to compare; "
                     "`musubi regions import` loads them"};
    }
    if (method == TownMethod::Gower) {
        out.measure_ranges();
    } else {
        out.measure_spread();
    }
    return out;
}

void TownDistances::choose_features() {
    const auto features = town_features();
    for (std::size_t f = 0; f < features.size(); ++f) {
        std::size_t present = 0;
        std::optional<double> first;
        bool differ = false;
        for (const TownProfile& town : towns_) {
            if (!town.features[f]) continue;
            ++present;
            if (!first) first = town.features[f];
            differ = differ || *first != *town.features[f];
        }
        if (differ && 2 * present >= towns_.size()) used_.push_back(f);
    }
    compared_.reserve(towns_.size() * used_.size());
    for (const TownProfile& town : towns_) {
        for (const std::size_t f : used_) {
            const auto& value = town.features[f];
            compared_.push_back(value ? std::optional{compared_value(features[f], *value)}
                                      : std::nullopt);
        }
    }
}

std::optional<double> TownDistances::value(std::size_t town, std::size_t used) const {
    return compared_[town * used_.size() + used];
}

void TownDistances::measure_ranges() {
    for (std::size_t u = 0; u < used_.size(); ++u) {
        double least = INFINITY;
        double most = -INFINITY;
        for (std::size_t t = 0; t < towns_.size(); ++t) {
            const auto v = value(t, u);
            if (!v) continue;
            least = std::min(least, *v);
            most = std::max(most, *v);
        }
        unit_.push_back(most > least ? most - least : 1);
    }
}

void TownDistances::measure_spread() {
    for (std::size_t u = 0; u < used_.size(); ++u) {
        double sum = 0;
        double count = 0;
        for (std::size_t t = 0; t < towns_.size(); ++t) {
            if (const auto v = value(t, u)) sum += *v, ++count;
        }
        const double mean = sum / count;
        double squares = 0;
        for (std::size_t t = 0; t < towns_.size(); ++t) {
            if (const auto v = value(t, u)) squares += (*v - mean) * (*v - mean);
        }
        const double deviation = std::sqrt(squares / count);
        mean_.push_back(mean);
        unit_.push_back(deviation > 0 ? deviation : 1);
    }
    // A value that is missing stands at the mean, where it says nothing of how features go
    // together.
    std::vector<double> rows;
    rows.reserve(compared_.size());
    for (std::size_t t = 0; t < towns_.size(); ++t) {
        for (std::size_t u = 0; u < used_.size(); ++u) {
            const auto v = value(t, u);
            rows.push_back(v ? (*v - mean_[u]) / unit_[u] : 0);
        }
    }
    covariance_ = ledoit_wolf(rows, used_.size());
    std::vector<std::size_t> all(used_.size());
    std::iota(all.begin(), all.end(), 0);
    root_ = inverse_root(covariance_, all);
}

std::optional<TownDistance> TownDistances::between(std::size_t a, std::size_t b) const {
    std::vector<std::size_t> shared;
    std::vector<double> differences;
    for (std::size_t u = 0; u < used_.size(); ++u) {
        const auto here = value(a, u);
        const auto there = value(b, u);
        if (!here || !there) continue;
        shared.push_back(u);
        differences.push_back((*here - *there) / unit_[u]);
    }
    if (shared.empty() || 2 * shared.size() < used_.size()) return std::nullopt;
    return method_ == TownMethod::Gower ? gower(shared, differences)
                                        : mahalanobis(shared, differences);
}

TownDistance TownDistances::gower(std::span<const std::size_t> shared,
                                  std::span<const double> differences) const {
    TownDistance out{0, std::vector<double>(town_features().size(), 0), shared.size()};
    for (std::size_t i = 0; i < shared.size(); ++i) {
        const double part = std::abs(differences[i]) / static_cast<double>(shared.size());
        out.parts[used_[shared[i]]] = part;
        out.distance += part;
    }
    return out;
}

TownDistance TownDistances::mahalanobis(std::span<const std::size_t> shared,
                                        std::span<const double> differences) const {
    const std::size_t size = shared.size();
    const bool all = size == used_.size();
    const std::vector<double> own = all ? std::vector<double>{} : inverse_root(covariance_, shared);
    const std::vector<double>& root = all ? root_ : own;
    TownDistance out{0, std::vector<double>(town_features().size(), 0), size};
    std::vector<double> squares(size);
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
        double whitened = 0;
        for (std::size_t j = 0; j < size; ++j) whitened += root[i * size + j] * differences[j];
        squares[i] = whitened * whitened;
        sum += squares[i];
    }
    if (!(sum > 0)) return out;
    const double scale = static_cast<double>(used_.size()) / static_cast<double>(size);
    out.distance = std::sqrt(scale * sum);
    for (std::size_t i = 0; i < size; ++i) {
        out.parts[used_[shared[i]]] = out.distance * squares[i] / sum;
    }
    return out;
}

}  // namespace musubi
