#include "cli/listening.h"

#include <fmt/core.h>

namespace musubi {

// How this server is called where nothing else is said.
std::string own_address(const Config& config, std::uint16_t port) {
    if (!config.public_url.empty()) return config.public_url;
    return fmt::format("{}://{}:{}", config.tls.certificate.empty() ? "http" : "https", config.host,
                       port);
}

std::string cookie_url(const Config& config) {
    return config.tls.certificate.empty() ? config.public_url : "https://";
}

void announce(const Config& config, const HttpServer& server,
              const std::optional<std::string>& key) {
    const std::string scheme = config.tls.certificate.empty() ? "http" : "https";
    const std::string address = fmt::format("{}://{}:{}/", scheme, config.host, server.port());
    fmt::print("結 Musubi\n  {}{}\n", address, key ? "#key=" + *key : "");
    if (config.http.plain) {
        fmt::print("  http://{}:{}/\n", config.http.plain->host, server.plain_port());
    }
    if (key) {
        fmt::print("  {}鍵（運用者）／{}key (operator), shown only now:\n  {}\n",
                   config.new_key ? "新しい" : "初回の", config.new_key ? "new " : "first-run ",
                   *key);
    } else if (!config.open) {
        fmt::print(
            "  鍵は初回の起動で示したものです。失くしたら --new-key を付けて起動してください\n"
            "  the key is the one shown at the first start; if it is lost, start with --new-key\n");
    }
    if (config.data.empty()) {
        fmt::print(
            "  データはメモリだけにあります／data are kept in memory alone; use --data DIR\n");
    }
    if (config.store.durability == Durability::Relaxed) {
        fmt::print(
            "  --durability=relaxed: a crash of the machine may lose the last seconds of changes "
            "that were acknowledged\n");
    }
    fflush(stdout);
}

// What is wrong leaves everything as it was.
Result<void> reload(const std::string& file, Config& config, ServerTls* tls) {
    Config fresh;
    if (file.empty()) return tls == nullptr ? Result<void>{} : tls->reload(config.tls);
    TRY(read_config(file, fresh));
    if (tls != nullptr) {
        fresh.http.plain = config.http.plain;
        TRY(check_config(fresh));
        if (fresh.tls.certificate.empty()) {
            return Error{ErrorCode::BadRequest, "TLS ends with a restart alone",
                         "[http] tls_certificate"};
        }
        TRY(tls->reload(fresh.tls));
        config.tls = fresh.tls;
    }
    config.retention = fresh.retention;
    config.journal_keep = fresh.journal_keep;
    return {};
}

void warn_of_end(const ServerTls& tls, Time now, Log& log) {
    if (tls.not_after() - now > days(21)) return;
    log.warn("serve", "the server's certificate ends soon, or has ended: renew it",
             {field("ends", to_iso(tls.not_after()))});
}

void note_refused_handshake(Refusals& refusals, std::string_view why, std::string_view peer) {
    Json details;
    details.set("what", "handshake");
    details.set("why", why);
    details.set("from", peer);
    refusals.note("handshake " + std::string(peer), {.kind = journal_kind::kRefusal,
                                                     .tenant = {},
                                                     .subject = {},
                                                     .details = std::move(details)});
}

}  // namespace musubi
