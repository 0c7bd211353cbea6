#include "cli/openid_config.h"

#include <algorithm>
#include <array>

#include "api/openid/openid_messages.h"
#include "base/toml_schema.h"
#include "trust/people/person.h"

namespace musubi {
namespace openid_tables {
namespace {

using enum TomlValue;

constexpr std::string_view kTable = "openid";
constexpr std::string_view kAlgorithms = "RS256|PS256|ES256|ES384";

constexpr std::array kTables{
    TomlTable{kTable, false, true, "サインインに使える OpenID Connect の提供者。16まで。",
              "A provider of OpenID Connect that people may sign in at; 16 at most."}};

constexpr std::array kKeys{
    TomlKey{kTable, "id", Text, true, "", "", "URLに出る名前。a-z、0-9、「-」。",
            "Its name in URLs: a-z, 0-9 and \"-\"."},
    TomlKey{kTable, "name_ja", Text, true, "", "", "ボタンに出る名前（日本語）。",
            "Its name on the button, in Japanese."},
    TomlKey{kTable, "name_en", Text, true, "", "", "ボタンに出る名前（英語）。",
            "Its name on the button, in English."},
    TomlKey{kTable, "issuer", Text, true, "", "", "発行者。トークンの `iss` と一字も違わないもの。",
            "The issuer, exactly as `iss` of its tokens has it."},
    TomlKey{kTable, "client_id", Text, true, "", "", "提供者がこのサーバーに付けた ID。",
            "What the provider calls this server."},
    TomlKey{kTable, "client_auth", Text, false,
            "client_secret_basic|client_secret_post|private_key_jwt", "client_secret_basic",
            "このサーバーであることの示し方。", "How this server proves who it is."},
    TomlKey{kTable, "client_secret_file", Text, false, "", "",
            "クライアントシークレットのファイル（一行）。",
            "The file of the client secret: one line."},
    TomlKey{kTable, "client_key_file", Text, false, "", "",
            "`private_key_jwt` の秘密鍵のファイル（パスワードのない PEM、または JWK）。",
            "The file of the private key for `private_key_jwt`: PEM without a password, or a JWK."},
    TomlKey{kTable, "client_key_algorithm", Text, false, kAlgorithms, "by the key",
            "その鍵の署名方式。", "The algorithm that key signs with."},
    TomlKey{kTable, "scopes", Texts, false, "", "openid", "求める範囲。`openid` を含む。",
            "The scopes asked for, `openid` among them."},
    TomlKey{kTable, "acr_values", Texts, false, "", "", "求める認証の水準（望む順）。",
            "The `acr_values` asked for, the most wanted first."},
    TomlKey{kTable, "assurance", Table, false, "", "1",
            "`acr` ごとの本人確認の水準（1〜3）。ここにない `acr` は 1。",
            "The assurance (1 to 3) of each `acr`; of others it is 1."},
    TomlKey{kTable, "algorithms", Texts, false, kAlgorithms, "all of them",
            "受け入れる ID トークンの署名方式。", "The algorithms of ID Tokens that are taken."},
    TomlKey{kTable, "create_people", Boolean, false, "", "false",
            "招待のない人にも（役割のない）アカウントを作る。",
            "Somebody without an invitation gets an account too, without a role."},
    TomlKey{kTable, "own_network", Boolean, false, "", "false",
            "庁内など、プライベートアドレスにある提供者。",
            "It is on a network of one's own: its addresses may be private ones."},
    TomlKey{kTable, "ca_file", Text, false, "", "the system's list",
            "提供者の証明書を確かめる認証局のファイル（PEM）。",
            "The certificates (PEM) its own one is checked with."},
    TomlKey{kTable, "authorization_endpoint", Text, false, "", "by discovery",
            "認可エンドポイント。これを書けば `token_endpoint` と `jwks_uri` も要る。",
            "With it, `token_endpoint` and `jwks_uri` are named as well, and nothing is "
            "discovered."},
    TomlKey{kTable, "token_endpoint", Text, false, "", "by discovery", "トークンエンドポイント。",
            "Where codes become tokens."},
    TomlKey{kTable, "jwks_uri", Text, false, "", "by discovery", "公開鍵のURL。",
            "Where its keys are."},
    TomlKey{kTable, "end_session_endpoint", Text, false, "", "by discovery",
            "提供者からもサインアウトする先。", "Where one signs out at the provider as well."},
    TomlKey{kTable, "sends_issuer", Boolean, false, "", "by discovery",
            "応答に必ず `iss` を付ける（RFC 9207）。",
            "Its answers always carry `iss` (RFC 9207)."},
};

constexpr TomlSchema kSchema{kTables, kKeys};

}  // namespace
}  // namespace openid_tables

namespace {

// Reads one [[openid]]. Its keys and their kinds have been checked against the schema.
class ProviderReader {
public:
    ProviderReader(const std::string& file, const toml::table& table)
        : file_{file}, table_{table} {}

