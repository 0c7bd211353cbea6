// What is done with policies and halts; policies.cpp has what they leave each caller.
#include <fmt/format.h>

#include <algorithm>

#include "base/both_words.h"
#include "trust/policies/policies.h"
#include "trust/policies/policy_signature.h"
#include "trust/signing/signer.h"

namespace musubi {
namespace {

constexpr std::string_view kCurrentKind = "policy-in-force";  // its number
constexpr std::string_view kCurrent = "number";
constexpr std::string_view kPerson = "person:";

std::string record_name(std::uint32_t number) { return fmt::format("{:010}", number); }

Result<PolicyVersion> stored_version(Transaction& tx, std::uint32_t number) {
    const auto bytes = TRY(tx.record(Policies::kKind, record_name(number)));
    if (!bytes) {
        return Error{
            ErrorCode::NotFound,
            both_texts("この版の決まりはありません", "there is no such version of the policies"),
            std::to_string(number)};
    }
    return decode_policy_version(*bytes);
}

Result<PolicyVersion> proposed_version(Transaction& tx, std::uint32_t number) {
    PolicyVersion version = TRY(stored_version(tx, number));
    if (version.state == PolicyVersion::State::Proposed) return version;
    return Error{ErrorCode::Conflict, "this version is " +
                                          std::string(musubi::name_of(version.state)) +
                                          "; propose its text again to put it in force"};
}

void put_version(Transaction& tx, const PolicyVersion& version) {
    tx.put_record(Policies::kKind, record_name(version.number), encode(version));
}

// Those who signed before: somebody else, who would decide now as well.
Result<void> check_signatures(const PolicyVersion& version, const Caller& caller,
                              const PolicySet* before, const Policies::Standing& standing) {
    for (const PersonSignature& signature : version.signatures) {
        if (signature.subject == caller.subject) {
            return Error{ErrorCode::Conflict,
                         both_texts("この版にはすでに署名しています。もう一人は別の人です",
                                    "you have signed this version; another person signs")};
        }
        const auto signer = standing(signature.subject);
        if (signer && may_decide(*signer, before, version.set)) continue;
        return Error{
            ErrorCode::Conflict,
            both_texts(
                "先に署名した人は、今は決められる人ではありません。本文をもう一度提案してください",
                "somebody who signed this version would not decide on it any more; propose "
                "its text again"),
            signature.subject};
    }
    return {};
}

// The caller signs it. Fails: Conflict where somebody else's signature does not hold: what is put
// in force is what all of them have signed.
Result<void> add_signature(Transaction& tx, PolicyVersion& version, const Signer& signer) {
    const Statement statement = policy_statement(version, tx.caller().tenant);
    for (const PersonSignature& signature : version.signatures) {
        if (TRY(SigningKeys::verify(tx, statement, signature))) continue;
        return Error{ErrorCode::Conflict,
                     "the signature of " + signature.subject +
                         " does not hold for this version; propose its text again"};
    }
    version.signatures.push_back(TRY(signer.sign(tx, statement)));
    return {};
}

Result<void> end_former(Transaction& tx) {
    const auto bytes = TRY(tx.record(kCurrentKind, kCurrent));
    if (!bytes) return {};
    const auto stored = TRY(tx.record(Policies::kKind, *bytes));
    if (!stored) return Error{ErrorCode::Corrupt, "the policies in force are not there", *bytes};
    PolicyVersion former = TRY(decode_policy_version(*stored));
    former.state = PolicyVersion::State::Former;
    former.ended_at = tx.now();
    put_version(tx, former);
    return {};
}

}  // namespace

Result<PolicyVersion> Policies::propose(Store& store, const Caller& caller,
                                        const Proposal& proposal, const Context& context) {
    PolicyVersion version;
    version.text = proposal.text;
    version.note = proposal.note;
    TRY(may_decide(caller, nullptr, {}));  // before the text is read
    if (caller.subject.starts_with(kPerson) && proposal.signer == nullptr) return not_fresh();
    version.set = TRY(parse_policies(proposal.text, proposal.file, context));
    version.proposed_by = caller.subject;
    const TenantId tenant = TRY(store.tenant(caller.tenant));
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        TRY(may_decide(caller, in_force(tenant).get(), version.set));
        // Numbers follow each other: what others proposed in the meantime is seen by the record.
        const auto all = TRY(store.records(tenant, kKind));
        version.number = static_cast<std::uint32_t>(all.size()) + 1;
        while (TRY(tx.record(kKind, record_name(version.number)))) ++version.number;
        if (version.number > kMaxVersions) {
            return Error{ErrorCode::TooLarge,
                         both_texts("決まりの版が 10,000 あります",
                                    "there are 10,000 versions of the policies")};
        }
        version.proposed_at = tx.now();
        if (proposal.signer != nullptr) TRY(add_signature(tx, version, *proposal.signer));
        if (proposal.record) TRY(proposal.record(version));
        put_version(tx, version);
        return {};
    }));
    return version;
}

