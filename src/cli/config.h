#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "net/http_server.h"
#include "net/tls.h"
#include "store/store.h"
#include "trust/people/openid_provider.h"
#include "trust/people/password.h"
#include "trust/people/sessions.h"

namespace musubi {

/// Everything that `musubi serve` can be told, from the command line or a TOML file. The command
/// line wins.
struct Config {
    std::string data;  ///< the folder; empty: in memory, gone at the end
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;
    bool open = false;                     ///< no key is asked for; loopback alone
    bool new_key = false;                  ///< make an operator's key at the start
    bool example = false;                  ///< load the examples, once
    bool allow_private_addresses = false;  ///< notifications and feeds may go to the local network
    bool fetch_contexts = true;            ///< contexts that are not at hand are fetched
    std::string public_url;                ///< how others call this server; empty: as they do
    std::string packs;                     ///< folder of packs; empty: beside the program
    std::string site;                      ///< folder of the page; empty: beside the program
    std::string pack;
    std::string feed;
    LogLevel log_level = LogLevel::Info;
    StoreOptions store;
    HttpServerOptions http;
    TlsFiles tls;               ///< no certificate: plain
    bool behind_proxy = false;  ///< X-Forwarded-For is believed from loopback
    SessionRule sessions;
    Argon2Cost passwords;
    std::size_t temporal_page = 100'000;  ///< instances of each attribute in one answer
    std::vector<std::pair<std::string, Duration>> retention;  ///< by type (expanded) or "*"
    Duration journal_keep = days(5 * 365);                    ///< of the audit journal
    std::vector<OpenIdProvider> openid;                       ///< where people may sign in
};

/// One key of the configuration file: what the reader checks and what docs/configuration.md says.
struct ConfigKey {
    std::string_view table;  ///< "" at the top
    std::string_view name;
    std::string_view kind;  ///< "text", "bytes", "number", "yes or no", "duration", "spans by type"
    std::string_view standard;
    bool reloads = false;  ///< taken up on SIGHUP
    std::string_view en;
};
[[nodiscard]] std::span<const ConfigKey> config_keys();
/// The table of docs/configuration.md.
[[nodiscard]] std::string config_reference();

/// Reads a file into `config`. Fails: BadRequest, `where` is file and line; Io.
Result<void> read_config(const std::string& file, Config& config);
/// "HOST:PORT", "[::1]:8080", or ":8080". Fails: BadRequest.
Result<void> parse_listen(std::string_view text, Config& config);
/// Whether what is set goes together: TLS, where it listens, who may ask without a key.
/// Fails: BadRequest.
Result<void> check_config(const Config& config);
/// Whether the host is a loopback address.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace musubi
