#include "model/my_number.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

// 123456789018: the weights 6 5 4 3 2 7 6 5 4 3 2 give 212, of which 11 leaves 3, and 11 - 3 is 8.
TEST(MyNumber, IsTwelveDigitsWithTheirCheckDigit) {
    EXPECT_TRUE(is_my_number("123456789018"));
    for (char last = '0'; last <= '9'; ++last) {
        EXPECT_EQ(is_my_number(std::string("12345678901") + last), last == '8');
    }
    EXPECT_TRUE(is_my_number("1234-5678-9018"));
    EXPECT_TRUE(is_my_number("１２３４　５６７８　９０１８"));
    for (const char* text :
         {"1234\u00a05678\u00a09018", "1234\u200b5678\u200b9018", "1234\t5678\n9018",
          "1234.5678.9018", "123,456,789,018", "(123456789018)", "「123456789018。」",
          "123456789018.", "１２３，４５６，７８９，０１８", "1234_5678_9018", "1234・5678・9018",
          "1234/5678/9018", "12 34 56 78 90 18", "１２３４－５６７８－９０１８",
          "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0660\u0661\u0668"}) {
        EXPECT_TRUE(is_my_number(text)) << text;
    }
    // 000000000000: a remainder of 0 gives 0.
    EXPECT_TRUE(is_my_number("000000000000"));
}

TEST(MyNumber, IsNothingElse) {
    for (const char* text :
         {"", "12345678901", "1234567890188", "a12345678901", "123456789018a", "12.3456789018",
          "123456.789018", "2026-11-26T0900", "1234x5678y9018", "2012-03-04 01:08",
          "12345678901\xff", "------------", "+123456789018", "12,3456789018", "$123456789018"}) {
        EXPECT_FALSE(is_my_number(text)) << text;
    }
}

TEST(MyNumber, IsFoundWhereverATextStands) {
    Attribute a;
    a.value = Json{Json::Array{Json{"no"}, Json{"123456789018"}}};
    EXPECT_TRUE(holds_my_number(a));
    Attribute outer;
    outer.value = 1;
    Attribute sub;
    sub.name = "urn:s";
    sub.value = "123456789018";
    outer.sub.push_back(sub);
    EXPECT_TRUE(holds_my_number(outer));
    outer.sub.clear();
    outer.value = 123456789018.0;
    EXPECT_FALSE(holds_my_number(outer));
    outer.value = Json{};
    outer.value.set("123456789018", 1);
    EXPECT_TRUE(holds_my_number(outer));
    outer.kind = AttributeKind::VocabProperty;
    outer.value = "https://uri.etsi.org/ngsi-ld/default-context/123456789018";
    EXPECT_TRUE(holds_my_number(outer));
    outer.kind = AttributeKind::Property;
    EXPECT_FALSE(holds_my_number(outer));
    outer.kind = AttributeKind::Relationship;
    outer.value = "urn:person:123456789018";
    EXPECT_TRUE(holds_my_number(outer));
    outer.value = "urn:person:123456789019";
    EXPECT_FALSE(holds_my_number(outer));
    Attribute plain;
    plain.value = 1;
    Attribute named = plain;
    named.name = "urn:a:123456789018";
    Attribute of_dataset = plain;
    of_dataset.dataset_id = "urn:d:123456789018";
    Attribute in_unit = plain;
    in_unit.unit_code = "123456789018";
    EXPECT_FALSE(holds_my_number(plain));
    for (const Attribute& other : {named, of_dataset, in_unit}) EXPECT_TRUE(holds_my_number(other));
}

}  // namespace
}  // namespace musubi
