#include "net/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <memory>

namespace musubi {
namespace {

// A moment that can not be read is over.
Time time_of(const ASN1_TIME* moment) {
    std::tm civil{};
    if (ASN1_TIME_to_tm(moment, &civil) != 1) return Time{};
    return Time{static_cast<std::int64_t>(timegm(&civil)) * 1'000'000};
}

std::string name_text(const X509_NAME* name) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
    constexpr unsigned long kFlags = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
    if (!out || X509_NAME_print_ex(out.get(), name, 0, kFlags) < 0) return {};
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string{};
}

}  // namespace

PeerCertificate read_certificate(const X509* certificate) {
    PeerCertificate read;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1) {
        read.thumbprint.assign(reinterpret_cast<const char*>(digest.data()), size);
    }
    read.subject = name_text(X509_get_subject_name(certificate));
    read.not_before = time_of(X509_get0_notBefore(certificate));
    read.not_after = time_of(X509_get0_notAfter(certificate));
    return read;
}

Result<PeerCertificate> read_certificate_pem(std::string_view pem) {
    constexpr std::size_t kMostBytes = 64U << 10U;
    const Error bad{ErrorCode::BadRequest,
                    "it is no certificate in PEM (-----BEGIN CERTIFICATE-----)"};
    if (pem.size() > kMostBytes) return bad;
    const std::unique_ptr<BIO, decltype(&BIO_free)> in{
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{
        PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), X509_free};
    ERR_clear_error();
    if (!certificate) return bad;
    return read_certificate(certificate.get());
}

}  // namespace musubi
