#pragma once

#include <gtest/gtest.h>

#include "../measure_world.h"
#include "base/json.h"
#include "project/loop/loop_document.h"
#include "project/loop/loop_writer.h"
#include "project/loop/project_service.h"

namespace musubi::testing {

inline Json json_of(const std::string& text) {
    auto json = parse_json(text);
    EXPECT_TRUE(json) << to_text(json.error());
    return std::move(json).value();
}

/// A river project that is judged by the mean level of each day in its pilot of June 2026.
inline std::string river_project() {
    return R"({
  "Issue": {"flood": {"title": "水があふれる", "challenge": "safety", "role": "living",
    "description": "大雨のたびに地下道が水につかる"}},
  "LogicModel": {"flood": {"ofIssue": "urn:ngsi-ld:Issue:flood",
    "nodes": [{"id": "i", "kind": "input", "words": "水位計"},
              {"id": "a", "kind": "activity", "words": "見守る"},
              {"id": "o", "kind": "outcome", "words": "早く閉じる", "measures": ["level"]}],
    "arrows": [{"from": "i", "to": "a", "assumption": "届く"},
               {"from": "a", "to": "o", "assumption": "人が見る"}]}},
  "Project": {"river": {"title": "河川の見守り", "owner": "結川町", "leads": "public",
    "ofIssue": "urn:ngsi-ld:Issue:flood", "ofLogicModel": "urn:ngsi-ld:LogicModel:flood",
    "measures": ["level"]}},
  "Stage": {"pilot": {"ofProject": "urn:ngsi-ld:Project:river", "kind": "pilot",
    "from": "2026-06-01", "to": "2026-06-30", "hypothesis": "水位が下がる",
    "expectations": [{"measure": "level", "better": "down", "threshold": 3}], "looks": 2}}
})";
}

class Looping : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        auto set = std::make_shared<MeasureSet>(
            *measures_of(measure_text("level", "day", "mean", "unit = \"MTR\"\n")));
        measures = set;
        projects.emplace(*store, measures);
        clock.jump_to(*parse_time("2026-05-20T00:00:00Z"));
    }
    Result<std::vector<TwoTongues>> put(const std::string& text) {
        return projects->put(town, TRY(read_loop_document(json_of(text))));
    }
    [[nodiscard]] EntityPtr find(const std::string& id) const { return *store->find(town, id); }
    [[nodiscard]] Json of(const std::string& id, std::string_view name) const {
        const EntityPtr entity = find(id);
        const Json* value = entity ? loop_value(*entity, name) : nullptr;
        return value != nullptr ? *value : Json{};
    }

    MeasureSetPtr measures;
    std::optional<ProjectService> projects;
};

}  // namespace musubi::testing
