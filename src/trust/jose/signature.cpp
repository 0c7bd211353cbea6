#include "trust/jose/signature.h"

#include <cjose/cjose.h>

namespace musubi::jose {
namespace {

struct ReleaseJws {
    void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
using Jws = std::unique_ptr<cjose_jws_t, ReleaseJws>;
struct ReleaseHeader {
    void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};
using LibraryHeader = std::unique_ptr<cjose_header_t, ReleaseHeader>;

const cjose_jwk_t* key_of(const void* key) { return static_cast<const cjose_jwk_t*>(key); }

bool set(cjose_header_t* header, const char* name, std::string_view value) {
    cjose_err error{};
    return cjose_header_set(header, name, std::string(value).c_str(), &error);
}

}  // namespace

std::shared_ptr<const void> import_key(std::string_view jwk) {
    cjose_err error{};
    cjose_jwk_t* const key = cjose_jwk_import(jwk.data(), jwk.size(), &error);
    if (key == nullptr) return nullptr;
    return {key, [](const cjose_jwk_t* held) {
                cjose_jwk_release(const_cast<cjose_jwk_t*>(held));  // NOLINT: made above
            }};
}

bool verify(const void* key, std::string_view jws) {
    cjose_err error{};
    const Jws read{cjose_jws_import(jws.data(), jws.size(), &error)};
    return read && cjose_jws_verify(read.get(), key_of(key), &error);
}

std::string sign(const void* key, const Header& header, std::string_view payload) {
    cjose_err error{};
    const LibraryHeader head{cjose_header_new(&error)};
    if (!head || !set(head.get(), CJOSE_HDR_ALG, header.algorithm)) return {};
    if (!set(head.get(), CJOSE_HDR_KID, header.key)) return {};
    if (!set(head.get(), "typ", header.type)) return {};
    const Jws jws{cjose_jws_sign(key_of(key), head.get(),
                                 reinterpret_cast<const std::uint8_t*>(payload.data()),
                                 payload.size(), &error)};
    const char* text = nullptr;
    if (!jws || !cjose_jws_export(jws.get(), &text, &error) || text == nullptr) return {};
    return text;
}

}  // namespace musubi::jose
