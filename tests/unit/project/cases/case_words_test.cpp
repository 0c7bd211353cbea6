#include "project/cases/case_words.h"

#include <gtest/gtest.h>

#include "project/loop/loop_rules.h"
#include "project/loop/loop_vocabulary.h"

namespace musubi {
namespace {

std::vector<std::string_view> codes_of(std::span<const CaseTerm> terms) {
    std::vector<std::string_view> out;
    for (const CaseTerm& term : terms) out.push_back(term.code);
    return out;
}

std::vector<std::string_view> allowed(std::string_view of, std::string_view name) {
    for (const LoopMember* member : loop_members(of)) {
        if (member->name == name) return allowed_words(*member);
    }
    return {};
}

// A case is made from a project: both speak the same words.
TEST(CaseWords, AreThoseOfTheProjectLoop) {
    EXPECT_EQ(codes_of(case_challenges()), allowed("Issue", "challenge"));
    EXPECT_EQ(codes_of(case_roles()), allowed("Issue", "role"));
    EXPECT_EQ(codes_of(case_functions()), allowed("Project", "functions"));
    EXPECT_EQ(codes_of(case_tiers()), allowed("Participant", "tier"));
}

TEST(CaseWords, CallTheFactorsAsTheirEvidenceIsCalled) {
    std::size_t factors = 0;
    for (const LoopSlot& slot : loop_slots()) {
        constexpr std::string_view kFactor = "factor.";
        if (!slot.name.starts_with(kFactor)) continue;
        ++factors;
        const CaseTerm* term = find_case_term(case_factors(), slot.name.substr(kFactor.size()));
        ASSERT_NE(term, nullptr) << slot.name;
        EXPECT_EQ(term->ja, slot.ja);
        EXPECT_EQ(term->en, slot.en);
    }
    EXPECT_EQ(factors, case_factors().size());
}

}  // namespace
}  // namespace musubi
