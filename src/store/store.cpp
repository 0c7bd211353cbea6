#include "store/store.h"

#include <algorithm>
#include <future>
#include <thread>

namespace musubi {

Result<Committed> Store::commit(const Caller& caller,
                                std::function<Result<void>(Transaction&)> run) {
    for (Duration pause = milliseconds(1);; pause = std::min(pause * 2, milliseconds(50))) {
        auto outcome = std::make_shared<std::promise<Result<Committed>>>();
        auto future = outcome->get_future();
        submit({.caller = caller, .run = run, .done = [outcome](Result<Committed> result) {
                    outcome->set_value(std::move(result));
                }});
        Result<Committed> result = future.get();
        if (result || result.error().code != ErrorCode::Busy) return result;
        std::this_thread::sleep_for(std::chrono::microseconds(pause.us));
    }
}

}  // namespace musubi
