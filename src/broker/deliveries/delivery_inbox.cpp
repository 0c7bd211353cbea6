#include "broker/deliveries/delivery_inbox.h"

#include <chrono>
#include <utility>

#include "broker/deliveries/delivery.h"

namespace musubi {

void DeliveryInbox::keep(Event event) {
    const auto* put = std::get_if<Put>(&event);
    if (put == nullptr) {
        mail_.events.push_back(std::move(event));
        return;
    }
    // Once one was left to be read later, so are those behind it.
    if (bytes_ < kMaxBytes && mail_.unread.empty()) {
        bytes_ += put->name.size() + put->value.size();
        mail_.events.push_back(std::move(event));
        return;
    }
    ++mail_.unread_count[put->tenant];
    auto& first = mail_.unread[{put->tenant, channel_in(put->name)}];
    if (first.empty() || put->name < first) first = put->name;
}

void DeliveryInbox::push(Event event) {
    {
        const std::lock_guard lock{mutex_};
        keep(std::move(event));
    }
    grown_.notify_one();
}

void DeliveryInbox::push(std::vector<Event> events) {
    {
        const std::lock_guard lock{mutex_};
        for (Event& event : events) keep(std::move(event));
    }
    grown_.notify_one();
}

DeliveryInbox::Mail DeliveryInbox::take(Duration wait) {
    std::unique_lock lock{mutex_};
    if (wait.us > 0) {
        grown_.wait_for(lock, std::chrono::microseconds(wait.us),
                        [&] { return woken_ || !mail_.empty(); });
    }
    woken_ = false;
    bytes_ = 0;
    return std::exchange(mail_, {});
}

void DeliveryInbox::wake() {
    {
        const std::lock_guard lock{mutex_};
        woken_ = true;
    }
    grown_.notify_one();
}

}  // namespace musubi
