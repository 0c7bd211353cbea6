#pragma once

#include <string>

#include "cli/config.h"

namespace musubi {

/// Starts everything, prints where it is, and serves until SIGINT or SIGTERM. Returns an exit code.
int serve(Config config, const std::string& config_file);

/// `musubi verify DIR`.
int verify_folder(const std::string& folder);
/// `musubi restore BACKUP DIR`.
/// `secret_file`: where the secret key is, for a backup that is sealed; a folder that a former
/// release made is not.
int restore_folder(const std::string& backup, const std::string& folder,
                   const std::string& secret_file);
/// Makes a key for backups: the secret half into a file that is not there yet, the public one is
/// printed.
int make_backup_key_file(const std::string& file);

/// `musubi backtest PACK --feed DIR`: how the pack's look-ahead did on published data. `language`
/// is "ja" or "en"; `json`: for programs.
int backtest(const std::string& pack, const std::string& feed, const std::string& language,
             bool json);

}  // namespace musubi
