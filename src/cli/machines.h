#pragma once

#include "cli/client.h"

namespace musubi {

/// By what a machine will prove itself; one of them is set.
struct MachineProofOptions {
    bool secret = false;      ///< one that the server makes
    std::string keys;         ///< file of a JWK Set
    std::string certificate;  ///< file in PEM
    std::string thumbprint;
    std::string subject;
};

// Each prints its result to standard output. All return an exit code.
int add_machine(const ServerAccess& access, Json spec, const MachineProofOptions& proof);
int list_machines(const ServerAccess& access);
int remove_machine(const ServerAccess& access, const std::string& id);

}  // namespace musubi