Result<PolicyVersion> Policies::sign(Store& store, const Caller& caller, std::uint32_t number,
                                     const Signer& signer, const Standing& standing) {
    if (!caller.subject.starts_with(kPerson)) {
        return Error{
            ErrorCode::Forbidden,
            both_texts("決まりに署名するのは人です。鍵ではなく、人としてサインインしてください",
                       "policies are signed by people: sign in as a person, not with a key")};
    }
    const TenantId tenant = TRY(store.tenant(caller.tenant));
    PolicyVersion version;
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        version = TRY(proposed_version(tx, number));
        const auto before = in_force(tenant);
        TRY(may_decide(caller, before.get(), version.set));
        TRY(check_signatures(version, caller, before.get(), standing));
        TRY(add_signature(tx, version, signer));
        if (version.signatures.size() >= kSigners) {
            TRY(end_former(tx));
            tx.put_record(kCurrentKind, kCurrent, record_name(number));
            version.state = PolicyVersion::State::InForce;
            version.in_force_at = version.signatures.back().at;
        }
        put_version(tx, version);
        return {};
    }));
    return version;
}

Result<PolicyVersion> Policies::withdraw(Store& store, const Caller& caller, std::uint32_t number) {
    const TenantId tenant = TRY(store.tenant(caller.tenant));
    PolicyVersion version;
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        version = TRY(proposed_version(tx, number));
        TRY(may_decide(caller, in_force(tenant).get(), version.set));
        version.state = PolicyVersion::State::Withdrawn;
        version.ended_at = tx.now();
        put_version(tx, version);
        return {};
    }));
    return version;
}

Result<Halt> Policies::halt(Store& store, const Caller& caller, Halt halt) {
    TRY(may_halt(caller));
    TRY(check_halt(halt));
    const TenantId tenant = TRY(store.tenant(caller.tenant));
    halt.prohibition.id = halt.id;
    halt.prohibition.rule.policy = halt.id;
    halt.prohibition.rule.permits = false;
    halt.by = caller.subject;
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        if (TRY(tx.record(kHaltKind, halt.id))) {
            return Error{ErrorCode::AlreadyExists,
                         both_texts("同じ識別子の停止があります", "there is such a halt"), halt.id};
        }
        if (TRY(store.records(tenant, kHaltKind)).size() >= kMaxHalts) {
            return Error{ErrorCode::TooLarge,
                         both_texts("停止は、解いたものも含めてテナントごとに 1,000 件までです",
                                    "a tenant has up to 1,000 halts, lifted ones too")};
        }
        halt.at = tx.now();
        tx.put_record(kHaltKind, halt.id, encode(halt));
        return {};
    }));
    return halt;
}

Result<Halt> Policies::lift(Store& store, const Caller& caller, std::string_view id,
                            const std::string& why) {
    TRY(may_halt(caller));
    if (why.empty() || why.size() > Halt::kMaxWhy) {
        return Error{ErrorCode::BadRequest,
                     both_texts("理由を 1,000 バイトまでで書いてください（空白だけは不可）",
                                "a reason is given, up to 1,000 bytes"),
                     "/why"};
    }
    Halt halt;
    TRY(store.commit(caller, [&](Transaction& tx) -> Result<void> {
        const auto bytes = TRY(tx.record(kHaltKind, id));
        if (!bytes)
            return Error{ErrorCode::NotFound,
                         both_texts("この停止はありません", "there is no such halt"),
                         std::string(id)};
        halt = TRY(decode_halt(*bytes));
        if (halt.lifted_at)
            return Error{ErrorCode::Conflict,
                         both_texts("すでに解かれています", "it was lifted before"), halt.id};
        halt.lifted_at = tx.now();
        halt.lifted_by = caller.subject;
        halt.lifted_why = why;
        tx.put_record(kHaltKind, halt.id, encode(halt));
        return {};
    }));
    return halt;
}

Result<std::vector<Halt>> Policies::halts(const Store& store, const Caller& caller) const {
    std::vector<Halt> out;
    const TenantId tenant = TRY(store.tenant(caller.tenant));
    for (const auto& [id, bytes] : TRY(store.records(tenant, kHaltKind))) {
        out.push_back(TRY(decode_halt(bytes)));
    }
    std::sort(out.begin(), out.end(), [](const Halt& a, const Halt& b) { return a.at > b.at; });
    return out;
}

Result<std::vector<PolicyVersion>> Policies::versions(const Store& store,
                                                      const Caller& caller) const {
    std::vector<PolicyVersion> out;
    for (const auto& [name, bytes] : TRY(store.records(TRY(store.tenant(caller.tenant)), kKind))) {
        out.push_back(TRY(decode_policy_version(bytes)));
    }
    std::reverse(out.begin(), out.end());
    return out;
}

Result<PolicyVersion> Policies::version(const Store& store, const Caller& caller,
                                        std::uint32_t number) const {
    const auto bytes =
        TRY(store.record(TRY(store.tenant(caller.tenant)), kKind, record_name(number)));
    if (bytes) return decode_policy_version(*bytes);
    return Error{
        ErrorCode::NotFound,
        both_texts("この版の決まりはありません", "there is no such version of the policies"),
        std::to_string(number)};
}

}  // namespace musubi
