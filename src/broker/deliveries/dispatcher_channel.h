#pragma once

#include "broker/deliveries/dispatcher.h"

namespace musubi {

// The inside of Dispatcher: dispatcher.cpp decides what goes next, dispatcher_window.cpp what of
// the outbox is in memory.

struct Dispatcher::Entry {
    enum class State { Waiting, Resting, UnderWay, Done };
    std::string name;
    std::shared_ptr<const Delivery> delivery;  // null once done
    std::size_t bytes = 0;
    State state = State::Waiting;
    bool gone = false;  // left the outbox while under way
    unsigned attempts = 0;
    unsigned refusals = 0;
    std::uint64_t round = 0;  // of the channel, when it was sent
    Duration rests_until;
};

struct Dispatcher::Channel {
    ChannelKey key;
    std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries;
    std::unordered_map<std::string, std::deque<Entry*>> of_entity;  // in order; the first may go
    std::deque<Entry*> ready;
    std::multimap<std::int64_t, Entry*> resting;
    std::size_t in_flight = 0;
    std::size_t live = 0;  // entries that are not done
    Duration not_before;
    unsigned failures = 0;    // in a row
    std::uint64_t round = 0;  // counts the failures that were believed
    bool runnable = false;
    std::optional<std::int64_t> timer;
    bool unread = false;     // the outbox holds more than `entries`
    std::string read_after;  // up to here all is, or was, in `entries`
};

}  // namespace musubi
