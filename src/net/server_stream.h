#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "net/http_server.h"

namespace musubi {

/// What is written to a stream and not yet taken by its connection. Safe from any thread.
class StreamBuffer {
public:
    StreamBuffer(std::size_t limit, bool chunked) : limit_{limit}, chunked_{chunked} {}

    struct Written {
        bool accepted = false;
        bool wake = false;  ///< the connection must be told
    };
    Written write(std::string_view bytes);
    /// Nothing more will come; true where the connection must be told.
    bool end();
    /// What is not taken yet is dropped and nothing more will come; true where the connection must
    /// be told.
    bool cut();
    [[nodiscard]] bool writable() const;
    [[nodiscard]] bool closed() const;
    /// A peer that has not taken what is under way gets no more of it: more was written than the
    /// limit allows, or it was cut.
    [[nodiscard]] bool is_lost() const;

    struct Taken {
        std::string bytes;
        bool ended = false;      ///< these are the last
        bool overflown = false;  ///< the peer was too slow: close
    };
    /// For the connection, when all it took before is sent.
    Taken take();
    /// The connection is gone.
    void abandon();

private:
    struct State {
        std::string bytes;
        std::size_t in_flight = 0;
        bool told = false;
        bool ended = false;
        bool overflown = false;
        bool cut = false;
        bool gone = false;
    };
    std::size_t limit_;
    bool chunked_;
    Guarded<State> state_;
};

}  // namespace musubi
