#include "project/loop/loop_document.h"

#include "loop_world.h"

namespace musubi::testing {
namespace {

Error refused(const std::string& text) {
    const auto document = read_loop_document(json_of(text));
    EXPECT_FALSE(document) << text;
    return document ? Error{} : document.error();
}

std::string model(const std::string& arrows) {
    return R"({"LogicModel": {"m": {"ofIssue": "urn:ngsi-ld:Issue:i",
        "nodes": [{"id": "a", "kind": "input", "words": "x"}, {"id": "b", "kind": "output", "words": "x"},
                  {"id": "c", "kind": "outcome", "words": "x"}],
        "arrows": )" +
           arrows + "}}}";
}

std::string arrow(const std::string& from, const std::string& to) {
    return R"({"from": ")" + from + R"(", "to": ")" + to + R"(", "assumption": "x"})";
}

std::string artefact(const std::string& more) {
    return R"({"Artefact": {"a": {"ofProject": "urn:ngsi-ld:Project:p", "title": "x",
        "on": "2026-06-01", "text": "x", )" +
           more + "}}}";
}

const std::string kPeople = R"("people": [{"name": "山田", "organisation": "総務課"}])";

TEST(LoopDocument, HoldsThingsInTheOrderInWhichTheyReferToEachOther) {
    const auto document = read_loop_document(json_of(river_project()));
    ASSERT_TRUE(document) << to_text(document.error());
    ASSERT_EQ(document->things.size(), 4U);
    EXPECT_EQ(document->things[0].id(), "urn:ngsi-ld:Issue:flood");
    EXPECT_EQ(document->things[3].id(), "urn:ngsi-ld:Stage:pilot");
}

TEST(LoopDocument, NamesThePlaceOfWhatItRefuses) {
    EXPECT_EQ(refused(R"({"Isue": {}})").where, "/Isue");
    EXPECT_EQ(refused(R"({"Issue": {"Flood": {}}})").where, "/Issue/Flood");
    EXPECT_EQ(refused(R"({"Issue": {"f": {"title": "x"}}})").where, "/Issue/f/challenge");
    EXPECT_EQ(refused(R"({"Issue": {"f": {"title": "x", "challenge": "rain"}}})").where,
              "/Issue/f/challenge");
    EXPECT_EQ(refused(R"({"Issue": {"f": {"title": "x", "colour": "red"}}})").where,
              "/Issue/f/colour");
    EXPECT_EQ(refused(R"({"Issue": {"f": {"title": "x\ny"}}})").where, "/Issue/f/title");
    EXPECT_EQ(refused("{}").where, "");
    const std::string issue =
        R"("Issue": {"f": {"title": "x", "challenge": "safety", "role": "living",
           "description": "x"}}})";
    EXPECT_EQ(refused(R"({"revisions": {"urn:ngsi-ld:Issue:g": ""}, )" + issue).where,
              "/revisions/urn:ngsi-ld:Issue:g");
    EXPECT_EQ(refused(R"({"revisions": {"urn:ngsi-ld:Issue:f": "abc"}, )" + issue).where,
              "/revisions/urn:ngsi-ld:Issue:f");
    EXPECT_EQ(refused(R"({"revisions": [], )" + issue).where, "/revisions");
    EXPECT_EQ(refused(artefact(kPeople + R"(, "slot": "plan.reason", "sha256": "abc")")).where,
              "/Artefact/a/sha256");
    EXPECT_EQ(refused(artefact(R"("people": [{"name": "x"}], "slot": "plan.reason")")).where,
              "/Artefact/a/people/0/organisation");
}

TEST(LoopDocument, RefusesALogicModelThatRunsInACircle) {
    EXPECT_TRUE(read_loop_document(json_of(
        model("[" + arrow("a", "b") + "," + arrow("b", "c") + "," + arrow("a", "c") + "]"))));
    const Error circle =
        refused(model("[" + arrow("a", "b") + "," + arrow("b", "c") + "," + arrow("c", "a") + "]"));
    EXPECT_EQ(circle.where, "/LogicModel/m/arrows/2/to");
    EXPECT_NE(circle.detail.find("輪"), std::string::npos);
    EXPECT_EQ(refused(model("[" + arrow("a", "a") + "]")).where, "/LogicModel/m/arrows/0/to");
    EXPECT_EQ(refused(model("[" + arrow("a", "z") + "]")).where, "/LogicModel/m/arrows/0/to");
}

