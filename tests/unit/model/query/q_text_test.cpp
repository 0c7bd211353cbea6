#include <gtest/gtest.h>

#include "base/random.h"
#include "unit/model/query/sample.h"

namespace musubi {
namespace {

bool same(const QueryNode& a, const QueryNode& b) {
    const bool same_pattern = a.pattern.has_value() == b.pattern.has_value() &&
                              (!a.pattern || a.pattern->text() == b.pattern->text());
    return a.kind == b.kind && a.path == b.path && a.op == b.op && a.value == b.value &&
           same_pattern && a.children.size() == b.children.size() &&
           std::equal(a.children.begin(), a.children.end(), b.children.begin(), same);
}

/// Writes random queries by the grammar of 4.9.
class Writer {
public:
    explicit Writer(std::uint64_t seed) : random_{seed} {}

    std::string query(int depth) {
        std::string out = part(depth);
        for (int i = static_cast<int>(below(4)); i > 0; --i) {
            out += pick({";", "|", " ; ", " | "});
            out += part(depth);
        }
        return out;
    }

private:
    std::string part(int depth) {
        if (depth == 0 || below(3) != 0) return term();
        std::string out{"("};
        out += query(depth - 1);
        return out += ')';
    }

    std::string term() {
        std::string out = path();
        switch (below(5)) {
            case 0: return out;
            case 1: return out + pick({"<", "<=", ">", ">=", "==", "!="}) + ordered();
            case 2: return out + pick({"~=", "!~="}) + pattern();
            case 3: {
                const auto kind = below(3);
                return out + pick({"==", "!="}) + ordered(kind) + ".." + ordered(kind);
            }
            default: break;
        }
        out += pick({"==", "!="});
        out += value();
        for (auto i = below(3); i > 0; --i) {
            out += ',';
            out += value();
        }
        return out;
    }

    std::string path() {
        std::string out = name();
        for (auto i = below(3); i > 0; --i) {
            out += '.';
            out += name();
        }
        if (below(4) == 0) return out + pick({".observedAt", ".modifiedAt", ".unitCode"});
        if (below(4) == 0) out += pick({"[en]", "[*]", "[a.b.c]", "[市.町]"});
        return out;
    }

    std::string name() {
        return pick({"a", "currentLevel", "水位", "createdAt", "observedAt", "my_name",
                     "https://example.org/terms/v1.0/level", "urn:x:y.z", "<http://a.b/c;d(e)>",
                     "location", "geo:x"});
    }

    std::string ordered() { return ordered(below(3)); }
    std::string ordered(std::uint64_t kind) {
        if (kind == 0) return pick({"0", "-1", "2.5", "1e9", "-0.001", "-0e7", "9007199254740993"});
        if (kind == 1) return pick({R"("")", R"("a;b|c")", R"("\"\\")", R"("水\n位")", R"("2")"});
        return pick({"2021-08-14T08:50:00Z", "2021-08-14T08:50:00.5Z"});
    }
    std::string value() {
        if (below(2) == 0) return ordered();
        return pick({"true", "false", "urn:ngsi-ld:A:1", "https://a.b/c..d", "word", "2021-08-14",
                     "08:30:00Z", "開"});
    }
    std::string pattern() {
        return pick({R"x("a;b|(c)")x", R"x("^\d+\"$")x", R"x(x\"y)x", "^(a|b;c)+$", R"x("\\")x",
                     "[|;)]", R"x(\\\\x)x", R"x("水+")x"});
    }

    std::uint64_t below(std::uint64_t n) { return random_.next() % n; }
    std::string pick(std::initializer_list<const char*> choices) {
        return choices.begin()[below(choices.size())];
    }
    SeededRandom random_;
};

TEST(QText, IsReadBackAsTheSameQuery) {
    int read = 0;
    for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
        const std::string written = Writer{seed}.query(3);
        const auto query = parse_q(written, *core_context());
        if (!query) continue;  // a time with members, an unbalanced pattern
        ++read;
        const std::string text = to_text(*query);
        const auto again = parse_q(text, *core_context());
        ASSERT_TRUE(again) << written << "\n" << text << "\n" << to_text(again.error());
        ASSERT_TRUE(same(*query, *again)) << written << "\n" << text;
        ASSERT_EQ(to_text(*again), text);
    }
    EXPECT_GT(read, 3'000);
}

TEST(QText, IsWhatExplainShows) {
    const auto query =
        parse_q(R"((水位>4 | a.observedAt<2021-08-14T08:50:00Z);b[c]=="x",y)", *core_context());
    ASSERT_TRUE(query);
    const std::string v = "<https://uri.etsi.org/ngsi-ld/default-context/";
    EXPECT_EQ(to_text(*query), "(" + v + "水位>>4|" + v + "a>.observedAt<2021-08-14T08:50:00Z);" +
                                   v + "b>[c]==\"x\",y");
}

}  // namespace
}  // namespace musubi
