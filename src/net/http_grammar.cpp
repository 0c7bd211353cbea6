#include "net/http_grammar.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>

#include "net/http_text.h"

namespace musubi {
namespace {

namespace http = boost::beast::http;

std::string_view std_view(boost::beast::string_view text) { return {text.data(), text.size()}; }

HttpMethod method_of(http::verb verb) {
    switch (verb) {
        case http::verb::get: return HttpMethod::Get;
        case http::verb::head: return HttpMethod::Head;
        case http::verb::post: return HttpMethod::Post;
        case http::verb::put: return HttpMethod::Put;
        case http::verb::patch: return HttpMethod::Patch;
        case http::verb::delete_: return HttpMethod::Delete;
        case http::verb::options: return HttpMethod::Options;
        default: return HttpMethod::Other;
    }
}

bool is_host_char(char c) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
    return std::string_view{"-._~%!$&'()*+;=:[]"}.find(c) != std::string_view::npos;
}

/// True where the first line ends in a well-formed version: one that we do not speak.
bool names_a_version(std::string_view head) {
    const std::string_view line = head.substr(0, head.find('\r'));
    if (line.size() < 9) return false;
    const std::string_view last = line.substr(line.size() - 9);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return last.starts_with(" HTTP/") && digit(last[6]) && last[7] == '.' && digit(last[8]);
}

HttpFault fault_of(const boost::beast::error_code& ec, std::string_view head) {
    if (ec == http::error::header_limit) return {431, "the request's head is too large"};
    if (ec == http::error::body_limit) return {413, "the request's body is too large"};
    if (ec == http::error::bad_method) return {400, "the request line's method is no token"};
    if (ec == http::error::bad_target) {
        return {400, "the request line's target has characters that must be percent-encoded"};
    }
    if (ec == http::error::bad_version) {
        if (names_a_version(head)) return {505, "this server speaks HTTP/1.1 and HTTP/1.0"};
        return {400, "the request line does not end in HTTP/1.1"};
    }
    if (ec == http::error::bad_field) return {400, "a header's name has a character it can't have"};
    if (ec == http::error::bad_value) {
        return {400, "a header's value has a character it can't have"};
    }
    if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length) {
        return {400, "Content-Length must be given once, as one number, and not with chunked"};
    }
    if (ec == http::error::bad_transfer_encoding) {
        return {400, "Transfer-Encoding must be given once, and not with Content-Length"};
    }
    if (ec == http::error::bad_chunk || ec == http::error::bad_chunk_extension) {
        return {400, "a chunk of the body is not written as RFC 9112, 7.1 says"};
    }
    return {400, "the request is not HTTP/1.1 (RFC 9112)"};
}

}  // namespace

RequestGrammar::RequestGrammar(const HttpLimits& limits, HttpRequest& request, HttpFault& fault,
                               BodySink& sink)
    : limits_{limits}, request_{request}, fault_{fault}, sink_{sink} {
    header_limit(static_cast<std::uint32_t>(limits.max_head_bytes));
    body_limit(limits.max_body_bytes);
}

bool RequestGrammar::read_head(std::string_view head) {
    error_code ec;
    const std::size_t used = put(boost::asio::const_buffer{head.data(), head.size()}, ec);
    in_head_ = false;
    if (ec || used != head.size()) {
        note_beast_error(ec, head);
        return false;
    }
    return !failed_;
}

std::size_t RequestGrammar::read_chunks(std::string_view bytes) {
    std::size_t used = 0;
    while (bytes.size() - used >= kLeastChunkBytes && !is_done()) {
        error_code ec;
        used += put(boost::asio::const_buffer{bytes.data() + used, bytes.size() - used}, ec);
        if (ec == http::error::need_more) break;
        if (ec) {
            note_beast_error(ec, {});
            break;
        }
    }
    return used;
}

void RequestGrammar::refuse(int status, std::string_view detail, error_code& ec) {
    if (!failed_) fault_ = {status, detail};
    failed_ = true;
    ec = http::error::bad_field;
}

void RequestGrammar::note_beast_error(const error_code& ec, std::string_view head) {
    if (!failed_) fault_ = fault_of(ec, head);
    failed_ = true;
}

