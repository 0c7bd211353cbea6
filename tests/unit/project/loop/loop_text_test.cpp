#include "project/loop/loop_text.h"

#include <gtest/gtest.h>

#include "project/loop/loop_document.h"

namespace musubi::testing {
namespace {

TEST(LoopText, NothingOfAFileSteersATerminal) {
    EXPECT_EQ(plain_line("渇水期 OK"), "渇水期 OK");
    EXPECT_EQ(plain_line("a)\nOK b\x1b[8m"), "a)\\nOK b\\u{1b}[8m");
    EXPECT_EQ(plain_line("\r\t\x7f\u202e\u2066\u200f\u2028\u061c\xc2\x9b"),
              "\\u{d}\\t\\u{7f}\\u{202e}\\u{2066}\\u{200f}\\u{2028}\\u{61c}\\u{9b}");
    // Names with a variant of a sign, and what is joined from several, stay as they are.
    EXPECT_EQ(plain_line("辻\U000e0100 👨\u200d🌾 é\u3000"), "辻\U000e0100 👨\u200d🌾 é\u3000");
}

TEST(LoopText, PlainTextsHaveLinesAndTabsAndNothingElseThatSteers) {
    EXPECT_TRUE(is_plain_text("一行目\n二行目\t値"));
    EXPECT_FALSE(is_plain_line("一行目\n二行目"));
    EXPECT_TRUE(is_plain_line("総務 第12号"));
    for (const char* text : {"\x1b[8m", "\x07", "\r", "\u202e", "\xc2\x85", "\u2029"}) {
        EXPECT_FALSE(is_plain_text(text)) << plain_line(text);
        EXPECT_FALSE(is_plain_line(text)) << plain_line(text);
        EXPECT_FALSE(check_why(std::string{"進める"} + text, "/reason")) << plain_line(text);
    }
    EXPECT_TRUE(check_why("進める\n理由は二つ", "/reason"));
}

TEST(LoopText, ALineOfTheLoopIsPlain) {
    const auto titled = [](const std::string& title) {
        Json project;
        project.set("title", title);
        project.set("owner", "総務課");
        Json named;
        named.set("p", std::move(project));
        Json document;
        document.set("Project", std::move(named));
        return read_loop_document(document).has_value();
    };
    EXPECT_TRUE(titled("水位の見守り"));
    EXPECT_FALSE(titled("水位\u202eの見守り"));
    EXPECT_FALSE(titled("水位\xc2\x9bの見守り"));
}

}  // namespace
}  // namespace musubi::testing
