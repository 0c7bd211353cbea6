#include "api/preference.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

TEST(Preference, FindsTheVersionAmongOthers) {
    for (const std::string_view text :
         {"ngsi-ld=1.3", "NGSI-LD = \"1.3\"", "respond-async, ngsi-ld=1.3;q=0.1, wait=9",
          "ngsi-ld=9.9, ngsi-ld=1.3"}) {
        EXPECT_EQ(preferred_version(text), "1.3") << text;
    }
    for (const std::string_view text :
         {"", "respond-async", "ngsi-ld", "ngsi-ld=", "ngsi-ld=2.0", "ngsi-ld=1.10", "xngsi-ld=1.3",
          "ngsi-ld=\"", "ngsi-ld=1.3\r\nX: y"}) {
        EXPECT_FALSE(preferred_version(text)) << text;
    }
}

}  // namespace
}  // namespace musubi
