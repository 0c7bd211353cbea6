#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace musubi {

/// A key pair for backups (X25519): what is sealed to the public half is opened with the secret one
/// alone. As texts: `musubi-backup:` and `musubi-backup-secret:` with base64url.
struct BackupKey {
    std::string secret_key;
    std::string public_key;
};
/// Fails: Io (no randomness).
Result<BackupKey> make_backup_key();
/// Fails: BadRequest: it is no public key for backups.
Result<void> check_backup_key(std::string_view public_key);

/// Writes all of `folder` (files and folders, no links) into one file, sealed to each of
/// `public_keys`: a tar archive (POSIX.1-2001), in pieces under libsodium's secretstream
/// (XChaCha20-Poly1305; its key in a sealed box for each), so that what is changed, cut off or put
/// in another order is found (docs/formats.md). Memory does not grow with it. The file is there
/// whole or not at all. Fails: BadRequest (a key, none), Io.
Result<void> seal_folder(const std::string& folder, const std::string& file,
                         const std::vector<std::string>& public_keys);

/// Puts what was sealed into `folder`, which must not be there yet; nothing is there where it
/// fails. Memory does not grow with it. Fails: BadRequest (the key, a file that is none of these),
/// Forbidden (another's key), Corrupt (changed, or cut off), Conflict (the folder is there), Io.
Result<void> open_sealed(const std::string& file, std::string_view secret_key,
                         const std::string& folder);

}  // namespace musubi
