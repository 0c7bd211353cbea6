#include "history/crc32c.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace musubi {
namespace {

TEST(Crc32c, GivesThePublishedValues) {  // RFC 3720, B.4
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
    EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
    EXPECT_EQ(crc32c(""), 0U);
}

TEST(Crc32c, IsTheSameWithAndWithoutTheInstruction) {
    SeededRandom random{1};
    std::string bytes;
    for (int size = 0; size < 100; ++size) {
        EXPECT_EQ(crc32c(bytes), crc32c_portable(bytes)) << size;
        bytes += static_cast<char>(random.next());
    }
}

}  // namespace
}  // namespace musubi
