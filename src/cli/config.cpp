#include "cli/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "cli/openid_config.h"

namespace musubi {
namespace {

constexpr std::array kConfigKeys{
    ConfigKey{"", "data", "text", "none: kept in memory", false, "The data folder."},
    ConfigKey{"", "listen", "text", "127.0.0.1:8080", false, "Address and port to listen on."},
    ConfigKey{"", "open", "yes or no", "false", false,
              "Ask for no key. Works on a loopback address alone."},
    ConfigKey{"", "allow_private_addresses", "yes or no", "false", false,
              "Let notifications and feeds reach loopback and private addresses."},
    ConfigKey{"", "fetch_contexts", "yes or no", "true", false,
              "Fetch JSON-LD contexts that are not at hand. What an operator or a pack loaded is "
              "never fetched."},
    ConfigKey{"", "public_url", "text", "what each request calls it", false,
              "The address under which others reach this server; the URLs of contexts that are "
              "kept here begin with it, and context sources are told to send there."},
    ConfigKey{"", "packs", "text", "beside the program", false, "The folder of packs."},
    ConfigKey{"", "site", "text", "beside the program", false, "The folder of the page."},
    ConfigKey{"", "pack", "text", "none", false, "The pack to run."},
    ConfigKey{"", "feed", "text", "none", false,
              "What the pack's feed reads: a folder, a URL, or synthetic."},
    ConfigKey{"", "log", "text", "info", false, "debug, info, warn, error or off."},
    ConfigKey{"store", "durability", "text", "synced", false,
              "synced: a reply follows the disk. relaxed: a crash of the machine may lose the last "
              "seconds that were acknowledged."},
    ConfigKey{"store", "cache_bytes", "bytes", "134217728", false, "Entities kept decoded."},
    ConfigKey{"store", "queue_commands", "number", "4096", false,
              "Commands that may wait; beyond, 503 with Retry-After."},
    ConfigKey{"store", "open_history_bytes", "bytes", "134217728", false,
              "Memory for history that is not yet in full chunks."},
    ConfigKey{"store", "keep_change_bytes", "bytes", "67108864", false,
              "Change log that is kept even when nobody needs it."},
    ConfigKey{"store", "max_change_bytes", "bytes", "1073741824", false,
              "Change log that is kept at most, for the slowest reactor."},
    ConfigKey{"store", "max_tenants", "number", "1000", false, "Tenants at most."},
    ConfigKey{"http", "threads", "number", "0", false, "I/O threads; 0: one a core."},
    ConfigKey{"http", "max_body_bytes", "bytes", "16777216", false, "A request's body at most."},
    ConfigKey{"http", "max_connections", "number", "4096", false, "Connections at most."},
    ConfigKey{
        "http", "behind_proxy", "yes or no", "false", false,
        "A proxy on this machine adds X-Forwarded-For: its last address is whose sign-ins are "
        "counted."},
    ConfigKey{"http", "tls_certificate", "text", "none: plain HTTP", true,
              "The server's certificate in PEM, followed by those that lead to a root: the address "
              "of `listen` speaks TLS (1.2 and 1.3)."},
    ConfigKey{
        "http", "tls_key", "text", "none", true,
        "Its private key in PEM, without a password; a file that others can read is refused."},
    ConfigKey{"http", "plain_listen", "text", "none", false,
              "Beside TLS: a loopback address and port that speak plain HTTP."},
    ConfigKey{"http", "client_ca", "text", "none", true,
              "Certificates in PEM of who signs those of machines: clients are asked for one."},
    ConfigKey{"http", "client_certificate", "text", "optional", true,
              "optional; or required: who has no good one is not let in at all."},
    ConfigKey{"people", "session_idle", "duration", "PT8H", false,
              "A sign-in ends after this long without a request."},
    ConfigKey{"people", "session_fresh", "duration", "PT15M", false,
              "Within this time of a sign-in people change what guards their account, and sign."},
    ConfigKey{"people", "session_longest", "duration", "P7D", false,
              "A sign-in ends after this long, whatever happens."},
    ConfigKey{"people", "password_memory_bytes", "bytes", "67108864", false,
              "Memory that computing one password takes (Argon2id); two are computed at once."},
    ConfigKey{"temporal", "page", "number", "100000", false,
              "Instances of each attribute that one temporal answer holds; more are answered with "
              "206 and the time reached."},
    ConfigKey{"journal", "keep", "text", "P5Y", true,
              "How long the audit journal keeps an entry, as an ISO 8601 duration, at least P1D."},
    ConfigKey{"", "retention", "spans by type", "none: kept for ever", true,
              "How long history is kept, as ISO 8601 durations by expanded type, or \"*\"."},
};

Error fault(const std::string& file, const toml::node& node, const std::string& what) {
    return {ErrorCode::BadRequest, what, file + ":" + std::to_string(node.source().begin.line)};
}

const ConfigKey* find_key(std::string_view table, std::string_view name) {
    const auto found =
        std::find_if(kConfigKeys.begin(), kConfigKeys.end(),
                     [&](const ConfigKey& key) { return key.table == table && key.name == name; });
    return found == kConfigKeys.end() ? nullptr : &*found;
}

// Sets one key; the kinds have been checked against the table.
class Setter {
public:
    Setter(const std::string& file, Config& config) : file_{file}, config_{config} {}

