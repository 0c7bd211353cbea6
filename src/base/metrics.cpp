#include "base/metrics.h"

#include <cmath>

#include "base/json.h"

namespace musubi {
namespace {

void append_head(std::string& out, std::string_view name, std::string_view help,
                 std::string_view type) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    out.append(name).append(" ").append(type).append("\n");
}

// JSON has no word for what is no number; this format has (0.0.4, "Go's strconv").
void append_figure(std::string& out, double value) {
    if (std::isfinite(value)) {
        append_json_number(out, value);
    } else {
        out += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    }
}

template <typename Table>
auto* find_named(Table& table, std::string_view name) {
    for (auto& entry : table) {
        if (entry.name == name) return &entry.item;
    }
    return static_cast<decltype(&table.front().item)>(nullptr);
}

}  // namespace

void Histogram::observe(double seconds) noexcept {
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && seconds > kBounds.at(bucket)) ++bucket;
    buckets_.at(bucket).fetch_add(1, std::memory_order_relaxed);
    sum_us_.fetch_add(static_cast<std::uint64_t>(seconds * 1e6), std::memory_order_relaxed);
}

void Histogram::render(std::string& out, std::string_view name) const {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i <= kBounds.size(); ++i) {
        total += buckets_.at(i).load(std::memory_order_relaxed);
        out.append(name).append("_bucket{le=\"");
        if (i < kBounds.size()) {
            append_json_number(out, kBounds.at(i));
        } else {
            out += "+Inf";
        }
        out.append("\"} ").append(std::to_string(total)).append("\n");
    }
    out.append(name).append("_sum ");
    append_json_number(out, static_cast<double>(sum_us_.load()) / 1e6);
    out.append("\n").append(name).append("_count ").append(std::to_string(total)).append("\n");
}

Counter& Metrics::counter(std::string_view name, std::string_view help) {
    return tables_.with([&](Tables& t) -> Counter& {
        if (Counter* present = find_named(t.counters, name)) return *present;
        auto& entry = t.counters.emplace_back();
        entry.name = name;
        entry.help = help;
        return entry.item;
    });
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help) {
    return tables_.with([&](Tables& t) -> Histogram& {
        if (Histogram* present = find_named(t.histograms, name)) return *present;
        auto& entry = t.histograms.emplace_back();
        entry.name = name;
        entry.help = help;
        return entry.item;
    });
}

void Metrics::gauge(std::string_view name, std::string_view help, std::function<double()> read) {
    tables_.with([&](Tables& t) {
        if (auto* present = find_named(t.gauges, name)) {
            *present = std::move(read);
        } else {
            t.gauges.push_back({std::string(name), std::string(help), std::move(read)});
        }
    });
}

std::string Metrics::render() const {
    std::string out;
    tables_.with([&](const Tables& t) {
        for (const auto& c : t.counters) {
            append_head(out, c.name, c.help, "counter");
            out.append(c.name).append(" ").append(std::to_string(c.item.value())).append("\n");
        }
        for (const auto& g : t.gauges) {
            append_head(out, g.name, g.help, "gauge");
            out.append(g.name).append(" ");
            append_figure(out, g.item());
            out += "\n";
        }
        for (const auto& h : t.histograms) {
            append_head(out, h.name, h.help, "histogram");
            h.item.render(out, h.name);
        }
    });
    return out;
}

}  // namespace musubi
