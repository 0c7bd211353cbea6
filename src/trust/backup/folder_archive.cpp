#include "trust/backup/folder_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

namespace musubi {
namespace {

namespace fs = std::filesystem;

struct Free {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using Entry = std::unique_ptr<archive_entry, Free>;

constexpr std::size_t kFilePiece = 256U << 10U;

Error archive_error(archive* from, std::string_view what) {
    const char* why = archive_error_string(from);
    return {ErrorCode::Io, std::string(what) + ": " + (why == nullptr ? "unknown" : why)};
}

// What the library calls back for.
struct Sink {
    const ArchiveSink& write;
    Result<void> result;
};
struct Source {
    const ArchiveSource& read;
    Result<std::string> piece;
};

la_ssize_t write_piece(archive* /*to*/, void* data, const void* bytes, std::size_t size) {
    Sink& sink = *static_cast<Sink*>(data);
    sink.result = sink.write({static_cast<const char*>(bytes), size});
    return sink.result ? static_cast<la_ssize_t>(size) : -1;
}

la_ssize_t read_piece(archive* /*from*/, void* data, const void** bytes) {
    Source& source = *static_cast<Source*>(data);
    source.piece = source.read();
    if (!source.piece) return -1;
    *bytes = source.piece->data();
    return static_cast<la_ssize_t>(source.piece->size());
}

// One file, or folder, under the name it has within the folder.
Result<void> add(archive* to, const fs::path& path, const std::string& name) {
    Entry entry{archive_entry_new()};
    archive_entry_set_pathname(entry.get(), name.c_str());
    const bool is_folder = fs::is_directory(path);
    archive_entry_set_filetype(entry.get(), is_folder ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry.get(), is_folder ? 0700 : 0600);
    const auto size = is_folder ? 0 : static_cast<la_int64_t>(fs::file_size(path));
    archive_entry_set_size(entry.get(), size);
    if (archive_write_header(to, entry.get()) != ARCHIVE_OK) {
        return archive_error(to, "the backup can not be written");
    }
    if (is_folder) return {};
    std::ifstream in{path, std::ios::binary};
    std::string piece(kFilePiece, '\0');
    la_int64_t left = size;
    while (left > 0) {
        in.read(piece.data(), static_cast<std::streamsize>(std::min<la_int64_t>(
                                  left, static_cast<la_int64_t>(piece.size()))));
        const std::streamsize got = in.gcount();
        if (got <= 0) return Error{ErrorCode::Io, "a file of the backup can not be read", name};
        if (archive_write_data(to, piece.data(), static_cast<std::size_t>(got)) != got) {
            return archive_error(to, "the backup can not be written");
        }
        left -= got;
    }
    return {};
}

// Names within the folder, and nothing but files and folders.
Result<void> extract_entry(archive* from, archive_entry* entry, const fs::path& folder) {
    const fs::path name{archive_entry_pathname(entry)};
    const bool is_within = !name.empty() && name.is_relative() &&
                           std::find(name.begin(), name.end(), "..") == name.end();
    const auto type = archive_entry_filetype(entry);
    if (!is_within || (type != AE_IFREG && type != AE_IFDIR)) {
        return Error{ErrorCode::Corrupt, "it holds what no backup holds", name};
    }
    std::error_code failed;
    fs::create_directories(type == AE_IFDIR ? folder / name : (folder / name).parent_path(),
                           failed);
    if (type == AE_IFDIR) return {};
    std::ofstream out{folder / name, std::ios::binary};
    std::string piece(kFilePiece, '\0');
    la_ssize_t got = 0;
    while ((got = archive_read_data(from, piece.data(), piece.size())) > 0) {
        out.write(piece.data(), got);
    }
    out.close();
    if (got >= 0 && out) return {};
    return got < 0 ? archive_error(from, "it can not be unpacked")
                   : Error{ErrorCode::Io, "a file can not be unpacked", name};
}

}  // namespace

Result<void> write_archive(const std::string& folder, const ArchiveSink& write) {
    const std::unique_ptr<archive, int (*)(archive*)> writer{archive_write_new(),
                                                             archive_write_free};
    archive_write_set_format_pax_restricted(writer.get());
    // Names are bytes, whatever the locale of the process.
    archive_write_set_format_option(writer.get(), "pax", "hdrcharset", "BINARY");
    archive_write_set_bytes_per_block(writer.get(), static_cast<int>(kFilePiece));
    Sink sink{write, {}};
    if (archive_write_open(writer.get(), &sink, nullptr, write_piece, nullptr) != ARCHIVE_OK) {
        return archive_error(writer.get(), "it can not be written");
    }
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        if (!item.is_regular_file() && !item.is_directory()) continue;
        auto added =
            add(writer.get(), item.path(), item.path().lexically_relative(folder).string());
        if (!added) return sink.result ? added : sink.result;
    }
    if (archive_write_close(writer.get()) == ARCHIVE_OK) return {};
    return sink.result ? archive_error(writer.get(), "it can not be written")
                       : std::move(sink.result);
}

Result<void> read_archive(const std::string& folder, const ArchiveSource& read) {
    const std::unique_ptr<archive, int (*)(archive*)> reader{archive_read_new(), archive_read_free};
    archive_read_support_format_tar(reader.get());
    Source source{read, std::string{}};
    const auto failure = [&](archive* from) {
        return source.piece ? archive_error(from, "it can not be unpacked") : source.piece.error();
    };
    if (archive_read_open(reader.get(), &source, nullptr, read_piece, nullptr) != ARCHIVE_OK) {
        return failure(reader.get());
    }
    archive_entry* entry = nullptr;
    int next = 0;
    while ((next = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK) {
        if (auto done = extract_entry(reader.get(), entry, folder); !done) {
            return source.piece ? std::move(done).error() : source.piece.error();
        }
    }
    if (next == ARCHIVE_EOF) return {};
    return failure(reader.get());
}

}  // namespace musubi
