#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <vector>

#include "base/time.h"

namespace musubi {

/// Something that an event loop has begun to send and that its peer has not taken whole. Both on
/// the loop.
struct Unsent {
    std::function<bool()> is_left;  ///< it still is so
    std::function<void()> cut;      ///< what is left does not leave any more
};

/// Waits until an event loop has come to the end of what it was at, and until its peers have taken
/// what `collect` (called on the loop then) finds; cuts what is left after `patience`. For a thread
/// that may wait, never the loop's own. Gives up where the loop has been stopped.
void drain(boost::asio::io_context& loop, std::function<std::vector<Unsent>()> collect,
           Duration patience);

}  // namespace musubi
