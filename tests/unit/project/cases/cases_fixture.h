#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "project/cases/case_index.h"

namespace musubi::testing {

using Strings = std::vector<std::string>;

/// A case with a title and a summary, and what has to be there.
inline CaseText case_with(const std::string& slug, const std::string& title,
                          const std::string& summary = {}) {
    CaseText out;
    out.id = "urn:ngsi-ld:Case:" + slug;
    out.kind = "success";
    out.title = title;
    out.challenge = "safety";
    out.summary = summary;
    out.outcome = "go";
    return out;
}

/// A case that says everything.
inline CaseText whole_case() {
    CaseText out = case_with("boar", "イノシシ被害を減らす", "檻の見回りを減らした。");
    out.kind = "learning";
    out.challenge = "hands";
    out.role = "productivity";
    out.functions = {"wifi-halow", "cameras-sensors"};
    out.field = "鳥獣被害対策";
    out.fiscal_year = 2023;
    out.town_code = "18207";
    out.interview = {"区長と三度話した", "猟友会", "", "全戸に聞いた", "", "回覧板", "月ごと"};
    out.hurdles = {{"電波が谷に届かない", "中継を尾根に置いた"}, {"電池が冬に切れる", ""}};
    out.learnt = {"檻は道から見える所に置く", "Batteries fail below zero"};
    out.found = {{"見回りの時間", -3.5, -5.25, -1, "時間", "its", "down"}};
    out.people = {{"猟師", "any-town"}, {"無線の設計", "outside"}};
    out.money = {12000, 800.5};
    out.outcome = "stop";
    return out;
}

}  // namespace musubi::testing
