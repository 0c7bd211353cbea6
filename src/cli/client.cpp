#include "cli/client.h"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/log.h"
#include "base/metrics.h"
#include "net/http_client.h"

namespace musubi {

Error problem_of(const HttpResponse& response) {
    auto body = parse_json(response.body);
    const auto text = [&](std::string_view name) -> std::string {
        const Json* member = body ? body->find(name) : nullptr;
        return member != nullptr && member->is_string() ? member->string() : std::string{};
    };
    std::string detail = text("detail");
    if (detail.empty()) detail = "the server answered " + std::to_string(response.status);
    return {ErrorCode::Unavailable, detail, text("instance")};
}

int complain(const Error& error) {
    fmt::print(stderr, "musubi: {}\n", to_text(error));
    return error.code == ErrorCode::BadRequest ? 2 : 1;
}

std::string printed(const Json& json, std::string_view name) {
    const Json* member = json.find(name);
    if (member == nullptr) return {};
    return member->is_string() ? member->string() : to_text(*member);
}

int print_reply(const Result<HttpResponse>& response, const std::string& otherwise) {
    if (!response) return complain(response.error());
    fmt::print("{}\n", response->body.empty() ? otherwise : response->body);
    return 0;
}

struct ServerClient::Parts {
    Log log{LogLevel::Off};
    Metrics metrics;
    std::unique_ptr<HttpClient> client =
        HttpClient::create({.allow_private_addresses = true}, log, metrics);
};

ServerClient::ServerClient(const ServerAccess& access)
    : access_{access}, parts_{std::make_unique<Parts>()} {}
ServerClient::~ServerClient() = default;

Result<HttpResponse> ServerClient::ask(HttpMethod method, const std::string& target,
                                       const Json* body) {
    HttpClientRequest request;
    request.method = method;
    request.url = access_.url + target;
    request.timeout = minutes(10);
    request.max_response_bytes = 256U << 20U;
    if (!access_.key.empty()) {
        request.headers.emplace_back("Authorization", "Bearer " + access_.key);
    }
    if (!access_.tenant.empty()) request.headers.emplace_back("NGSILD-Tenant", access_.tenant);
    if (body != nullptr) {
        request.headers.emplace_back("Content-Type", "application/json");
        append_json(request.body, *body);
    }
    auto response = parts_->client->fetch(std::move(request));
    if (!response) {
        Error error = std::move(response).error();
        error.detail =
            "サーバーにつながりません。動いていますか（始め方は `musubi serve --help`） / " +
            error.detail +
            "; is a server running there? `musubi serve --help` tells how to start one";
        return error;
    }
    if (response->status >= 300) return problem_of(*response);
    return response;
}

Result<HttpResponse> ask_server(const ServerAccess& access, HttpMethod method,
                                const std::string& target, const Json* body) {
    return ServerClient{access}.ask(method, target, body);
}

int add_context(const ServerAccess& access, const std::string& url, const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) return complain({ErrorCode::Io, "the file can not be read", file});
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    auto document = parse_json(text);
    if (!document) return complain({ErrorCode::BadRequest, document.error().detail, file});
    Json body;
    body.set("url", url);
    body.set("document", std::move(document).value());
    return print_reply(ask_server(access, HttpMethod::Post, "/musubi/v1/contexts", &body),
                       "loaded " + url);
}

int list_contexts(const ServerAccess& access) {
    return print_reply(ask_server(access, HttpMethod::Get, "/musubi/v1/contexts"), "");
}

int add_key(const ServerAccess& access, const Json& spec) {
    return print_reply(ask_server(access, HttpMethod::Post, "/musubi/v1/keys", &spec), "");
}

int list_keys(const ServerAccess& access) {
    return print_reply(ask_server(access, HttpMethod::Get, "/musubi/v1/keys"), "");
}

