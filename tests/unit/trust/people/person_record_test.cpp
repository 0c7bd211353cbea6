#include <gtest/gtest.h>

#include "trust/people/person.h"

namespace musubi::testing {
namespace {

TEST(OrganisationRecord, OfTheFormerFormatIsOfTheDefaultTenant) {
    const Organisation now{.id = "x", .ja = "課", .en = "Office", .tenant = 7};
    EXPECT_EQ(decode_organisation("x", encode(now))->tenant, 7U);
    std::string former = encode(now);
    former.front() = '\x01';
    former.pop_back();  // the number of its tenant
    const auto read = decode_organisation("x", former);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->en, "Office");
    EXPECT_EQ(read->tenant, 0U);
}

TEST(PersonRecord, ThatIsNoneIsRefused) {
    Person person;
    person.name = "a";
    person.grants.emplace_back();
    const std::string good = encode(person);
    ASSERT_TRUE(decode_person("x", good));
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(decode_person("x", good.substr(0, size))) << size;
    }
    EXPECT_FALSE(decode_person("x", good + "x"));
    EXPECT_FALSE(decode_person("x", "\x03" + good.substr(1)));
}

}  // namespace
}  // namespace musubi::testing
