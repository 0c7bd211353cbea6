#include "store/rocksdb/side_file.h"

#include <rocksdb/env.h>

namespace musubi {
namespace {

constexpr std::size_t kSyncEvery = 8U << 20U;

Result<void> to_result(const rocksdb::Status& status) {
    if (status.ok()) return {};
    return Error{ErrorCode::Io, "a file beside the store: " + status.ToString()};
}

class Reader final : public SideFileReader {
public:
    Reader(std::unique_ptr<rocksdb::SequentialFile> file, std::uint64_t size)
        : file_{std::move(file)}, size_{size} {}
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] Result<void> read(char* to, std::size_t size) override {
        while (size > 0) {
            rocksdb::Slice got;
            TRY(to_result(file_->Read(size, &got, to)));
            if (got.empty()) return Error{ErrorCode::Corrupt, "a file ends too early"};
            if (got.data() != to) std::memmove(to, got.data(), got.size());
            to += got.size();
            size -= got.size();
        }
        return {};
    }

private:
    std::unique_ptr<rocksdb::SequentialFile> file_;
    std::uint64_t size_;
};

class Writer final : public SideFileWriter {
public:
    Writer(rocksdb::Env& env, std::string folder, const std::string& name)
        : env_{env},
          folder_{std::move(folder)},
          path_{folder_ + "/" + name},
          written_{path_ + ".new"} {}
    ~Writer() override {
        if (file_ == nullptr) return;
        file_->Close().PermitUncheckedError();
        env_.DeleteFile(written_).PermitUncheckedError();
    }
    Result<void> open() {
        return to_result(env_.NewWritableFile(written_, &file_, rocksdb::EnvOptions{}));
    }
    [[nodiscard]] Result<void> append(std::string_view bytes) override {
        TRY(to_result(file_->Append({bytes.data(), bytes.size()})));
        not_synced_ += bytes.size();
        if (not_synced_ < kSyncEvery) return {};
        not_synced_ = 0;
        return to_result(file_->Sync());
    }
    [[nodiscard]] Result<void> publish() override {
        TRY(to_result(file_->Sync()));
        TRY(to_result(file_->Close()));
        TRY(to_result(env_.RenameFile(written_, path_)));
        file_.reset();
        std::unique_ptr<rocksdb::Directory> directory;
        TRY(to_result(env_.NewDirectory(folder_, &directory)));
        return to_result(directory->Fsync());
    }

private:
    rocksdb::Env& env_;
    std::string folder_;
    std::string path_;
    std::string written_;
    std::unique_ptr<rocksdb::WritableFile> file_;
    std::size_t not_synced_ = 0;
};

}  // namespace

Result<std::unique_ptr<SideFileReader>> read_side_file(rocksdb::Env& env, const std::string& path) {
    std::uint64_t size = 0;
    const auto there = env.GetFileSize(path, &size);
    if (!env.FileExists(path).ok()) return std::unique_ptr<SideFileReader>{};
    TRY(to_result(there));
    std::unique_ptr<rocksdb::SequentialFile> file;
    TRY(to_result(env.NewSequentialFile(path, &file, rocksdb::EnvOptions{})));
    return std::unique_ptr<SideFileReader>{std::make_unique<Reader>(std::move(file), size)};
}

Result<std::unique_ptr<SideFileWriter>> write_side_file(rocksdb::Env& env,
                                                        const std::string& folder,
                                                        const std::string& name) {
    auto writer = std::make_unique<Writer>(env, folder, name);
    TRY(writer->open());
    return std::unique_ptr<SideFileWriter>{std::move(writer)};
}

}  // namespace musubi
