#include "trust/policies/policy_version.h"

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::uint8_t kVersionFormat = 2;  // 1: nobody signed with a key

void put_moment(ByteWriter& w, const std::optional<Time>& time) {
    w.signed_number(time ? time->us : INT64_MIN);
}

std::optional<Time> read_moment(ByteReader& r) {
    const Time time{r.signed_number()};
    return time.us == INT64_MIN ? std::nullopt : std::optional{time};
}

}  // namespace

std::string_view name_of(PolicyVersion::State state) {
    switch (state) {
        case PolicyVersion::State::Proposed: return "proposed";
        case PolicyVersion::State::InForce: return "in-force";
        case PolicyVersion::State::Former: return "former";
        case PolicyVersion::State::Withdrawn: return "withdrawn";
    }
    return "unknown";
}

std::string encode(const PolicyVersion& version) {
    std::string out;
    ByteWriter w{out};
    w.byte(kVersionFormat);
    w.number(version.number);
    w.byte(static_cast<std::uint8_t>(version.state));
    w.text(version.text);
    w.text(version.note);
    w.text(encode(version.set));
    w.text(version.proposed_by);
    w.signed_number(version.proposed_at.us);
    w.number(version.signatures.size());
    for (const PersonSignature& signature : version.signatures) {
        w.text(signature.subject);
        w.signed_number(signature.at.us);
        w.text(signature.key);
        w.text(signature.signature);
    }
    put_moment(w, version.in_force_at);
    put_moment(w, version.ended_at);
    return out;
}

Result<PolicyVersion> decode_policy_version(std::string_view bytes) {
    ByteReader r{bytes};
    PolicyVersion out;
    const std::uint8_t format = r.byte();
    if (format != 1 && format != kVersionFormat) r.fail();
    out.number = static_cast<std::uint32_t>(r.number());
    const std::uint8_t state = r.byte();
    if (state > static_cast<std::uint8_t>(PolicyVersion::State::Withdrawn)) r.fail();
    out.state = static_cast<PolicyVersion::State>(state);
    out.text = r.text();
    out.note = r.text();
    const std::string_view set = r.text();
    out.proposed_by = r.text();
    out.proposed_at = Time{r.signed_number()};
    const std::uint64_t signatures = r.number();
    for (std::uint64_t i = 0; i < signatures && !r.failed(); ++i) {
        PersonSignature& signature = out.signatures.emplace_back();
        signature.subject = r.text();
        signature.at = Time{r.signed_number()};
        if (format == 1) continue;
        signature.key = r.text();
        signature.signature = r.text();
    }
    out.in_force_at = read_moment(r);
    out.ended_at = read_moment(r);
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "a kept version of the policies can not be read"};
    }
    out.set = TRY(decode_policies(set));
    return out;
}

}  // namespace musubi
