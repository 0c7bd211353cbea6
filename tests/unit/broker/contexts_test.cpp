#include "broker/contexts.h"

#include <gtest/gtest.h>

#include <map>

#include "support/store_fixture.h"

namespace musubi {
namespace {

/// Answers from a table and counts what it was asked for.
class TablePort final : public ContextPort {
public:
    Result<std::string> fetch(const std::string& url, std::size_t /*max_bytes*/,
                              Duration /*timeout*/) override {
        ++asked[url];
        const auto found = texts.find(url);
        if (found != texts.end()) return found->second;
        return Error{ErrorCode::ContextNotAvailable, "down", url};
    }
    std::map<std::string, std::string> texts;
    std::map<std::string, int> asked;
};

constexpr const char* kUrl = "https://town.example/c.jsonld";
constexpr const char* kText = R"({"@context": {"level": "https://town.example/level"}})";
constexpr ContextUse kNow{.tenant = TenantId{0}, .fetch = ContextFetch::Now};
constexpr ContextUse kLater{.tenant = TenantId{0}, .fetch = ContextFetch::Later};

class ContextsTest : public ::testing::Test {
protected:
    ContextsTest() {
        store_ = std::move(Store::open(make_memory_store(), {}, clock_, log_, metrics_)).value();
        EXPECT_TRUE(contexts_.load(*store_));
        contexts_.connect({.store = *store_, .clock = clock_, .random = random_, .port = &port_});
    }
    Caller caller_ = service_caller("", "test");
    ManualClock clock_{Time{1'763'800'000'000'000}};
    SeededRandom random_{7};
    Log log_{LogLevel::Off};
    Metrics metrics_;
    TablePort port_;
    std::unique_ptr<Store> store_;
    Contexts contexts_;
};

TEST_F(ContextsTest, IsFetchedOnceAndOnlyWhereTheCallMayWait) {
    port_.texts[kUrl] = kText;
    EXPECT_EQ(contexts_.resolve_url(kUrl, kLater).error().code, ErrorCode::MustWait);
    EXPECT_EQ(contexts_.resolve_url(kUrl).error().code, ErrorCode::ContextNotAvailable);
    EXPECT_EQ(port_.asked[kUrl], 0);

    const auto context = contexts_.resolve_url(kUrl, kNow);

    ASSERT_TRUE(context) << to_text(context.error());
    EXPECT_EQ((*context)->expand("level"), "https://town.example/level");
    EXPECT_TRUE(contexts_.resolve_url(kUrl, kLater));
    EXPECT_TRUE(contexts_.resolve_url(kUrl));
    EXPECT_EQ(port_.asked[kUrl], 1);
    EXPECT_EQ(contexts_.entries().by_url(kUrl)->usage->hits.load(), 3U);
}

TEST_F(ContextsTest, AFailureIsRememberedForAWhile) {
    EXPECT_EQ(contexts_.resolve_url(kUrl, kNow).error().code, ErrorCode::ContextNotAvailable);
    EXPECT_EQ(contexts_.resolve_url(kUrl, kNow).error().code, ErrorCode::ContextNotAvailable);
    // No worker is troubled either.
    EXPECT_EQ(contexts_.resolve_url(kUrl, kLater).error().code, ErrorCode::ContextNotAvailable);
    EXPECT_EQ(port_.asked[kUrl], 1);

    clock_.advance(Contexts::kFailureTime);
    port_.texts[kUrl] = kText;

    EXPECT_TRUE(contexts_.resolve_url(kUrl, kNow));
}

TEST_F(ContextsTest, WhatAnOperatorLoadedIsNeverFetched) {
    ASSERT_TRUE(contexts_.add(*store_, caller_, kUrl, kText));
    port_.texts[kUrl] = R"({"@context": {"level": "https://other.example/level"}})";

    const auto context = contexts_.resolve_url(kUrl, kNow);

    ASSERT_TRUE(context);
    EXPECT_EQ((*context)->expand("level"), "https://town.example/level");
    EXPECT_EQ(port_.asked[kUrl], 0);
    ASSERT_NE(contexts_.entries().by_url(kUrl), nullptr);
    EXPECT_EQ(contexts_.entries().by_url(kUrl)->kind, ContextKind::Cached);
    // Deleting the copy leaves what the operator loaded.
    ASSERT_TRUE(contexts_.erase(caller_, 0, kUrl));
    EXPECT_EQ(contexts_.entries().by_url(kUrl), nullptr);
    EXPECT_TRUE(contexts_.resolve_url(kUrl, kNow));
    EXPECT_EQ(port_.asked[kUrl], 0);
}

TEST_F(ContextsTest, ACopyOutlivesTheProgram) {
    port_.texts[kUrl] = kText;
    ASSERT_TRUE(contexts_.resolve_url(kUrl, kNow));
    port_.texts.clear();

    Contexts again;
    ASSERT_TRUE(again.load(*store_));

    EXPECT_TRUE(again.resolve_url(kUrl));
}

TEST_F(ContextsTest, AReloadThatFailsLeavesTheCopy) {
    port_.texts[kUrl] = kText;
    ASSERT_TRUE(contexts_.resolve_url(kUrl, kNow));
    port_.texts[kUrl] = "no JSON";

    EXPECT_EQ(contexts_.reload(caller_, 0, kUrl).error().code, ErrorCode::ContextNotAvailable);
    EXPECT_TRUE(contexts_.resolve_url(kUrl));

    port_.texts[kUrl] = R"({"@context": {"level": "https://new.example/level"}})";
    ASSERT_TRUE(contexts_.reload(caller_, 0, kUrl));
    EXPECT_EQ((*contexts_.resolve_url(kUrl))->expand("level"), "https://new.example/level");
}

TEST_F(ContextsTest, CopiesAreBoundedAndTheLongestUnusedGoes) {
    for (std::size_t i = 0; i <= Contexts::kMaxCached; ++i) {
        const std::string url = "https://town.example/" + std::to_string(i);
        port_.texts[url] = kText;
        clock_.advance(seconds(1));
        ASSERT_TRUE(contexts_.resolve_url(url, kNow)) << i;
        // The first stays in use.
        ASSERT_TRUE(contexts_.resolve_url("https://town.example/0", kNow)) << i;
    }

    EXPECT_NE(contexts_.entries().by_url("https://town.example/0"), nullptr);
    EXPECT_EQ(contexts_.entries().by_url("https://town.example/1"), nullptr);
    EXPECT_EQ(contexts_.entries().list(0).size(), Contexts::kMaxCached + 1);  // and the core
}

TEST_F(ContextsTest, WhatIsFetchedMustBeAContext) {
    port_.texts[kUrl] = R"({"note": 1})";
    EXPECT_EQ(contexts_.resolve_url(kUrl, kNow).error().code, ErrorCode::BadRequest);
    const Json circle{kUrl};
    clock_.advance(Contexts::kFailureTime);
    port_.texts[kUrl] = R"({"@context": ["https://town.example/c.jsonld"]})";
    const auto refused = contexts_.resolve(circle, kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::BadRequest);
    EXPECT_NE(refused.error().detail.find("includes itself"), std::string::npos);
}

TEST_F(ContextsTest, AHostedContextIsItsTenantsOwn) {
    const Json context = *parse_json(R"({"level": "https://town.example/level"})");
    ASSERT_TRUE(store_->commit(caller_, [&](Transaction& tx) {
        return contexts_.host(tx, ContextKind::Hosted, "abc", context);
    }));
    const std::string url = "http://somewhere/ngsi-ld/v1/jsonldContexts/abc";

    EXPECT_TRUE(contexts_.resolve_url(url, kNow));
    EXPECT_EQ(contexts_.resolve_url(url, {.tenant = TenantId{5}, .fetch = ContextFetch::Now})
                  .error()
                  .code,
              ErrorCode::ContextNotAvailable);
    EXPECT_TRUE(contexts_.resolve_url(url));  // the program itself
    EXPECT_FALSE(contexts_.entry(5, "abc"));
    EXPECT_TRUE(contexts_.entry(0, "abc"));
}

TEST(ContextRecord, ComesBackAsItWas) {
    ContextEntry entry;
    entry.kind = ContextKind::ImplicitlyCreated;
    entry.url = "https://town.example/c";
    entry.owner = "somebody";
    entry.created_at = Time{123456789};
    entry.document = std::make_shared<const Json>(*parse_json(kText));

    const std::string bytes = encode_context_entry(entry);
    const auto back = decode_context_entry(bytes);

    ASSERT_TRUE(back);
    EXPECT_EQ(back->kind, entry.kind);
    EXPECT_EQ(back->url, entry.url);
    EXPECT_EQ(back->owner, entry.owner);
    EXPECT_EQ(back->created_at.us, entry.created_at.us);
    EXPECT_EQ(*back->document, *entry.document);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_context_entry(bytes.substr(0, size))) << size;
    }
}

}  // namespace
}  // namespace musubi
