#include "net/tls.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "net/certificate.h"

namespace musubi {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;

// A certificate with its key; signed by `issuer`, or by itself.
struct Identity {
    KeyPtr key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    CertificatePtr certificate{X509_new(), X509_free};

    Identity(const char* name, const Identity* issuer, long begins = -3600, long ends = 3600) {
        X509* const made = certificate.get();
        X509_set_version(made, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
        X509_gmtime_adj(X509_getm_notBefore(made), begins);
        X509_gmtime_adj(X509_getm_notAfter(made), ends);
        X509_set_pubkey(made, key.get());
        X509_NAME* const subject = X509_get_subject_name(made);
        X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>("青井町"), -1, -1, 0);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
        const Identity& by = issuer == nullptr ? *this : *issuer;
        X509_set_issuer_name(made, X509_get_subject_name(by.certificate.get()));
        if (issuer == nullptr) {
            X509_EXTENSION* const extension =
                X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE");
            X509_add_ext(made, extension, -1);
            X509_EXTENSION_free(extension);
        }
        X509_sign(made, by.key.get(), EVP_sha256());
    }
    void write(const std::string& certificate_file, const std::string& key_file) const {
        std::FILE* file = std::fopen(certificate_file.c_str(), "w");
        PEM_write_X509(file, certificate.get());
        std::fclose(file);
        file = std::fopen(key_file.c_str(), "w");
        PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
        ::chmod(key_file.c_str(), 0600);
    }
};

// A folder that is gone when the test is over.
class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "musubi-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

// The other end, in memory as well.
class Client {
public:
    explicit Client(const Identity* identity, int version = TLS1_3_VERSION)
        : context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free} {
        SSL_CTX_set_min_proto_version(context_.get(), version);
        SSL_CTX_set_max_proto_version(context_.get(), version);
        SSL_CTX_set_cipher_list(context_.get(), "ALL:@SECLEVEL=0");
        if (identity != nullptr) {
            SSL_CTX_use_certificate(context_.get(), identity->certificate.get());
            SSL_CTX_use_PrivateKey(context_.get(), identity->key.get());
        }
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_connect_state(ssl_.get());
    }
    // True when both have shaken hands.
    bool shake(TlsSession& server) {
        bool server_done = false;
        for (int round = 0; round < 10; ++round) {
            const bool done = SSL_do_handshake(ssl_.get()) == 1;
            if (done && server_done) return true;
            server.feed(take());
            if (!server_done) {
                const TlsSession::Step step = server.handshake();
                std::string out;
                static_cast<void>(server.seal({}, out));
                give(out);
                if (step == TlsSession::Step::Failed) return false;
                server_done = step == TlsSession::Step::Done;
            }
        }
        return false;
    }
    std::string take() {
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &bytes);
        std::string out(bytes, static_cast<std::size_t>(size));
        static_cast<void>(BIO_reset(SSL_get_wbio(ssl_.get())));
        return out;
    }
    void give(const std::string& bytes) {
        BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    }
    std::string say(const std::string& text) {
        SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
        return take();
    }
    std::string hear() {
        std::string out;
        std::array<char, 4096> part{};
        for (int got = 1; got > 0;) {
            got = SSL_read(ssl_.get(), part.data(), part.size());
            if (got > 0) out.append(part.data(), static_cast<std::size_t>(got));
        }
        return out;
    }
    SSL* ssl() { return ssl_.get(); }

private:
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
};

class Tls : public ::testing::Test {
protected:
    Tls() {
        server.write(files.certificate, files.key);
        authority.write(folder.path("ca.pem"), folder.path("ca.key"));
    }
    std::unique_ptr<TlsSession> begin(bool asks = false, bool requires_one = false) {
        TlsFiles with = files;
        if (asks) with.client_ca = folder.path("ca.pem");
        with.require_client = requires_one;
        auto loaded = ServerTls::load(with);
        EXPECT_TRUE(loaded) << to_text(loaded.error());
        return (*loaded)->begin();
    }
    Folder folder;
    Identity authority{"authority", nullptr};
    Identity server{"server", &authority};
    TlsFiles files{.certificate = folder.path("server.pem"),
                   .key = folder.path("server.key"),
                   .client_ca = {}};
};

TEST_F(Tls, CarriesBytesBothWaysInWhateverPieces) {
    for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
        const auto session = begin();
        Client client{nullptr, version};
        ASSERT_TRUE(client.shake(*session));
        const std::string sealed = client.say("hello");
        std::array<char, 100> space{};
        for (std::size_t i = 0; i < sealed.size(); ++i) {
            const auto early = session->read(space);
            ASSERT_TRUE(early);
            EXPECT_EQ(*early, 0U);
            session->feed(std::string_view(sealed).substr(i, 1));
        }
        const auto got = session->read(space);
        ASSERT_TRUE(got);
        EXPECT_EQ(std::string_view(space.data(), *got), "hello");
        std::string out;
        const std::string large(1'000'000, 'x');
        ASSERT_TRUE(session->seal(large, out));
        client.give(out);
        EXPECT_EQ(client.hear(), large);
        out.clear();
        session->close(out);
        client.give(out);
        client.hear();
        EXPECT_EQ(SSL_get_shutdown(client.ssl()) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
    }
}

