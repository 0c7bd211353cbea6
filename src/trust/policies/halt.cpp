#include "trust/policies/halt.h"

#include <algorithm>
#include <array>

#include "base/both_words.h"
#include "base/bytes.h"
#include "trust/people/grant.h"

namespace musubi {
namespace {

constexpr std::uint8_t kHaltFormat = 1;

Result<void> check_list(const std::vector<std::string>& all, std::string_view where) {
    if (all.size() > Halt::kMaxTargets) {
        return Error{ErrorCode::TooLarge, both_texts("100 までです", "it names up to 100"),
                     std::string(where)};
    }
    for (const std::string& one : all) {
        if (!one.empty() && one.size() <= Halt::kMaxName) continue;
        return Error{ErrorCode::BadRequest,
                     both_texts("それぞれ 1〜2,048 バイトです", "each has 1 to 2,048 bytes"),
                     std::string(where)};
    }
    return {};
}

}  // namespace

std::string encode(const Halt& halt) {
    std::string out;
    ByteWriter w{out};
    w.byte(kHaltFormat);
    w.text(halt.id);
    w.text(encode(PolicySet{.version = {}, .policies = {halt.prohibition}, .personal = {}}));
    for (const std::string* text : {&halt.why, &halt.by, &halt.lifted_by, &halt.lifted_why}) {
        w.text(*text);
    }
    w.signed_number(halt.at.us);
    w.byte(halt.lifted_at ? 1 : 0);
    if (halt.lifted_at) w.signed_number(halt.lifted_at->us);
    return out;
}

Result<Halt> decode_halt(std::string_view bytes) {
    const Error malformed{ErrorCode::Corrupt, "the record of a halt is malformed"};
    ByteReader r{bytes};
    Halt halt;
    if (r.byte() != kHaltFormat) r.fail();
    halt.id = r.text();
    PolicySet kept = TRY(decode_policies(r.text()));
    if (kept.policies.size() != 1) return malformed;
    halt.prohibition = std::move(kept.policies.front());
    for (std::string* text : {&halt.why, &halt.by, &halt.lifted_by, &halt.lifted_why}) {
        *text = r.text();
    }
    halt.at = Time{r.signed_number()};
    if (r.byte() != 0) halt.lifted_at = Time{r.signed_number()};
    if (r.failed() || !r.at_end()) return malformed;
    return halt;
}

Result<void> may_halt(const Caller& caller) {
    const bool is_person = !person_of(caller.subject).empty();
    if (is_person && caller.role == Role::IndependentBody) return {};
    return Error{
        ErrorCode::Forbidden,
        both_texts("利用を止め、再開するのは、独立した機関の人だけです",
                   "a use is halted, and let go on, by people of the independent body alone")};
}

Result<void> check_halt(const Halt& halt) {
    if (halt.why.empty() || halt.why.size() > Halt::kMaxWhy) {
        return Error{ErrorCode::BadRequest,
                     both_texts("理由を 1,000 バイトまでで書いてください（空白だけは不可）",
                                "a reason is given, up to 1,000 bytes"),
                     "/why"};
    }
    const Policy& policy = halt.prohibition;
    const std::array<std::pair<const std::vector<std::string>*, std::string_view>, 5> lists{
        {{&policy.rule.types, "/type"},
         {&policy.rule.attributes, "/attrs"},
         {&policy.organisations, "/organisation"},
         {&policy.subjects, "/subject"},
         {&policy.purposes, "/purpose"}}};
    for (const auto& [list, where] : lists) TRY(check_list(*list, where));
    if (policy.rule.actions.none()) {
        return Error{ErrorCode::BadRequest,
                     both_texts("動作を選んでください", "an action is named"), "/action"};
    }
    const bool any = !policy.roles.empty() || std::any_of(lists.begin(), lists.end(), [](auto& l) {
        return !l.first->empty();
    });
    if (any) return {};
    return Error{
        ErrorCode::BadRequest,
        both_texts("何を止めるかを、型・属性・組織・役割・相手・目的のどれかで示してください",
                   "say what is halted: type, attrs, organisation, role, subject or purpose")};
}

}  // namespace musubi
