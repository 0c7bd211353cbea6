#include "sense/table/record_splitter.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

/// All records, each as "line:fault:bytes", with the bytes given in chunks of `chunk`.
std::vector<std::string> split(const std::string& text, std::size_t chunk, bool at_end = true) {
    RecordSplitter splitter{0, 1, ','};
    std::vector<std::string> out;
    const auto drain = [&](bool end) {
        while (const auto record = splitter.next(end)) {
            const bool fine = record->fault == RawRecord::Fault::None;
            const bool long_one = record->fault == RawRecord::Fault::TooLong;
            out.push_back(std::to_string(record->line) +
                          (fine       ? ":"
                           : long_one ? "!long:"
                                      : "!quote:") +
                          std::string{record->bytes.substr(0, 40)});
            EXPECT_LE(record->end, text.size());
        }
    };
    for (std::size_t i = 0; i < text.size(); i += chunk) {
        splitter.add(std::string_view{text}.substr(i, chunk));
        drain(false);
    }
    drain(at_end);
    return out;
}

using Records = std::vector<std::string>;

TEST(RecordSplitter, CutsLinesHoweverTheBytesArrive) {
    const std::string text = "a,b\r\n1,2\n\n3,\"x\ny\",4\nlast,one";
    const Records wanted{"1:a,b", "2:1,2", "3:", "4:3,\"x\ny\",4", "6:last,one"};
    for (const std::size_t chunk : {1, 2, 3, 5, 1000}) EXPECT_EQ(split(text, chunk), wanted);
}

TEST(RecordSplitter, KeepsAnUnfinishedLineForLater) {
    EXPECT_EQ(split("a\nb", 100, false), (Records{"1:a"}));
    EXPECT_EQ(split("a\n\"b\nc", 100, false), (Records{"1:a"}));
    EXPECT_EQ(split("a\n\"b\"", 100, false), (Records{"1:a"}));
}

TEST(RecordSplitter, SaysWhereARecordBeginsAndEnds) {
    RecordSplitter splitter{100, 7, ','};
    splitter.add("ab\r\n\"c\nd\"\n");
    const auto first = splitter.next(false);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->begin, 100U);
    EXPECT_EQ(first->end, 104U);
    const auto second = splitter.next(false);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->begin, 104U);
    EXPECT_EQ(second->end, 110U);
    EXPECT_EQ(second->line, 8U);
    EXPECT_EQ(second->lines, 2U);
}

TEST(RecordSplitter, AQuoteThatIsNeverClosedCostsItsLineAlone) {
    EXPECT_EQ(split("1,\"open\n2,fine\n3,fine\n", 4),
              (Records{"1!quote:1,\"open", "2:2,fine", "3:3,fine"}));
    EXPECT_EQ(split("1,\"a\"b,2\n2,x\n", 100), (Records{"1!quote:1,\"a\"b,2", "2:2,x"}));
    const std::string filler(RecordSplitter::kMaxRecord, 'y');
    const Records records = split("1,\"open\n" + filler + "\n\"\n", 1000);
    ASSERT_GE(records.size(), 2U);
    EXPECT_EQ(records[0], "1!quote:1,\"open");
    EXPECT_EQ(records[1].substr(0, 6), "2:yyyy");
}

TEST(RecordSplitter, AQuoteInsideAFieldIsPlain) {
    EXPECT_EQ(split("5\" pipe,1\n2\n", 100), (Records{"1:5\" pipe,1", "2:2"}));
}

TEST(RecordSplitter, ALongLineIsDroppedInBoundedMemory) {
    const std::string filler(3'000'000, 'x');
    const std::string text = "1\n" + filler + "\n3\n";
    const Records wanted{"1:1", "2!long:" + std::string(40, 'x'), "3:3"};
    EXPECT_EQ(split(text, 65'536), wanted);
    EXPECT_EQ(split("1\n" + filler, 65'536, false), (Records{"1:1"})) << "its end may yet come";
    EXPECT_EQ(split("1\n" + filler, 65'536).size(), 2U);
}

TEST(SplitFields, TakesQuotesOff) {
    std::vector<std::string_view> fields;
    std::string scratch;
    ASSERT_TRUE(split_fields("a,\"b,\"\"c\"\"\",,\"\"", ',', fields, scratch));
    EXPECT_EQ(fields, (std::vector<std::string_view>{"a", "b,\"c\"", "", ""}));
    ASSERT_TRUE(split_fields("", ',', fields, scratch));
    EXPECT_EQ(fields.size(), 1U);
    ASSERT_TRUE(split_fields("1\t2", '\t', fields, scratch));
    EXPECT_EQ(fields.size(), 2U);
    EXPECT_FALSE(split_fields("\"a", ',', fields, scratch));
    EXPECT_FALSE(split_fields("\"a\"b", ',', fields, scratch));
    EXPECT_FALSE(split_fields(std::string(5000, ','), ',', fields, scratch)) << "bounded";
}

TEST(Trimmed, KnowsTheSpacesOfRealFiles) {
    EXPECT_EQ(trimmed("  a b\t"), "a b");
    EXPECT_EQ(trimmed("---\xC2\xA0"), "---");
    EXPECT_EQ(trimmed("　水位　"), "水位");
    EXPECT_EQ(trimmed(" 　\xC2\xA0"), "");
}

}  // namespace
}  // namespace musubi