bool RequestGrammar::split_target(std::string_view target) {
    const auto is_graphic = [](char c) { return c > ' ' && c < '\x7f' && c != '#'; };
    if (target.empty() || !std::ranges::all_of(target, is_graphic)) return false;
    if (target == "*") {
        request_.target = request_.path = target;
        request_.query = {};
        return request_.method == HttpMethod::Options;
    }
    if (target.front() != '/') {  // absolute-form (RFC 9112, 3.2.2)
        const std::size_t colon = target.find("://");
        if (colon == std::string_view::npos) return false;
        const std::string_view scheme = target.substr(0, colon);
        if (!same_ignoring_case(scheme, "http") && !same_ignoring_case(scheme, "https")) {
            return false;
        }
        const std::string_view rest = target.substr(colon + 3);
        const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
        if (path == 0 || !std::ranges::all_of(rest.substr(0, path), is_host_char)) return false;
        target = rest.substr(path);
        if (target.empty()) target = "/";
    }
    request_.target = target;
    const std::size_t mark = std::min(target.find('?'), target.size());
    request_.path = mark == 0 ? std::string_view{"/"} : target.substr(0, mark);
    request_.query = target.substr(std::min(mark + 1, target.size()));
    return true;
}

void RequestGrammar::on_request_impl(http::verb method, string_view, string_view target,
                                     int version, error_code& ec) {
    if (method == http::verb::connect) return refuse(501, "this server is no proxy", ec);
    request_.method = method_of(method);
    request_.headers.clear();
    request_.body = {};
    http_10_ = version == 10;
    if (!split_target(std_view(target))) {
        refuse(400, "the request line's target must be a path of visible ASCII characters", ec);
    }
}

void RequestGrammar::check_host(std::string_view value, error_code& ec) {
    if (has_host_) return refuse(400, "Host must be given once", ec);
    has_host_ = true;
    if (!std::ranges::all_of(value, is_host_char)) {
        refuse(400, "Host has a character that no host name has", ec);
    }
}

void RequestGrammar::on_field_impl(field name, string_view name_text, string_view value_text,
                                   error_code& ec) {
    if (!in_head_) return;  // a trailer: nobody asked for one
    if (request_.headers.size() >= limits_.max_headers) {
        return refuse(431, "the request has too many headers", ec);
    }
    const std::string_view value = std_view(value_text);
    switch (name) {
        case field::host: check_host(value, ec); break;
        case field::content_length:
            if (has_length_ ||
                !std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; })) {
                return refuse(400, "Content-Length must be given once, as one number", ec);
            }
            has_length_ = true;
            break;
        case field::transfer_encoding:
            if (!same_ignoring_case(value, "chunked")) {
                return refuse(501, "the only Transfer-Encoding understood is chunked", ec);
            }
            has_coding_ = true;
            break;
        case field::expect:
            if (!same_ignoring_case(value, "100-continue")) {
                return refuse(417, "the only expectation understood is 100-continue", ec);
            }
            expects_continue_ = true;
            break;
        default: break;
    }
    if (!ec) request_.headers.emplace_back(std_view(name_text), value);
}

void RequestGrammar::on_header_impl(error_code& ec) {
    if (http_10_) {
        if (has_coding_) return refuse(400, "HTTP/1.0 has no Transfer-Encoding", ec);
        const bool has_body = request_.method == HttpMethod::Post ||
                              request_.method == HttpMethod::Put ||
                              request_.method == HttpMethod::Patch;
        if (has_body && !has_length_) return refuse(411, "HTTP/1.0 needs a Content-Length", ec);
        expects_continue_ = false;
    } else if (!has_host_) {
        refuse(400, "HTTP/1.1 needs a Host header", ec);
    }
}

std::size_t RequestGrammar::on_body_impl(string_view body, error_code&) { return body.size(); }

std::size_t RequestGrammar::on_chunk_body_impl(std::uint64_t, string_view body, error_code& ec) {
    if (!sink_.append(std_view(body))) {
        failed_ = true;
        ec = http::error::body_limit;
    }
    return body.size();
}

}  // namespace musubi
