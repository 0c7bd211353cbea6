#include "cli/policies.h"

#include <fmt/core.h>

#include "base/toml_file.h"
#include "net/http.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

constexpr const char* kPolicies = "/musubi/v1/policies";

Result<Json> ask(const ServerAccess& access, HttpMethod method, const std::string& target,
                 const Json* body = nullptr) {
    const HttpResponse response = TRY(ask_server(access, method, target, body));
    return parse_json(response.body);
}

Result<Json> text_of_file(const std::string& file) {
    Json body;
    body.set("text", TRY(read_text_file(file)));
    return body;
}

void print_version(const Json& version) {
    std::string signers;
    for (const Json& signature : version.find("signatures")->array()) {
        signers += (signers.empty() ? "" : ", ") + printed(signature, "subject");
    }
    fmt::print("{}\t{}\t{}\t{} policies\tproposed {} by {}\tsigned by {}\n",
               printed(version, "number"), printed(version, "state"), printed(version, "version"),
               printed(version, "policies"), printed(version, "proposedAt"),
               printed(version, "proposedBy"), signers.empty() ? "nobody" : signers);
}

int print_made(const Result<Json>& version) {
    if (!version) return complain(version.error());
    print_version(*version);
    return 0;
}

}  // namespace

int list_policies(const ServerAccess& access) {
    const auto all = ask(access, HttpMethod::Get, kPolicies);
    if (!all) return complain(all.error());
    for (const Json& version : all->array()) print_version(version);
    if (all->array().empty()) fmt::print("no policies: each role may do what it may by itself\n");
    return 0;
}

int show_policies(const ServerAccess& access, const std::string& number, bool odrl) {
    const std::string path = std::string(kPolicies) + "/" + percent_encode(number);
    const auto version = ask(access, HttpMethod::Get, odrl ? path + "/odrl" : path);
    if (!version) return complain(version.error());
    fmt::print("{}\n", odrl ? to_text(*version) : printed(*version, "text"));
    return 0;
}

int propose_policies(const ServerAccess& access, const std::string& file, const std::string& note) {
    auto body = text_of_file(file);
    if (!body) return complain(body.error());
    body->set("note", note);
    return print_made(ask(access, HttpMethod::Post, kPolicies, &*body));
}

int try_policies(const ServerAccess& access, const std::string& file) {
    const auto body = text_of_file(file);
    if (!body) return complain(body.error());
    const auto trial = ask(access, HttpMethod::Post, std::string(kPolicies) + "/dry-run", &*body);
    if (!trial) return complain(trial.error());
    const Json::Array& changes = trial->find("changes")->array();
    for (const Json& line : changes) {
        fmt::print("{}\t{} {}\t{} times\t{} -> {}\tshown {} -> {} of {}\t{}\n",
                   printed(line, "subject"), printed(line, "action"), printed(line, "type"),
                   printed(line, "times"), printed(line, "before"), printed(line, "after"),
                   printed(line, "shownBefore"), printed(line, "shownAfter"),
                   printed(line, "entities"), to_text(*line.find("attributes")));
    }
    fmt::print("{} of {} uses of the last {} days would come out otherwise\n", changes.size(),
               printed(*trial, "uses"), printed(*trial, "days"));
    return 0;
}

int decide_policies(const ServerAccess& access, const std::string& number,
                    const std::string& what) {
    return print_made(ask(access, HttpMethod::Post,
                          std::string(kPolicies) + "/" + percent_encode(number) + "/" + what));
}

int explain_access(const ServerAccess& access, const std::string& entity, const std::string& action,
                   const std::string& subject) {
    std::string target = "/musubi/v1/access?id=" + percent_encode(entity) + "&action=" + action;
    if (!subject.empty()) target += "&subject=" + percent_encode(subject);
    const auto decision = ask(access, HttpMethod::Get, target);
    if (!decision) return complain(decision.error());
    fmt::print("{} of {} by {}: {}, decided by {}\npolicies {}\nhidden {}\ncoarser {}\n", action,
               entity, printed(*decision, "subject"), printed(*decision, "decision"),
               printed(*decision, "decidedBy"), to_text(*decision->find("policies")),
               to_text(*decision->find("hidden")), to_text(*decision->find("coarser")));
    return 0;
}

namespace {

Result<bool> verify_policy(const std::string& file, const std::string& key_file,
                           const std::string& language) {
    const Json told = TRY(parse_json(TRY(read_file_bytes(file, kMaxPolicyFileBytes))));
    const Json set = TRY(parse_json(TRY(read_file_bytes(key_file, kMaxKeyListBytes))));
    const KeyList keys = TRY(read_key_list(set));
    const PolicyReport report = TRY(verify_policy_version(told, keys.people));
    fmt::print("{}", to_text(report, language != "en"));
    return report.clean();
}

}  // namespace

std::string to_text(const PolicyReport& report, bool japanese) {
    const PolicyVersion& version = report.version;
    std::string out = fmt::format(
        fmt::runtime(japanese ? "テナント「{}」の第{}版: {}\n" : "tenant \"{}\", version {}: {}\n"),
        report.tenant, version.number, name_of(version.state));
    for (std::size_t i = 0; i < version.signatures.size(); ++i) {
        const PersonSignature& signature = version.signatures[i];
        out += fmt::format("{} {} {} {}\n", report.valid[i] ? "OK " : "BAD", signature.subject,
                           to_iso(signature.at), signature.key);
    }
    for (const TwoTongues& note : report.notes) {
        out += fmt::format("{}: {}\n", japanese ? "注意" : "note", japanese ? note.ja : note.en);
    }
    for (const TwoTongues& fault : report.faults) {
        out += fmt::format("BAD {}\n", japanese ? fault.ja : fault.en);
    }
    if (japanese) return out + (report.clean() ? "正しい\n" : "正しくない\n");
    return out + (report.clean() ? "clean\n" : "not clean\n");
}

int verify_policy_file(const std::string& file, const std::string& keys,
                       const std::string& language) {
    const auto clean = verify_policy(file, keys, language);
    if (!clean) return complain(clean.error());
    return *clean ? 0 : 1;
}

}  // namespace musubi
