#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/subscriptions/subscription.h"
#include "store/change.h"

namespace musubi {

/// Subscriptions put where a change finds those that may concern it: by the id of the entity, or by
/// its type together with the watched attributes and the beginning or the end of the id that a
/// pattern asks for (`^urn:ngsi-ld:Gauge:17`, `:17$`). What asks for nothing of this is offered for
/// each change. Many subscriptions of one type cost a change little as long as they differ in one
/// of these.
class SubscriptionShelves {
public:
    void put(const SubscriptionPtr& subscription);
    void drop(const SubscriptionPtr& subscription);
    /// Those that may be due, each once, in no order.
    [[nodiscard]] std::vector<SubscriptionPtr> candidates(const EntityChange& change) const;

private:
    using Line = std::vector<SubscriptionPtr>;
    void look(const std::string& key, std::vector<SubscriptionPtr>& out) const;
    void look_at_type(const EntityChange& change, const std::string& type,
                      std::vector<SubscriptionPtr>& out) const;

    std::unordered_map<std::string, Line> lines_;
    Line others_;
    using Lengths = std::map<std::size_t, std::size_t>;  // and how many lines have it
    void note(const std::string& attribute, const std::string& part, bool there);

    std::size_t by_attribute_ = 0;  // how many lines name an attribute
    Lengths beginnings_;
    Lengths endings_;
};

/// The text with which each id begins, or ends, that the pattern is found in; empty where that
/// can't be told.
[[nodiscard]] std::string beginning_of(std::string_view pattern);
[[nodiscard]] std::string ending_of(std::string_view pattern);

}  // namespace musubi
