#include "net/server_stream.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace musubi {

StreamBuffer::Written StreamBuffer::write(std::string_view bytes) {
    return state_.with([&](State& state) -> Written {
        if (state.gone || state.ended || state.overflown) return {};
        if (bytes.empty()) return {.accepted = true};
        if (state.bytes.size() + state.in_flight + bytes.size() > limit_) {
            state.overflown = true;
            return {.accepted = false, .wake = true};  // even if it waits for the peer already
        }
        const bool wake = !std::exchange(state.told, true);
        if (chunked_) fmt::format_to(std::back_inserter(state.bytes), "{:x}\r\n", bytes.size());
        state.bytes += bytes;
        if (chunked_) state.bytes += "\r\n";
        return {.accepted = true, .wake = wake};
    });
}

bool StreamBuffer::end() {
    return state_.with([&](State& state) {
        if (state.gone || state.ended || state.overflown) return false;
        state.ended = true;
        if (chunked_) state.bytes += "0\r\n\r\n";
        return !std::exchange(state.told, true);
    });
}

bool StreamBuffer::cut() {
    return state_.with([&](State& state) {
        if (state.gone || state.cut) return false;
        const bool first = !state.ended;
        state.bytes = chunked_ && first && !state.overflown ? "0\r\n\r\n" : "";
        state.ended = state.cut = true;
        return true;  // even if it waits for the peer already
    });
}

bool StreamBuffer::writable() const {
    return state_.with([&](const State& state) {
        return !state.gone && !state.ended && !state.overflown &&
               state.bytes.size() + state.in_flight < limit_ / 2;
    });
}

bool StreamBuffer::closed() const {
    return state_.with(
        [](const State& state) { return state.gone || state.ended || state.overflown; });
}

bool StreamBuffer::is_lost() const {
    return state_.with([](const State& state) { return state.overflown || state.cut; });
}

StreamBuffer::Taken StreamBuffer::take() {
    return state_.with([](State& state) {
        Taken taken{.bytes = std::exchange(state.bytes, {}),
                    .ended = state.ended,
                    .overflown = state.overflown};
        state.told = false;
        state.in_flight = taken.bytes.size();
        return taken;
    });
}

void StreamBuffer::abandon() {
    state_.with([](State& state) {
        state.gone = true;
        std::string{}.swap(state.bytes);
        state.in_flight = 0;
    });
}

}  // namespace musubi