    Result<OpenIdProvider> read() {
        TRY(names());
        TRY(proof());
        TRY(scopes());
        TRY(assurance());
        TRY(endpoints());
        provider_.creates = table_["create_people"].value_or(false);
        provider_.own_network = table_["own_network"].value_or(false);
        provider_.ca_file = text_of(table_, "ca_file");
        if (!provider_.ca_file.empty() && !read_text_file(provider_.ca_file)) {
            return bad("ca_file", "this file can not be read");
        }
        return std::move(provider_);
    }

private:
    [[nodiscard]] Error bad(std::string_view key, std::string why) const {
        return toml_error(file_, table_, key, "'" + std::string(key) + "': " + std::move(why));
    }

    Result<void> names() {
        constexpr std::size_t kMost = 40;
        provider_.id = text_of(table_, "id");
        const bool plain = !provider_.id.empty() && provider_.id.size() <= kMost &&
                           std::all_of(provider_.id.begin(), provider_.id.end(), [](char c) {
                               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                           });
        if (!plain) return bad("id", "it has 1 to 40 of a-z, 0-9 and '-'");
        for (const auto& [key, name] :
             {std::pair{"name_ja", &provider_.ja}, std::pair{"name_en", &provider_.en}}) {
            auto shown = read_display_name(text_of(table_, key), {});
            if (!shown) return bad(key, shown.error().detail);
            *name = std::move(shown).value();
        }
        provider_.issuer = text_of(table_, "issuer");
        if (const auto url = check_provider_url(provider_.issuer); !url) {
            return bad("issuer", url.error().detail);
        }
        provider_.client = text_of(table_, "client_id");
        if (provider_.client.empty()) return bad("client_id", "it is not empty");
        return {};
    }

    Result<void> proof() {
        const std::string how = text_of(table_, "client_auth", "client_secret_basic");
        if (how == "private_key_jwt") {
            provider_.proof = OpenIdClientProof::PrivateKeyJwt;
            return key();
        }
        provider_.proof = how == "client_secret_post" ? OpenIdClientProof::SecretPost
                                                      : OpenIdClientProof::SecretBasic;
        if (!table_.contains("client_secret_file")) {
            return bad("client_secret_file", how + " needs it");
        }
        auto secret = read_text_file(text_of(table_, "client_secret_file"));
        if (!secret) return bad("client_secret_file", "this file can not be read");
        while (!secret->empty() && (secret->back() == '\n' || secret->back() == '\r')) {
            secret->pop_back();
        }
        constexpr std::size_t kMost = 1024;
        if (secret->empty() || secret->size() > kMost) {
            return bad("client_secret_file", "a secret is one line of 1 to 1024 bytes");
        }
        provider_.secret = std::move(secret).value();
        return {};
    }

    Result<void> key() {
        if (!table_.contains("client_key_file")) {
            return bad("client_key_file", "private_key_jwt needs it");
        }
        const auto text = read_text_file(text_of(table_, "client_key_file"));
        if (!text) return bad("client_key_file", "this file can not be read");
        auto signer = JwtSigner::parse(*text, text_of(table_, "client_key_algorithm"));
        if (!signer) return bad("client_key_file", signer.error().detail);
        provider_.signer = std::make_shared<const JwtSigner>(std::move(signer).value());
        return {};
    }

    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const {
        std::vector<std::string> out;
        const toml::array* list = table_.get_as<toml::array>(key);
        if (list == nullptr) return out;
        for (const toml::node& one : *list) out.push_back(one.as_string()->get());
        return out;
    }