TEST(LoopDocument, AHearingSaysWhatTheyObjectedToOrWhoSaidThereIsNothing) {
    const std::string head = kPeople + R"(, "slot": "factor.residents", "asked": )";
    EXPECT_EQ(refused(artefact(kPeople + R"(, "slot": "factor.residents")")).where,
              "/Artefact/a/asked");
    EXPECT_EQ(refused(artefact(head + R"([{"who": "下町の人"}])")).where,
              "/Artefact/a/asked/0/objection");
    EXPECT_TRUE(read_loop_document(
        json_of(artefact(head + R"([{"who": "下町の人", "objection": "音がうるさい"}])"))));
    EXPECT_TRUE(read_loop_document(
        json_of(artefact(head + R"([{"who": "下町の人", "noneBy": "区長 佐藤"}])"))));
}

TEST(LoopDocument, EachSlotOfEvidenceSaysWhatItIsAbout) {
    EXPECT_EQ(refused(artefact(R"("people": [], "slot": "plan.reason")")).where,
              "/Artefact/a/people");
    EXPECT_EQ(refused(artefact(kPeople + R"(, "slot": "plan.points")")).where,
              "/Artefact/a/points");
    EXPECT_EQ(refused(artefact(kPeople + R"(, "slot": "pilot.hurdles")")).where,
              "/Artefact/a/hurdles");
    EXPECT_EQ(refused(artefact(kPeople + R"(, "slot": "plan.means",
        "means": [{"kind": "people", "words": "x"}, {"kind": "money", "words": "x"}])"))
                  .where,
              "/Artefact/a/means");
}

TEST(LoopDocument, DaysSharesAndLevelsAreWithinTheirBounds) {
    const auto stage = [](const std::string& more) {
        return R"({"Stage": {"s": {"ofProject": "urn:ngsi-ld:Project:p", "kind": "pilot", )" +
               more + "}}}";
    };
    EXPECT_EQ(refused(stage(R"("from": "2026-06-02", "to": "2026-06-01")")).where, "/Stage/s/to");
    EXPECT_EQ(refused(stage(R"("from": "2026-02-30", "to": "2026-06-01")")).where, "/Stage/s/from");
    const std::string days = R"("from": "2026-06-01", "to": "2026-06-30", )";
    EXPECT_EQ(refused(stage(days + R"("estimator": "interrupted-series")")).where,
              "/Stage/s/baselineFrom");
    EXPECT_EQ(
        refused(stage(days + R"("estimator": "differences", "baselineFrom": "2026-01-01")")).where,
        "/Stage/s/comparison");
    EXPECT_EQ(
        refused(stage(days + R"("maturity": [{"of": "talent", "level": 6, "why": "x"}])")).where,
        "/Stage/s/maturity/0/level");
    EXPECT_EQ(refused(R"({"Participant": {"p": {"ofProject": "urn:ngsi-ld:Project:p", "name": "x",
        "organisation": "x", "role": "x", "tier": "core", "share": 1.1, "from": "2026-06-01"}}})")
                  .where,
              "/Participant/p/share");
}

TEST(LoopDocument, ASchemaSaysWhatTheProgramChecks) {
    for (const LoopKind& kind : loop_kinds()) {
        const Json schema = loop_schema(kind);
        EXPECT_EQ(*schema.find("additionalProperties"), Json{false}) << kind.type;
        EXPECT_FALSE(schema.find("properties")->object().empty()) << kind.type;
        for (const Json& name : schema.find("required")->array()) {
            EXPECT_NE(schema.find("properties")->find(name.string()), nullptr) << name.string();
        }
    }
}

}  // namespace
}  // namespace musubi::testing