TEST_F(Tls, RefusesOldVersionsAndWhatIsNoTls) {
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        const auto session = begin();
        Client client{nullptr, version};
        EXPECT_FALSE(client.shake(*session));
    }
    const auto session = begin();
    session->feed("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(session->handshake(), TlsSession::Step::Failed);
    EXPECT_FALSE(session->fault().empty());
    EXPECT_FALSE(session->certificate_fault());
}

TEST_F(Tls, TellsWhoTheClientIsAndWhetherTheAuthorityVouches) {
    const Identity good{"九十九橋", &authority};
    const Identity alone{"alone", nullptr};
    const Identity late{"late", &authority, -7200, -3600};
    const auto shown = [&](const Identity& identity) {
        const auto session = begin(/*asks=*/true);
        Client client{&identity};
        EXPECT_TRUE(client.shake(*session));
        EXPECT_NE(session->certificate(), nullptr);
        return *session->certificate();
    };
    const PeerCertificate known = shown(good);
    EXPECT_EQ(known.subject, "CN=九十九橋,O=青井町");
    EXPECT_EQ(known.thumbprint, read_certificate(good.certificate.get()).thumbprint);
    EXPECT_EQ(known.thumbprint.size(), 32U);
    EXPECT_TRUE(known.chain_fault.empty()) << known.chain_fault;
    EXPECT_LT(known.not_before, known.not_after);
    EXPECT_FALSE(shown(alone).chain_fault.empty());
    EXPECT_TRUE(shown(late).chain_fault.empty()) << "its own times are told, not judged, here";
    EXPECT_LT(shown(late).not_after, SystemClock{}.now());
}

TEST_F(Tls, AsksOnlyWhereThereIsAnAuthorityAndInsistsOnlyWhereToldTo) {
    const Identity good{"good", &authority};
    const Identity late{"late", &authority, -7200, -3600};
    {
        const auto session = begin();
        Client client{&good};
        ASSERT_TRUE(client.shake(*session));
        EXPECT_EQ(session->certificate(), nullptr);
    }
    const auto insisting = [&](const Identity* identity) {
        const auto session = begin(true, true);
        Client client{identity, TLS1_2_VERSION};
        const bool shaken = client.shake(*session);
        EXPECT_EQ(session->certificate_fault(), !shaken);
        return shaken;
    };
    EXPECT_TRUE(insisting(&good));
    EXPECT_FALSE(insisting(nullptr));
    EXPECT_FALSE(insisting(&late));
}

TEST_F(Tls, DoesNotRenegotiate) {
    const auto session = begin();
    Client client{nullptr, TLS1_2_VERSION};
    ASSERT_TRUE(client.shake(*session));
    SSL_renegotiate(client.ssl());
    SSL_do_handshake(client.ssl());
    session->feed(client.take());
    std::array<char, 100> space{};
    static_cast<void>(session->read(space));
    std::string out;
    static_cast<void>(session->seal({}, out));
    client.give(out);
    EXPECT_NE(SSL_do_handshake(client.ssl()), 1);
}

TEST_F(Tls, SaysWhichFileIsWrong) {
    const auto fault_of = [](const TlsFiles& with) {
        const auto loaded = ServerTls::load(with);
        EXPECT_FALSE(loaded);
        return loaded ? Error{ErrorCode::Internal, ""} : loaded.error();
    };
    TlsFiles wrong = files;
    wrong.key = folder.path("ca.key");
    EXPECT_EQ(fault_of(wrong).where, wrong.key);
    wrong.key = folder.path("none");
    EXPECT_EQ(fault_of(wrong).code, ErrorCode::Io);
    wrong = files;
    wrong.certificate = files.key;
    EXPECT_EQ(fault_of(wrong).where, wrong.certificate);
    wrong = files;
    wrong.client_ca = files.key;
    EXPECT_EQ(fault_of(wrong).where, wrong.client_ca);
    for (const mode_t mode : {0604U, 0620U, 0644U}) {
        ::chmod(files.key.c_str(), mode);
        const Error open = fault_of(files);
        EXPECT_EQ(open.code, ErrorCode::Conflict);
        EXPECT_NE(open.detail.find("chmod 600"), std::string::npos);
    }
    ::chmod(files.key.c_str(), 0640);
    EXPECT_TRUE(ServerTls::load(files)) << "a group that serves it may read it";
}

TEST_F(Tls, TakesUpOtherFilesAndKeepsTheFormerWhereTheyAreWrong) {
    const auto loaded = ServerTls::load(files);
    ASSERT_TRUE(loaded);
    const Identity other{"other", &authority, -3600, 7200};
    const Time before = (*loaded)->not_after();
    TlsFiles next{.certificate = folder.path("other.pem"), .key = folder.path("other.key")};
    EXPECT_FALSE((*loaded)->reload(next));
    EXPECT_EQ((*loaded)->not_after(), before);
    other.write(next.certificate, next.key);
    EXPECT_TRUE((*loaded)->reload(next));
    EXPECT_GT((*loaded)->not_after(), before);
    Client client{nullptr};
    const auto session = (*loaded)->begin();
    ASSERT_TRUE(client.shake(*session));
    const CertificatePtr shown{SSL_get1_peer_certificate(client.ssl()), X509_free};
    EXPECT_EQ(X509_cmp(shown.get(), other.certificate.get()), 0);
}

TEST(CertificatePem, IsReadOrRefused) {
    EXPECT_FALSE(read_certificate_pem(""));
    EXPECT_FALSE(
        read_certificate_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"));
    EXPECT_FALSE(read_certificate_pem(std::string(100'000, 'a')));
}

}  // namespace
}  // namespace musubi
