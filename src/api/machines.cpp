#include "api/machines.h"

#include <array>

#include "api/admin_json.h"
#include "api/key_spec.h"
#include "api/policies.h"
#include "api/sign_in.h"
#include "base/both_words.h"
#include "net/certificate.h"
#include "trust/encoding.h"
#include "trust/jose/jwk.h"
#include "trust/machines/machines.h"
#include "trust/secret.h"

namespace musubi::api {
namespace {

// What a private key has and a public one has not (RFC 7518, 6.2.2 and 6.3.2; RFC 8037, 2), and
// what a shared secret is (6.4.1).
constexpr std::array<std::string_view, 2> kPrivateMembers{"d", "k"};

// A set of public keys, each of a kind that signatures are checked with. Fails: BadRequest,
// TooLarge.
Result<std::string> read_public_keys(const Json& json) {
    const auto set = JwkSet::read(json);
    if (!set) return Error{set.error().code, set.error().detail, "/keys"};
    const Json* keys = json.find("keys");
    const Json::Array& all = keys->array();
    for (const Json& key : all) {
        for (const std::string_view name : kPrivateMembers) {
            if (key.find(name) == nullptr) continue;
            return Error{
                ErrorCode::BadRequest,
                both_texts("これは秘密の鍵です。機械の手元に置き、公開の半分だけを登録します。送ら"
                           "れたものは使わず、作り直してください",
                           "this is a private key: it stays with the machine, which registers the "
                           "public half alone; make another one, since this one was sent"),
                "/keys"};
        }
    }
    if (all.empty() || set->keys().size() != all.size()) {
        return Error{
            ErrorCode::BadRequest,
            both_texts(
                "鍵は署名のための公開鍵です（RSA 2048 ビット以上、または EC の P-256 か P-384）",
                "each key is a public one for signatures: RSA of 2048 bits or more, or EC "
                "with P-256 or P-384"),
            "/keys"};
    }
    Json::Array kept;
    for (const Jwk& key : set->keys()) kept.push_back(key.members());
    Json out;
    out.set("keys", std::move(kept));
    return to_text(out);
}

Error misplaced(const Error& error, std::string_view member) {
    return {error.code, error.detail, "/" + std::string(member)};
}

// By which proof, and what proves it; nothing of a secret yet, which is made here.
Result<void> read_proof(const Json& json, Machine& machine) {
    const MemberReader reader{json, ""};
    int proofs = 0;
    for (const std::string_view name : {"secret", "keys", "certificate", "thumbprint", "subject"}) {
        if (json.find(name) != nullptr) ++proofs;
    }
    if (proofs != 1) {
        return Error{
            ErrorCode::BadRequest,
            both_texts(
                "機械が身元を示す方法は一つです。secret（true）、keys（JWK "
                "Set）、certificate（PEM）、thumbprint、subject のどれか一つを示してください",
                "a machine proves itself in one way: give one of secret (true), keys (a JWK "
                "Set), certificate (PEM), thumbprint, subject")};
    }
    if (const Json* keys = reader.find("keys")) {
        machine.proof = MachineProof::Keys;
        machine.proven_by = TRY(read_public_keys(*keys));
    } else if (const Json* pem = reader.find("certificate")) {
        machine.proof = MachineProof::Certificate;
        if (!pem->is_string())
            return reader.bad("certificate", both_texts("PEM の文字列です", "it is a text in PEM"));
        auto read = read_certificate_pem(pem->string());
        if (!read) return misplaced(read.error(), "certificate");
        machine.proven_by = std::move(read->thumbprint);
    } else if (reader.find("thumbprint") != nullptr) {
        machine.proof = MachineProof::Certificate;
        auto read = read_thumbprint(TRY(reader.text("thumbprint")));
        if (!read) return misplaced(read.error(), "thumbprint");
        machine.proven_by = std::move(*read);
    } else if (reader.find("subject") != nullptr) {
        machine.proof = MachineProof::Subject;
        auto read = read_subject_name(TRY(reader.text("subject")));
        if (!read) return misplaced(read.error(), "subject");
        machine.proven_by = std::move(*read);
    } else if (!TRY(reader.flag("secret")).value_or(false)) {
        return reader.bad("secret", both_texts("true です。秘密はここで作ります",
                                               "it is true: a secret is made here"));
    }
    return {};
}

Json::Array key_ids(const std::string& set) {
    Json::Array out;
    const auto keys = JwkSet::parse(set);
    if (!keys) return out;
    for (const Jwk& key : keys->keys()) out.emplace_back(key.id());
    return out;
}

Json machine_view(const App& app, const Context& context, const Machine& machine) {
    Json out;
    out.set("id", machine.id);
    add_key_spec(app, context, machine.spec, out);
    out.set("method", method_of(machine.proof));
    if (machine.proof == MachineProof::Keys) out.set("keyIds", key_ids(machine.proven_by));
    if (machine.proof == MachineProof::Subject) out.set("subject", machine.proven_by);
    if (machine.proof == MachineProof::Certificate) {
        out.set("thumbprint", to_hex(machine.proven_by));
    }
    out.set("createdAt", to_iso(machine.created_at));
    if (machine.used_at) out.set("usedAt", to_iso(*machine.used_at));
    return out;
}

// Within the command: what can not be recorded is not done.
Result<void> record_machine(const App& app, const Caller& caller, std::string_view kind,
                            const Machine& machine) {
    Json details;
    details.set("machine", machine.id);
    details.set("method", method_of(machine.proof));
    add_key_details(machine.spec, details);
    TRY(app.journal.write({.kind = kind,
                           .tenant = machine.spec.tenant,
                           .subject = caller.subject,
                           .details = std::move(details)}));
    return {};
}

}  // namespace

Result<Answer> list_machines(const App& app, const ApiCall& call) {
    TRY(need_overview(call));
    Json::Array out;
    for (const Machine& machine : app.machines.machines.list(call.caller)) {
        out.push_back(machine_view(app, *call.context, machine));
    }
    return Answer{plain_json(Json{std::move(out)})};
}

Result<Answer> post_machine(const App& app, const ApiCall& call) {
    TRY(need_key_manager(call));
    const Body body = TRY(read_body(app, call));
    TRY((MemberReader{body.json, ""}.only({"role", "tenant", "types", "scopes", "label",
                                           "organisation", "until", "secret", "keys", "certificate",
                                           "thumbprint", "subject"})));
    auto machine = std::make_shared<Machine>();
    machine->spec = TRY(read_key_spec(app, call, body.json));
    TRY(read_proof(body.json, *machine));
    machine->tenant = TRY(app.store.tenant(machine->spec.tenant));
    machine->id = random_token(app.random).substr(0, Machine::kIdLength);
    std::string secret;
    if (machine->proof == MachineProof::Secret) {
        secret = "ms_" + long_token(app.random);
        machine->proven_by = sha256({secret});
    }
    const auto run = [&app, machine](Transaction& tx) -> Result<void> {
        machine->created_at = tx.now();
        TRY(app.machines.machines.add(tx, *machine));
        return record_machine(app, tx.caller(), journal_kind::kMachineMade, *machine);
    };
    const auto reply = [&app, context = call.context, machine, secret] {
        Json out = machine_view(app, *context, *machine);
        if (!secret.empty()) {
            out.set("secret", secret);
            out.set("note", "this secret is shown only now; keep it safe");
        }
        return private_json(out, 201);
    };
    return Answer{Action{run, reply}};
}

Result<Answer> remove_machine(const App& app, const ApiCall& call) {
    TRY(need_key_manager(call));
    const MachinePtr machine = app.machines.machines.find(call.path.front());
    if (!machine || !may_manage_keys(call.caller, machine->spec.tenant, machine->spec.role)) {
        return Error{ErrorCode::NotFound,
                     both_texts("この機械はありません", "there is no such machine"),
                     call.path.front()};
    }
    TRY(may_change_key(app, call, machine->spec));
    const auto run = [&app, machine](Transaction& tx) -> Result<void> {
        TRY(record_machine(app, tx.caller(), journal_kind::kMachineRemoved, *machine));
        return app.machines.machines.remove(tx, machine->id);
    };
    return Answer{Action{run, [] { return HttpResponse{204, {}, {}}; }}};
}

}  // namespace musubi::api
