#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// The secret under which a server keeps what is somebody's alone, such as the private halves of
/// people's signing keys: the database alone gives none of it away. Never in a log; its text is for
/// its own file.
class SealingSecret {
public:
    static constexpr std::string_view kPrefix = "musubi-sealing-secret:";
    static SealingSecret generate();
    /// `musubi-sealing-secret:` and 32 bytes in base64url. Fails: Corrupt.
    static Result<SealingSecret> parse(std::string_view text);
    /// Reads the secret of that file, or makes one, as SigningKey::load_or_make does.
    /// Fails: Io, Corrupt, Conflict (others may read the file).
    static Result<SealingSecret> load_or_make(const std::string& file);
    SealingSecret(const SealingSecret&) = default;
    SealingSecret& operator=(const SealingSecret&) = default;
    ~SealingSecret();

    [[nodiscard]] std::string text() const;
    /// Sealed with XChaCha20-Poly1305 (libsodium) and a nonce of chance, for a `place` such as the
    /// name of its record: it can be opened as what stands at that place alone. 40 bytes longer.
    [[nodiscard]] std::string seal(std::string_view bytes, std::string_view place) const;
    /// Fails: Corrupt where it was changed or cut off, stood elsewhere, or was sealed under another
    /// secret.
    [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view place) const;

private:
    explicit SealingSecret(std::string bytes) : bytes_{std::move(bytes)} {}
    std::string bytes_;
};

/// Where it lies in a data folder, and in a backup of one.
[[nodiscard]] std::string sealing_secret_file(const std::string& data);
/// Puts the secret of a backup into a data folder; a backup of a former release has none.
/// Fails: Io, Corrupt.
Result<void> restore_sealing_secret(const std::string& backup, const std::string& data);

}  // namespace musubi
