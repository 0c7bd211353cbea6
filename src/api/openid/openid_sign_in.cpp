#include "api/openid/openid_sign_in.h"

#include <algorithm>

#include "api/acceptance.h"
#include "api/people_journal.h"
#include "api/session_cookie.h"
#include "trust/people/grant.h"
#include "trust/people/invitations.h"

namespace musubi {
namespace {

constexpr std::string_view kCookie = "musubi_openid_";

// An error of a command that the page has a sentence for: `where` is its word.
Error refusal(std::string_view word) {
    return {ErrorCode::Forbidden, "the sign-in at the provider came to nothing", std::string(word)};
}

std::string_view word_of_failure(const Error& error) {
    using namespace openid_refusal;
    for (const std::string_view word : {kUnknown, kTaken, kSession}) {
        if (error.where == word) return word;
    }
    if (error.code == ErrorCode::AlreadyExists) return kName;
    if (error.code == ErrorCode::NotFound) return kInvitation;
    return kProvider;
}

std::string_view name_of(OpenIdPending::Aim aim) {
    switch (aim) {
        case OpenIdPending::Aim::SignIn: return "sign-in";
        case OpenIdPending::Aim::Link: return "link";
        case OpenIdPending::Aim::Accept: break;
    }
    return "accept";
}

HttpResponse go_to(std::string_view path) {
    return {303, {{"Location", std::string(path)}, {"Cache-Control", "no-store"}}, {}};
}

std::string refusal_page(std::string_view provider, std::string_view word) {
    return "/#openid=" + std::string(word) + "&provider=" + std::string(provider);
}

Session new_session(const OpenIdReturn& back, const std::string& person) {
    Session how;
    how.person = person;
    how.method = SignInMethod::OpenId;
    how.browser = back.browser;
    how.created_at = how.used_at = back.app.clock.now();
    how.assurance = back.provider().assurance_of(back.identity.acr);
    how.asked_assurance = back.provider().asked_assurance();
    how.provider = back.provider().id;
    return how;
}

OpenIdLink link_of(const OpenIdReturn& back, const std::string& person) {
    OpenIdLink link;
    link.id = OpenIdLinks::id_of(back.provider().issuer, back.identity.subject);
    link.person = person;
    link.provider = back.provider().id;
    link.issuer = back.provider().issuer;
    return link;
}

Caller caller_of(const std::string& person) {
    Caller caller;
    caller.subject = person_subject(person);
    return caller;
}

// Another token each time: what the browser had before opens nothing (session fixation).
Result<void> begin_session(Transaction& tx, OpenIdReturn& back, const Person& person) {
    back.begun.session.epoch = person.session_epoch;
    back.app.sessions.begin(tx, back.begun.session);
    if (!back.pending.former.empty()) Sessions::end(tx, back.pending.former);
    return record_sign_in(back.app, back.begun.session);
}

HttpResponse signed_in(const OpenIdReturn& back) {
    const Session& session = back.begun.session;
    const bool lower = session.assurance < session.asked_assurance;
    HttpResponse response = go_to(lower ? "/#openid=lower" : back.pending.to);
    response.headers.push_back(
        session_cookie(back.begun.token, back.app.sessions.rule().longest, back.app.cookie_url));
    response.headers.push_back(no_openid_cookie(back.state, back.app.cookie_url));
    return response;
}

Action action_of(const OpenIdReturnPtr& back, std::function<Result<void>(Transaction&)> run) {
    return Action{.run = std::move(run),
                  .reply = [back] { return signed_in(*back); },
                  .refused =
                      [back](const Error& error) {
                          return refuse_openid(*back, word_of_failure(error), error);
                      }};
}

Answer sign_in(const OpenIdReturnPtr& back, const std::string& person) {
    back->begun = Sessions::prepare(new_session(*back, person), back->app.random);
    return action_of(back, [back, person](Transaction& tx) -> Result<void> {
        const auto latest = back->app.people.latest(tx, person);
        if (!latest || latest->disabled) return refusal(openid_refusal::kUnknown);
        // The link is still there, and theirs: it may have been taken away at this moment.
        const OpenIdLink link = link_of(*back, person);
        const auto now = TRY(back->app.openid.links.latest(tx, link.id));
        if (!now || now->person != person) return refusal(openid_refusal::kUnknown);
        return begin_session(tx, *back, *latest);
    });
}

// Somebody nobody knows, where the configuration lets them in: an account without a role.
Answer create(const OpenIdReturnPtr& back) {
    Person person;
    person.id = random_token(back->app.random).substr(0, 10);
    person.name = back->provider().id + "-" + person.id;
    const auto shown = read_display_name(back->identity.name, "/name");
    person.display_name = shown ? *shown : person.name;
    back->begun = Sessions::prepare(new_session(*back, person.id), back->app.random);
    return action_of(back, [back, person](Transaction& tx) -> Result<void> {
        Person newcomer = person;
        newcomer.created_at = tx.now();
        TRY(back->app.people.add(tx, newcomer));
        TRY(back->app.openid.links.put(tx, link_of(*back, person.id)));
        TRY(record_person(back->app, caller_of(person.id), person.id, "openid-created"));
        TRY(record_link(back->app, person.id, back->provider().id, "openid-linked"));
        return begin_session(tx, *back, newcomer);
    });
}

Answer accept(const OpenIdReturnPtr& back) {
    Person person;
    person.id = random_token(back->app.random).substr(0, 10);
    person.name = back->pending.name;
    person.display_name = back->pending.display_name;
    back->begun = Sessions::prepare(new_session(*back, person.id), back->app.random);
    return action_of(back, [back, person](Transaction& tx) -> Result<void> {
        const App& app = back->app;
        const Invitation taken = TRY(take_invitation(app, tx, back->pending.invitation));
        TRY(add_newcomer(app, tx, taken, person));
        const auto linked = app.openid.links.put(tx, link_of(*back, person.id));
        if (!linked) return refusal(openid_refusal::kTaken);
        TRY(record_link(app, person.id, back->provider().id, "openid-linked"));
        return begin_session(tx, *back, person);
    });
}

bool still_signed_in(const OpenIdReturn& back, Time now) {
    const auto all = back.app.sessions.list(back.pending.person, now);
    return std::any_of(all.begin(), all.end(),
                       [&](const Session& session) { return session.id == back.pending.session; });
}

Answer link(const OpenIdReturnPtr& back) {
    Action action = action_of(back, [back](Transaction& tx) -> Result<void> {
        const std::string& person = back->pending.person;
        const auto latest = back->app.people.latest(tx, person);
        if (!latest || latest->disabled || !still_signed_in(*back, tx.now())) {
            return refusal(openid_refusal::kSession);
        }
        const auto linked = back->app.openid.links.put(tx, link_of(*back, person));
        if (!linked) return refusal(openid_refusal::kTaken);
        return record_link(back->app, person, back->provider().id, "openid-linked");
    });
    action.reply = [back] {
        HttpResponse response = go_to(back->pending.to);
        response.headers.push_back(no_openid_cookie(back->state, back->app.cookie_url));
        return response;
    };
    return action;
}

}  // namespace

HttpResponse refuse_openid(const OpenIdReturn& back, std::string_view word, const Error& fault) {
    back.app.log.warn(
        "openid", "a sign-in came to nothing",
        {field("provider", back.provider().id), field("what", word), field("why", to_text(fault))});
    const bool token = word == openid_refusal::kToken;
    note_refused_openid(back.app, {.what = name_of(back.pending.aim),
                                   .provider = back.provider().id,
                                   .why = word,
                                   .at = token ? std::string_view(fault.where) : "",
                                   .address = back.pending.address});
    HttpResponse response = go_to(refusal_page(back.provider().id, word));
    response.headers.push_back(no_openid_cookie(back.state, back.app.cookie_url));
    return response;
}

HttpResponse refuse_openid(const App& app, std::string_view provider, std::string_view address,
                           std::string_view word) {
    note_refused_openid(
        app, {.what = "sign-in", .provider = provider, .why = word, .at = {}, .address = address});
    return go_to(refusal_page(provider, word));
}

Result<Answer> conclude_openid(const OpenIdReturnPtr& back) {
    switch (back->pending.aim) {
        case OpenIdPending::Aim::Link: return link(back);
        case OpenIdPending::Aim::Accept: return accept(back);
        case OpenIdPending::Aim::SignIn: break;
    }
    const auto known = back->app.openid.links.find(
        OpenIdLinks::id_of(back->provider().issuer, back->identity.subject));
    if (known) return sign_in(back, known->person);
    if (back->provider().creates) return create(back);
    return Answer{refuse_openid(*back, openid_refusal::kUnknown,
                                {ErrorCode::Forbidden, "nobody here has linked this account"})};
}

std::string openid_cookie_name(std::string_view state) {
    constexpr std::size_t kSigns = 10;
    std::string name{kCookie};
    for (const char c : state.substr(0, kSigns)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
    }
    return name;
}

HttpHeader openid_cookie(const OpenIdPendings::Begun& begun, std::string_view public_url) {
    return flow_cookie(openid_cookie_name(begun.state), begun.browser, OpenIdPendings::kLasts,
                       public_url);
}

HttpHeader no_openid_cookie(std::string_view state, std::string_view public_url) {
    return flow_cookie(openid_cookie_name(state), {}, {}, public_url);
}

}  // namespace musubi
