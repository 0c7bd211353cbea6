#include "trust/passkeys/cose_key.h"

#include <gtest/gtest.h>

#include "support/soft_authenticator.h"

namespace musubi::testing {
namespace {

constexpr std::array kAll{CoseAlgorithm::EdDsa, CoseAlgorithm::Es256, CoseAlgorithm::Rs256};

std::string ec_key(std::int64_t type, std::int64_t algorithm, std::int64_t curve,
                   std::string_view x, std::string_view y) {
    return cbor_map(5, cbor_integer(1) + cbor_integer(type) + cbor_integer(3) +
                           cbor_integer(algorithm) + cbor_integer(-1) + cbor_integer(curve) +
                           cbor_integer(-2) + cbor_bytes(x) + cbor_integer(-3) + cbor_bytes(y));
}

TEST(CoseKey, VerifiesWhatItsOtherHalfSigned) {
    for (const CoseAlgorithm algorithm : kAll) {
        const SoftKey soft{algorithm};
        const auto key = CoseKey::parse(soft.cose());
        ASSERT_TRUE(key) << static_cast<int>(algorithm) << to_text(key.error());
        EXPECT_EQ(key->algorithm(), algorithm);
        const std::string signature = soft.sign("a message");
        EXPECT_TRUE(key->verify("a message", signature));
        EXPECT_FALSE(key->verify("a messagE", signature));
        EXPECT_FALSE(key->verify("a message", {}));
        EXPECT_FALSE(key->verify("a message", signature + "x"));
        EXPECT_FALSE(key->verify("a message", SoftKey{algorithm}.sign("a message")));
    }
}

TEST(CoseKey, ASignatureOfAnotherAlgorithmIsNone) {
    for (const CoseAlgorithm mine : kAll) {
        const auto key = CoseKey::parse(SoftKey{mine}.cose());
        for (const CoseAlgorithm other : kAll) {
            EXPECT_FALSE(key->verify("m", SoftKey{other}.sign("m")));
        }
    }
}

// Alg confusion: the algorithm that is claimed does not choose how another kind of key is used.
TEST(CoseKey, RefusesAnAlgorithmOfAnotherKindOfKey) {
    const SoftKey soft{CoseAlgorithm::Es256};
    const std::string x = soft.number("qx");
    const std::string y = soft.number("qy");
    EXPECT_TRUE(CoseKey::parse(ec_key(2, -7, 1, x, y)));
    for (const std::int64_t algorithm : {-8, -257, -37, -65535, -35, -36, 0, 7, 5}) {
        EXPECT_FALSE(CoseKey::parse(ec_key(2, algorithm, 1, x, y))) << algorithm;
    }
    EXPECT_FALSE(CoseKey::parse(ec_key(1, -7, 1, x, y))) << "kind";
    EXPECT_FALSE(CoseKey::parse(ec_key(3, -7, 1, x, y)));
    EXPECT_FALSE(CoseKey::parse(ec_key(2, -7, 2, x, y))) << "curve";
    EXPECT_FALSE(CoseKey::parse(ec_key(2, -7, 6, x, y)));
    std::string ed = SoftKey{CoseAlgorithm::EdDsa}.cose();
    ed[4] = '\x26';  // alg: -7
    EXPECT_FALSE(CoseKey::parse(ed));
    std::string rsa = SoftKey{CoseAlgorithm::Rs256}.cose();
    ASSERT_EQ(rsa.substr(3, 4), "\x03\x39\x01" + std::string(1, '\0'));
    rsa.replace(4, 3, "\x38\x24");  // alg: -37, PS256
    EXPECT_FALSE(CoseKey::parse(rsa));
}

TEST(CoseKey, RefusesAPointThatIsNotOnTheCurve) {
    const SoftKey soft{CoseAlgorithm::Es256};
    std::string y = soft.number("qy");
    y[31] = static_cast<char>(y[31] ^ 1);
    EXPECT_FALSE(CoseKey::parse(ec_key(2, -7, 1, soft.number("qx"), y)));
    const std::string zeros(32, '\0');
    EXPECT_FALSE(CoseKey::parse(ec_key(2, -7, 1, zeros, zeros)));
    EXPECT_FALSE(CoseKey::parse(ec_key(2, -7, 1, soft.number("qx"), y.substr(1))));
    EXPECT_FALSE(CoseKey::parse(ec_key(2, -7, 1, soft.number("qx"), {}))) << "compressed";
}

TEST(CoseKey, RefusesWeakAndOddRsaKeys) {
    const auto rsa = [](std::string_view n, std::string_view e) {
        return cbor_map(4, cbor_integer(1) + cbor_integer(3) + cbor_integer(3) +
                               cbor_integer(-257) + cbor_integer(-1) + cbor_bytes(n) +
                               cbor_integer(-2) + cbor_bytes(e));
    };
    const std::string good = SoftKey{CoseAlgorithm::Rs256}.number("n");
    const std::string e{"\x01\x00\x01", 3};
    EXPECT_TRUE(CoseKey::parse(rsa(good, e)));
    EXPECT_FALSE(CoseKey::parse(rsa(good.substr(128), e))) << "1024 bits";
    EXPECT_FALSE(CoseKey::parse(rsa(std::string(1, '\0') + good, e)));
    EXPECT_FALSE(CoseKey::parse(rsa(good + good + good, e))) << "6144 bits";
    EXPECT_FALSE(CoseKey::parse(rsa(good, "\x01"))) << "then anything is a signature";
    EXPECT_FALSE(CoseKey::parse(rsa(good, "\x03")));
    EXPECT_FALSE(CoseKey::parse(rsa(good, {})));
}

TEST(CoseKey, RefusesParametersTwiceTooManyAndPrivateOnes) {
    const SoftKey soft{CoseAlgorithm::EdDsa};
    const std::string whole = soft.cose();
    const std::string members = whole.substr(1);
    EXPECT_FALSE(CoseKey::parse(cbor_map(5, members + cbor_integer(3) + cbor_integer(-8))));
    EXPECT_FALSE(CoseKey::parse(cbor_map(5, members + cbor_integer(-4) + cbor_bytes("private"))));
    EXPECT_FALSE(CoseKey::parse(cbor_map(5, members + cbor_integer(2) + cbor_bytes("kid"))));
    EXPECT_FALSE(CoseKey::parse(cbor_map(3, members.substr(0, members.size() - 35))));
    EXPECT_FALSE(CoseKey::parse(whole + std::string(1, '\0'))) << "something follows";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(CoseKey::parse(whole.substr(0, size)));
    }
}

}  // namespace
}  // namespace musubi::testing
