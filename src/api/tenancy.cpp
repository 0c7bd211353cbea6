#include "api/tenancy.h"

#include <algorithm>
#include <array>

#include "api/connection_machine.h"
#include "api/header_text.h"
#include "api/openid/openid_messages.h"
#include "api/record.h"
#include "api/session_cookie.h"
#include "base/both_words.h"
#include "broker/distribution/remote_reactor.h"
#include "broker/snapshots/snapshot_service.h"
#include "broker/source_identity.h"
#include "model/blank_text.h"
#include "store/tenants.h"
#include "trust/people/grant.h"
#include "trust/policies/persons.h"

namespace musubi {
namespace {

// What makes the tenant it names where there is none (5.5.10): each operation that creates.
bool creates(const HttpRequest& request) {
    constexpr std::array<std::string_view, 8> kCreating{
        "entities",      "entityOperations/create", "entityOperations/upsert", "temporal/entities",
        "subscriptions", "csourceRegistrations",    "csourceSubscriptions",    "jsonldContexts"};
    constexpr std::string_view kRoot = "/ngsi-ld/v1/";
    std::string_view path = request.path;
    if (request.method != HttpMethod::Post || !path.starts_with(kRoot)) return false;
    path.remove_prefix(kRoot.size());
    if (path.ends_with('/')) path.remove_suffix(1);
    return std::find(kCreating.begin(), kCreating.end(), path) != kCreating.end();
}

// What can be told before the tenant is there: who it would be, and the contexts of everybody.
bool asks_of_all_tenants(const HttpRequest& request) {
    constexpr std::string_view kContexts = Contexts::kPath.substr(0, Contexts::kPath.size() - 1);
    return request.method == HttpMethod::Get &&
           (request.path == kSourceIdentityPath || request.path == kContexts);
}

}  // namespace

namespace {

constexpr std::string_view kOpenIdPath = "/musubi/v1/openid";

// What lets people in: who is not signed in yet, or holds an invitation.
bool lets_in(const HttpRequest& request) {
    constexpr std::array<std::string_view, 5> kOpen{
        "/musubi/v1/session", "/musubi/v1/session/options", "/musubi/v1/invitations/look",
        "/musubi/v1/invitations/options", "/musubi/v1/invitations/accept"};
    std::string_view path = request.path;
    if (path.ends_with('/')) path.remove_suffix(1);
    if (request.method != HttpMethod::Post) return false;
    return std::find(kOpen.begin(), kOpen.end(), path) != kOpen.end() ||
           (path.starts_with(kOpenIdPath) && path.ends_with("/start"));
}

// What anybody may ask about providers of OpenID Connect. The browser comes back from one of them
// with a request of another site: what proves it is the state and the cookie that goes with it.
bool is_of_providers(const HttpRequest& request) {
    return request.method == HttpMethod::Get && request.path.starts_with(kOpenIdPath);
}

// How projects are after their grants is told to everybody, with the key that it is signed by.
bool is_of_everybody(const HttpRequest& request) {
    return request.method == HttpMethod::Get &&
           (request.path == "/musubi/v1/heartbeats" || request.path == "/musubi/v1/signing-keys");
}

// Where machines prove themselves, and where they learn how: who asks is found out there.
bool is_of_tokens(const HttpRequest& request) {
    std::string_view path = request.path;
    if (path.ends_with('/')) path.remove_suffix(1);
    return path == "/musubi/v1/token" || path == "/.well-known/oauth-authorization-server";
}

Caller nobody(std::string_view subject) {
    static const auto kNothing = std::make_shared<const AccessFilter>();
    Caller caller;
    caller.subject = subject;
    caller.role = Role::Citizen;
    caller.access = kNothing;
    return caller;
}

Caller everybody(std::uint64_t rights) {
    static const auto kEverything = std::make_shared<const AccessFilter>(access_of(Role::Operator));
    Caller caller;
    caller.subject = "open";
    caller.rights = rights;
    caller.role = Role::Operator;
    caller.access = kEverything;
    return caller;
}

// Who is signed in. Fails: Unauthorized, Forbidden.
Result<Asker> person_signed_in(const App& app, const HttpRequest& request) {
    auto signed_in =
        app.authority.authenticate_session(session_token(request), request.header("NGSILD-Tenant"));
    if (!signed_in) return std::move(signed_in).error();
    TRY(check_own_page(request, app.public_url));
    return Asker{std::move(signed_in->caller), std::move(signed_in->session)};
}

// Signing in from another site's page would leave the person with somebody else's account.
Result<Asker> find_newcomer(const App& app, const HttpRequest& request) {
    if (source_of(request, app.public_url) == RequestSource::Foreign) {
        return Error{ErrorCode::Forbidden, "people sign in from a page of this server", "Origin"};
    }
    if (auto person = person_signed_in(app, request)) return person;
    return Asker{nobody(kNobody), nullptr};
}

}  // namespace

namespace {

// Where no key is asked for, a page of another site may ask: one that posts here, or one whose own
// name was made to lead here (DNS rebinding).
Result<void> check_open(const HttpRequest& request) {
    const std::string_view host = request.header("Host");
    const std::string_view name = host.substr(0, host.find(':'));
    const bool of_this_machine = host.empty() || name == "127.0.0.1" || name == "localhost" ||
                                 is_loopback_url("http://" + std::string(host));
    const bool reads = request.method == HttpMethod::Get || request.method == HttpMethod::Head ||
                       request.method == HttpMethod::Options;
    if (of_this_machine && (reads || source_of(request, {}) != RequestSource::Foreign)) return {};
    return Error{ErrorCode::Forbidden,
                 "with --open this server answers programs and its own page alone: ask it as "
                 "localhost or 127.0.0.1",
                 of_this_machine ? "Origin" : "Host"};
}

// By key, access token or cookie. Fails: Unauthorized, Forbidden.
Result<Asker> find_bearer(const App& app, const HttpRequest& request) {
    const std::string_view header = request.header("Authorization");
    if (header.empty()) {
        if (!session_token(request).empty()) {
            auto person = person_signed_in(app, request);
            if (person || !app.open) return person;
        }
        if (app.open) {
            TRY(check_open(request));
            return Asker{everybody(app.authority.rights()), nullptr};
        }
        return Error{ErrorCode::Unauthorized,
                     "sign in, or send a key: `Authorization: Bearer mk_...`; an operator makes "
                     "one with `musubi key add`"};
    }
    constexpr std::string_view kBearer = "Bearer ";
    if (header.size() < kBearer.size() || !header.starts_with(kBearer)) {
        return Error{ErrorCode::Unauthorized, "only `Authorization: Bearer KEY` is understood"};
    }
    if (request.count("Authorization") > 1) {
        return Error{ErrorCode::Unauthorized, "there are two Authorization headers: send one"};
    }
    return Asker{TRY(app.authority.authenticate(without_blanks(header.substr(kBearer.size())),
                                                thumbprint_of(request))),
                 nullptr};
}

// Over a connection with a certificate: alone it is the machine that has it, and with something
// else it must be the same one.
Result<Asker> find_certified(const App& app, const HttpRequest& request) {
    const MachinePtr machine = TRY(machine_of_connection(app, request));
    const bool alone = request.header("Authorization").empty() && session_token(request).empty();
    if (!alone) {
        Asker asker = TRY(find_bearer(app, request));
        if (!machine || asker.caller.subject == machine_subject(machine->id)) return asker;
        return Error{ErrorCode::Unauthorized,
                     "the certificate of this connection is of machine:" + machine->id +
                         ", and what was sent is somebody else's: send one of the two"};
    }
    if (machine) return Asker{TRY(app.authority.authenticate_machine(machine->id)), nullptr};
    return Error{ErrorCode::Unauthorized,
                 "no machine is registered with the certificate of this connection: an operator "
                 "does that with `musubi machine add`"};
}

}  // namespace

Result<Asker> authenticate(const App& app, const HttpRequest& request) {
    // A source shows another secret, which is looked at where it is known what it is of.
    if (request.path == kRemoteNotifyPath) return Asker{nobody("source"), nullptr};
    if (is_of_tokens(request) || is_of_providers(request)) {
        return Asker{nobody(kNobody), nullptr};
    }
    if (lets_in(request)) return find_newcomer(app, request);
    const bool shows_nothing = request.header("Authorization").empty() &&
                               session_token(request).empty() && request.certificate == nullptr;
    if (is_of_everybody(request) && shows_nothing && !app.open) {
        Asker asker{nobody(kNobody), nullptr};
        asker.caller.tenant = request.header("NGSILD-Tenant");  // of whichever town
        return asker;
    }
    return request.certificate == nullptr ? find_bearer(app, request)
                                          : find_certified(app, request);
}

namespace {

// The Core API and the temporal one (5.5.15).
bool is_of_snapshots(const HttpRequest& request) {
    constexpr std::array<std::string_view, 6> kPaths{
        "entities", "entityOperations", "types", "attributes", "temporal", "subscriptions"};
    constexpr std::string_view kRoot = "/ngsi-ld/v1/";
    if (!request.path.starts_with(kRoot)) return false;
    const std::string_view path = std::string_view(request.path).substr(kRoot.size());
    const std::string_view first = path.substr(0, path.find('/'));
    return std::find(kPaths.begin(), kPaths.end(), first) != kPaths.end();
}

// Within a snapshot the inner tenant stands in the place of the tenant (6.3.22).
Result<void> choose_snapshot(const App& app, const HttpRequest& request, ApiCall& call) {
    call.owner = call.tenant;
    const std::string_view id = request.header(kSnapshotHeader);
    if (id.empty()) return {};
    if (!is_uri(id)) {
        return Error{ErrorCode::BadRequest, "the id of a snapshot is a URI",
                     std::string(kSnapshotHeader)};
    }
    if (!is_of_snapshots(request)) {
        return Error{ErrorCode::Unsupported,
                     "only entities, their evolution, types, attributes and subscriptions are in "
                     "snapshots (5.5.15)",
                     std::string(kSnapshotHeader)};
    }
    call.snapshot = id;
    call.caller.tenant =
        TRY(app.snapshots.enter(call.owner, call.caller.tenant, id, app.clock.now()));
    call.tenant = TRY(app.store.tenant(call.caller.tenant));
    return {};
}

}  // namespace

namespace {

// One of the headers by which a use of personal data is stated. Fails: BadRequest.
Result<std::string> stated(const HttpRequest& request, std::string_view name) {
    constexpr std::size_t kMaxBytes = 300;
    const std::string_view value = without_blanks(request.header(name));
    if (value.size() <= kMaxBytes && is_utf8(value)) return std::string(value);
    return Error{ErrorCode::BadRequest, "it has up to 300 bytes of UTF-8", std::string(name)};
}

constexpr std::array kUseHeaders{kPurposeHeader, kGroundHeader, kDecidedByHeader};

// Purpose and ground of the use, for types that are marked personal.
Result<void> read_use(const HttpRequest& request, ApiCall& call) {
    const bool states = std::any_of(kUseHeaders.begin(), kUseHeaders.end(),
                                    [&](auto name) { return !request.header(name).empty(); });
    if (!states) return {};  // nearly always
    call.caller.purpose = TRY(stated(request, kPurposeHeader));
    call.caller.ground = TRY(stated(request, kGroundHeader));
    call.decided_by = TRY(stated(request, kDecidedByHeader));
    if (!call.decided_by.empty() && !is_name(call.decided_by)) {
        return Error{ErrorCode::BadRequest,
                     both_texts("だれが決めたかを、名前か職名で書いてください",
                                "say who decided, by name or by office"),
                     std::string(kDecidedByHeader)};
    }
    if (call.caller.purpose == kOwnDataPurpose) {
        return Error{ErrorCode::BadRequest,
                     "nobody states this purpose: it is of /musubi/v1/me/held, for one's own data",
                     std::string(kPurposeHeader)};
    }
    if (call.caller.ground.empty()) return {};
    const Ground* ground = find_ground(call.caller.ground);
    if (ground == nullptr) {
        std::string names;
        for (const Ground& known : grounds()) {
            names += (names.empty() ? "" : ", ") + std::string(known.name);
        }
        return Error{ErrorCode::BadRequest, "the ground is one of " + names,
                     std::string(kGroundHeader)};
    }
    if (!ground->decided || !call.decided_by.empty()) return {};
    return Error{ErrorCode::BadRequest,
                 "a use outside the purpose names who decided on it: send Musubi-Decided-By",
                 std::string(kGroundHeader)};
}

}  // namespace

Result<void> choose_tenant(const App& app, const HttpRequest& request, ApiCall& call) {
    // The subscription, or the invitation, says of whom it is.
    if (request.path == kRemoteNotifyPath || lets_in(request) || is_of_tokens(request)) return {};
    Caller& caller = call.caller;
    TRY(read_use(request, call));
    const bool of_all = operates_all(caller);
    const std::string_view name = request.header("NGSILD-Tenant");
    if (!name.empty() && name != caller.tenant) {
        if (!of_all && !watches_all(caller)) {
            return Error{
                ErrorCode::Forbidden,
                call.session ? "you have no role in this tenant" : "this key is of another tenant",
                "NGSILD-Tenant"};
        }
        caller.tenant = name;
    }
    auto found = app.store.tenant(caller.tenant);
    if (found && InnerTenant::parse(caller.tenant)) {
        return Error{ErrorCode::NoTenant, "there is no such tenant", "NGSILD-Tenant"};
    }
    if (found) {
        call.tenant = *found;
        TRY(choose_snapshot(app, request, call));
        caller.counted = true;
        app.authority.admit(caller);
        return {};
    }
    if (found.error().code != ErrorCode::NoTenant || !of_all || !Tenants::check_name(name)) {
        return std::move(found).error();
    }
    call.tenant = call.owner = kNoTenant;
    call.makes_tenant = creates(request);
    if (call.makes_tenant || asks_of_all_tenants(request)) return {};
    return std::move(found).error();
}

Result<void> make_tenant(const App& app, const ApiCall& call) {
    Caller installation = call.caller;
    installation.tenant.clear();
    Json details;
    details.set("tenant", call.caller.tenant);
    TRY(record(app, call,
               {.kind = journal_kind::kTenantMade,
                .tenant = call.caller.tenant,
                .subject = {},
                .details = std::move(details)}));
    const auto made = app.store.create_tenant(installation, call.caller.tenant);
    if (made || made.error().code == ErrorCode::AlreadyExists) return {};
    return made.error();
}

}  // namespace musubi
