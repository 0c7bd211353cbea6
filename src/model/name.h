#pragma once

#include <atomic>
#include <compare>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace musubi {

/// What reads as a text.
template <typename T>
concept TextLike = std::convertible_to<T, std::string_view>;

/// The expanded name of an attribute: the same few names stand in every entity, so that copies
/// share the text. Reads as a `const std::string&`.
class Name {
public:
    Name() = default;
    template <TextLike Text>
    Name(const Text& text)  // NOLINT: from what a string is made of
        : Name{std::string{std::string_view{text}}, {}} {}
    explicit Name(std::string&& text) : Name{std::move(text), Entry{}} {}

    /// Which book of names a text is entered in, and under which number; 0: none.
    struct Entry {
        std::uint64_t book = 0;
        std::uint32_t number = 0;
    };
    Name(std::string text, Entry entry)
        : kept_{text.empty() ? nullptr : std::make_shared<const Kept>(std::move(text), entry)} {}
    /// The number in that book; 0: it has none there, or none that its copies know of.
    [[nodiscard]] std::uint32_t number_in(std::uint64_t book) const {
        return kept_ && kept_->book == book ? kept_->number.load(std::memory_order_relaxed) : 0;
    }
    /// This and all copies forget their number.
    void strike() const {
        if (kept_) kept_->number.store(0, std::memory_order_relaxed);
    }

    [[nodiscard]] const std::string& text() const { return kept_ ? kept_->text : none(); }
    operator const std::string&() const { return text(); }  // NOLINT: as a string is
    operator std::string_view() const { return text(); }    // NOLINT: as a string is
    [[nodiscard]] bool empty() const { return !kept_; }
    [[nodiscard]] std::size_t size() const { return text().size(); }
    [[nodiscard]] bool starts_with(std::string_view part) const { return text().starts_with(part); }

    friend bool operator==(const Name& a, const Name& b) {
        return a.kept_ == b.kept_ || a.text() == b.text();
    }
    friend std::strong_ordering operator<=>(const Name& a, const Name& b) {
        return a.text() <=> b.text();
    }
    template <TextLike Text>
    friend bool operator==(const Name& a, const Text& b) {
        return a.text() == std::string_view{b};
    }
    template <TextLike Text>
    friend std::strong_ordering operator<=>(const Name& a, const Text& b) {
        return std::string_view{a.text()} <=> std::string_view{b};
    }

private:
    struct Kept {
        Kept(std::string t, Entry entry)
            : text{std::move(t)}, book{entry.book}, number{entry.number} {}
        std::string text;
        std::uint64_t book;
        mutable std::atomic<std::uint32_t> number;
    };
    static const std::string& none() {
        static const std::string kNone;
        return kNone;
    }
    std::shared_ptr<const Kept> kept_;
};

}  // namespace musubi
