#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "project/effect/chances.h"
#include "project/effect/synthetic_control.h"

// Synthetic control for each of 1,700 towns of 60 months, 36 of them before, against 50 donors.
//   effect_towns THREADS   prints seconds: with one pool of donors for all towns; with a pool for
//   each
//                          town, picked anew, each with the placebos of its 50 donors; and a
//                          checksum
namespace {

using namespace musubi;
using Clock = std::chrono::steady_clock;
constexpr std::size_t kTowns = 1'700;
constexpr std::size_t kDonors = 50;
constexpr std::size_t kMonths = 60;
constexpr std::size_t kBefore = 36;

// Towns as they are: each moves with four currents of the country, to an extent of its own, and has
// a level and chance of its own.
std::vector<std::vector<double>> make_towns() {
    SeededRandom random{1};
    std::vector<std::vector<double>> currents(4);
    for (std::vector<double>& current : currents) {
        double at = 0;
        for (std::size_t t = 0; t < kMonths; ++t) current.push_back(at += next_normal(random));
    }
    std::vector<std::vector<double>> towns;
    for (std::size_t i = 0; i < kTowns + kDonors; ++i) {
        double level = 100 + 10 * next_normal(random);
        std::vector<double> pull;
        for (std::size_t c = 0; c < currents.size(); ++c) pull.push_back(next_unit(random));
        towns.emplace_back();
        for (std::size_t t = 0; t < kMonths; ++t) {
            double value = level + next_normal(random);
            for (std::size_t c = 0; c < currents.size(); ++c) value += pull[c] * currents[c][t];
            towns.back().push_back(value);
        }
    }
    return towns;
}

DonorPool pool_of(const std::vector<std::vector<double>>& towns,
                  const std::vector<std::size_t>& picked) {
    std::vector<double> values;
    for (const std::size_t i : picked)
        values.insert(values.end(), towns[i].begin(), towns[i].end());
    return DonorPool{values, picked.size(), kBefore, {}};
}

double rank_of(const DonorPool& pool, const std::vector<double>& town) {
    const DonorPool::Fit fit = pool.fit(town);
    double place = 1;
    for (const DonorPool::Fit& placebo : pool.placebos()) place += placebo.ratio >= fit.ratio;
    return place;
}

// Runs `judge` for each town on so many threads; the sum of what it gives, in the order of towns.
template <typename F>
double for_each_town(std::size_t threads, F judge) {
    std::vector<double> out(kTowns);
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < threads; ++i) {
        workers.emplace_back([&] {
            for (std::size_t town = next++; town < kTowns; town = next++) out[town] = judge(town);
        });
    }
    workers.clear();
    double sum = 0;
    for (const double one : out) sum += one;
    return sum;
}

double since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
    const auto threads = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 2);
    const auto towns = make_towns();
    std::vector<std::size_t> same;
    for (std::size_t i = kTowns; i < kTowns + kDonors; ++i) same.push_back(i);
    const auto begin = Clock::now();
    const DonorPool pool = pool_of(towns, same);
    const double common =
        for_each_town(threads, [&](std::size_t i) { return rank_of(pool, towns[i]); });
    const double with_one_pool = since(begin);
    const auto again = Clock::now();
    const double own = for_each_town(threads, [&](std::size_t i) {
        SeededRandom random{i};
        std::vector<std::size_t> picked;
        while (picked.size() < kDonors) {
            const auto other = static_cast<std::size_t>(random.next() % kTowns);
            if (other == i || std::find(picked.begin(), picked.end(), other) != picked.end())
                continue;
            picked.push_back(other);
        }
        return rank_of(pool_of(towns, picked), towns[i]);
    });
    std::printf("%.3f %.3f %.0f\n", with_one_pool, since(again), common + own);
    return 0;
}