    Result<void> set(const ConfigKey& key, const toml::node& node) {
        if (key.kind == "spans by type") return retention(node);
        if (key.kind == "text" && node.is_string()) {
            return text(key.name, node, node.ref<std::string>());
        }
        if (key.kind == "yes or no" && node.is_boolean()) {
            flag(key.name, node.ref<bool>());
            return {};
        }
        if (key.kind == "duration" && node.is_string()) return duration(key.name, node);
        if ((key.kind == "bytes" || key.kind == "number") && node.is_integer() &&
            node.ref<std::int64_t>() >= 0) {
            number(key.name, static_cast<std::size_t>(node.ref<std::int64_t>()));
            return {};
        }
        return fault(file_, node, "'" + std::string(key.name) + "' takes " + std::string(key.kind));
    }

private:
    void flag(std::string_view name, bool value) {
        if (name == "open") config_.open = value;
        if (name == "behind_proxy") config_.behind_proxy = value;
        if (name == "allow_private_addresses") config_.allow_private_addresses = value;
        if (name == "fetch_contexts") config_.fetch_contexts = value;
    }

    Result<void> duration(std::string_view name, const toml::node& node) {
        const auto span = parse_duration(node.ref<std::string>());
        if (!span || span->us <= 0) {
            return fault(file_, node, "a duration is one of ISO 8601 above zero, such as \"PT8H\"");
        }
        if (name == "session_idle") config_.sessions.idle = *span;
        if (name == "session_longest") config_.sessions.longest = *span;
        if (name != "session_fresh") return {};
        if (*span > hours(1)) return fault(file_, node, "'session_fresh' is an hour at most");
        config_.sessions.fresh = *span;
        return {};
    }

    Result<void> text(std::string_view name, const toml::node& node, const std::string& value) {
        if (name == "public_url") return public_url(node, value);
        if (name == "keep") return journal_keep(node, value);
        if (name == "data") config_.data = value;
        if (name == "packs") config_.packs = value;
        if (name == "site") config_.site = value;
        if (name == "pack") config_.pack = value;
        if (name == "feed") config_.feed = value;
        if (name == "listen") return parse_listen(value, config_);
        if (name == "plain_listen") return plain_listen(node, value);
        if (name == "tls_certificate") config_.tls.certificate = value;
        if (name == "tls_key") config_.tls.key = value;
        if (name == "client_ca") config_.tls.client_ca = value;
        if (name == "client_certificate") return client_certificate(node, value);
        if (name == "log") return log_level(node, value);
        if (name == "durability") {
            if (value != "synced" && value != "relaxed") {
                return fault(file_, node, "durability is synced or relaxed");
            }
            config_.store.durability = value == "synced" ? Durability::Synced : Durability::Relaxed;
        }
        return {};
    }

