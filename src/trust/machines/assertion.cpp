#include "trust/machines/assertion.h"

#include "trust/jose/jwt.h"

namespace musubi {
namespace {

constexpr std::array kAlgorithms{JwsAlgorithm::Es256, JwsAlgorithm::Es384, JwsAlgorithm::Ps256,
                                 JwsAlgorithm::Rs256};
constexpr std::size_t kMaxIdBytes = 256;

// A key by which nobody signs: its x is the SHA-256 of "musubi: the key of nobody 0".
constexpr std::string_view kNobodysKey = R"({"keys": [{"kty": "EC", "crv": "P-256",
    "x": "JQaozu-QkWbMwHphRc_mkwZBnO7k26XRpZzTRVZu5sQ",
    "y": "egcnrqUXdHWYhB0fVlPB6f_9426BlHj3mpZR5AH8QJ8"}]})";

// Whether the fault is of whose signature it is. Which machines there are, and which keys they
// have, is for nobody to learn by it.
bool is_of_signature(const Error& error) {
    return error.code == ErrorCode::NotFound || error.where == "signature" ||
           error.where == "header/kid" ||
           (error.where == "header/alg" && error.detail.starts_with("the key"));
}

// Makes a refusal take as long whether or not there was a key to try the signature with.
Result<void> even_out(std::string_view assertion, bool tried) {
    const JwkSet keys = TRY(JwkSet::parse(kNobodysKey));
    if (!tried) static_cast<void>(keys.keys().front().verify(JwsAlgorithm::Es256, assertion));
    return {};
}

}  // namespace

Error not_signed() {
    return {ErrorCode::Unauthorized, "no machine of this id has signed it", "signature"};
}

Machine unknown_machine(std::string id) {
    Machine machine;
    machine.id = std::move(id);
    machine.proof = MachineProof::Keys;
    machine.proven_by = kNobodysKey;
    return machine;
}

std::vector<std::string_view> assertion_algorithms() {
    std::vector<std::string_view> out;
    out.reserve(kAlgorithms.size());
    for (const JwsAlgorithm algorithm : kAlgorithms) out.push_back(name_of(algorithm));
    return out;
}

Result<std::string> claimed_machine(std::string_view assertion) {
    const Jwt jwt = TRY(read_jwt(assertion));
    return jwt.text("sub");
}

Result<Assertion> check_assertion(std::string_view assertion, const Machine& machine,
                                  const std::vector<std::string>& audiences, Time now) {
    Expected expected;
    expected.issuer = machine.id;
    expected.audiences = audiences;
    expected.algorithms.assign(kAlgorithms.begin(), kAlgorithms.end());
    expected.types = {"JWT", "client-authentication+jwt"};
    expected.now = now;
    expected.longest = kLongestAssertion;
    const JwkSet keys = TRY(JwkSet::parse(machine.proven_by));
    const auto jwt = verify_jwt(assertion, keys, expected);
    if (!jwt) {
        if (!is_of_signature(jwt.error())) return jwt.error();
        TRY(even_out(assertion, jwt.error().where == "signature"));
        return not_signed();
    }
    if (jwt->text("sub") != machine.id) {
        return Error{ErrorCode::Unauthorized, "it is about somebody else", "/sub"};
    }
    Assertion out;
    out.id = jwt->text("jti");
    if (out.id.empty() || out.id.size() > kMaxIdBytes) {
        return Error{ErrorCode::Unauthorized, "it has no id of its own, of up to 256 bytes",
                     "/jti"};
    }
    const double end = jwt->claims.find("exp")->number();
    out.until = Time{static_cast<std::int64_t>(end * 1e6)} + kClockLeeway + seconds(1);
    return out;
}

}  // namespace musubi
