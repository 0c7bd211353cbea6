#include "cli/machines.h"

#include <fmt/core.h>

#include <fstream>
#include <iterator>

namespace musubi {
namespace {

constexpr const char* kMachines = "/musubi/v1/machines";

Result<std::string> read_whole(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) return Error{ErrorCode::Io, "the file can not be read", file};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

Result<void> add_proof(Json& body, const MachineProofOptions& proof) {
    if (proof.secret) body.set("secret", true);
    if (!proof.thumbprint.empty()) body.set("thumbprint", proof.thumbprint);
    if (!proof.subject.empty()) body.set("subject", proof.subject);
    if (!proof.certificate.empty()) body.set("certificate", TRY(read_whole(proof.certificate)));
    if (proof.keys.empty()) return {};
    auto keys = parse_json(TRY(read_whole(proof.keys)));
    if (!keys) return Error{ErrorCode::BadRequest, keys.error().detail, proof.keys};
    body.set("keys", std::move(keys).value());
    return {};
}

}  // namespace

int add_machine(const ServerAccess& access, Json spec, const MachineProofOptions& proof) {
    if (const auto added = add_proof(spec, proof); !added) return complain(added.error());
    return print_reply(ask_server(access, HttpMethod::Post, kMachines, &spec), "");
}

int list_machines(const ServerAccess& access) {
    return print_reply(ask_server(access, HttpMethod::Get, kMachines), "");
}

int remove_machine(const ServerAccess& access, const std::string& id) {
    return print_reply(
        ask_server(access, HttpMethod::Delete, std::string(kMachines) + "/" + percent_encode(id)),
        "removed: " + id);
}

}  // namespace musubi
