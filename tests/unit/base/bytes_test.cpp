#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"

using namespace std::string_view_literals;

namespace musubi {
namespace {

TEST(Bytes, ComeBackAsWritten) {
    SeededRandom random{1};
    for (int i = 0; i < 5'000; ++i) {
        const std::uint64_t a = random.next() >> (random.next() % 64);
        const auto b = static_cast<std::int64_t>(random.next()) >> (random.next() % 64);
        std::string out;
        ByteWriter w{out};
        w.number(a);
        w.signed_number(b);
        w.text("九\0九"sv.substr(0, 7));
        w.real(2.5);
        ByteReader r{out};
        ASSERT_EQ(r.number(), a);
        ASSERT_EQ(r.signed_number(), b);
        ASSERT_EQ(r.text().size(), 7U);
        ASSERT_EQ(r.real(), 2.5);
        ASSERT_TRUE(r.at_end() && !r.failed());
    }
}

TEST(Bytes, HaveTheirEdges) {
    for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{0},
                                     std::numeric_limits<std::int64_t>::max()}) {
        std::string out;
        ByteWriter{out}.signed_number(value);
        EXPECT_EQ(ByteReader{out}.signed_number(), value);
    }
}

TEST(Bytes, ThatEndEarlyFailAndGiveZeros) {
    std::string out;
    ByteWriter w{out};
    w.number(300);
    w.text("abc");
    for (std::size_t cut = 0; cut < out.size(); ++cut) {
        ByteReader r{std::string_view{out}.substr(0, cut)};
        r.number();
        r.text();
        EXPECT_TRUE(r.failed()) << cut;
    }
    ByteReader endless{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
    EXPECT_EQ(endless.number(), 0U);
    EXPECT_TRUE(endless.failed());
    ByteReader lying{"\xff\xff\xff\xff\xff\xff\xff\xff\x7fx"};
    EXPECT_TRUE(lying.text().empty());
    EXPECT_TRUE(lying.failed());
}

TEST(Bytes, BigEndianKeysSortAsNumbersDo) {
    SeededRandom random{2};
    for (int i = 0; i < 2'000; ++i) {
        const std::uint64_t a = random.next();
        const std::uint64_t b = random.next() >> (random.next() % 64);
        std::string x;
        std::string y;
        append_be64(x, a);
        append_be64(y, b);
        ASSERT_EQ(a < b, x < y);
        ASSERT_EQ(read_be64(x), a);
    }
}

}  // namespace
}  // namespace musubi
