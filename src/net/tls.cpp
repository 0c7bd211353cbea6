#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "net/certificate.h"

namespace musubi {
namespace {

// TLS 1.2: forward secrecy and authenticated encryption alone. TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr std::string_view kHttp11 = "\x08http/1.1";

std::string openssl_reason() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "the connection was not understood" : reason;
}

Error tls_fault(const std::string& file, const std::string& what) {
    return {ErrorCode::BadRequest, what + " (" + openssl_reason() + ")", file};
}

// A private key belongs to the server alone; a group that serves it may read it.
Result<void> check_key_file(const std::string& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) {
        return Error{ErrorCode::Io,
                     std::string("the key can not be read: ") +
                         std::strerror(errno),  // NOLINT(concurrency-mt-unsafe)
                     file};
    }
    constexpr unsigned kOthers = 027;
    if ((found.st_mode & kOthers) == 0) return {};
    return Error{ErrorCode::Conflict,
                 "others may read this key: `chmod 600` it, and have another certificate made if "
                 "somebody may have taken it",
                 file};
}

// Of what the peer offers we take HTTP/1.1; who offers other protocols alone is told that there is
// none in common.
// NOLINTNEXTLINE(readability-function-size): OpenSSL says what it is given.
int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* /*unused*/) {
    unsigned char* found = nullptr;
    const int done =
        SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(kHttp11.data()),
                              static_cast<unsigned>(kHttp11.size()), offered, offered_size);
    if (done != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

int no_password(char* /*buffer*/, int /*size*/, int /*writes*/, void* /*unused*/) { return -1; }

void set_rules(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_cipher_list(context, kCiphers);
    SSL_CTX_set1_groups_list(context, kGroups);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(context, no_password);
}

Result<void> use_identity(SSL_CTX* context, const TlsFiles& files) {
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
        return tls_fault(files.certificate, "this is no certificate in PEM");
    }
    TRY(check_key_file(files.key));
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return tls_fault(files.key,
                         "this is not the private key of the certificate, in PEM, without a "
                         "password");
    }
    return {};
}

// A resumed session would carry what was found of a certificate long ago: each handshake of a
// server that asks for certificates is a whole one.
Result<void> ask_clients(SSL_CTX* context, const TlsFiles& files) {
    STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(files.client_ca.c_str());
    if (names == nullptr ||
        SSL_CTX_load_verify_locations(context, files.client_ca.c_str(), nullptr) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return tls_fault(files.client_ca, "these are no certificates of an authority in PEM");
    }
    SSL_CTX_set_client_CA_list(context, names);
    // The file may name the authority in the middle that signs, without its root.
    X509_STORE_set_flags(SSL_CTX_get_cert_store(context), X509_V_FLAG_PARTIAL_CHAIN);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
    return {};
}

}  // namespace

Result<ServerTls::Context> ServerTls::read(const TlsFiles& files) {
    ERR_clear_error();
    Context made;
    made.handle = std::shared_ptr<SSL_CTX>{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    if (!made.handle) return Error{ErrorCode::Internal, "there is no memory for TLS"};
    SSL_CTX* const context = made.handle.get();
    set_rules(context);
    TRY(use_identity(context, files));
    made.require_client = files.require_client;
    if (!files.client_ca.empty()) {
        TRY(ask_clients(context, files));
        const int mode =
            SSL_VERIFY_PEER | (files.require_client ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
        SSL_CTX_set_verify(context, mode, &TlsSession::verify);
    }
    made.not_after = read_certificate(SSL_CTX_get0_certificate(context)).not_after;
    return made;
}

Result<std::shared_ptr<ServerTls>> ServerTls::load(const TlsFiles& files) {
    Context context = TRY(read(files));
    return std::shared_ptr<ServerTls>{new ServerTls{std::move(context)}};
}

Result<void> ServerTls::reload(const TlsFiles& files) {
    Context fresh = TRY(read(files));
    context_.with([&](Context& context) { std::swap(context, fresh); });
    return {};
}

std::unique_ptr<TlsSession> ServerTls::begin() const {
    const Context context = context_.with([](const Context& now) { return now; });
    std::shared_ptr<SSL> ssl{SSL_new(context.handle.get()), SSL_free};
    if (!ssl) return nullptr;
    return std::make_unique<TlsSession>(std::move(ssl), context.require_client);
}

Time ServerTls::not_after() const {
    return context_.with([](const Context& now) { return now.not_after; });
}

TlsSession::TlsSession(std::shared_ptr<ssl_st> ssl, bool require_client)
    : ssl_{std::move(ssl)}, require_client_{require_client} {
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl_.get());
}

// Where a certificate is not required, one that is not good is let through here and refused where
// somebody can be told why; its own times are looked at there again at each request.
int TlsSession::verify(int good, X509_STORE_CTX* chain) {
    const void* found = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    auto* const session =
        static_cast<TlsSession*>(SSL_get_app_data(static_cast<const SSL*>(found)));
    if (good == 1) return 1;
    const int error = X509_STORE_CTX_get_error(chain);
    const bool own_time =
        X509_STORE_CTX_get_error_depth(chain) == 0 &&
        (error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID);
    if (session->require_client_) {
        session->fault_ =
            std::string("the certificate of the client: ") + X509_verify_cert_error_string(error);
        session->certificate_fault_ = true;
        return 0;
    }
    if (!own_time && session->chain_error_ == 0) session->chain_error_ = error;
    return 1;
}

void TlsSession::feed(std::string_view bytes) {
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
}

TlsSession::Step TlsSession::handshake() {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    if (done == 1) {
        established_ = true;
        const std::shared_ptr<X509> peer{SSL_get1_peer_certificate(ssl_.get()), X509_free};
        if (peer) {
            certificate_ = read_certificate(peer.get());
            if (chain_error_ != 0) {
                certificate_->chain_fault = X509_verify_cert_error_string(chain_error_);
            }
        }
        return Step::Done;
    }
    const int error = SSL_get_error(ssl_.get(), done);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return Step::NeedMore;
    const unsigned long code = ERR_peek_error();
    if (ERR_GET_REASON(code) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) certificate_fault_ = true;
    const std::string reason = openssl_reason();
    if (fault_.empty()) fault_ = reason;
    return Step::Failed;
}

std::optional<std::size_t> TlsSession::read(std::span<char> space) {
    ERR_clear_error();
    std::size_t bytes = 0;
    const int done = SSL_read_ex(ssl_.get(), space.data(), space.size(), &bytes);
    if (done == 1) return bytes;
    const int error = SSL_get_error(ssl_.get(), done);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return 0;
    ERR_clear_error();
    return std::nullopt;
}

// A record at a time, so that what OpenSSL holds stays small.
bool TlsSession::seal(std::string_view plain, std::string& out) {
    constexpr std::size_t kRecord = 16U << 10U;
    take_output(out);
    ERR_clear_error();
    while (!plain.empty()) {
        std::size_t bytes = 0;
        const std::string_view part = plain.substr(0, kRecord);
        if (SSL_write_ex(ssl_.get(), part.data(), part.size(), &bytes) != 1) {
            ERR_clear_error();
            return false;
        }
        plain.remove_prefix(bytes);
        take_output(out);
    }
    return true;
}

void TlsSession::close(std::string& out) {
    if (!established_) return;
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
    take_output(out);
}

void TlsSession::take_output(std::string& out) {
    BIO* const bio = SSL_get_wbio(ssl_.get());
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    if (size <= 0) return;
    out.append(bytes, static_cast<std::size_t>(size));
    static_cast<void>(BIO_reset(bio));
}

}  // namespace musubi
