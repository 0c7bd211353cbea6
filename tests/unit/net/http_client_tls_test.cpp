#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "net/http_client.h"

namespace musubi {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A key and a certificate that it signed itself, for the given name, in one PEM file.
class SelfSigned {
public:
    explicit SelfSigned(const char* alternative_name) {
        EVP_PKEY* const key = EVP_EC_gen("P-256");
        X509* const certificate = X509_new();
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        X509_NAME* const name = X509_get_subject_name(certificate);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
        X509_set_issuer_name(certificate, name);
        add(certificate, NID_subject_alt_name, alternative_name);
        add(certificate, NID_basic_constraints, "critical,CA:TRUE");
        X509_sign(certificate, key, EVP_sha256());
        std::FILE* const file = std::fopen(path_.c_str(), "w");
        PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        PEM_write_X509(file, certificate);
        std::fclose(file);
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    ~SelfSigned() { std::filesystem::remove(path_); }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    static void add(X509* certificate, int kind, const char* value) {
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
    std::string path_ = std::filesystem::temp_directory_path() /
                        ("musubi_tls_" + std::to_string(::getpid()) + ".pem");
};

/// Answers each connection's requests with `ok`, until it is destroyed.
class TlsServer {
public:
    explicit TlsServer(const std::string& pem) {
        tls_.use_certificate_chain_file(pem);
        tls_.use_private_key_file(pem, asio::ssl::context::pem);
        thread_ = std::thread{[this] {
            for (;;) {
                tcp::socket socket{context_};
                boost::system::error_code ec;
                acceptor_.accept(socket, ec);
                if (ec || stopping_) return;
                serve(std::move(socket));
            }
        }};
    }
    ~TlsServer() {
        stopping_ = true;
        boost::system::error_code ec;
        tcp::socket knock{context_};
        knock.connect(acceptor_.local_endpoint(), ec);
        thread_.join();
    }
    [[nodiscard]] std::string port() const {
        return std::to_string(acceptor_.local_endpoint().port());
    }

private:
    void serve(tcp::socket socket) {
        boost::system::error_code ec;
        asio::ssl::stream<tcp::socket> stream{std::move(socket), tls_};
        stream.handshake(asio::ssl::stream_base::server, ec);
        std::string request;
        while (!ec) {
            asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", ec);
            if (ec) return;
            request.clear();
            asio::write(stream, asio::buffer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 40),
                        ec);
        }
    }

    asio::io_context context_;
    asio::ssl::context tls_{asio::ssl::context::tls_server};
    tcp::acceptor acceptor_{context_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

class HttpClientTls : public ::testing::Test {
protected:
    ~HttpClientTls() override { ::unsetenv("SSL_CERT_FILE"); }

    Result<HttpResponse> ask(const std::string& url, bool twice = false) {
        const auto client = HttpClient::create({.allow_private_addresses = true}, log, metrics);
        if (twice) static_cast<void>(client->fetch({.url = url}));
        return client->fetch({.url = url});
    }
    Log log{LogLevel::Off};
    Metrics metrics;
};

TEST_F(HttpClientTls, TrustsWhatTheSystemsListVouchesFor) {
    const SelfSigned certificate{"DNS:localhost"};
    const TlsServer server{certificate.path()};
    ::setenv("SSL_CERT_FILE", certificate.path().c_str(), 1);
    const auto answer = ask("https://localhost:" + server.port() + "/", true);
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->body, "ok");
}

TEST_F(HttpClientTls, RefusesACertificateThatNobodyVouchesFor) {
    const SelfSigned certificate{"DNS:localhost"};
    const TlsServer server{certificate.path()};
    const auto answer = ask("https://localhost:" + server.port() + "/");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::Unavailable);
    EXPECT_NE(answer.error().detail.find("TLS"), std::string::npos) << answer.error().detail;
}

TEST_F(HttpClientTls, RefusesACertificateForAnotherName) {
    const SelfSigned certificate{"DNS:example.org"};
    const TlsServer server{certificate.path()};
    ::setenv("SSL_CERT_FILE", certificate.path().c_str(), 1);
    EXPECT_FALSE(ask("https://localhost:" + server.port() + "/"));
    EXPECT_FALSE(ask("https://127.0.0.1:" + server.port() + "/"));
}

}  // namespace
}  // namespace musubi
