// Permissions that are given so many times, and uses that are halted.
#include <atomic>
#include <thread>

#include "policies_fixture.h"

namespace musubi::testing {
namespace {

class Limits : public PoliciesOfStore {};
INSTANTIATE_TEST_SUITE_P(Stores, Limits, ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);
class KeptLimits : public PoliciesOfStore {};
INSTANTIATE_TEST_SUITE_P(Stores, KeptLimits, ::testing::Values(Kind::Rocksdb), name_of);

constexpr const char* kThrice =
    "[[permission]]\nid = \"thrice\"\naction = [\"read\"]\ntype = [\"urn:test:Gauge\"]\n"
    "count = 3\n";

TEST_P(Limits, APermissionIsUsedAsOftenAsItIsGiven) {
    go_to(parse_time("2026-04-01T08:00:00+09:00"));
    enforce(std::string(kThrice) + "each = \"P1D\"\n");
    EXPECT_EQ(find(reader(), "urn:g:1"), nullptr);  // what goes on by itself is not counted
    for (int i = 0; i < 3; ++i) {
        EXPECT_NE(find(request("r"), "urn:g:1"), nullptr);
        EXPECT_TRUE(use("r"));
    }
    EXPECT_EQ(find(request("r"), "urn:g:1"), nullptr);
    EXPECT_TRUE(use("r"));  // by what is left to them otherwise
    EXPECT_NE(find(request("s"), "urn:g:1"), nullptr);
    go_to(parse_time("2026-04-01T23:59:59+09:00"));
    EXPECT_EQ(find(request("r"), "urn:g:1"), nullptr);
    go_to(parse_time("2026-04-02T00:00:00+09:00"));
    EXPECT_NE(find(request("r"), "urn:g:1"), nullptr);
}

TEST_P(Limits, WhoseLastUseWasTakenByAnotherRequestAsksAgain) {
    enforce(kThrice);
    const Caller slow = request("r");
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(use("r"));
    const auto late = policies->count_use(slow, 0, {"urn:test:Gauge"}, true);
    EXPECT_EQ(late.error().code, ErrorCode::Forbidden);
    EXPECT_TRUE(policies->count_use(slow, 0, {"urn:test:Other"}, true));
    EXPECT_TRUE(use("r"));
}

TEST_P(Limits, AUseIsWrittenDownBeforeItIsMade) {
    enforce(kThrice);
    const auto at_once = policies->count_use(request("r"), 0, {}, false);
    EXPECT_EQ(at_once.error().code, ErrorCode::MustWait);
    EXPECT_TRUE(use("r"));
}

TEST_P(Limits, ManyAtOnceDoNotUseItMoreOften) {
    enforce("[[permission]]\nid = \"many\"\naction = [\"read\"]\ncount = 500\n");
    std::atomic<int> let_in{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 200; ++i) {
                    const Caller caller = request("r");
                    const bool sees = find(caller, "urn:g:1") != nullptr;
                    if (policies->count_use(caller, 0, {"urn:test:Gauge"}, true) && sees) ++let_in;
                }
            });
        }
    }
    EXPECT_EQ(let_in, 500);
}

TEST_P(Limits, TheIndependentBodyHaltsAUse) {
    Halt halt;
    halt.id = "halt-1";
    halt.why = "not as agreed";
    halt.prohibition.rule.types = {"urn:test:Gauge"};
    halt.prohibition.rule.actions.set();
    EXPECT_EQ(policies->halt(*store, person("a", Role::Operator), halt).error().code,
              ErrorCode::Forbidden);
    Caller key = person("x", Role::IndependentBody);
    key.subject = "key:abcdefghij";
    EXPECT_EQ(policies->halt(*store, key, halt).error().code, ErrorCode::Forbidden);
    const Caller body = person("i", Role::IndependentBody);
    ASSERT_TRUE(policies->halt(*store, body, halt));
    EXPECT_EQ(policies->halt(*store, body, halt).error().code, ErrorCode::AlreadyExists);
    EXPECT_EQ(find(reader(), "urn:g:1"), nullptr);
    EXPECT_EQ(find(bound(person("a", Role::Operator)), "urn:g:1"), nullptr);
    EXPECT_NE(find(bound(body), "urn:g:1"), nullptr);
    enforce("[[permission]]\nid = \"x\"\naction = [\"read\"]\n");
    EXPECT_EQ(find(reader(), "urn:g:1"), nullptr);
    EXPECT_EQ(policies->in_force(0)->policies.size(), 1U);
    EXPECT_EQ(
        policies->lift(*store, person("a", Role::Operator), "halt-1", "we need it").error().code,
        ErrorCode::Forbidden);
    ASSERT_TRUE(policies->lift(*store, body, "halt-1", "put right"));
    EXPECT_NE(find(reader(), "urn:g:1"), nullptr);
    EXPECT_EQ(policies->lift(*store, body, "halt-1", "again").error().code, ErrorCode::Conflict);
    EXPECT_EQ(policies->halts(*store, body)->front().lifted_why, "put right");
}

TEST_P(KeptLimits, WhatWasUsedStaysUsedAfterARestart) {
    enforce(kThrice);
    EXPECT_TRUE(use("r"));
    EXPECT_TRUE(use("r"));
    store.reset();
    open();
    load();
    EXPECT_NE(find(request("r"), "urn:g:1"), nullptr);
    EXPECT_TRUE(use("r"));
    EXPECT_EQ(find(request("r"), "urn:g:1"), nullptr);
}

TEST_P(KeptLimits, WhatIsHaltedStaysHaltedAfterARestart) {
    Halt halt;
    halt.id = "halt-1";
    halt.why = "not as agreed";
    halt.prohibition.rule.types = {"urn:test:Gauge"};
    halt.prohibition.rule.actions.set();
    ASSERT_TRUE(policies->halt(*store, person("i", Role::IndependentBody), halt));
    store.reset();
    open();
    load();
    EXPECT_EQ(find(reader(), "urn:g:1"), nullptr);
}

TEST(Halt, ComesBackFromWhatIsKept) {
    Halt halt;
    halt.id = "halt-1";
    halt.why = "w";
    halt.by = "person:i";
    halt.prohibition.purposes = {"research"};
    halt.lifted_at = Time{5};
    const std::string kept = encode(halt);
    const auto again = decode_halt(kept);
    ASSERT_TRUE(again);
    EXPECT_EQ(encode(*again), kept);
    for (std::size_t cut = 0; cut < kept.size(); ++cut) {
        EXPECT_FALSE(decode_halt(std::string_view(kept).substr(0, cut))) << cut;
    }
}

}  // namespace
}  // namespace musubi::testing
