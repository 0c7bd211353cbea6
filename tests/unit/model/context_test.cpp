#include "model/context.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "model/entity.h"

namespace musubi {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

ContextLoader loader_of(Files files) {
    return [files = std::move(files)](std::string_view url) -> Result<std::shared_ptr<const Json>> {
        const auto found = files.find(url);
        if (found == files.end()) {
            return Error{ErrorCode::ContextNotAvailable, "not found", std::string(url)};
        }
        return std::make_shared<const Json>(parse_json(found->second).value());
    };
}

Result<ContextPtr> resolve(std::string_view text, Files files = {}, std::string_view base = {}) {
    return resolve_context(parse_json(text).value(), loader_of(std::move(files)), base);
}

ContextPtr must(std::string_view text, Files files = {}, std::string_view base = {}) {
    auto context = resolve(text, std::move(files), base);
    EXPECT_TRUE(context) << (context ? "" : to_text(context.error()));
    return context ? *context : core_context();
}

std::optional<ErrorCode> code_of(const Result<ContextPtr>& context) {
    if (context) return std::nullopt;
    return context.error().code;
}

constexpr std::string_view kDefault = "https://uri.etsi.org/ngsi-ld/default-context/";

TEST(Context, ExpandsTermsCompactIrisAndIris) {
    const auto context = must(R"({"ex": "https://example.org/", "level": "ex:waterLevel",
                                  "name": {"@id": "https://schema.org/name"}})");
    EXPECT_EQ(context->expand("level"), "https://example.org/waterLevel");
    EXPECT_EQ(context->expand("name"), "https://schema.org/name");
    EXPECT_EQ(context->expand("ex:other"), "https://example.org/other");
    EXPECT_EQ(context->expand("https://a.b/c"), "https://a.b/c");
    EXPECT_EQ(context->expand("urn:x:y"), "urn:x:y");
    EXPECT_EQ(context->expand("unknown"), std::string(kDefault) + "unknown");
    EXPECT_EQ(context->expand("id"), "@id");
    EXPECT_EQ(context->expand("@type"), "@type");
}

TEST(Context, CompactsToTermThenVocabularyThenPrefixThenIri) {
    const auto context = must(R"({"ex": "https://example.org/", "deep": "https://example.org/a/",
                                  "level": "ex:waterLevel", "lvl2": "ex:waterLevel"})");
    EXPECT_EQ(context->compact("https://example.org/waterLevel"), "lvl2");  // the shortest
    EXPECT_EQ(context->compact("https://example.org/x"), "ex:x");
    EXPECT_EQ(context->compact("https://example.org/a/x"), "deep:x");  // the longest prefix
    EXPECT_EQ(context->compact("https://other.org/x"), "https://other.org/x");
    EXPECT_EQ(context->compact(std::string(kDefault) + "speed"), "speed");
    EXPECT_EQ(context->compact("https://uri.etsi.org/ngsi-ld/location"), "location");
    EXPECT_EQ(context->compact("https://uri.etsi.org/ngsi-ld/nothing"), "ngsi-ld:nothing");
    EXPECT_EQ(context->compact("https://example.org/"), "ex");
}

// A prefix that stands between two others in order, but begins neither.
TEST(Context, FindsAPrefixPastItsNeighbours) {
    const auto context = must(R"({"e": "https://e.org/", "a": "https://e.org/a/",
                                  "b": "https://e.org/b/", "c": "https://e.org/b/c/"})");
    EXPECT_EQ(context->compact("https://e.org/bz"), "e:bz");
    EXPECT_EQ(context->compact("https://e.org/b/cz"), "b:cz");
    EXPECT_EQ(context->compact("https://e.org/b/c/z"), "c:z");
    EXPECT_EQ(context->compact("https://e.orgz"), "https://e.orgz");
}

TEST(Context, NeverCompactsToANameThatMeansSomethingElse) {
    const auto context = must(R"({"speed": "https://example.org/speed"})");
    const std::string other = std::string(kDefault) + "speed";
    EXPECT_EQ(context->expand(context->compact(other)), other);
    const std::string colon = std::string(kDefault) + "a:b";
    EXPECT_EQ(context->expand(context->compact(colon)), colon);
}

TEST(Context, TheCoreAlwaysWins) {
    const auto context = must(R"([{"location": "https://example.org/location",
                                   "type": "https://example.org/type",
                                   "where": "https://uri.etsi.org/ngsi-ld/location"}])");
    EXPECT_EQ(context->expand("location"), "https://uri.etsi.org/ngsi-ld/location");
    EXPECT_EQ(context->expand("type"), "@type");
    EXPECT_EQ(context->compact("https://uri.etsi.org/ngsi-ld/location"), "location");
    EXPECT_EQ(context->expand("where"), "https://uri.etsi.org/ngsi-ld/location");
}

