// Files of evidence whose members are something else than what is written: a check ends in words.
#include "base/canonical_json.h"
#include "gate_world.h"

namespace musubi::testing {
namespace {

using EvidenceShapes = Gates;

// Where each member of the file stands: the first two of a list stand for all.
void add_places(const Json& value, const std::vector<std::string>& place,
                std::vector<std::vector<std::string>>& out) {
    if (!place.empty()) out.push_back(place);
    std::vector<std::string> inner = place;
    inner.emplace_back();
    if (value.is_object()) {
        for (const JsonMember& member : value.object()) {
            inner.back() = member.name;
            add_places(member.value, inner, out);
        }
    } else if (value.is_array()) {
        for (std::size_t i = 0; i < std::min<std::size_t>(2, value.array().size()); ++i) {
            inner.back() = std::to_string(i);
            add_places(value.array()[i], inner, out);
        }
    }
}

Json& at(Json& file, const std::vector<std::string>& place) {
    Json* out = &file;
    for (const std::string& step : place) {
        out = out->is_array() ? &out->array()[std::stoul(step)] : out->find(step);
    }
    return *out;
}

TEST_P(EvidenceShapes, WhateverAMemberIsTheCheckEndsInWords) {
    const Json whole = *parse_json(open());
    std::vector<std::vector<std::string>> places;
    add_places(whole, {}, places);
    ASSERT_GT(places.size(), 100U);
    const std::vector<Json> others{Json{},        Json{true},     Json{-1},
                                   Json{1e15},    Json{"x"},      Json{Json::Array{}},
                                   json_of("{}"), json_of("[1]"), json_of(R"({"a": 1})")};
    const auto empty = *Store::open(make_memory_store(), {}, clock, log, metrics);
    for (const auto& place : places) {
        for (const Json& other : others) {
            Json changed = whole;
            Json& member = at(changed, place);
            if (member == other) continue;
            member = other;
            const auto canonical = evidence_text(changed);  // not of each number
            const auto report =
                verify_evidence(canonical ? *canonical : to_text(changed), std::nullopt);
            EXPECT_FALSE(report && report->clean());
            if (!report) continue;
            static_cast<void>(previous_fault(report->file, ""));
            static_cast<void>(replay_evidence(report->file, *empty));
        }
    }
}

// Each of these stopped the program once.
TEST_P(EvidenceShapes, ValuesThatAreNoListAreNamed) {
    const Json whole = *parse_json(open());
    for (const Json& other : {json_of(R"({"a": 1})"), Json{"x"}, Json{1}}) {
        Json changed = whole;
        changed.find("evidence")->find("judged")->array()[0].set("values", other);
        const auto report = verify_evidence(signed_anew(changed), std::nullopt);
        ASSERT_TRUE(report) << to_text(report.error());
        EXPECT_FALSE(report->clean());
    }
}

// What is said twice in a file is said alike, whoever signed it.
TEST_P(EvidenceShapes, WhatDoesNotFollowFromTheFileIsFound) {
    const Json file = *parse_json(open());
    const auto found = [&](const std::function<void(Json&)>& change) {
        Json changed = file;
        change(*changed.find("evidence"));
        const auto report = verify_evidence(signed_anew(changed), std::nullopt);
        EXPECT_TRUE(report) << to_text(report.error());
        return report && !report->faults.empty() ? report->faults[0].en : std::string{};
    };
    const auto values = [](Json& evidence) -> Json& {
        return *evidence.find("judged")->array()[0].find("values");
    };
    EXPECT_EQ(found([](Json&) {}), "");
    EXPECT_NE(found([](Json& e) { e.set("seed", 1); }).find("the seed"), std::string::npos);
    EXPECT_NE(found([](Json& e) { e.set("level", 0.5); }).find("the level"), std::string::npos);
    EXPECT_NE(found([](Json& e) { e.set("looks", 7); }).find("number of looks"), std::string::npos);
    for (const int look : {0, 2}) {
        EXPECT_NE(found([&](Json& e) { e.set("look", look); }).find("which look"),
                  std::string::npos);
    }
    EXPECT_NE(found([](Json& e) { e.set("slots", Json::Array{}); }).find("the slots"),
              std::string::npos);
    const std::string_view kOne = "one value a period";
    EXPECT_NE(
        found([&](Json& e) { values(e).array().erase(values(e).array().begin()); }).find(kOne),
        std::string::npos);
    EXPECT_NE(found([&](Json& e) { values(e).push_back(Json{values(e).array()[0]}); }).find(kOne),
              std::string::npos);
    const auto lacks = [&](Json lack, bool parts) {
        return found([&](Json& e) {
            Json value;
            for (const JsonMember& member : values(e).array()[0].object()) {
                if (member.name == "value" || (member.name == "parts" && !parts)) continue;
                value.set(member.name, member.value);
            }
            if (!parts) value.set("parts", Json::Array{});
            value.set("lack", lack);
            values(e).array()[0] = value;
        });
    };
    const Json why = json_of(R"({"ja": "x", "en": "y"})");
    EXPECT_NE(lacks(why, true).find("its parts come to"), std::string::npos);
    EXPECT_NE(lacks(why, false).find("its parts come to"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EvidenceShapes, ::testing::Values(Kind::Memory), name_of);

}  // namespace
}  // namespace musubi::testing