    Result<void> public_url(const toml::node& node, const std::string& value) {
        if (!parse_url(value)) {
            return fault(file_, node, "public_url is a URL such as \"https://musubi.example.jp\"");
        }
        config_.public_url = value;
        return {};
    }

    Result<void> plain_listen(const toml::node& node, const std::string& value) {
        Config where;
        TRY(parse_listen(value, where));
        if (!is_loopback(where.host)) {
            return fault(file_, node, "plain_listen is a loopback address, 127.0.0.1:PORT");
        }
        config_.http.plain = HttpAddress{where.host, where.port};
        return {};
    }

    Result<void> client_certificate(const toml::node& node, const std::string& value) {
        if (value != "optional" && value != "required") {
            return fault(file_, node, "client_certificate is optional or required");
        }
        config_.tls.require_client = value == "required";
        return {};
    }

    Result<void> journal_keep(const toml::node& node, const std::string& value) {
        const auto span = parse_duration(value);
        if (!span || *span < days(1)) {
            return fault(file_, node, "keep is an ISO 8601 duration such as \"P5Y\", at least P1D");
        }
        config_.journal_keep = *span;
        return {};
    }

    Result<void> log_level(const toml::node& node, const std::string& value) {
        static constexpr std::array<std::string_view, 5> kLevels{"debug", "info", "warn", "error",
                                                                 "off"};
        const auto level = std::find(kLevels.begin(), kLevels.end(), value);
        if (level == kLevels.end()) {
            return fault(file_, node, "log is debug, info, warn, error or off");
        }
        config_.log_level = static_cast<LogLevel>(level - kLevels.begin());
        return {};
    }

    void number(std::string_view name, std::size_t value) {
        if (name == "cache_bytes") config_.store.cache_bytes = value;
        if (name == "queue_commands") config_.store.queue_commands = value;
        if (name == "open_history_bytes") config_.store.open_history_bytes = value;
        if (name == "keep_change_bytes") config_.store.keep_change_bytes = value;
        if (name == "max_change_bytes") config_.store.max_change_bytes = value;
        if (name == "password_memory_bytes") {
            constexpr std::size_t kLeast = 8U << 20U;
            constexpr std::size_t kMost = std::size_t{PasswordHasher::kMost.memory_kib} << 10U;
            config_.passwords.memory_kib =
                static_cast<std::uint32_t>(std::clamp(value, kLeast, kMost) >> 10U);
        }
        if (name == "max_tenants") config_.store.max_tenants = value;
        if (name == "threads") config_.http.threads = static_cast<int>(value);
        if (name == "page") config_.temporal_page = std::max<std::size_t>(value, 1);
        if (name == "max_body_bytes") config_.http.max_body_bytes = value;
        if (name == "max_connections") config_.http.max_connections = value;
    }

    Result<void> retention(const toml::node& node) {
        if (!node.is_table()) return fault(file_, node, "retention is a table of durations");
        config_.retention.clear();
        for (const auto& [type, span] : *node.as_table()) {
            const auto duration =
                span.is_string() ? parse_duration(span.ref<std::string>())
                                 : Result<Duration>{Error{ErrorCode::BadRequest, "it is no text"}};
            if (!duration) {
                return fault(file_, span, "a span is an ISO 8601 duration such as \"P5Y\"");
            }
            config_.retention.emplace_back(std::string(type.str()), *duration);
        }
        // The first that applies decides: types before "*".
        std::stable_partition(config_.retention.begin(), config_.retention.end(),
                              [](const auto& entry) { return entry.first != "*"; });
        return {};
    }

