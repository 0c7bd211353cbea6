#include "base/json_fault.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

namespace musubi {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Goes through the text value by value; what it expects next is all it knows.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_{text} {}

    JsonFault run() {
        for (skip_space(); fault_.what.empty() && step(); skip_space()) {
        }
        return fault_;
    }

private:
    enum class Expect { Value, ValueOrEnd, Name, NameOrEnd, After };

    void skip_space() {
        const std::size_t next = text_.find_first_not_of(" \t\r\n", at_);
        at_ = std::min(next, text_.size());
    }
    [[nodiscard]] bool ended() const { return at_ == text_.size(); }
    [[nodiscard]] bool sees(char c) const { return !ended() && text_[at_] == c; }
    bool take(char c) {
        if (!sees(c)) return false;
        ++at_;
        return true;
    }
    bool fail(std::string_view what) { return fail_at(at_, what); }
    bool fail_at(std::size_t at, std::string_view what) {
        fault_ = {.at = at, .what = ended() && at == at_ ? "the text ends too early" : what};
        return false;
    }

    // One value, name or punctuation. False: the end, or a fault.
    bool step() {
        switch (expect_) {
            case Expect::Value: return value();
            case Expect::ValueOrEnd: return sees(']') ? close() : value();
            case Expect::Name: return name();
            case Expect::NameOrEnd: return sees('}') ? close() : name();
            case Expect::After: return after();
        }
        return false;
    }
    bool value() {
        expect_ = Expect::After;
        if (take('{')) return open(true);
        if (take('[')) return open(false);
        if (sees('"')) return string();
        if (sees('-') || (!ended() && is_digit(text_[at_]))) return number();
        for (const std::string_view word : {"true", "false", "null"}) {
            if (!text_.substr(at_).starts_with(word)) continue;
            at_ += word.size();
            return true;
        }
        return fail("a value is expected here");
    }
    bool open(bool object) {
        in_object_.push_back(object);
        expect_ = object ? Expect::NameOrEnd : Expect::ValueOrEnd;
        return true;
    }
    bool close() {
        ++at_;
        in_object_.pop_back();
        expect_ = Expect::After;
        return true;
    }
    bool name() {
        if (!sees('"')) return fail("the name of a member is expected here, in double quotes");
        if (!string()) return false;
        skip_space();
        if (!take(':')) return fail("a ':' is expected here");
        expect_ = Expect::Value;
        return true;
    }
    bool after() {
        if (in_object_.empty()) return !ended() && fail("nothing may follow the value");
        const bool object = in_object_.back();
        if (take(',')) {
            expect_ = object ? Expect::Name : Expect::Value;
            return true;
        }
        if (sees(object ? '}' : ']')) return close();
        return fail(object ? "a ',' or '}' is expected here" : "a ',' or ']' is expected here");
    }

    bool string() {
        const std::size_t begin = at_++;
        while (!ended()) {
            const auto c = static_cast<unsigned char>(text_[at_]);
            if (c < 0x20) return fail("a control character must be written as \\u00..");
            ++at_;
            if (c == '"') return true;
            if (c == '\\' && !escape()) return false;
        }
        return fail_at(begin, "this text has no closing quote");
    }
    bool escape() {
        const std::size_t begin = at_ - 1;
        if (ended()) return fail({});
        if (text_[at_] != 'u') {
            if (std::string_view{"\"\\/bfnrt"}.find(text_[at_++]) != std::string_view::npos) {
                return true;
            }
            return fail_at(begin, "there is no such escape");
        }
        const unsigned first = unit();
        if (first == kNoUnit) return fail_at(begin, "\\u needs four hexadecimal digits");
        if (first < 0xd800 || first > 0xdfff) return true;
        const bool pair = first < 0xdc00 && take('\\') && sees('u');
        const unsigned second = pair ? unit() : kNoUnit;
        if (second >= 0xdc00 && second <= 0xdfff) return true;
        return fail_at(begin, "this half of a surrogate pair lacks the other");
    }
    // The number in `uXXXX`.
    unsigned unit() {
        unsigned number = kNoUnit;
        const std::string_view digits = text_.substr(std::min(at_ + 1, text_.size()), 4);
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
        if (digits.size() < 4 || read.ptr != digits.data() + 4) return kNoUnit;
        at_ += 5;
        return number;
    }
    bool digits() {
        const std::size_t begin = at_;
        while (!ended() && is_digit(text_[at_])) ++at_;
        return at_ > begin || fail("a digit is expected here");
    }
    bool number() {
        const std::size_t begin = at_;
        take('-');
        if (!take('0') && !digits()) return false;
        if (!ended() && is_digit(text_[at_])) {
            return fail_at(begin, "a number has no leading zeros");
        }
        const bool whole = !sees('.') && !sees('e') && !sees('E');
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!digits()) return false;
        }
        return fits(begin, whole);
    }
    // What the grammar allows and no number of ours can hold.
    bool fits(std::size_t begin, bool whole) {
        const char* const from = text_.data() + begin;
        const char* const to = text_.data() + at_;
        double value = 0;
        std::uint64_t large = 0;
        std::int64_t small = 0;
        const bool held = whole ? std::from_chars(from, to, large).ec == std::errc{} ||
                                      std::from_chars(from, to, small).ec == std::errc{}
                                : std::from_chars(from, to, value).ec == std::errc{};
        return held || fail_at(begin, "this number is too large");
    }

    static constexpr unsigned kNoUnit = 0xffffffff;
    std::string_view text_;
    std::size_t at_ = 0;
    Expect expect_ = Expect::Value;
    std::vector<bool> in_object_;
    JsonFault fault_;
};

}  // namespace

JsonFault find_json_fault(std::string_view text) { return Scanner{text}.run(); }

}  // namespace musubi
