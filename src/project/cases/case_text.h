#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "project/cases/case_words.h"

namespace musubi {

struct CaseHurdle {
    std::string hurdle;
    std::string way;  ///< over it; empty: none was found
};

/// What was found of one measure, by an estimator (docs/effect.md).
struct CaseFinding {
    std::string measure;  ///< in words
    double estimate = 0;  ///< in `unit`
    double lower = 0;     ///< of the interval
    double upper = 0;
    std::string unit;
    std::string method;  ///< its, did, sc, sdid, what a stage calls them, or in words
    std::string better;  ///< up or down: which way is good; empty: not said

    /// True where no effect lies outside of the interval.
    [[nodiscard]] bool is_told_from_nothing() const { return lower > 0 || upper < 0; }
};

/// Somebody it could not have done without.
struct CasePerson {
    std::string role;
    std::string tier;  ///< any-town, core or outside
};

/// In thousands of yen.
struct CaseMoney {
    std::optional<double> set_up;  ///< once
    std::optional<double> yearly;  ///< to keep it running
};

/// What is told of a project that came to an end or to a decision, so that others can learn from
/// it. Codes are those of case_words.h; an empty text was not said.
struct CaseText {
    static constexpr std::size_t kMaxBytes = 64U << 10U;  ///< as JSON
    static constexpr std::size_t kMaxList = 50;           ///< of hurdles, findings, ...
    static constexpr int kFirstYear = 1950;
    static constexpr int kLastYear = 2100;
    static constexpr std::size_t kFactors = 7;

    std::string id;  ///< of the entity, a URI
    std::string kind;
    std::string title;
    std::string challenge;  ///< empty of a project that named no issue
    std::string role;
    std::vector<std::string> functions;
    std::string field;
    std::optional<int> fiscal_year;
    std::string town_code;  ///< five digits (JIS X 0402)
    std::string summary;
    std::array<std::string, kFactors> interview;  ///< in the order of case_factors()
    std::vector<CaseHurdle> hurdles;
    std::vector<std::string> learnt;
    std::vector<CaseFinding> found;
    std::vector<CasePerson> people;
    CaseMoney money;
    std::string outcome;
    bool is_example = false;  ///< of a project that was brought as an example
};

/// Reads {"id"*, "kind"*, "title"*, "challenge", "role", "functions": [code], "field",
/// "fiscalYear", "townCode", "summary", "interview": {factor: words}, "hurdles": [{"hurdle"*,
/// "way"}], "learnt": [text], "found": [{"measure"*, "estimate"*, "lower"*, "upper"*, "unit"*,
/// "method"*, "better"}], "people": [{"role"*, "tier"*}], "money": {"setUp", "yearly"},
/// "outcome"*, "isExample": "example"}; `*` has to be there.
/// Fails: BadRequest with the JSON pointer of what is missing, unknown, of another kind,
/// or no such code, or of an estimate outside of its interval; TooLarge beyond CaseText::kMaxBytes.
Result<CaseText> read_case(const Json& json);
/// The same form; what was not said is left out. read_case() gives the same case of it.
[[nodiscard]] Json to_json(const CaseText& text);

}  // namespace musubi
