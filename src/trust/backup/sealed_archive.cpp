#include "trust/backup/sealed_archive.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "trust/backup/folder_archive.h"
#include "trust/encoding.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPublic = "musubi-backup:";
constexpr std::string_view kSecret = "musubi-backup-secret:";
constexpr std::string_view kMagic = "musubi backup 1\n";
constexpr std::size_t kSealedPiece = 64U << 10U;  // of the archive, sealed together
constexpr std::size_t kMaxKeys = 16;
constexpr std::size_t kStreamKey = crypto_secretstream_xchacha20poly1305_KEYBYTES;
constexpr std::size_t kSeal = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t kStreamHead = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t kBox = kStreamKey + crypto_box_SEALBYTES;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// A secret that does not stay in memory behind it.
struct Secret {
    explicit Secret(std::size_t size) : text(size, '\0') {}
    explicit Secret(std::string from) : text{std::move(from)} {}
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { sodium_memzero(text.data(), text.size()); }
    std::string text;
};

bool is_ready() { return sodium_init() >= 0; }
Error not_ready() { return {ErrorCode::Io, "this machine gives no randomness"}; }

Result<std::string> read_public(std::string_view text) {
    if (text.starts_with(kPublic)) {
        auto raw = from_base64url(text.substr(kPublic.size()));
        if (raw && raw->size() == crypto_box_PUBLICKEYBYTES) return *std::move(raw);
    }
    return Error{ErrorCode::BadRequest,
                 "this is no public key for backups; `musubi backup-key` makes one"};
}

// Writes what it is given in sealed pieces.
class Sealer {
public:
    explicit Sealer(std::ofstream& out) : out_{out} {}

    Result<void> begin(const std::vector<std::string>& public_keys) {
        if (public_keys.empty() || public_keys.size() > kMaxKeys) {
            return Error{ErrorCode::BadRequest, "a backup is sealed to one key or up to 16"};
        }
        Secret key{kStreamKey};
        crypto_secretstream_xchacha20poly1305_keygen(bytes_of(key.text));
        head_ = kMagic;
        head_ += static_cast<char>(public_keys.size());
        for (const std::string& text : public_keys) {
            const std::string to = TRY(read_public(text));
            std::string box(kBox, '\0');
            crypto_box_seal(bytes_of(box), bytes_of(key.text), key.text.size(), bytes_of(to));
            head_ += box;
        }
        std::string start(kStreamHead, '\0');
        crypto_secretstream_xchacha20poly1305_init_push(&state_, bytes_of(start),
                                                        bytes_of(key.text));
        out_ << head_ << start;
        return {};
    }
    Result<void> write(std::string_view bytes) {
        waiting_ += bytes;
        std::size_t done = 0;
        // The last piece is another than the others: one stays behind until it is known.
        for (; waiting_.size() - done > kSealedPiece; done += kSealedPiece) {
            TRY(seal(std::string_view(waiting_).substr(done, kSealedPiece), false));
        }
        waiting_.erase(0, done);
        return {};
    }
    Result<void> end() { return seal(waiting_, true); }

private:
    Result<void> seal(std::string_view piece, bool last) {
        std::string sealed(piece.size() + kSeal, '\0');
        const unsigned char tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                       : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
        // The head is bound to each piece: keys are neither added nor taken away.
        crypto_secretstream_xchacha20poly1305_push(&state_, bytes_of(sealed), nullptr,
                                                   bytes_of(piece), piece.size(), bytes_of(head_),
                                                   head_.size(), tag);
        if (out_ << sealed) return {};
        return Error{ErrorCode::Io, "the backup can not be written: is the disk full?"};
    }

    std::ofstream& out_;
    crypto_secretstream_xchacha20poly1305_state state_{};
    std::string head_;
    std::string waiting_;
};

// Gives back what was sealed, piece by piece.
class Opener {
public:
    explicit Opener(std::ifstream& in) : in_{in} {}

