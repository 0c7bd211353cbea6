#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "net/http.h"

namespace musubi {

/// How the commands that speak to a running server reach it.
struct ServerAccess {
    std::string url = "http://127.0.0.1:8080";
    std::string key;     ///< empty: the server was started with --open
    std::string tenant;  ///< empty: the key's own
};

/// Sends one request and waits. Fails: what the server's problem says; Unavailable where there is
/// no server, saying how to start one.
Result<HttpResponse> ask_server(const ServerAccess& access, HttpMethod method,
                                const std::string& target, const Json* body = nullptr);

/// The same, several times over: the connection stays.
class ServerClient {
public:
    explicit ServerClient(const ServerAccess& access);
    ~ServerClient();
    /// Fails: as ask_server.
    Result<HttpResponse> ask(HttpMethod method, const std::string& target, const Json* body);

private:
    struct Parts;
    const ServerAccess& access_;
    std::unique_ptr<Parts> parts_;
};

/// The problem that a server answered, as an error.
[[nodiscard]] Error problem_of(const HttpResponse& response);

/// A member as it is printed: a text as it stands, all else as JSON; empty where it is not there.
[[nodiscard]] std::string printed(const Json& json, std::string_view name);

/// Prints what the server answered, or `otherwise` where it answered without a body; an error it
/// says. Returns the exit code.
int print_reply(const Result<HttpResponse>& response, const std::string& otherwise);

// Each prints its result to standard output. All return an exit code.
int add_context(const ServerAccess& access, const std::string& url, const std::string& file);
int list_contexts(const ServerAccess& access);
int add_key(const ServerAccess& access, const Json& spec);
int list_keys(const ServerAccess& access);
int remove_key(const ServerAccess& access, const std::string& id);
int list_people(const ServerAccess& access);
int invite_person(const ServerAccess& access, const Json& invitation);
int disable_person(const ServerAccess& access, const std::string& id, bool disabled);
int give_role(const ServerAccess& access, const std::string& id, const Json& grant);
int take_role(const ServerAccess& access, const std::string& id, const std::string& grant);
int add_tenant(const ServerAccess& access, const std::string& name);
int list_tenants(const ServerAccess& access);
int remove_tenant(const ServerAccess& access, const std::string& name);
int explain(const ServerAccess& access, const std::string& query, const std::string& context);
int backup(const ServerAccess& access, const std::string& folder,
           const std::vector<std::string>& to);
int list_dead_letters(const ServerAccess& access);
int send_dead_letter(const ServerAccess& access, const std::string& id);
/// Looks at a running server and says what is wrong and what to do.
int doctor(const ServerAccess& access);

/// Says an error on standard error and returns the exit code for it.
int complain(const Error& error);

}  // namespace musubi
