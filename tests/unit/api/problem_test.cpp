#include "api/problem.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

std::string header(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) return value;
    }
    return {};
}

// A law of the house: a full queue answers 503 with Retry-After.
TEST(Problem, ABusyStoreSaysWhenToComeAgain) {
    const HttpResponse response = problem({ErrorCode::Busy, "too much waits to be written"});
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(header(response, "Retry-After"), "1");
    EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
}

TEST(Problem, SaysInItsBodyTheStatusItIsSentWith) {
    for (int code = 0; code <= static_cast<int>(ErrorCode::MustWait); ++code) {
        const HttpResponse response =
            problem({static_cast<ErrorCode>(code), "what happened", "where"});
        const auto body = parse_json(response.body);
        ASSERT_TRUE(body);
        EXPECT_EQ(*body->find("status"), Json{response.status});
        EXPECT_EQ(*body->find("detail"), Json{"what happened"});
        EXPECT_EQ(*body->find("instance"), Json{"where"});
    }
}

}  // namespace
}  // namespace musubi
