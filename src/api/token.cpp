// The token endpoint (RFC 6749, 3.2 and 4.4) and what it says of itself (RFC 8414).
#include <algorithm>

#include "api/connection_machine.h"
#include "api/header_text.h"
#include "api/machines.h"
#include "api/sign_in.h"
#include "trust/encoding.h"
#include "trust/machines/access_tokens.h"
#include "trust/machines/assertion.h"
#include "trust/machines/machines.h"
#include "trust/machines/used_assertions.h"

namespace musubi::api {
namespace {

constexpr std::string_view kTokenPath = "/musubi/v1/token";
constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// An error of OAuth (RFC 6749, 5.2) has its code in the place of `where`.
Error oauth_error(std::string_view code, std::string detail) {
    const bool client = code == "invalid_client";
    return {client ? ErrorCode::Unauthorized : ErrorCode::BadRequest, std::move(detail),
            std::string(code)};
}
Error invalid_client(std::string detail) {
    return oauth_error("invalid_client", std::move(detail));
}

HttpResponse oauth_response(const Json& json, int status) {
    HttpResponse response = private_json(json, status);
    response.headers.emplace_back("Pragma", "no-cache");
    return response;
}

HttpResponse refusal_of(const Error& error) {
    const bool busy = error.code == ErrorCode::Busy || error.code == ErrorCode::Io;
    const bool client = error.code == ErrorCode::Unauthorized;
    Json body;
    body.set("error", busy ? "temporarily_unavailable" : std::string_view(error.where));
    // Of the signs that RFC 6749, 5.2 allows in it.
    std::string said;
    for (const char c : error.detail) {
        if (c >= ' ' && c <= '~' && c != '"' && c != '\\') said += c;
    }
    body.set("error_description", std::move(said));
    HttpResponse response = oauth_response(body, busy ? 503 : client ? 401 : 400);
    if (busy) response.headers.emplace_back("Retry-After", "1");
    if (client) {
        response.headers.emplace_back("WWW-Authenticate",
                                      R"(Basic realm="musubi", charset="UTF-8")");
    }
    return response;
}

// The parameters of the form; what has no value is not there (RFC 6749, 3.2).
class Form {
public:
    static Result<Form> read(const HttpRequest& request) {
        const std::string_view type = request.header("Content-Type");
        if (without_blanks(type.substr(0, type.find(';'))) != "application/x-www-form-urlencoded") {
            return oauth_error("invalid_request",
                               "the body is a form: application/x-www-form-urlencoded");
        }
        constexpr std::size_t kMostBytes = 64U << 10U;
        if (request.body.size() > kMostBytes) {
            return oauth_error("invalid_request", "the form is larger than 64 kB");
        }
        auto pairs = parse_query_string(request.body);
        if (!pairs) return oauth_error("invalid_request", pairs.error().detail);
        Form form;
        for (auto& [name, value] : *pairs) {
            if (form.find(name) != nullptr) {
                return oauth_error("invalid_request", "a parameter comes twice");
            }
            if (!value.empty()) form.pairs_.emplace_back(std::move(name), std::move(value));
        }
        return form;
    }
    [[nodiscard]] const std::string* find(std::string_view name) const {
        for (const auto& [key, value] : pairs_) {
            if (key == name) return &value;
        }
        return nullptr;
    }

private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

// Who asks, and how that was proven.
struct Proven {
    MachinePtr machine;
    std::optional<Assertion> assertion = {};  // to be used up
};

// The client_id may be sent besides what proves it; then it is the same.
Result<void> check_named(const Form& form, const Machine& machine) {
    const std::string* named = form.find("client_id");
    if (named == nullptr || *named == machine.id) return {};
    return oauth_error("invalid_request", "client_id is another one than what proves it is of");
}

// client_secret_basic (RFC 6749, 2.3.1).
Result<Proven> prove_by_secret(const App& app, std::string_view header) {
    constexpr std::string_view kBasic = "Basic ";
    const Error wrong = invalid_client("the id or the secret is not right (Authorization: Basic)");
    if (!header.starts_with(kBasic)) {
        return invalid_client("only `Authorization: Basic` is understood here");
    }
    const auto pair = from_base64(without_blanks(header.substr(kBasic.size())));
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) return wrong;
    const auto id = percent_decode(std::string_view(*pair).substr(0, colon), true);
    const auto secret = percent_decode(std::string_view(*pair).substr(colon + 1), true);
    if (!id || !secret) return wrong;
    MachinePtr machine = app.machines.machines.find_by_secret(*id, *secret);
    if (!machine) return wrong;
    return Proven{std::move(machine)};
}

// private_key_jwt (RFC 7523, 2.2).
Result<Proven> prove_by_assertion(const App& app, const Form& form, const std::string& assertion) {
    const std::string* type = form.find("client_assertion_type");
    if (type == nullptr || *type != kAssertionType) {
        return oauth_error("invalid_request",
                           "client_assertion_type is " + std::string(kAssertionType));
    }
    const auto claimed = claimed_machine(assertion);
    if (!claimed) return invalid_client("the assertion: " + claimed.error().detail);
    MachinePtr machine = app.machines.machines.find(*claimed);
    const bool known = machine != nullptr && machine->proof == MachineProof::Keys;
    if (!known) machine = std::make_shared<const Machine>(unknown_machine(*claimed));
    const std::string issuer = app.machines.issuer.with([](const std::string& i) { return i; });
    auto checked = check_assertion(assertion, *machine, {issuer, issuer + std::string(kTokenPath)},
                                   app.clock.now());
    if (known && checked) return Proven{std::move(machine), std::move(*checked)};
    const Error error = checked ? not_signed() : checked.error();
    return invalid_client("the assertion: " + error.detail +
                          (error.where.empty() ? "" : " (" + error.where + ")"));
}

// tls_client_auth, self_signed_tls_client_auth (RFC 8705, 2): client_id names whose it must be.
Result<Proven> prove_by_certificate(const Form& form, const MachinePtr& of_connection) {
    const std::string* named = form.find("client_id");
    if (named == nullptr) {
        return oauth_error("invalid_request",
                           "nothing says who asks: Authorization: Basic, client_assertion, or "
                           "client_id with the certificate of the connection");
    }
    if (!of_connection || of_connection->id != *named) {
        return invalid_client("the connection has no certificate of this machine");
    }
    return Proven{of_connection};
}

// Exactly one way (RFC 6749, 2.3), and a certificate that is nobody else's.
Result<Proven> prove(const App& app, const HttpRequest& request, const Form& form) {
    const std::size_t headers = request.count("Authorization");
    const std::string* assertion = form.find("client_assertion");
    if (form.find("client_secret") != nullptr) {
        return oauth_error("invalid_request",
                           "a secret is sent in Authorization: Basic, not in the form");
    }
    if (headers + (assertion == nullptr ? 0 : 1) > 1) {
        return oauth_error("invalid_request", "a machine proves itself in one way at a time");
    }
    const auto certified = machine_of_connection(app, request);
    if (!certified) return invalid_client(certified.error().detail);
    Proven proven;
    if (headers == 1) {
        proven = TRY(prove_by_secret(app, request.header("Authorization")));
    } else if (assertion != nullptr) {
        proven = TRY(prove_by_assertion(app, form, *assertion));
    } else {
        proven = TRY(prove_by_certificate(form, *certified));
    }
    TRY(check_named(form, *proven.machine));
    if (*certified && (*certified)->id != proven.machine->id) {
        return invalid_client("the certificate of this connection is another machine's");
    }
    if (!app.machines.machines.caller(proven.machine->id)) {
        return invalid_client("the end of this machine has come");
    }
    return proven;
}

// What is asked for: always all that the machine may do; as a scope that is its role.
Result<void> check_grant(const Form& form, const Machine& machine) {
    const std::string* grant = form.find("grant_type");
    if (grant == nullptr) return oauth_error("invalid_request", "grant_type is missing");
    if (*grant != "client_credentials") {
        return oauth_error("unsupported_grant_type", "grant_type is client_credentials");
    }
    const std::string* scope = form.find("scope");
    const std::string_view role = name_of(machine.spec.role);
    if (scope == nullptr || *scope == role) return {};
    return oauth_error("invalid_scope", "the scope of this machine is " + std::string(role));
}

HttpResponse grant_token(const App& app, const HttpRequest& request, const Machine& machine) {
    auto token = app.machines.tokens.issue(machine.id, thumbprint_of(request),
                                           app.clock.monotonic(), app.random);
    if (!token) return refusal_of(token.error());
    app.machines.machines.note_use(machine.id);
    Json body;
    body.set("access_token", *token);
    body.set("token_type", "Bearer");
    body.set("expires_in", AccessTokens::kLasts.us / 1'000'000);
    body.set("scope", name_of(machine.spec.role));
    return oauth_response(body, 200);
}

Result<void> record_token(const App& app, const HttpRequest& request, const Machine& machine) {
    Json details;
    details.set("method", method_of(machine.proof));
    details.set("bound", request.certificate != nullptr);
    TRY(app.journal.write({.kind = journal_kind::kSignIn,
                           .tenant = machine.spec.tenant,
                           .subject = machine_subject(machine.id),
                           .details = std::move(details)}));
    return {};
}

HttpResponse refuse_token(const App& app, const std::string& address, const Error& error) {
    if (error.code == ErrorCode::Unauthorized) {
        Json details;
        details.set("what", "token");
        details.set("why", error.detail);
        details.set("from", address);
        app.refusals.note("token " + address, {.kind = journal_kind::kRefusal,
                                               .tenant = {},
                                               .subject = {},
                                               .details = std::move(details)});
    }
    return refusal_of(error);
}

// An assertion is used up before anything is given for it.
Action use_assertion(const App& app, const HttpRequest& request, const Proven& proven) {
    const std::string address = source_address(app, request);
    return {
        .run = [&app, &request, proven](Transaction& tx) -> Result<void> {
            const Machine& machine = *proven.machine;
            const auto used = app.machines.used_assertions.use(tx, machine.id, proven.assertion->id,
                                                               proven.assertion->until);
            if (!used && used.error().code == ErrorCode::Unauthorized) {
                return invalid_client(used.error().detail);
            }
            TRY(used);
            return record_token(app, request, machine);
        },
        .reply = [&app, &request, proven] { return grant_token(app, request, *proven.machine); },
        .refused = [&app,
                    address](const Error& error) { return refuse_token(app, address, error); }};
}

}  // namespace

Result<Answer> post_token(const App& app, const ApiCall& call) {
    const HttpRequest& request = call.request;
    const auto answered = [&](const Error& error) {
        return Answer{refuse_token(app, source_address(app, request), error)};
    };
    const auto form = Form::read(request);
    if (!form) return answered(form.error());
    const auto proven = prove(app, request, *form);
    if (!proven) return answered(proven.error());
    if (const auto granted = check_grant(*form, *proven->machine); !granted) {
        return answered(granted.error());
    }
    if (proven->assertion) return Answer{use_assertion(app, request, *proven)};
    if (const auto known = record_token(app, request, *proven->machine); !known) {
        return answered(known.error());
    }
    return Answer{grant_token(app, request, *proven->machine)};
}

Result<Answer> get_oauth_metadata(const App& app, const ApiCall& /*call*/) {
    const std::string issuer = app.machines.issuer.with([](const std::string& i) { return i; });
    Json::Array methods{Json{method_of(MachineProof::Secret)}, Json{method_of(MachineProof::Keys)}};
    if (app.machines.asks_certificates) {
        methods.emplace_back(method_of(MachineProof::Subject));
        methods.emplace_back(method_of(MachineProof::Certificate));
    }
    Json::Array algorithms;
    for (const std::string_view name : assertion_algorithms()) algorithms.emplace_back(name);
    Json out;
    out.set("issuer", issuer);
    out.set("token_endpoint", issuer + std::string(kTokenPath));
    out.set("response_types_supported", Json::Array{});
    out.set("grant_types_supported", Json::Array{Json{"client_credentials"}});
    out.set("token_endpoint_auth_methods_supported", std::move(methods));
    out.set("token_endpoint_auth_signing_alg_values_supported", std::move(algorithms));
    if (app.machines.asks_certificates) out.set("tls_client_certificate_bound_access_tokens", true);
    out.set("service_documentation", issuer + "/openapi");
    HttpResponse response{
        200, {{"Content-Type", "application/json"}, {"Cache-Control", "max-age=300"}}, {}};
    append_json(response.body, out);
    return Answer{std::move(response)};
}

}  // namespace musubi::api
