#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/guarded.h"

namespace musubi {

/// Only ever grows.
class Counter {
public:
    void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// Durations in fixed buckets, from 100 microseconds to 10 seconds.
class Histogram {
public:
    static constexpr std::array<double, 11> kBounds{0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                    0.05,   0.1,    0.5,   1.0,    10.0};
    void observe(double seconds) noexcept;
    void render(std::string& out, std::string_view name) const;

private:
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets_{};
    std::atomic<std::uint64_t> sum_us_{0};
};

/// The program's figures, in the text format of Prometheus 0.0.4. What it hands out lives as long
/// as it does. Names follow `musubi_<area>_<what>_<unit>`.
class Metrics {
public:
    Counter& counter(std::string_view name, std::string_view help);
    Histogram& histogram(std::string_view name, std::string_view help);
    /// A figure read when asked for; `read` must be safe from any thread while this lives.
    void gauge(std::string_view name, std::string_view help, std::function<double()> read);
    [[nodiscard]] std::string render() const;

private:
    template <typename T>
    struct Named {
        std::string name;
        std::string help;
        T item;
    };
    struct Tables {
        std::deque<Named<Counter>> counters;
        std::deque<Named<Histogram>> histograms;
        std::deque<Named<std::function<double()>>> gauges;
    };
    Guarded<Tables> tables_;
};

}  // namespace musubi
