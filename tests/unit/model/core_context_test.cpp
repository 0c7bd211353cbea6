#include <gtest/gtest.h>

#include "model/context.h"
#include "support/test_data.h"

namespace musubi {
namespace {

// The published document, with its prefixes put in.
std::string published_iri(std::string_view text) {
    for (const auto& [prefix, iri] : {std::pair{"ngsi-ld:", "https://uri.etsi.org/ngsi-ld/"},
                                      std::pair{"geojson:", "https://purl.org/geojson/vocab#"}}) {
        if (text.starts_with(prefix)) {
            return iri + std::string(text.substr(std::string_view{prefix}.size()));
        }
    }
    return std::string(text);
}

std::string text_member(const Json& term, std::string_view name) {
    const Json* member = term.find(name);
    return member == nullptr ? std::string{} : member->string();
}

Json published_terms(const std::filesystem::path& data, const std::string& version) {
    const auto file = data / ".." / "contexts" / ("ngsi-ld-core-context-v" + version + ".jsonld");
    const std::string text = test::read_file(file);
    if (text.empty()) return {};
    // One of them has its address on a line before the document.
    auto document = parse_json(std::string_view{text}.substr(text.find('{')));
    if (!document || document->find("@context") == nullptr) return {};
    return *document->find("@context");
}

TEST(CoreContext, SaysWhatThePublishedOneSays) {
    REQUIRE_TEST_DATA(data);
    const Json terms = published_terms(*data, "1.9");
    ASSERT_TRUE(terms.is_object());
    std::size_t count = 0;
    for (const JsonMember& m : terms.object()) {
        if (m.name.starts_with('@')) continue;
        ++count;
        const std::string iri =
            published_iri(m.value.is_string() ? m.value.string() : text_member(m.value, "@id"));
        std::string type = text_member(m.value, "@type");
        if (type == "DateTime") type = "https://uri.etsi.org/ngsi-ld/DateTime";

        const Context::Term* ours = core_context()->find(m.name);
        ASSERT_NE(ours, nullptr) << m.name;
        EXPECT_EQ(ours->iri, iri) << m.name;
        EXPECT_EQ(ours->type, type) << m.name;
        EXPECT_EQ(ours->container, text_member(m.value, "@container")) << m.name;
        EXPECT_EQ(core_context()->compact(iri), iri.starts_with('@') ? iri : m.name);
    }
    EXPECT_EQ(core_context()->size(), count);
    EXPECT_EQ(core_context()->expand("x"), terms.find("@vocab")->string() + "x");
}

TEST(CoreContext, KeepsTheTermsOfFormerVersions) {
    REQUIRE_TEST_DATA(data);
    std::string gone;
    for (const std::string version : {"1.3", "1.4", "1.5"}) {
        const Json terms = published_terms(*data, version);
        ASSERT_TRUE(terms.is_object()) << version;
        for (const JsonMember& m : terms.object()) {
            if (m.name.starts_with('@')) continue;
            if (core_context()->find(m.name) == nullptr) gone += m.name + " ";
        }
    }
    // What 1.9 itself no longer has; everything else of a former version is still understood.
    EXPECT_EQ(gone, "");
}

TEST(CoreContext, IsOneSnapshotForAll) {
    EXPECT_EQ(core_context().get(), core_context().get());
    EXPECT_EQ(core_context()->source().string(), kCoreContextUrl);
}

}  // namespace
}  // namespace musubi
