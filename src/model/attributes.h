#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace musubi {

struct Attribute;
using AttributePtr = std::shared_ptr<const Attribute>;

/// Attributes in the order of their arrival. A copy shares what it holds, so that a state, the one
/// before it and the change between them have each attribute once; one that is shared is copied
/// when it is to be changed.
class Attributes {
public:
    class Iterator {
    public:
        using iterator_category = std::random_access_iterator_tag;
        using value_type = Attribute;
        using difference_type = std::ptrdiff_t;
        using pointer = const Attribute*;
        using reference = const Attribute&;

        Iterator() = default;
        explicit Iterator(const AttributePtr* at) : at_{at} {}
        reference operator*() const { return **at_; }
        pointer operator->() const { return at_->get(); }
        reference operator[](difference_type n) const { return *at_[n]; }
        Iterator& operator++() { return *this += 1; }
        Iterator& operator--() { return *this += -1; }
        Iterator operator++(int) { return std::exchange(*this, *this + 1); }
        Iterator operator--(int) { return std::exchange(*this, *this + -1); }
        Iterator& operator+=(difference_type n) { return at_ += n, *this; }
        Iterator& operator-=(difference_type n) { return at_ -= n, *this; }
        friend Iterator operator+(Iterator it, difference_type n) { return it += n; }
        friend Iterator operator-(Iterator it, difference_type n) { return it -= n; }
        friend difference_type operator-(Iterator a, Iterator b) { return a.at_ - b.at_; }
        friend auto operator<=>(Iterator a, Iterator b) = default;

    private:
        const AttributePtr* at_ = nullptr;
    };
    using value_type = Attribute;
    using const_iterator = Iterator;

    Attributes() = default;
    Attributes(std::initializer_list<Attribute> all);

    [[nodiscard]] Iterator begin() const { return Iterator{all_.data()}; }
    [[nodiscard]] Iterator end() const { return Iterator{all_.data() + all_.size()}; }
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    [[nodiscard]] bool empty() const { return all_.empty(); }
    [[nodiscard]] const Attribute& operator[](std::size_t n) const { return *all_[n]; }
    [[nodiscard]] const Attribute& at(std::size_t n) const { return *all_.at(n); }
    [[nodiscard]] const Attribute& front() const { return *all_.front(); }
    [[nodiscard]] const Attribute& back() const { return *all_.back(); }
    /// The attribute itself, to be held by others as well.
    [[nodiscard]] const AttributePtr& shared(std::size_t n) const { return all_[n]; }

    void reserve(std::size_t size) { all_.reserve(size); }
    void clear() { all_.clear(); }
    void push_back(Attribute attribute);
    void push_back(AttributePtr attribute) { all_.push_back(std::move(attribute)); }
    /// A new one at the end, to be filled in.
    Attribute& emplace_back();
    void put(std::size_t n, AttributePtr attribute) { all_[n] = std::move(attribute); }
    void erase(std::size_t n) { all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(n)); }
    void erase(Iterator at) { erase(static_cast<std::size_t>(at - begin())); }
    void pop_back() { all_.pop_back(); }
    /// To be changed in its place.
    Attribute& own(std::size_t n);
    /// Taken out, to be changed and put elsewhere; the place is left null, and good for nothing but
    /// `put`.
    std::shared_ptr<Attribute> take(std::size_t n);

    template <typename Predicate>
    friend std::size_t erase_if(Attributes& attributes, Predicate predicate) {
        return std::erase_if(attributes.all_, [&](const AttributePtr& a) { return predicate(*a); });
    }

private:
    std::vector<AttributePtr> all_;
};

}  // namespace musubi
