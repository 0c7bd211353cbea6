#include "net/response_parser.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "net/http_grammar.h"

namespace musubi {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kMaxHead = 64U << 10U;
constexpr std::size_t kMaxHeaders = 256;
constexpr int kMaxInterim = 16;

Error not_http(std::string_view why) {
    return {ErrorCode::Unavailable, fmt::format("the peer's answer is not HTTP/1.1: {}", why)};
}

}  // namespace

class HttpResponseParser::Grammar final : public http::basic_parser<false> {
public:
    explicit Grammar(const ResponseRules& rules) : rules_{rules} {
        header_limit(kMaxHead);
        body_limit(rules.max_body_bytes);
        skip(rules.to_head);
    }

    HttpResponse response;

private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}
    void on_response_impl(int status, string_view, int, error_code&) override {
        response.status = status;
    }
    void on_field_impl(http::field, string_view name, string_view value, error_code& ec) override {
        if (in_body_) return;  // a trailer
        if (response.headers.size() >= kMaxHeaders) {
            ec = http::error::header_limit;
            return;
        }
        response.headers.emplace_back(std::string{name.data(), name.size()},
                                      std::string{value.data(), value.size()});
    }
    void on_header_impl(error_code&) override { in_body_ = true; }
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(string_view body, error_code&) override {
        if (!rules_.drop_body) response.body.append(body.data(), body.size());
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& ec) override {
        return on_body_impl(body, ec);
    }
    void on_finish_impl(error_code&) override {}

    const ResponseRules& rules_;
    bool in_body_ = false;
};

HttpResponseParser::HttpResponseParser(const ResponseRules& rules)
    : rules_{rules}, grammar_{std::make_unique<Grammar>(rules_)} {}

HttpResponseParser::~HttpResponseParser() = default;

Result<std::size_t> HttpResponseParser::parse(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && !complete_) {
        boost::beast::error_code ec;
        const bool in_head = !grammar_->is_header_done();
        if (!in_head && grammar_->chunked() && bytes.size() - used < kLeastChunkBytes) break;
        const std::size_t n =
            grammar_->put(boost::asio::const_buffer{bytes.data() + used, bytes.size() - used}, ec);
        used += n;
        if (in_head) head_bytes_ += n;
        if (head_bytes_ > kMaxHead || ec == http::error::header_limit) {
            return Error{ErrorCode::TooLarge, "the head of the peer's answer is too large"};
        }
        if (ec == http::error::body_limit) {
            return Error{ErrorCode::TooLarge, "the peer's answer is too large"};
        }
        if (ec == http::error::need_more) break;
        if (ec) return not_http(ec.message());
        if (!grammar_->is_done()) continue;
        if (grammar_->response.status / 100 == 1) {
            TRY(next_after_interim());
        } else {
            complete_ = true;
        }
    }
    return used;
}

Result<void> HttpResponseParser::next_after_interim() {
    if (grammar_->response.status == 101) return not_http("it changes to another protocol");
    if (++interim_ > kMaxInterim) return not_http("too many interim answers");
    grammar_ = std::make_unique<Grammar>(rules_);
    return {};
}

Result<void> HttpResponseParser::feed(std::string_view bytes) {
    if (bytes.empty()) return {};
    started_ = true;
    if (complete_) {
        surplus_ = true;
        return {};
    }
    if (held_.empty()) {
        const std::size_t used = TRY(parse(bytes));
        held_ = bytes.substr(used);
    } else {
        held_ += bytes;
        const std::size_t used = TRY(parse(held_));
        held_.erase(0, used);
    }
    if (complete_) {
        surplus_ = !held_.empty();
    } else if (held_.size() > kMaxHead) {
        return Error{ErrorCode::TooLarge, "the head of the peer's answer is too large"};
    }
    return {};
}

Result<void> HttpResponseParser::end() {
    if (complete_) return {};
    if (!started_) {
        return Error{ErrorCode::Unavailable, "the peer closed the connection without an answer"};
    }
    boost::beast::error_code ec;
    if (held_.empty() && grammar_->is_header_done()) {
        grammar_->put_eof(ec);
        complete_ = !ec;
    }
    if (complete_) return {};
    return Error{ErrorCode::Unavailable,
                 "the peer closed the connection in the middle of its answer"};
}

bool HttpResponseParser::keep_alive() const {
    return complete_ && !surplus_ && grammar_->keep_alive();
}

HttpResponse HttpResponseParser::take() { return std::move(grammar_->response); }

}  // namespace musubi
