#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/toml_schema.h"
#include "project/finance/toml_numbers.h"
#include "project/portfolio/choice_program.h"
#include "project/portfolio/narrowing.h"
#include "project/portfolio/portfolio_id.h"

namespace musubi {
namespace {

class NarrowingReader {
public:
    NarrowingReader(const toml::table& root, const std::string& file) : root_{root}, file_{file} {}

    Result<Narrowing> read() {
        out_.unit = text_of(*root_["narrowing"].as_table(), "unit", "千円");
        TRY(criteria());
        TRY(candidates());
        TRY(scores());
        TRY(settle_scores());
        TRY(limits());
        TRY(exclusions());
        return std::move(out_);
    }

private:
    [[nodiscard]] Error wrong(const toml::table& table, std::string_view key, std::string_view ja,
                              std::string_view en) const {
        return portfolio_error(file_, table, key, ja, en);
    }
    [[nodiscard]] Result<std::int64_t> whole(const toml::table& table, std::string_view key,
                                             std::int64_t most) const {
        const auto number = table[key].value<std::int64_t>();
        if (number && *number >= 0 && *number <= most) return *number;
        const std::string name{key};
        const std::string bound = std::to_string(most);
        return wrong(table, key, name + " は 0 から " + bound + " までの整数です",
                     name + " is a whole number from 0 to " + bound);
    }
    [[nodiscard]] Result<std::size_t> candidate(const toml::table& table, std::string_view key,
                                                const std::string& id) const {
        const auto found = place_.find(id);
        if (found != place_.end()) return found->second;
        return wrong(table, key, "候補「" + id.substr(0, 100) + "」はありません",
                     "there is no candidate " + id.substr(0, 100));
    }

    Result<void> criteria() {
        for (const toml::table* table : tables_of(root_, "criterion")) {
            const std::string id = TRY(read_portfolio_id(file_, *table));
            const std::int64_t weight =
                TRY(whole(*table, "weight", Narrowing::kMaxCriterionWeight));
            if (!weights_.emplace(id, weight).second) {
                return wrong(*table, "id", "観点「" + id + "」が二度あります",
                             "criterion " + id + " is there twice");
            }
        }
        if (!weights_.empty() && weights_.size() <= Narrowing::kMaxCriteria) return {};
        return wrong(root_, "criterion", "観点は 1 から 20 までです", "give 1 to 20 criteria");
    }

    Result<void> candidates() {
        for (const toml::table* table : tables_of(root_, "candidate")) {
            NarrowingCandidate one;
            one.id = TRY(read_portfolio_id(file_, *table));
            one.ja = text_of(*table, "ja");
            one.en = text_of(*table, "en");
            one.cost = TRY(whole(*table, "cost", ChoiceProgram::kMaxWeight));
            one.field = text_of(*table, "field");
            one.region = text_of(*table, "region");
            one.functions = text_list_of(*table, "functions");
            if (!place_.emplace(one.id, out_.candidates.size()).second) {
                return wrong(*table, "id", "候補「" + one.id + "」が二度あります",
                             "candidate " + one.id + " is there twice");
            }
            out_.candidates.push_back(std::move(one));
        }
        if (out_.candidates.size() <= ChoiceProgram::kMaxItems) return {};
        return Error{ErrorCode::TooLarge, "候補は 200 までです / there may be up to 200 candidates",
                     file_};
    }

    Result<void> scores() {
        std::set<std::pair<std::string, std::size_t>> given;
        for (const toml::table* table : tables_of(root_, "score")) {
            const std::size_t place =
                TRY(candidate(*table, "candidate", text_of(*table, "candidate")));
            const std::string reviewer = text_of(*table, "reviewer");
            NarrowingCandidate& one = out_.candidates[place];
            if (!given.emplace(reviewer, place).second) {
                return wrong(*table, "reviewer",
                             reviewer + "は「" + one.ja + "」に二度点を付けています",
                             reviewer + " scored " + one.id + " twice");
            }
            one.score += TRY(points(*table, *(*table)["points"].as_table()));
            if (++one.reviewers > Narrowing::kMaxReviewers) {
                return wrong(*table, "reviewer", "一つの候補の審査員は 20 人までです",
                             "a candidate has at most 20 reviewers");
            }
        }
        return {};
    }