int remove_key(const ServerAccess& access, const std::string& id) {
    return print_reply(
        ask_server(access, HttpMethod::Delete, "/musubi/v1/keys/" + percent_encode(id)),
        "taken away: " + id);
}

int list_people(const ServerAccess& access) {
    return print_reply(ask_server(access, HttpMethod::Get, "/musubi/v1/people"), "");
}

int invite_person(const ServerAccess& access, const Json& invitation) {
    return print_reply(ask_server(access, HttpMethod::Post, "/musubi/v1/invitations", &invitation),
                       "");
}

int disable_person(const ServerAccess& access, const std::string& id, bool disabled) {
    Json body;
    body.set("disabled", disabled);
    return print_reply(
        ask_server(access, HttpMethod::Patch, "/musubi/v1/people/" + percent_encode(id), &body),
        (disabled ? "let in no more: " : "let in again: ") + id);
}

int give_role(const ServerAccess& access, const std::string& id, const Json& grant) {
    return print_reply(ask_server(access, HttpMethod::Post,
                                  "/musubi/v1/people/" + percent_encode(id) + "/grants", &grant),
                       "");
}

int take_role(const ServerAccess& access, const std::string& id, const std::string& grant) {
    return print_reply(
        ask_server(access, HttpMethod::Delete,
                   "/musubi/v1/people/" + percent_encode(id) + "/grants/" + percent_encode(grant)),
        "taken away: " + grant);
}

int add_tenant(const ServerAccess& access, const std::string& name) {
    Json body;
    body.set("name", name);
    return print_reply(ask_server(access, HttpMethod::Post, "/musubi/v1/tenants", &body),
                       "made tenant " + name);
}

int list_tenants(const ServerAccess& access) {
    return print_reply(ask_server(access, HttpMethod::Get, "/musubi/v1/tenants"), "");
}

int remove_tenant(const ServerAccess& access, const std::string& name) {
    return print_reply(
        ask_server(access, HttpMethod::Delete, "/musubi/v1/tenants/" + percent_encode(name)),
        "deleted tenant " + name + " and everything in it");
}

int explain(const ServerAccess& access, const std::string& query, const std::string& context) {
    // The query is what follows '?' in GET /ngsi-ld/v1/entities.
    Log log{LogLevel::Off};
    Metrics metrics;
    const auto client = HttpClient::create({.allow_private_addresses = true}, log, metrics);
    HttpClientRequest request;
    request.url = access.url + "/musubi/v1/explain?" + query;
    if (!access.key.empty()) request.headers.emplace_back("Authorization", "Bearer " + access.key);
    if (!access.tenant.empty()) request.headers.emplace_back("NGSILD-Tenant", access.tenant);
    if (!context.empty()) {
        request.headers.emplace_back("Link", "<" + context +
                                                 ">; rel=\"http://www.w3.org/ns/json-ld#context\"; "
                                                 "type=\"application/ld+json\"");
    }
    auto response = client->fetch(std::move(request));
    if (!response) return complain(response.error());
    if (response->status >= 300) return complain(problem_of(*response));
    return print_reply(std::move(response), "");
}

int backup(const ServerAccess& access, const std::string& folder,
           const std::vector<std::string>& to) {
    Json body;
    body.set("folder", std::filesystem::absolute(folder).string());
    Json::Array keys;
    for (const std::string& key : to) keys.emplace_back(key);
    body.set("to", std::move(keys));
    return print_reply(ask_server(access, HttpMethod::Post, "/musubi/v1/backup", &body), "");
}

int list_dead_letters(const ServerAccess& access) {
    return print_reply(ask_server(access, HttpMethod::Get, "/musubi/v1/dead-letters"), "");
}

int send_dead_letter(const ServerAccess& access, const std::string& id) {
    return print_reply(ask_server(access, HttpMethod::Post,
                                  "/musubi/v1/dead-letters/" + percent_encode(id) + "/send"),
                       "in line again: " + id);
}

}  // namespace musubi