TEST(Context, VocabularyOfTheUser) {
    const auto context = must(R"({"@vocab": "https://example.org/v#"})");
    EXPECT_EQ(context->expand("speed"), "https://example.org/v#speed");
    EXPECT_EQ(context->compact("https://example.org/v#speed"), "speed");
    EXPECT_EQ(must(R"([{"@vocab": "https://example.org/"}, {"@vocab": null}])")->expand("a"),
              std::string(kDefault) + "a");
    EXPECT_FALSE(resolve(R"({"@vocab": 3})"));
}

TEST(Context, TermsByOtherTermsInAnyOrder) {
    const auto context = must(R"({"c": "b:c", "b": "a:b/", "a": "https://example.org/",
                                  "same": "c", "own": {"@type": "@id"}, "a:d": {}})");
    EXPECT_EQ(context->expand("c"), "https://example.org/b/c");
    EXPECT_EQ(context->expand("same"), "https://example.org/b/c");
    EXPECT_EQ(context->expand("own"), std::string(kDefault) + "own");
    EXPECT_EQ(context->expand("a:d"), "https://example.org/d");
}

TEST(Context, RefusesTermsDefinedByThemselves) {
    for (const char* text :
         {R"({"a": "b", "b": "a"})", R"({"a": "b:x", "b": "a:y"})", R"({"a": "a:x"})",
          R"({"a": {"@id": "b"}, "b": "c:z", "c": {"@id": "a"}})"}) {
        const auto context = resolve(text);
        ASSERT_FALSE(context) << text;
        EXPECT_EQ(context.error().code, ErrorCode::BadRequest);
        EXPECT_NE(context.error().where.find("@context/"), std::string::npos);
    }
}

TEST(Context, OnlySimpleTermsThatEndLikeAPrefixAreOne) {
    const auto context = must(R"({"word": "https://example.org/word",
                                  "big": {"@id": "https://example.org/big/"},
                                  "made": {"@id": "https://example.org/made", "@prefix": true}})");
    EXPECT_EQ(context->expand("word:x"), "word:x");
    EXPECT_EQ(context->expand("big:x"), "big:x");
    EXPECT_EQ(context->expand("made:x"), "https://example.org/madex");
}

