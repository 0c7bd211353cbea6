#include "trust/machines/assertion.h"

#include "trust/jose/jwt.h"

namespace musubi {
namespace {

constexpr std::array kAlgorithms{JwsAlgorithm::Es256, JwsAlgorithm::Es384, JwsAlgorithm::Ps256,
                                 JwsAlgorithm::Rs256};
constexpr std::size_t kMaxIdBytes = 256;

}  // namespace

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
    if (!jwt) {  // a key that it does not have is no other case for who asks
        const Error& error = jwt.error();
        const bool unknown_key = error.code == ErrorCode::NotFound;
        return Error{unknown_key ? ErrorCode::Unauthorized : error.code, error.detail, error.where};
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
