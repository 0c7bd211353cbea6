#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/call.h"
#include "trust/people/sessions.h"
#include "trust/signing/signer.h"

namespace musubi {

/// One try to prove who somebody is: counted against the account that is named, there or not, and
/// against the address it comes from.
class Attempt {
public:
    /// `account`: what is tried, such as a name to sign in.
    Attempt(const App& app, const ApiCall& call, std::string account);
    /// 429 with Retry-After where too many failed before; nothing: go on.
    [[nodiscard]] std::optional<HttpResponse> refused() const;
    /// It was right: the failures of the account are forgotten, those of the address are not.
    void succeeded() const;
    [[nodiscard]] const std::string& address() const { return address_; }

private:
    const App* app_;
    std::string account_;
    std::string address_;
    Duration wait_{};
};

/// Where the request comes from: an IPv4 address, or the first 64 bits of an IPv6 one, which one
/// subscriber has.
[[nodiscard]] std::string source_address(const App& app, const HttpRequest& request);

/// Computes on the workers for passwords, then answers. Answers Busy where too much waits there.
[[nodiscard]] Answer compute_then(const App& app, std::function<void()> compute,
                                  std::function<Result<Answer>()> answer);

/// What is said to everybody who did not prove who they are, whatever was wrong.
[[nodiscard]] Error not_signed_in();

/// The session of the person who asks. Fails: Forbidden for a key.
Result<std::shared_ptr<const Session>> need_session(const ApiCall& call);
/// The same, begun just now. Fails: Forbidden; its place is kWhereSession where they have to sign
/// in again.
Result<std::shared_ptr<const Session>> need_fresh_session(const App& app, const ApiCall& call);
/// Who signs something, in a sign-in of the last minutes; a key that is made for it is recorded.
/// Fails: as need_fresh_session.
Result<Signer> need_signer(const App& app, const ApiCall& call);

/// A session of `person` on the browser that sent the request, not begun yet.
[[nodiscard]] Sessions::Begun new_session(const App& app, const ApiCall& call, const Person& person,
                                          SignInMethod method);
/// The sign-in that asks under another token, not begun yet: for where all others end.
[[nodiscard]] Sessions::Begun same_sign_in(const App& app, const ApiCall& call,
                                           const Person& person);
/// Within a transaction: all sessions of the person are over but `begun`, which takes the place of
/// `former`. The person is put after it.
void end_others(Transaction& tx, const App& app, Person& person, const Session& former,
                Sessions::Begun& begun);
/// Signs in by what a browser sends of a passkey (AuthenticationResponseJSON).
/// Fails: BadRequest, TooLarge, Forbidden (the ceremony does not hold), Unauthorized.
Result<Answer> sign_in_by_passkey(const App& app, const ApiCall& call, const Json& passkey);
/// 201 (or `status`) with the session, its cookie, and nothing to be kept by caches.
[[nodiscard]] HttpResponse session_response(const App& app, const ContextPtr& context,
                                            const Sessions::Begun& begun, int status = 201);
/// Plain JSON that no cache keeps.
[[nodiscard]] HttpResponse private_json(const Json& json, int status = 200);

}  // namespace musubi
