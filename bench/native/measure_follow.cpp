// What measures cost, in the program's own rooms.
//   measure_follow FOLDER DAYS MEASURES READINGS
// A store in FOLDER gets DAYS days of readings of 103 stations, one each ten minutes. Prints:
// seconds of a measure over all of it from nothing; milliseconds when a reading arrives, its new
// value included, median and p99; seconds of CPU for READINGS readings with MEASURES measures
// following each; how many values of those were compared with a recomputation, and how many
// differed.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>

#include "project/measures/live_measures.h"
#include "project/measures/measure_text.h"
#include "store/rocksdb/rocksdb_store.h"
#include "store/tenants.h"
#include "trust/keys.h"

namespace {

using namespace musubi;
using SteadyClock = std::chrono::steady_clock;

constexpr int kStations = 103;
const Time kBegin = *parse_day("2025-04-01");
const Duration kEvery = minutes(10);

double seconds_since(SteadyClock::time_point begin) {
    return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <typename T>
T must(Result<T> result) {
    if (result) return std::move(result).value();
    fmt::print(stderr, "{}\n", to_text(result.error()));
    std::exit(1);
}

std::string id_of(int station) { return fmt::format("urn:bench:station:{:03}", station); }

Attribute level(int station, int step) {
    Attribute out;
    out.name = "urn:bench:level";
    out.value = static_cast<double>((station * 7 + step * 13 + step / 144) % 500) / 100;
    out.observed_at = kBegin + kEvery * step;
    out.unit_code = "MTR";
    return out;
}

// One measure of each kind of part and period, over and over.
std::string definitions(int count, const std::string& period) {
    constexpr const char* kKinds[] = {"mean",  "quantile", "count",  "time-beyond", "max",
                                      "share", "sum",      "change", "min",         "rate"};
    std::string text = "[measures]\nversion = \"1\"\ncontext = \"urn:bench:context\"\n";
    for (int i = 0; i < count; ++i) {
        const std::string kind = kKinds[i % 10];
        const bool bound = kind == "share" || kind == "time-beyond";
        text += fmt::format(
            "[[measure]]\nid = \"m{}\"\nja = \"x\"\nen = \"x\"\nunit = \"MTR\"\ndirection = "
            "\"down\"\n"
            "period = \"{}\"\nformula = \"x\"\n[[measure.part]]\nname = \"x\"\ntype = "
            "\"urn:bench:Station\"\nattribute = \"urn:bench:level\"\nis = \"{}\"\n{}{}",
            i, period, kind, bound ? fmt::format("above = {}.5\n", i % 4) : "",
            i % 3 == 2 ? fmt::format("q = \"urn:bench:basin=={}\"\n", i % 7) : "");
    }
    return text;
}

class World {
public:
    explicit World(const std::string& folder) {
        RocksdbOptions where;
        where.folder = folder;
        StoreOptions options;
        options.durability = Durability::Relaxed;
        store_ =
            must(Store::open(must(open_rocksdb_store(where)), options, clock_, log_, metrics_));
        commit([&](Transaction& tx) -> Result<void> {
            for (int s = 0; s < kStations; ++s) {
                Entity entity;
                entity.id = id_of(s);
                entity.types = {"urn:bench:Station"};
                Attribute basin;
                basin.name = "urn:bench:basin";
                basin.value = s % 7;
                entity.attributes.push_back(std::move(basin));
                entity.attributes.push_back(level(s, 0));
                TRY(tx.create(entity));
            }
            return {};
        });
    }
    void read(int from_step, int to_step) {
        for (int step = from_step; step < to_step; ++step) {
            commit([&](Transaction& tx) -> Result<void> {
                for (int s = 0; s < kStations; ++s) TRY(tx.edit(id_of(s)))->set(level(s, step));
                return {};
            });
        }
    }
    void commit(const std::function<Result<void>(Transaction&)>& run) {
        static_cast<void>(must(store_->commit(caller_, run)));
    }
    [[nodiscard]] MeasureSetPtr measures(int count, const std::string& period) const {
        return std::make_shared<const MeasureSet>(
            must(read_measures(definitions(count, period), "bench", core_context())));
    }
    [[nodiscard]] Store& store() { return *store_; }
    [[nodiscard]] const Caller& caller() const { return caller_; }
    [[nodiscard]] LiveMeasures follow(const MeasureSetPtr& set) {
        LiveMeasures live{set, [this](const std::string& id) { return store_->find(caller_, id); },
                          [this](const std::string& id, const std::string& attribute) {
                              return reading_times(*store_, caller_, id, attribute);
                          }};
        for (int s = 0; s < kStations; ++s) {
            if (!live.adopt(*must(store_->find(caller_, id_of(s))))) std::exit(1);
        }
        return live;
    }
    // All changes after `taken`, to `live`.
    void catch_up(LiveMeasures& live, std::uint64_t& taken) {
        for (;;) {
            const auto changes = must(store_->changes(taken, 1'000, {}));
            if (changes.empty()) return;
            for (const ChangePtr& change : changes) {
                if (const auto done = live.take(*change, 0); !done) std::exit(1);
                taken = change->sequence;
            }
        }
    }

private:
    SystemClock clock_;
    Log log_{LogLevel::Warn};
    Metrics metrics_;
    std::unique_ptr<Store> store_;
    Caller caller_ = service_caller("", "bench");
};

// From nothing, then reading by reading.
void one_measure(World& world, int steps) {
    const MeasureSetPtr set = world.measures(2, "fiscal-year");
    const Period year = period_at(PeriodKind::FiscalYear, kBegin + days(1));
    const Time now = kBegin + kEvery * (steps + 1'000);
    LiveMeasures live = world.follow(set);
    std::uint64_t taken = world.store().sequence();
    const auto begin = SteadyClock::now();
    const auto values = must(live.gather(world.store(), world.caller(), 0, year, now));
    const double first = seconds_since(begin);
    std::vector<double> each;
    for (int i = 0; i < 1'000; ++i) {
        world.commit([&](Transaction& tx) -> Result<void> {
            TRY(tx.edit(id_of(i % kStations)))->set(level(i % kStations, steps + i / kStations));
            return {};
        });
        const auto arrived = SteadyClock::now();
        world.catch_up(live, taken);
        if (!live.values(0, year, now)) std::exit(1);
        each.push_back(seconds_since(arrived) * 1e3);
    }
    std::sort(each.begin(), each.end());
    fmt::print("{} {} {} {} ", values.front().parts.front().readings, first, each[500], each[990]);
}

void many_measures(World& world, int steps, int measures, int readings) {
    const MeasureSetPtr set = world.measures(measures, "day");
    LiveMeasures live = world.follow(set);
    std::uint64_t taken = world.store().sequence();
    // From the next day on they are kept up without being gathered.
    const int from = (steps / 144 + 1) * 144;
    world.read(from, from + readings / kStations);
    const double before = cpu_seconds();
    world.catch_up(live, taken);
    const double cpu = cpu_seconds() - before;
    const Period day = period_at(PeriodKind::Day, kBegin + kEvery * from);
    std::size_t compared = 0;
    std::size_t differ = 0;
    for (std::size_t m = 0; m < set->measures.size(); ++m) {
        const auto kept = live.values(m, day, day.to);
        const auto anew =
            must(compute_measure(world.store(), world.caller(), set->measures[m], day, day.to))
                .values;
        ++compared;
        differ += kept && *kept == anew ? 0 : 1;
    }
    fmt::print("{} {} {} {}\n", readings / kStations * kStations, cpu, compared, differ);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    const int steps = std::atoi(argv[2]) * 144;
    World world{argv[1]};
    world.read(1, steps);
    one_measure(world, steps);
    many_measures(world, steps + 144, std::atoi(argv[3]), std::atoi(argv[4]));
    return 0;
}
