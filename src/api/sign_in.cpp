#include "api/sign_in.h"

#include <algorithm>

#include "api/header_text.h"
#include "api/people_journal.h"
#include "api/people_json.h"
#include "api/session_cookie.h"
#include "api/worker.h"
#include "net/http_text.h"
#include "trust/people/attempt_limits.h"

namespace musubi {
namespace {

std::string_view last_forwarded(const HttpRequest& request) {
    const std::string_view header = request.header("X-Forwarded-For");
    const std::size_t comma = header.rfind(',');
    return without_blanks(comma == std::string_view::npos ? header : header.substr(comma + 1));
}

// The first four groups of an IPv6 address; others as they are.
std::string network_of(std::string_view address) {
    if (address.starts_with("::ffff:")) return std::string(address.substr(7));
    if (address.find(':') == std::string_view::npos) return std::string(address);
    std::size_t end = 0;
    for (int group = 0; group < 4 && end < address.size(); ++group) {
        const std::size_t colon = address.find(':', end);
        if (colon == std::string_view::npos) return std::string(address);
        if (address.substr(colon).starts_with("::")) return std::string(address.substr(0, colon));
        end = colon + 1;
    }
    return std::string(address.substr(0, end - 1));
}

}  // namespace

std::string source_address(const App& app, const HttpRequest& request) {
    std::string_view address = request.peer;
    if (app.sign_in.behind_proxy && request.from_loopback) {
        const std::string_view forwarded = last_forwarded(request);
        constexpr std::size_t kLongestAddress = 45;
        if (!forwarded.empty() && forwarded.size() <= kLongestAddress) address = forwarded;
    }
    return network_of(address);
}

Attempt::Attempt(const App& app, const ApiCall& call, std::string account)
    : app_{&app}, account_{std::move(account)}, address_{source_address(app, call.request)} {
    wait_ = app.sign_in.by_address.begin(address_);
    if (wait_ > Duration{} || account_.empty()) return;
    wait_ = app.sign_in.by_account.begin(account_);
    if (wait_ > Duration{}) app.sign_in.by_address.withdraw(address_);
}

std::optional<HttpResponse> Attempt::refused() const {
    if (wait_ <= Duration{}) return std::nullopt;
    const std::int64_t seconds = (wait_.us + 999'999) / 1'000'000;
    HttpResponse response = problem_response(
        429, "this was tried too often; wait " + std::to_string(seconds) + " s and try again");
    response.headers.emplace_back("Retry-After", std::to_string(seconds));
    return response;
}

void Attempt::succeeded() const {
    if (!account_.empty()) app_->sign_in.by_account.succeeded(account_);
    app_->sign_in.by_address.withdraw(address_);
}

Answer compute_then(const App& app, std::function<void()> compute,
                    std::function<Result<Answer>()> answer) {
    const auto later = std::make_shared<Later>();
    const auto taken = std::make_shared<bool>(true);
    later->start = [&app, compute = std::move(compute), taken](const std::function<void()>& ready) {
        *taken = app.sign_in.worker.run([compute, ready] {
            compute();
            ready();
        });
        if (!*taken) ready();
    };
    later->finish = [answer = std::move(answer), taken]() -> Result<Answer> {
        if (*taken) return answer();
        return Error{ErrorCode::Busy, "many people sign in at this moment; try again"};
    };
    return later;
}

Error not_signed_in() {
    return {ErrorCode::Unauthorized, "the name, or what was to prove it, is not right"};
}

Result<std::shared_ptr<const Session>> need_session(const ApiCall& call) {
    if (call.session) return call.session;
    return Error{ErrorCode::Forbidden, "this is for people who are signed in, not for keys"};
}

Result<std::shared_ptr<const Session>> need_fresh_session(const App& app, const ApiCall& call) {
    auto session = TRY(need_session(call));
    if (app.sessions.is_fresh(*session, app.clock.now())) return session;
    return not_fresh();
}

Result<Signer> need_signer(const App& app, const ApiCall& call) {
    const auto session = TRY(need_session(call));
    return Signer::of(app.signing_keys, app.sessions, *session, app.clock.now(),
                      [&app](Transaction& tx, const PersonKey& key) {
                          return record_signing_key(app, tx.caller(), key, {});
                      });
}

Sessions::Begun new_session(const App& app, const ApiCall& call, const Person& person,
                            SignInMethod method) {
    Session how;
    how.person = person.id;
    how.epoch = person.session_epoch;
    how.method = method;
    how.assurance = assurance_of(method);
    how.browser = call.request.header("User-Agent");
    how.renew = method == SignInMethod::RecoveryCode;
    how.created_at = how.used_at = app.clock.now();
    return Sessions::prepare(std::move(how), app.random);
}

Sessions::Begun same_sign_in(const App& app, const ApiCall& call, const Person& person) {
    Sessions::Begun begun = new_session(app, call, person, call.session->method);
    begun.session.renew = call.session->renew;
    begun.session.assurance = call.session->assurance;
    begun.session.asked_assurance = call.session->asked_assurance;
    begun.session.provider = call.session->provider;
    begun.session.created_at = call.session->created_at;
    return begun;
}

void end_others(Transaction& tx, const App& app, Person& person, const Session& former,
                Sessions::Begun& begun) {
    begun.session.epoch = ++person.session_epoch;
    Sessions::end(tx, former.id);
    app.sessions.begin(tx, begun.session);
}

HttpResponse private_json(const Json& json, int status) {
    HttpResponse response{
        status, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, {}};
    append_json(response.body, json);
    return response;
}

HttpResponse session_response(const App& app, const ContextPtr& context,
                              const Sessions::Begun& begun, int status) {
    const auto caller = app.people.caller(begun.session.person, {}, app.clock.now());
    const PersonPtr person = app.people.find(begun.session.person);
    Json body;
    if (caller && person) body = session_view(app, *context, begun.session, *person, *caller);
    HttpResponse response = private_json(body, status);
    response.headers.push_back(
        session_cookie(begun.token, app.sessions.rule().longest, app.cookie_url));
    return response;
}

}  // namespace musubi