    Result<void> scopes() {
        for (const std::string_view key : {"scopes", "acr_values"}) {
            for (const std::string& word : texts(key)) {
                const bool good =
                    !word.empty() && word.size() <= 100 && word.find(' ') == std::string::npos;
                if (!good) return bad(key, "a word of it has 1 to 100 characters and no blank");
            }
        }
        if (table_.contains("scopes")) provider_.scopes = texts("scopes");
        const auto& all = provider_.scopes;
        if (std::find(all.begin(), all.end(), "openid") == all.end()) {
            return bad("scopes", "\"openid\" is one of them");
        }
        provider_.acr_values = texts("acr_values");
        if (!table_.contains("algorithms")) return {};
        provider_.algorithms.clear();
        for (const std::string& name : texts("algorithms")) {
            provider_.algorithms.push_back(*read_jws_algorithm(name));
        }
        return {};
    }

    Result<void> assurance() {
        const toml::table* levels = table_.get_as<toml::table>("assurance");
        if (levels == nullptr) return {};
        for (const auto& [acr, level] : *levels) {
            const std::int64_t value = level.value_or(std::int64_t{0});
            if (value < kLeastAssurance || value > kMostAssurance) {
                return toml_error(file_, level,
                                  "'assurance': a level is 1, 2 or 3, as in {aal3 = 3}");
            }
            provider_.assurance.emplace_back(std::string(acr.str()),
                                             static_cast<std::uint8_t>(value));
        }
        return {};
    }

    Result<void> endpoints() {
        OpenIdEndpoints at;
        for (const auto& [key, url] :
             {std::pair{"authorization_endpoint", &at.authorization},
              std::pair{"token_endpoint", &at.token}, std::pair{"jwks_uri", &at.keys},
              std::pair{"end_session_endpoint", &at.end_session}}) {
            if (!table_.contains(key)) continue;
            *url = text_of(table_, key);
            if (const auto good = check_provider_url(*url); !good) {
                return bad(key, good.error().detail);
            }
        }
        at.sends_issuer = table_["sends_issuer"].value_or(false);
        if (at.authorization.empty() && at.token.empty() && at.keys.empty()) {
            for (const std::string_view key : {"end_session_endpoint", "sends_issuer"}) {
                if (table_.contains(key)) return bad(key, "without the others it is discovered");
            }
            return {};
        }
        for (const auto& [key, url] :
             {std::pair{"authorization_endpoint", &at.authorization},
              std::pair{"token_endpoint", &at.token}, std::pair{"jwks_uri", &at.keys}}) {
            if (url->empty()) return bad(key, "endpoints by hand are named all three, or none");
        }
        provider_.endpoints = std::move(at);
        return {};
    }

    const std::string& file_;
    const toml::table& table_;
    OpenIdProvider provider_;
};

}  // namespace

Result<std::vector<OpenIdProvider>> read_openid_providers(const std::string& file,
                                                          const toml::node& list) {
    if (!list.is_array_of_tables()) {
        return toml_error(file, list, "write each provider as [[openid]]");
    }
    const toml::array& tables = *list.as_array();
    if (tables.size() > kMaxOpenIdProviders) {
        return toml_error(file, tables[kMaxOpenIdProviders], "there are 16 providers at most");
    }
    std::vector<OpenIdProvider> out;
    for (const toml::node& node : tables) {
        const toml::table& table = *node.as_table();
        TRY(check_toml_table(openid_tables::kSchema, openid_tables::kTable, table, file));
        OpenIdProvider provider = TRY(ProviderReader(file, table).read());
        const bool twice = std::any_of(out.begin(), out.end(), [&](const OpenIdProvider& other) {
            return other.id == provider.id;
        });
        if (twice) return toml_error(file, table, "id", "'id': another provider has it");
        out.push_back(std::move(provider));
    }
    return out;
}

std::string openid_reference() { return toml_reference(openid_tables::kSchema); }

}  // namespace musubi
