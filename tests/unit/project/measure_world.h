#pragma once

#include <gtest/gtest.h>

#include "model/context.h"
#include "project/measures/live_measures.h"
#include "project/measures/measure_text.h"
#include "support/store_fixture.h"

namespace musubi::testing {

inline const std::string kMeasureHead =
    "[measures]\nversion = \"1\"\ncontext = \"https://town.example/context.jsonld\"\n";

/// A measure of one part, further lines of the part at the end.
inline std::string measure_text(const std::string& id, const std::string& period,
                                const std::string& is, const std::string& more = "",
                                const std::string& of_measure = "") {
    return "[[measure]]\nid = \"" + id + "\"\nja = \"x\"\nen = \"x\"\nunit = \"C62\"\n" +
           "direction = \"up\"\nperiod = \"" + period + "\"\nformula = \"x\"\n" + of_measure +
           "[[measure.part]]\nname = \"x\"\ntype = \"urn:test:Gauge\"\n" +
           "attribute = \"urn:test:level\"\nis = \"" + is + "\"\n" + more;
}

inline MeasureSetPtr measures_of(const std::string& text) {
    auto set = read_measures(kMeasureHead + text, "m.toml", core_context());
    EXPECT_TRUE(set) << to_text(set.error());
    return std::make_shared<const MeasureSet>(std::move(set).value());
}

}  // namespace musubi::testing
