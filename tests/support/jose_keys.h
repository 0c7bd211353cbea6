#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <string>

#include "trust/signing_key.h"

namespace musubi::testing {

/// A key in PEM, made anew; `public_half`: without what signs.
inline std::string pem_of(evp_pkey_st* key, bool public_half = false) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio{BIO_new(BIO_s_mem()), &BIO_free};
    if (public_half) {
        PEM_write_bio_PUBKEY(bio.get(), key);
    } else {
        PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    }
    char* text = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

inline KeyHandle rsa_key(unsigned bits = 2048) { return KeyHandle{EVP_RSA_gen(bits)}; }
inline KeyHandle curve_key(const char* curve = "P-256") { return KeyHandle{EVP_EC_gen(curve)}; }

}  // namespace musubi::testing
