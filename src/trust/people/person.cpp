#include "trust/people/person.h"

#include <algorithm>

#include "base/both_words.h"
#include "model/normal_text.h"
#include "model/visible_text.h"
#include "trust/people/grant.h"
#include "trust/people/person_codec.h"

namespace musubi {
namespace {

constexpr std::uint8_t kOrganisationFormat = 2;
constexpr std::uint8_t kWithoutTenant = 1;    // the former one
constexpr std::uint8_t kWithoutPasskeys = 1;  // of a person
// What a grant has.
constexpr std::uint8_t kLent = 1;
constexpr std::uint8_t kScoped = 2;
constexpr std::uint8_t kWithPasskeys = 2;

void write_moment(ByteWriter& w, const std::optional<Time>& time) {
    w.byte(time ? 1 : 0);
    if (time) w.signed_number(time->us);
}

std::optional<Time> read_moment(ByteReader& r) {
    if (r.byte() == 0) return std::nullopt;
    return Time{r.signed_number()};
}

}  // namespace

void write_texts(ByteWriter& w, const std::vector<std::string>& texts) {
    w.number(texts.size());
    for (const std::string& text : texts) w.text(text);
}

std::vector<std::string> read_texts(ByteReader& r) {
    std::vector<std::string> out;
    const std::uint64_t count = r.number();
    for (std::uint64_t i = 0; i < count && !r.failed(); ++i) out.emplace_back(r.text());
    return out;
}

void write_grant(ByteWriter& w, const Grant& grant) {
    w.text(grant.id);
    w.text(grant.tenant);
    w.number(grant.number);
    w.byte(static_cast<std::uint8_t>(grant.role));
    write_texts(w, grant.only_types);
    write_moment(w, grant.until);
    w.text(grant.given_by);
    w.signed_number(grant.given_at.us);
    const bool scoped = !grant.only_scopes.empty();
    w.byte(static_cast<std::uint8_t>((grant.lender ? kLent : 0U) | (scoped ? kScoped : 0U)));
    if (grant.lender) {
        w.text(grant.lender->person);
        w.text(grant.lender->grant);
    }
    if (scoped) write_texts(w, grant.only_scopes);
}

Grant read_grant(ByteReader& r) {
    Grant grant;
    grant.id = r.text();
    grant.tenant = r.text();
    grant.number = static_cast<TenantId>(r.number());
    grant.role = static_cast<Role>(r.byte());
    grant.only_types = read_texts(r);
    grant.until = read_moment(r);
    grant.given_by = r.text();
    grant.given_at = Time{r.signed_number()};
    const std::uint8_t has = r.byte();
    if ((has & kLent) != 0) {
        grant.lender.emplace();
        grant.lender->person = r.text();
        grant.lender->grant = r.text();
    }
    if ((has & kScoped) != 0) grant.only_scopes = read_texts(r);
    if (!is_given(grant.role)) r.fail();
    return grant;
}

std::string encode(const Person& person) {
    std::string value;
    ByteWriter w{value};
    w.byte(kWithPasskeys);
    w.text(person.name);
    w.text(person.display_name);
    w.text(person.organisation);
    w.byte(person.disabled ? 1 : 0);
    w.signed_number(person.created_at.us);
    w.number(person.session_epoch);
    w.text(person.password);
    w.signed_number(person.password_at.us);
    write_texts(w, person.recovery_codes);
    w.signed_number(person.recovery_codes_at.us);
    w.number(person.grants.size());
    for (const Grant& grant : person.grants) write_grant(w, grant);
    w.number(person.passkeys.size());
    for (const Passkey& passkey : person.passkeys) write_passkey(w, passkey);
    return value;
}

Result<Person> decode_person(std::string_view id, std::string_view value) {
    ByteReader r{value};
    Person person;
    const std::uint8_t format = r.byte();
    if (format != kWithPasskeys && format != kWithoutPasskeys) r.fail();
    person.id = id;
    person.name = r.text();
    person.display_name = r.text();
    person.organisation = r.text();
    person.disabled = r.byte() != 0;
    person.created_at = Time{r.signed_number()};
    person.session_epoch = r.number();
    person.password = r.text();
    person.password_at = Time{r.signed_number()};
    person.recovery_codes = read_texts(r);
    person.recovery_codes_at = Time{r.signed_number()};
    const std::uint64_t grants = r.number();
    for (std::uint64_t i = 0; i < grants && !r.failed(); ++i) {
        person.grants.push_back(read_grant(r));
    }
    const std::uint64_t passkeys = format == kWithPasskeys ? r.number() : 0;
    for (std::uint64_t i = 0; i < passkeys && !r.failed(); ++i) {
        person.passkeys.push_back(read_passkey(r));
    }
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "the record of a person is malformed", std::string(id)};
    }
    return person;
}

std::string encode(const Organisation& organisation) {
    std::string value;
    ByteWriter w{value};
    w.byte(kOrganisationFormat);
    w.text(organisation.ja);
    w.text(organisation.en);
    w.number(organisation.tenant);
    return value;
}

Result<Organisation> decode_organisation(std::string_view id, std::string_view value) {
    ByteReader r{value};
    Organisation out;
    const std::uint8_t format = r.byte();
    if (format < kWithoutTenant || format > kOrganisationFormat) r.fail();
    out.id = id;
    out.ja = r.text();
    out.en = r.text();
    if (format > kWithoutTenant) out.tenant = static_cast<TenantId>(r.number());
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "the record of an organisation is malformed",
                     std::string(id)};
    }
    return out;
}

Result<std::string> read_sign_in_name(std::string_view text) {
    constexpr std::size_t kMost = 64;
    const Error bad{
        ErrorCode::BadRequest,
        both_texts(
            "サインインの名前は、漢字・かな・英数字の見える文字 2〜64 字で、空白を含みません",
            "a name to sign in by has 2 to 64 characters that can be seen, of kanji, kana "
            "and Latin letters, and no blanks"),
        "/name"};
    if (text.size() > kMost * 4) return bad;
    auto name = to_nfkc_casefold(text);
    if (!name) return bad;
    const std::size_t characters = count_characters(*name);
    const bool fits = characters >= 2 && characters <= kMost;
    if (!fits || !is_visible(*name) || !is_in_scripts_of_japan(*name)) return bad;
    return name;
}

Result<std::string> read_display_name(std::string_view text, const std::string& where) {
    constexpr std::size_t kMost = 100;
    const Error bad{
        ErrorCode::BadRequest,
        both_texts("名前は一行の 1〜100 字で、見えない文字を含みません",
                   "a name has 1 to 100 characters on one line, and none that can not be seen"),
        where};
    if (text.size() > kMost * 4) return bad;
    auto name = to_nfkc(text);
    if (!name) return bad;
    std::string shown;  // blanks may be in it
    std::copy_if(name->begin(), name->end(), std::back_inserter(shown),
                 [](char c) { return c != ' '; });
    if (shown.empty() || count_characters(*name) > kMost || !is_visible(shown)) return bad;
    return name;
}

}  // namespace musubi
