#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "base/result.h"
#include "net/http.h"

// OpenSSL's.
struct ssl_st;
struct ssl_ctx_st;
struct x509_store_ctx_st;

namespace musubi {

/// Where the parts of a server's TLS are, all in PEM.
struct TlsFiles {
    std::string certificate;  ///< the server's own, then those that lead to a root
    std::string key;          ///< its private key, without a password
    std::string client_ca;    ///< who signs the certificates of clients; empty: none is asked for
    bool require_client = false;  ///< none, or one that is not good, ends the handshake
};

class TlsSession;

/// TLS of a server: 1.3, or 1.2 with forward secrecy (RFC 9325), HTTP/1.1 by ALPN (RFC 7301). What
/// the files hold is exchanged as a whole. Any thread.
class ServerTls {
public:
    /// Fails: Io, Conflict (others may read the key), BadRequest (no such PEM, the key is of
    /// another certificate); `where` names the file.
    static Result<std::shared_ptr<ServerTls>> load(const TlsFiles& files);
    /// Reads files again, for handshakes from then on. What fails changes nothing. Fails: as load.
    Result<void> reload(const TlsFiles& files);
    /// TLS of one more connection; null where there is no memory for it.
    [[nodiscard]] std::unique_ptr<TlsSession> begin() const;
    /// When the server's own certificate ends.
    [[nodiscard]] Time not_after() const;

private:
    struct Context {
        std::shared_ptr<ssl_ctx_st> handle;
        Time not_after;
        bool require_client = false;
    };
    explicit ServerTls(Context context) : context_{std::move(context)} {}
    static Result<Context> read(const TlsFiles& files);
    Guarded<Context> context_;
};

/// TLS of one connection as a calculation: bytes of the peer go in, bytes for the peer come out. No
/// socket, no clock. One thread at a time.
class TlsSession {
public:
    TlsSession(std::shared_ptr<ssl_st> ssl, bool require_client);
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;
    ~TlsSession() = default;

    /// What the peer sent. All of it is kept until it was read: feed a little at a time.
    void feed(std::string_view bytes);
    enum class Step { Done, NeedMore, Failed };
    /// Goes on with the handshake. After Failed there is an alert to be sent, and fault().
    Step handshake();
    /// Reads what the peer said; 0: feed more. Nothing: it is over, in order or not.
    [[nodiscard]] std::optional<std::size_t> read(std::span<char> space);
    /// Appends to `out` what says it to the peer, and whatever else is to be sent. False where it
    /// is over.
    [[nodiscard]] bool seal(std::string_view plain, std::string& out);
    /// The same of saying that nothing more comes.
    void close(std::string& out);

    /// Of the peer, after the handshake; null where it showed none.
    [[nodiscard]] const PeerCertificate* certificate() const {
        return certificate_ ? &*certificate_ : nullptr;
    }
    /// Why the handshake failed.
    [[nodiscard]] const std::string& fault() const { return fault_; }
    /// Whether that is for want of a good certificate of the client.
    [[nodiscard]] bool certificate_fault() const { return certificate_fault_; }

private:
    static int verify(int good, x509_store_ctx_st* chain);
    void take_output(std::string& out);
    friend class ServerTls;

    std::shared_ptr<ssl_st> ssl_;
    bool require_client_;
    bool established_ = false;
    int chain_error_ = 0;  ///< of OpenSSL: why the peer's certificate is not to be believed
    std::optional<PeerCertificate> certificate_;
    std::string fault_;
    bool certificate_fault_ = false;
};

}  // namespace musubi
