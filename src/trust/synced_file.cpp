#include "trust/synced_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace musubi {
namespace {

Error io_error(const std::string& what, const std::string& file) {
    return {ErrorCode::Io, what + ": " + std::strerror(errno), file};
}

struct OpenFile {
    int fd;
    ~OpenFile() {
        if (fd >= 0) ::close(fd);
    }
};

Result<void> write_all(int fd, std::string_view bytes, const std::string& file) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(fd, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return io_error("it can not be written", file);
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return {};
}

}  // namespace

Result<void> write_synced_file(const std::string& file, std::string_view bytes, mode_t mode) {
    const std::string beside = file + ".new";
    {
        const OpenFile out{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
        if (out.fd < 0 || ::fchmod(out.fd, mode) != 0) {
            return io_error("it can not be made", beside);
        }
        TRY(write_all(out.fd, bytes, beside));
        if (::fsync(out.fd) != 0) return io_error("it can not be synced", beside);
    }
    if (::rename(beside.c_str(), file.c_str()) != 0) {
        return io_error("it can not be put in its place", file);
    }
    return sync_folder(std::filesystem::path(file).parent_path().string());
}

Result<std::string> read_file_bytes(const std::string& file, std::size_t max_bytes) {
    const OpenFile in{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat found {};
    if (in.fd < 0 || ::fstat(in.fd, &found) != 0)
        return io_error("読めません / it can not be read", file);
    std::string bytes;
    bytes.reserve(std::min(static_cast<std::size_t>(found.st_size), max_bytes));
    for (char part[1U << 16U];;) {
        const ssize_t got = ::read(in.fd, part, sizeof part);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return io_error("読めません / it can not be read", file);
        if (got == 0) return bytes;
        if (bytes.size() + static_cast<std::size_t>(got) > max_bytes) {
            return Error{ErrorCode::TooLarge, "大きすぎます / it is larger than such a file can be",
                         file};
        }
        bytes.append(part, static_cast<std::size_t>(got));
    }
}

Result<std::string> read_or_make_private_file(const std::string& file, std::size_t max_bytes,
                                              const std::function<std::string()>& make) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) {
        if (errno != ENOENT) return io_error("it can not be read", file);
        std::string made = make();
        TRY(write_synced_file(file, made, 0600));
        return made;
    }
    if ((found.st_mode & 077U) != 0) {
        return Error{ErrorCode::Conflict,
                     "others may read this secret: `chmod 600` it, and make another one if "
                     "somebody may have taken it",
                     file};
    }
    return read_file_bytes(file, max_bytes);
}

Result<void> sync_folder(const std::string& folder) {
    const std::string name = folder.empty() ? "." : folder;
    const OpenFile at{::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (at.fd < 0 || ::fsync(at.fd) != 0) return io_error("the folder can not be synced", name);
    return {};
}

}  // namespace musubi
