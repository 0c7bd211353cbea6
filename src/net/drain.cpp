#include "net/drain.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <thread>

#include "base/clock.h"

namespace musubi {
namespace {

constexpr auto kLookAgain = std::chrono::milliseconds{2};

// False where the loop has been stopped; then `work` may still be called, later.
bool run_on(boost::asio::io_context& loop, std::function<void()> work) {
    if (loop.stopped()) return false;  // it would keep the work, and what that holds, for ever
    const auto done = std::make_shared<std::promise<void>>();
    std::future<void> ended = done->get_future();
    boost::asio::post(loop, [work = std::move(work), done] {
        work();
        done->set_value();
    });
    while (ended.wait_for(std::chrono::milliseconds{10}) != std::future_status::ready) {
        if (loop.stopped()) return false;
    }
    return true;
}

}  // namespace

void drain(boost::asio::io_context& loop, std::function<std::vector<Unsent>()> collect,
           Duration patience) {
    const SystemClock clock;
    const Duration end = clock.monotonic() + patience;
    const auto unsent = std::make_shared<std::vector<Unsent>>();
    if (!run_on(loop, [unsent, collect = std::move(collect)] { *unsent = collect(); })) return;
    while (!unsent->empty()) {
        const bool late = clock.monotonic() >= end;
        std::this_thread::sleep_for(kLookAgain);
        const bool looked = run_on(loop, [unsent, late] {
            std::erase_if(*unsent, [](const Unsent& one) { return !one.is_left(); });
            if (!late) return;
            for (const Unsent& one : *unsent) one.cut();
            unsent->clear();
        });
        if (!looked) return;
    }
}

}  // namespace musubi
