#include "net/dial.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "net/address_policy.h"

namespace musubi {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kMaxEndpoints = 8;

}  // namespace

Dial::Dial(boost::asio::io_context& context, ClientTls& tls, Peer peer)
    : context_{context},
      client_tls_{tls},
      peer_{std::move(peer)},
      resolver_{context},
      socket_{context} {}

Error Dial::failure(ErrorCode code, std::string_view why) const {
    return {code, fmt::format("can't connect to {}:{}: {}", peer_.host, peer_.port, why)};
}

void Dial::connect(Done done) {
    error_code ec;
    const auto literal = boost::asio::ip::make_address(peer_.host, ec);
    if (ec) return resolve(std::move(done));
    boost::asio::post(context_, [this, literal, done = std::move(done)] {
        use({tcp::endpoint{literal, peer_.port}}, done);
    });
}

void Dial::resolve(Done done) {
    resolver_.async_resolve(peer_.host, std::to_string(peer_.port), tcp::resolver::numeric_service,
                            [this, done = std::move(done)](
                                const error_code& ec, const tcp::resolver::results_type& found) {
                                if (closed_) return;
                                if (ec) {
                                    return done(failure(ErrorCode::Unavailable,
                                                        "its name is unknown: " + ec.message()));
                                }
                                use({found.begin(), found.end()}, done);
                            });
}

void Dial::use(const std::vector<Endpoint>& found, Done done) {
    if (closed_) return;
    for (const Endpoint& endpoint : found) {
        if (!peer_.allow_private && !is_public_address(endpoint.address())) continue;
        if (endpoints_.size() < kMaxEndpoints) endpoints_.push_back(endpoint);
    }
    if (endpoints_.empty()) {
        return done(failure(ErrorCode::Forbidden,
                            "its address is not on the public internet; only an operator can "
                            "allow private addresses"));
    }
    try_next({ErrorCode::Unavailable, "it has no address"}, std::move(done));
}

void Dial::try_next(const Error& why, Done done) {
    if (next_endpoint_ == endpoints_.size()) return done(failure(why.code, why.detail));
    error_code ignored;
    socket_.close(ignored);
    socket_.async_connect(endpoints_[next_endpoint_++],
                          [this, done = std::move(done)](const error_code& ec) {
                              if (closed_) return;
                              if (ec) return try_next({ErrorCode::Unavailable, ec.message()}, done);
                              error_code fault;
                              socket_.set_option(tcp::no_delay{true}, fault);
                              if (!peer_.tls) return done({});
                              begin_tls(done);
                          });
}

void Dial::begin_tls(Done done) {
    tls_.emplace(socket_, client_tls_.context());
    error_code ec;
    boost::asio::ip::make_address(peer_.host, ec);
    const bool is_name = static_cast<bool>(ec);
    if (is_name && SSL_set_tlsext_host_name(tls_->native_handle(), peer_.host.c_str()) != 1) {
        return done(failure(ErrorCode::Unavailable, "its name does not fit into TLS"));
    }
    tls_->set_verify_mode(boost::asio::ssl::verify_peer, ec);
    tls_->set_verify_callback(boost::asio::ssl::host_name_verification{peer_.host}, ec);
    if (ec) return done(failure(ErrorCode::Internal, ec.message()));
    tls_->async_handshake(boost::asio::ssl::stream_base::client,
                          [this, done = std::move(done)](const error_code& error) {
                              if (closed_) return;
                              if (!error) return done({});
                              done(failure(ErrorCode::Unavailable, "no TLS: " + error.message()));
                          });
}

boost::asio::ssl::context& ClientTls::context() {
    if (context_) return *context_;
    using Context = boost::asio::ssl::context;
    context_.emplace(Context::tls_client);
    error_code ec;
    context_->set_options(Context::no_tlsv1 | Context::no_tlsv1_1, ec);
    if (ca_file_.empty()) {
        context_->set_default_verify_paths(ec);
    } else {
        context_->load_verify_file(ca_file_, ec);
    }
    if (ec) log_.warn("net", "no list of certificate authorities", {field("why", ec.message())});
    return *context_;
}

void Dial::close() {
    closed_ = true;
    error_code ignored;
    resolver_.cancel();
    socket_.close(ignored);
}

}  // namespace musubi