    Result<void> begin(std::string_view secret_key) {
        const Error none{ErrorCode::BadRequest, "this is no backup"};
        head_ = take(kMagic.size() + 1);
        if (!head_.starts_with(kMagic) || head_.size() != kMagic.size() + 1) return none;
        const auto keys = static_cast<unsigned char>(head_.back());
        if (keys == 0 || keys > kMaxKeys) return none;
        head_ += take(keys * kBox);
        const std::string start = take(kStreamHead);
        if (start.size() != kStreamHead) return damaged();
        Secret key{kStreamKey};
        TRY(open_box(secret_key, keys, key));
        if (crypto_secretstream_xchacha20poly1305_init_pull(&state_, bytes_of(start),
                                                            bytes_of(key.text)) == 0) {
            return {};
        }
        return damaged();
    }
    // Empty once all of it was given.
    Result<std::string> next() {
        if (ended_) return std::string{};
        const std::string sealed = take(kSealedPiece + kSeal);
        if (sealed.size() < kSeal) return damaged();
        std::string piece(sealed.size() - kSeal, '\0');
        unsigned char tag = 0;
        const int opened = crypto_secretstream_xchacha20poly1305_pull(
            &state_, bytes_of(piece), nullptr, &tag, bytes_of(std::string_view(sealed)),
            sealed.size(), bytes_of(std::string_view(head_)), head_.size());
        if (opened != 0) return damaged();
        ended_ = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
        if (ended_ && !take(1).empty()) return damaged();
        return piece;
    }

private:
    static Error damaged() {
        return {ErrorCode::Corrupt, "the backup was changed, or is not whole"};
    }
    std::string take(std::size_t most) {
        std::string bytes(most, '\0');
        in_.read(bytes.data(), static_cast<std::streamsize>(most));
        bytes.resize(static_cast<std::size_t>(in_.gcount()));
        return bytes;
    }
    Result<void> open_box(std::string_view secret_key, std::size_t keys, Secret& key) const {
        auto raw = secret_key.starts_with(kSecret)
                       ? from_base64url(secret_key.substr(kSecret.size()))
                       : std::nullopt;
        if (!raw || raw->size() != crypto_box_SECRETKEYBYTES) {
            return Error{ErrorCode::BadRequest, "this is no secret key for backups"};
        }
        const Secret secret{*std::move(raw)};
        std::string own(crypto_box_PUBLICKEYBYTES, '\0');
        crypto_scalarmult_base(bytes_of(own), bytes_of(std::string_view(secret.text)));
        const std::string_view boxes = std::string_view(head_).substr(kMagic.size() + 1);
        if (boxes.size() != keys * kBox) return damaged();
        for (std::size_t i = 0; i < keys; ++i) {
            const std::string_view box = boxes.substr(i * kBox, kBox);
            if (crypto_box_seal_open(bytes_of(key.text), bytes_of(box), box.size(),
                                     bytes_of(std::string_view(own)),
                                     bytes_of(std::string_view(secret.text))) == 0) {
                return {};
            }
        }
        return Error{ErrorCode::Forbidden, "the backup was not sealed to this key"};
    }

    std::ifstream& in_;
    crypto_secretstream_xchacha20poly1305_state state_{};
    std::string head_;
    bool ended_ = false;
};

Result<void> sync_file(const std::string& file) {
    const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = handle >= 0 && ::fsync(handle) == 0;
    if (handle >= 0) ::close(handle);
    if (synced) return {};
    return Error{ErrorCode::Io, "the backup can not be written to the disk", file};
}

Result<void> seal_into(const std::string& folder, const std::string& file,
                       const std::vector<std::string>& public_keys) {
    std::ofstream out{file, std::ios::binary | std::ios::trunc};
    std::error_code ignored;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, ignored);
    if (!out) return Error{ErrorCode::Io, "the backup can not be written", file};
    Sealer sealer{out};
    TRY(sealer.begin(public_keys));
    TRY(write_archive(folder, [&](std::string_view bytes) { return sealer.write(bytes); }));
    TRY(sealer.end());
    out.close();
    if (!out) return Error{ErrorCode::Io, "the backup can not be written", file};
    return sync_file(file);
}

Result<void> open_into(const std::string& file, std::string_view secret_key,
                       const std::string& folder) {
    std::ifstream in{file, std::ios::binary};
    if (!in) return Error{ErrorCode::Io, "the backup can not be read", file};
    Opener opener{in};
    TRY(opener.begin(secret_key));
    TRY(read_archive(folder, [&] { return opener.next(); }));
    // The archive tells its end before the file does.
    for (;;) {
        if (TRY(opener.next()).empty()) return {};
    }
}

}  // namespace

Result<BackupKey> make_backup_key() {
    if (!is_ready()) return not_ready();
    std::string to(crypto_box_PUBLICKEYBYTES, '\0');
    Secret secret{crypto_box_SECRETKEYBYTES};
    crypto_box_keypair(bytes_of(to), bytes_of(secret.text));
    return BackupKey{.secret_key = std::string(kSecret) + to_base64url(secret.text),
                     .public_key = std::string(kPublic) + to_base64url(to)};
}

Result<void> check_backup_key(std::string_view public_key) {
    TRY(read_public(public_key));
    return {};
}

Result<void> seal_folder(const std::string& folder, const std::string& file,
                         const std::vector<std::string>& public_keys) {
    if (!is_ready()) return not_ready();
    const std::string part = file + ".part";
    const auto sealed = seal_into(folder, part, public_keys);
    std::error_code failed;
    if (!sealed) {
        fs::remove(part, failed);
        return sealed;
    }
    fs::rename(part, file, failed);
    if (failed) return Error{ErrorCode::Io, "the backup can not be put in its place", file};
    return sync_folder(fs::absolute(file).parent_path().string());
}

Result<void> open_sealed(const std::string& file, std::string_view secret_key,
                         const std::string& folder) {
    if (!is_ready()) return not_ready();
    if (fs::exists(folder)) {
        return Error{ErrorCode::Conflict, "there is something already", folder};
    }
    const std::string part = folder + ".part";
    std::error_code failed;
    fs::remove_all(part, failed);
    fs::create_directories(part, failed);
    fs::permissions(part, fs::perms::owner_all, failed);
    auto opened = open_into(file, secret_key, part);
    if (opened) {
        fs::rename(part, folder, failed);
        if (failed) opened = Error{ErrorCode::Io, "it can not be put in its place", folder};
    }
    if (!opened) fs::remove_all(part, failed);
    return opened;
}

}  // namespace musubi
