#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "net/http.h"

namespace musubi {

/// What is accepted of an answer.
struct ResponseRules {
    bool to_head = false;  ///< the request was HEAD: no body follows
    std::size_t max_body_bytes = 0;
    bool drop_body = false;  ///< count it, but do not keep it
};

/// Reads one answer out of a peer's bytes, however they are split (RFC 9112): skips interim answers
/// (1xx), reads chunks, a length, or up to the end of the connection. No sockets, no clock.
/// Memory: 64 kB of head, and the body's limit.
class HttpResponseParser {
public:
    explicit HttpResponseParser(const ResponseRules& rules);
    HttpResponseParser(const HttpResponseParser&) = delete;
    HttpResponseParser& operator=(const HttpResponseParser&) = delete;
    ~HttpResponseParser();

    /// Fails: TooLarge; Unavailable where this is not HTTP/1.1.
    Result<void> feed(std::string_view bytes);
    /// The peer closed its side. Fails: Unavailable where the answer is not whole.
    Result<void> end();
    [[nodiscard]] bool complete() const noexcept { return complete_; }
    /// True once a byte of the answer was fed.
    [[nodiscard]] bool started() const noexcept { return started_; }
    /// After complete: whether another request may use the connection.
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] HttpResponse take();

private:
    class Grammar;
    Result<std::size_t> parse(std::string_view bytes);
    Result<void> next_after_interim();

    ResponseRules rules_;
    std::unique_ptr<Grammar> grammar_;
    std::string held_;  ///< not parsed yet: a part of the head or of a chunk's head
    std::size_t head_bytes_ = 0;
    int interim_ = 0;
    bool started_ = false;
    bool complete_ = false;
    bool surplus_ = false;  ///< bytes came behind the answer
};

}  // namespace musubi
