#include "api/openid/openid_messages.h"

#include <algorithm>
#include <array>

#include "net/http.h"
#include "net/http_text.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxUrl = 1024;

bool is_loopback_host(std::string_view host) {
    if (host == "localhost" || host == "::1") return true;
    return host.starts_with("127.") && std::all_of(host.begin(), host.end(), [](char c) {
               return c == '.' || (c >= '0' && c <= '9');
           });
}

Error unusable(std::string why) { return {ErrorCode::Unsupported, std::move(why)}; }

void add(std::string& form, std::string_view name, std::string_view value) {
    if (!form.empty() && form.back() != '?' && form.back() != '&') form += '&';
    form.append(name).append("=").append(percent_encode(value));
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

// With the alphabet and the padding of RFC 4648, 4.
std::string to_base64(std::string_view bytes) {
    std::string out = to_base64url(bytes);
    for (char& c : out) c = c == '-' ? '+' : (c == '_' ? '/' : c);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

std::string_view root_of(std::string_view public_url) {
    while (public_url.ends_with('/')) public_url.remove_suffix(1);
    return public_url;
}

Result<std::string> need_url(const Json& answer, std::string_view member) {
    const Json* found = answer.find(member);
    if (found == nullptr || !found->is_string()) {
        return unusable("its description lacks " + std::string(member));
    }
    if (check_provider_url(found->string())) return found->string();
    return unusable("its " + std::string(member) + " is no https URL");
}

// True where the list is not told, or has the word.
bool lists(const Json& answer, std::string_view member, std::string_view word) {
    const Json* found = answer.find(member);
    if (found == nullptr || !found->is_array()) return true;
    return std::any_of(found->array().begin(), found->array().end(),
                       [&](const Json& item) { return item.is_string() && item.string() == word; });
}

std::string_view proof_word(OpenIdClientProof proof) {
    switch (proof) {
        case OpenIdClientProof::SecretBasic: return "client_secret_basic";
        case OpenIdClientProof::SecretPost: return "client_secret_post";
        case OpenIdClientProof::PrivateKeyJwt: break;
    }
    return "private_key_jwt";
}

}  // namespace

bool is_loopback_url(std::string_view url) {
    const auto parsed = parse_url(url);
    return parsed && is_loopback_host(parsed->host);
}

Result<void> check_provider_url(std::string_view url) {
    const auto parsed = parse_url(url);
    const bool good = parsed && url.size() <= kMaxUrl && url.find('#') == std::string_view::npos &&
                      (parsed->scheme == "https" || is_loopback_host(parsed->host));
    if (good) return {};
    return Error{ErrorCode::BadRequest,
                 "it is a URL that begins with https:// (http:// on this machine alone)"};
}

std::string discovery_url(const OpenIdProvider& provider) {
    return std::string(root_of(provider.issuer)) + "/.well-known/openid-configuration";
}

Result<OpenIdEndpoints> read_discovery(const OpenIdProvider& provider, const Json& answer) {
    const Json* issuer = answer.find("issuer");
    if (issuer == nullptr || !issuer->is_string() || issuer->string() != provider.issuer) {
        return unusable("its description is of another issuer than the one configured");
    }
    OpenIdEndpoints out;
    out.authorization = TRY(need_url(answer, "authorization_endpoint"));
    out.token = TRY(need_url(answer, "token_endpoint"));
    out.keys = TRY(need_url(answer, "jwks_uri"));
    if (answer.find("end_session_endpoint") != nullptr) {
        out.end_session = TRY(need_url(answer, "end_session_endpoint"));
    }
    if (!lists(answer, "response_types_supported", "code")) {
        return unusable("it does not offer the code flow");
    }
    if (!lists(answer, "token_endpoint_auth_methods_supported", proof_word(provider.proof))) {
        return unusable("it does not take " + std::string(proof_word(provider.proof)));
    }
    const Json* sends = answer.find("authorization_response_iss_parameter_supported");
    out.sends_issuer = sends != nullptr && sends->is_bool() && sends->boolean();
    return out;
}

std::string redirect_uri(std::string_view public_url, const OpenIdProvider& provider) {
    return std::string(root_of(public_url)) + "/musubi/v1/openid/" + provider.id + "/callback";
}

std::string authentication_url(const OpenIdProvider& provider, const OpenIdEndpoints& at,
                               const OpenIdPendings::Begun& begun, std::string_view redirect) {
    std::string url = at.authorization;
    url += url.find('?') == std::string::npos ? '?' : '&';
    add(url, "response_type", "code");
    add(url, "client_id", provider.client);
    add(url, "redirect_uri", redirect);
    add(url, "scope", joined(provider.scopes));
    add(url, "state", begun.state);
    add(url, "nonce", begun.pending.nonce);
    add(url, "code_challenge", to_base64url(sha256({begun.pending.verifier})));
    add(url, "code_challenge_method", "S256");
    if (!provider.acr_values.empty()) add(url, "acr_values", joined(provider.acr_values));
    return url;
}

std::string token_form(const OpenIdProvider& provider, const TokenQuestion& question) {
    std::string form;
    add(form, "grant_type", "authorization_code");
    add(form, "code", question.code);
    add(form, "redirect_uri", question.redirect);
    add(form, "code_verifier", question.verifier);
    if (provider.proof == OpenIdClientProof::SecretBasic) return form;
    add(form, "client_id", provider.client);
    if (provider.proof == OpenIdClientProof::SecretPost) {
        add(form, "client_secret", provider.secret);
        return form;
    }
    add(form, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    add(form, "client_assertion", question.assertion);
    return form;
}

std::string basic_credentials(const OpenIdProvider& provider) {
    return "Basic " +
           to_base64(percent_encode(provider.client) + ":" + percent_encode(provider.secret));
}

Result<std::string> read_token_answer(const Json& answer) {
    const Json* type = answer.find("token_type");
    if (type == nullptr || !type->is_string() || !same_ignoring_case(type->string(), "Bearer")) {
        return unusable("its answer is of another token_type than Bearer");
    }
    const Json* token = answer.find("id_token");
    if (token != nullptr && token->is_string()) return token->string();
    return unusable("its answer has no id_token");
}

std::string sign_out_url(const OpenIdProvider& provider, const OpenIdEndpoints& at,
                         std::string_view public_url) {
    if (at.end_session.empty()) return {};
    std::string url = at.end_session;
    url += url.find('?') == std::string::npos ? '?' : '&';
    add(url, "client_id", provider.client);
    add(url, "post_logout_redirect_uri", std::string(root_of(public_url)) + "/");
    return url;
}

bool is_own_path(std::string_view path) {
    constexpr std::size_t kMost = 512;
    constexpr std::string_view kSigns = "-._~%!$&'()*+,;=:@/?#";
    if (!path.starts_with('/') || path.starts_with("//") || path.size() > kMost) return false;
    return std::all_of(path.begin(), path.end(), [&](char c) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return plain || kSigns.find(c) != std::string_view::npos;
    });
}

}  // namespace musubi
