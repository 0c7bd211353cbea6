#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <string_view>

#include "net/http.h"
#include "net/http_parser.h"

namespace musubi {

/// Beast's chunk reader asserts that it sees this many bytes (`0`, two line ends) once it has met
/// the last chunk. Whatever part of a chunked body is read, as many always follow.
constexpr std::size_t kLeastChunkBytes = 5;

/// The body of a chunked request as it comes; false stops the reading (no room).
class BodySink {
public:
    BodySink() = default;
    BodySink(const BodySink&) = delete;
    BodySink& operator=(const BodySink&) = delete;
    virtual ~BodySink() = default;
    virtual bool append(std::string_view bytes) = 0;
};

/// Beast's request grammar with handlers that copy nothing: names and values are noted as views
/// into the bytes given. Stricter than Beast where two readers could disagree. Made anew for each
/// request.
class RequestGrammar final : public boost::beast::http::basic_parser<true> {
public:
    RequestGrammar(const HttpLimits& limits, HttpRequest& request, HttpFault& fault,
                   BodySink& sink);

    /// Reads the whole head, in one piece. Fails: false, with the fault set.
    bool read_head(std::string_view head);
    /// Reads a part of a chunked body; gives how many bytes were used. Sets the fault where it
    /// fails; is_done() after the last chunk.
    std::size_t read_chunks(std::string_view bytes);

    [[nodiscard]] bool expects_continue() const noexcept { return expects_continue_; }
    [[nodiscard]] bool http_10() const noexcept { return http_10_; }
    [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;
    using field = boost::beast::http::field;

    void on_request_impl(boost::beast::http::verb method, string_view method_text,
                         string_view target, int version, error_code& ec) override;
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_field_impl(field name, string_view name_text, string_view value,
                       error_code& ec) override;
    void on_header_impl(error_code& ec) override;
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(string_view body, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t left, string_view body, error_code& ec) override;
    void on_finish_impl(error_code&) override {}

    void refuse(int status, std::string_view detail, error_code& ec);
    void note_beast_error(const error_code& ec, std::string_view head);
    bool split_target(std::string_view target);
    void check_host(std::string_view value, error_code& ec);

    const HttpLimits& limits_;
    HttpRequest& request_;
    HttpFault& fault_;
    BodySink& sink_;
    bool http_10_ = false;
    bool has_length_ = false;
    bool has_coding_ = false;
    bool has_host_ = false;
    bool expects_continue_ = false;
    bool in_head_ = true;
    bool failed_ = false;
};

}  // namespace musubi