    const std::string& file_;
    Config& config_;
};

Result<void> read_table(const std::string& file, std::string_view table, const toml::table& values,
                        Config& config) {
    Setter setter{file, config};
    for (const auto& [name, node] : values) {
        if (table.empty() && name == "openid") {
            config.openid = TRY(read_openid_providers(file, node));
            continue;
        }
        const ConfigKey* key = find_key(table, name.str());
        if (key != nullptr) {
            TRY(setter.set(*key, node));
            continue;
        }
        const bool is_table =
            table.empty() && node.is_table() &&
            std::any_of(kConfigKeys.begin(), kConfigKeys.end(),
                        [&n = name](const auto& k) { return k.table == n.str(); });
        if (!is_table) {
            return fault(file, node,
                         "there is no key '" + std::string(name.str()) +
                             "'; docs/configuration.md lists them all");
        }
        TRY(read_table(file, name.str(), *node.as_table(), config));
    }
    return {};
}

}  // namespace

std::span<const ConfigKey> config_keys() { return kConfigKeys; }

std::string config_reference() {
    std::string out = "| table | key | takes | default | what it is |\n|---|---|---|---|---|\n";
    for (const ConfigKey& key : kConfigKeys) {
        out += "| " + std::string(key.table.empty() ? "" : "`[" + std::string(key.table) + "]`");
        out += " | `" + std::string(key.name) + "` | " + std::string(key.kind) + " | ";
        out += std::string(key.standard) + " | " + std::string(key.en);
        out += key.reloads ? " Taken up on SIGHUP. |\n" : " |\n";
    }
    return out + "\n" + openid_reference();
}

Result<void> read_config(const std::string& file, Config& config) {
    toml::table values;
    try {
        values = toml::parse_file(file);
    } catch (const toml::parse_error& e) {
        return Error{ErrorCode::BadRequest, std::string(e.description()),
                     file + ":" + std::to_string(e.source().begin.line)};
    }
    TRY(read_table(file, "", values, config));
    if (config.openid.empty() || !config.public_url.empty()) return {};
    return fault(file, *values.get("openid"),
                 "providers send people back to 'public_url': name it as well");
}

Result<void> parse_listen(std::string_view text, Config& config) {
    const Error bad{ErrorCode::BadRequest, "an address is HOST:PORT, such as 127.0.0.1:8080",
                    std::string(text)};
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return bad;
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    unsigned value = 0;
    const auto read = std::from_chars(port.data(), port.data() + port.size(), value);
    if (read.ec != std::errc{} || read.ptr != port.data() + port.size() || value > 65535)
        return bad;
    config.host = host.empty() ? "127.0.0.1" : std::string(host);
    config.port = static_cast<std::uint16_t>(value);
    return {};
}

Result<void> check_config(const Config& config) {
    const TlsFiles& tls = config.tls;
    const auto wrong = [](std::string what, std::string where) {
        return Error{ErrorCode::BadRequest, std::move(what), std::move(where)};
    };
    if (config.open && !is_loopback(config.host)) {
        return wrong(
            "--open lets anybody do anything and works on a loopback address alone; "
            "leave it out and use keys",
            config.host);
    }
    if (tls.certificate.empty() != tls.key.empty()) {
        return wrong("TLS needs both the certificate and its key",
                     "[http] tls_certificate, tls_key");
    }
    if (tls.certificate.empty() && config.http.plain) {
        return wrong("without tls_certificate all is plain: `listen` is enough",
                     "[http] plain_listen");
    }
    if (tls.certificate.empty() && !tls.client_ca.empty()) {
        return wrong("certificates of clients are a part of TLS: it needs tls_certificate",
                     "[http] client_ca");
    }
    if (tls.client_ca.empty() && tls.require_client) {
        return wrong("it needs client_ca: who signs them", "[http] client_certificate");
    }
    return {};
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace musubi
