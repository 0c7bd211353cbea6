// Texts of a portfolio and of a narrowing from anywhere: reading ends in one, or in a refusal.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "project/portfolio/narrowing.h"
#include "project/portfolio/portfolio_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace musubi;
    const std::string text{reinterpret_cast<const char*>(data), size};
    const PortfolioFile file{"fuzz", text};
    if (const auto portfolio = read_portfolio({&file, 1})) {
        for (const PortfolioBy by : {PortfolioBy::Field, PortfolioBy::Year, PortfolioBy::Stage,
                                     PortfolioBy::Function, PortfolioBy::Region}) {
            const Json table = portfolio_table(*portfolio, by);
            std::int64_t pilots = 0;
            for (const Json& row : table.find("rows")->array()) {
                pilots += row.find("pilots")->integer();
            }
            if (pilots != portfolio->pilots()) std::abort();
        }
    }
    const auto narrowing = read_narrowing(text, "fuzz");
    if (!narrowing) return 0;
    for (const NarrowingCandidate& one : narrowing->candidates) {
        if (one.score < 0 || one.reviewers == 0 || !(narrowing->score_unit > 0)) std::abort();
    }
    return 0;
}