    Result<std::int64_t> points(const toml::table& score, const toml::table& points) const {
        for (const auto& [key, node] : points) {
            if (weights_.contains(std::string{key.str()})) continue;
            const std::string name{key.str().substr(0, 100)};
            return wrong(score, "points", "観点「" + name + "」はありません",
                         "there is no criterion " + name);
        }
        std::int64_t sum = 0;
        for (const auto& [name, weight] : weights_) {
            if (!points.contains(name)) {
                return wrong(score, "points", "観点「" + name + "」の点がありません",
                             "the points of " + name + " are missing");
            }
            sum += weight * TRY(whole(points, name, Narrowing::kMaxPoints));
        }
        return sum;
    }

    // Means over different numbers of reviewers become whole numbers of one unit.
    Result<void> settle_scores() {
        std::int64_t unit = 1;
        for (const NarrowingCandidate& one : out_.candidates) {
            if (one.reviewers == 0) {
                return wrong(root_, "candidate", "「" + one.ja + "」に点がありません",
                             one.id + " has no score");
            }
            unit = std::lcm(unit, static_cast<std::int64_t>(one.reviewers));
        }
        std::int64_t common = unit;
        for (NarrowingCandidate& one : out_.candidates) {
            one.score *= unit / static_cast<std::int64_t>(one.reviewers);
            common = std::gcd(common, one.score);
        }
        for (NarrowingCandidate& one : out_.candidates) {
            one.score /= common;
            if (one.score <= ChoiceProgram::kMaxWeight) continue;
            return wrong(root_, "score",
                         "点の数が大きく、正確に比べられません。重みを小さくするか、審査員の人数を"
                         "候補の間でそろえてください",
                         "the scores can not be told apart exactly; use smaller weights, or as "
                         "many reviewers for each candidate");
        }
        out_.score_unit = static_cast<double>(unit) / static_cast<double>(common);
        return {};
    }

    Result<void> limits() {
        for (const toml::table* table : tables_of(root_, "limit")) {
            NarrowingLimit one;
            one.of = text_of(*table, "of");
            one.name = text_of(*table, "name");
            constexpr auto kMost = static_cast<std::int64_t>(ChoiceProgram::kMaxItems);
            if (table->contains("least")) one.least = TRY(whole(*table, "least", kMost));
            if (table->contains("most")) one.most = TRY(whole(*table, "most", kMost));
            if (!one.least && !one.most) {
                return wrong(*table, "of", "least か most を書いてください",
                             "give least, or most, or both");
            }
            out_.limits.push_back(std::move(one));
        }
        return {};
    }

    Result<void> exclusions() {
        for (const toml::table* table : tables_of(root_, "exclude")) {
            const std::vector<std::string> ids = text_list_of(*table, "candidates");
            if (ids.size() != 2 || ids[0] == ids[1]) {
                return wrong(*table, "candidates", "異なる二つの候補を書いてください",
                             "name two candidates, not one twice");
            }
            const std::size_t a = TRY(candidate(*table, "candidates", ids[0]));
            const std::size_t b = TRY(candidate(*table, "candidates", ids[1]));
            out_.exclusions.emplace_back(a, b);
        }
        return {};
    }

    const toml::table& root_;
    const std::string& file_;
    Narrowing out_;
    std::map<std::string, std::int64_t> weights_;
    std::map<std::string, std::size_t> place_;
};

}  // namespace

Result<Narrowing> read_narrowing(std::string_view text, const std::string& file) {
    const toml::table root = TRY(parse_toml(text, file));
    TRY(check_toml(narrowing_schema(), root, file));
    return NarrowingReader{root, file}.read();
}

}  // namespace musubi
