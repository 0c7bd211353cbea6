#pragma once

#include "cli/config.h"
#include "trust/journal/refusals.h"

namespace musubi {

/// How this server is called: `public_url`, else by scheme, address and port.
[[nodiscard]] std::string own_address(const Config& config, std::uint16_t port);
/// The beginning of the URL by which people come: https:// where this server, or a proxy before it,
/// speaks TLS.
[[nodiscard]] std::string cookie_url(const Config& config);
/// Prints where it listens, and a key that was just made.
void announce(const Config& config, const HttpServer& server,
              const std::optional<std::string>& key);
/// Takes up what of the file may change while serving, and reads the files of TLS again (`tls`
/// null: plain). What is wrong leaves everything as it was. Fails: BadRequest, Io, Conflict.
Result<void> reload(const std::string& file, Config& config, ServerTls* tls);
/// Logs it where the server's certificate has three weeks left or less.
void warn_of_end(const ServerTls& tls, Time now, Log& log);
/// Notes in the journal that a client without a good certificate was not let in.
void note_refused_handshake(Refusals& refusals, std::string_view why, std::string_view peer);

}  // namespace musubi
