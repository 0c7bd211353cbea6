#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "project/finance/monte_carlo.h"

// A plan of ten years by month with twenty uncertain inputs of every kind, four of them correlated,
// and as many flows: 100,000 draws. Prints the median of the milliseconds on one thread and on two,
// and whether both came to the same bits.
namespace {

using namespace musubi;

std::string plan_text() {
    const std::vector<std::string> kinds{
        "\"uniform\"\nlow = 5\nhigh = 15",         "\"triangular\"\nlow = 5\nmode = 9\nhigh = 15",
        "\"pert\"\nlow = 5\nmode = 9\nhigh = 15",  "\"normal\"\nmean = 10\ndeviation = 2",
        "\"lognormal\"\nmean = 10\ndeviation = 2",
    };
    std::string text = "[plan]\nname = \"bench\"\nfirst_year = 2027\nyears = 10\nopening = 100\n";
    for (int i = 0; i < 20; ++i) {
        const std::string name = "i" + std::to_string(i);
        const auto kind = static_cast<std::size_t>(i) % kinds.size();
        text += "[[input]]\nname = \"" + name + "\"\ndistribution = " + kinds[kind] + "\n";
        text += "[[flow]]\nname = \"" + name + "\"\ntimes = [\"" + name +
                "\"]\ngrowth = 0.01\nper = \"month\"\nkind = \"" +
                (i == 0   ? "grant"
                 : i == 1 ? "subsidy"
                 : i < 10 ? "fee"
                          : "staff") +
                "\"\n";
    }
    for (int i = 1; i < 4; ++i) {
        text +=
            "[[correlation]]\nbetween = [\"i0\", \"i" + std::to_string(i) + "\"]\nvalue = 0.4\n";
    }
    return text + "[outcome]\nname = \"o\"\ntimes = [\"i5\"]\n";
}

double milliseconds(const MoneyPlan& plan, int threads, std::string& told) {
    const auto begin = std::chrono::steady_clock::now();
    const MonteCarloResult result =
        run_monte_carlo(plan, 0, {.draws = 100'000, .seed = 1, .threads = threads});
    const std::chrono::duration<double, std::milli> passed =
        std::chrono::steady_clock::now() - begin;
    told = to_text(to_json(plan, result));
    return passed.count();
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;  // NOLINT(cert-err34-c)
    const auto plan = parse_money_plan(plan_text(), "bench.toml");
    if (!plan) {
        std::fprintf(stderr, "%s\n", to_text(plan.error()).c_str());
        return 1;
    }
    std::vector<double> one;
    std::vector<double> two;
    std::string told_one;
    std::string told_two;
    for (int i = 0; i < rounds; ++i) {
        one.push_back(milliseconds(*plan, 1, told_one));
        two.push_back(milliseconds(*plan, 2, told_two));
        if (told_one != told_two) return 1;
    }
    std::sort(one.begin(), one.end());
    std::sort(two.begin(), two.end());
    std::printf("%.1f %.1f\n", sorted_quantile(one, 0.5), sorted_quantile(two, 0.5));
    return 0;
}