// Found by fuzzing: what begins with @ is taken for a keyword, so no name may be made of it.
TEST(Context, ATermThatBeginsWithAtIsNoPrefix) {
    const auto context = must(R"({"@vocab-": "https://example.org/v#"})");
    EXPECT_EQ(context->compact("https://example.org/v#x"), "https://example.org/v#x");
}

TEST(Context, NullTakesADefinitionAway) {
    EXPECT_EQ(must(R"([{"a": "https://e.org/a"}, {"a": null}])")->expand("a"),
              std::string(kDefault) + "a");
    EXPECT_EQ(must(R"([{"a": "https://e.org/a"}, null])")->expand("a"),
              std::string(kDefault) + "a");
}

// 5.5.7
TEST(Context, RefusesAContextForOneTermAlone) {
    const auto unknown = [](std::string_view) -> Result<std::shared_ptr<const Json>> {
        return Error{ErrorCode::ContextNotAvailable, "not at hand"};
    };
    const auto context = resolve_context(
        *parse_json(R"({"a": {"@id": "https://e.org/a", "@context": {"b": "https://e.org/b"}}})"),
        unknown);
    ASSERT_FALSE(context);
    EXPECT_EQ(context.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(context.error().where, "@context/a");
}

TEST(Context, KeepsTypeAndContainer) {
    const auto context = must(R"({"a": {"@id": "https://e.org/a", "@type": "@vocab",
                                        "@container": ["@set", "@index"], "@protected": true},
                                  "@version": 1.1, "@protected": true, "@base": "https://e.org/",
                                  "t": {"@id": "https://e.org/t", "@type": "DateTime"}})");
    ASSERT_NE(context->find("a"), nullptr);
    EXPECT_EQ(context->find("a")->type, "@vocab");
    EXPECT_EQ(context->find("a")->container, "@set");
    EXPECT_EQ(context->find("t")->type, "https://uri.etsi.org/ngsi-ld/DateTime");
    EXPECT_EQ(context->find("b"), nullptr);
}

TEST(Context, LoadsRemoteOnesAndWhatTheyNameRelativeToThemselves) {
    const Files files{
        {"https://e.org/ctx/main.jsonld", R"({"@context": ["sub/part.jsonld", {"a": "p:a"}]})"},
        {"https://e.org/ctx/sub/part.jsonld", R"({"@context": {"p": "https://e.org/p#"}})"}};
    const auto context = must(R"(["https://e.org/ctx/main.jsonld"])", files);
    EXPECT_EQ(context->expand("a"), "https://e.org/p#a");
    EXPECT_EQ(to_text(context->source()), R"(["https://e.org/ctx/main.jsonld"])");
    EXPECT_EQ(must(R"("sub/part.jsonld")", files, "https://e.org/ctx/x")->expand("p:z"),
              "https://e.org/p#z");
    EXPECT_EQ(
        must(R"({"@import": "https://e.org/ctx/sub/part.jsonld", "b": "p:b"})", files)->expand("b"),
        "https://e.org/p#b");
}

TEST(Context, TheCoreIsNeverLoaded) {
    const auto context =
        must(R"(["https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.3.jsonld"])");
    EXPECT_EQ(context->size(), 0U);
    EXPECT_TRUE(is_core_context("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"));
    EXPECT_TRUE(is_core_context(kCoreContextUrl));
    EXPECT_FALSE(is_core_context("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.jsonld"));
    EXPECT_FALSE(is_core_context("https://evil.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"));
}

TEST(Context, RemoteFailuresNameTheUrl) {
    const auto missing = resolve(R"("https://e.org/none")");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::ContextNotAvailable);
    EXPECT_EQ(missing.error().where, "https://e.org/none");
    const auto empty = resolve(R"("https://e.org/a")", {{"https://e.org/a", "{}"}});
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().where, "https://e.org/a");
    EXPECT_FALSE(resolve(R"("relative.jsonld")"));
}

TEST(Context, RefusesOneThatIncludesItself) {
    const auto cycle = resolve(R"("https://e.org/a")",
                               {{"https://e.org/a", R"({"@context": "https://e.org/b"})"},
                                {"https://e.org/b", R"({"@context": ["https://e.org/a"]})"}});
    ASSERT_FALSE(cycle);
    EXPECT_EQ(cycle.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(cycle.error().where, "https://e.org/a");
}

TEST(Context, RefusesWhatIsNoContext) {
    for (const char* text :
         {"3", "true", R"([[3]])", R"({"a": 3})", R"({"a": {"@id": 3}})", R"({"@id": "x:y"})",
          R"({"": "https://e.org/"})", R"({"a": "@context"})", R"({"a": {"@type": 3}})",
          R"({"a": {"@id": "https://e.org/", "@prefix": 3}})", R"({"urn:x": "https://e.org/"})"}) {
        const auto context = resolve(text);
        ASSERT_FALSE(context) << text;
        EXPECT_EQ(context.error().code, ErrorCode::BadRequest) << text;
    }
}

TEST(Context, BoundsDepthNumberAndSize) {
    std::string deep(20, '[');
    deep += std::string(20, ']');
    EXPECT_EQ(code_of(resolve(deep)), ErrorCode::TooLarge);

    std::string many = "[";
    Files files;
    for (int i = 0; i < 65; ++i) {
        const std::string url = "https://e.org/" + std::to_string(i);
        files[url] = R"({"@context": {}})";
        many += (i > 0 ? ",\"" : "\"") + url + "\"";
    }
    EXPECT_EQ(code_of(resolve(many + "]", files)), ErrorCode::TooLarge);

    Json::Object terms;
    for (int i = 0; i < 100'001; ++i) terms.push_back({"t" + std::to_string(i), "https://e.org/t"});
    EXPECT_EQ(code_of(resolve_context(Json{std::move(terms)}, loader_of({}))), ErrorCode::TooLarge);

    std::string chain = R"({"t0": "https://e.org/")";
    for (int i = 1; i < 60; ++i) {
        chain.insert(1, "\"t" + std::to_string(i) + "\": \"t" + std::to_string(i - 1) + ":x/\",");
    }
    EXPECT_EQ(code_of(resolve(chain + "}")), ErrorCode::TooLarge);
}

TEST(Context, PartsAreViewsAndNameThePrefix) {
    const auto context = must(R"({"ex": "https://example.org/"})");
    const std::string iri = "https://example.org/x";
    const CompactName parts = context->compact_parts(iri);
    EXPECT_EQ(parts.prefix, "ex");
    EXPECT_EQ(parts.name.data(), iri.data() + iri.size() - 1);
}

}  // namespace
}  // namespace musubi
