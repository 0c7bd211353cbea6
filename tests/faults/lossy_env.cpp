#include "faults/lossy_env.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <mutex>
#include <string>

namespace musubi::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::FileSystem;
using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// The one broken disk that all files of an environment are on.
class Disk {
public:
    explicit Disk(const DiskFaults& faults) : faults_{faults} {}
    [[nodiscard]] bool torn() const { return faults_.torn; }
    [[nodiscard]] bool sync_fails() {
        return faults_.fail_sync_every > 0 && ++syncs_ % faults_.fail_sync_every == 0;
    }
    [[nodiscard]] bool is_full(std::size_t more) {
        return faults_.room > 0 && (used_ += more) > faults_.room;
    }

private:
    DiskFaults faults_;
    std::atomic<int> syncs_{0};
    std::atomic<std::uint64_t> used_{0};
};

// Holds back what was appended until the next sync.
class LossyFile final : public rocksdb::FSWritableFileOwnerWrapper {
public:
    LossyFile(std::unique_ptr<FSWritableFile>&& file, std::shared_ptr<Disk> disk)
        : FSWritableFileOwnerWrapper{std::move(file)}, disk_{std::move(disk)} {}

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
        const std::lock_guard lock{mutex_};
        if (disk_->is_full(data.size())) return IOStatus::NoSpace("the test's disk is full");
        held_.append(data.data(), data.size());
        if (!disk_->torn()) return IOStatus::OK();
        const std::size_t half = held_.size() / 2;
        const IOStatus written = target()->Append(Slice{held_.data(), half}, options, context);
        if (written.ok()) held_.erase(0, half);
        return written;
    }
    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo&, IODebugContext* context) override {
        return Append(data, options, context);
    }
    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
        return release(options, context, false);
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
        return release(options, context, true);
    }
    IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::OK();
    }
    [[nodiscard]] bool IsSyncThreadSafe() const override { return true; }
    IOStatus Close(const IOOptions& options, IODebugContext* context) override {
        // A clean end writes; without a sync before it, a kill would have lost it.
        const IOStatus written = write_held(options, context);
        if (!written.ok()) return written;
        return target()->Close(options, context);
    }
    uint64_t GetFileSize(const IOOptions& options, IODebugContext* context) override {
        const std::lock_guard lock{mutex_};
        return target()->GetFileSize(options, context) + held_.size();
    }
    IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* context) override {
        const IOStatus written = write_held(options, context);
        return written.ok() ? target()->Truncate(size, options, context) : written;
    }

private:
    IOStatus write_held(const IOOptions& options, IODebugContext* context) {
        const std::lock_guard lock{mutex_};
        if (held_.empty()) return IOStatus::OK();
        const IOStatus done = target()->Append(held_, options, context);
        held_.clear();
        return done;
    }
    IOStatus release(const IOOptions& options, IODebugContext* context, bool whole) {
        if (disk_->sync_fails()) return IOStatus::IOError("the test makes this sync fail");
        const IOStatus written = write_held(options, context);
        if (!written.ok()) return written;
        return whole ? target()->Fsync(options, context) : target()->Sync(options, context);
    }

    std::mutex mutex_;
    std::string held_;
    std::shared_ptr<Disk> disk_;
};

class LossyFileSystem final : public rocksdb::FileSystemWrapper {
public:
    explicit LossyFileSystem(const DiskFaults& faults)
        : FileSystemWrapper{FileSystem::Default()}, disk_{std::make_shared<Disk>(faults)} {}
    [[nodiscard]] const char* Name() const override { return "LossyFileSystem"; }
    IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<FSWritableFile>* file,
                             IODebugContext* context) override {
        std::unique_ptr<FSWritableFile> real;
        FileOptions plain = options;
        plain.use_mmap_writes = false;
        const IOStatus opened = target()->NewWritableFile(name, plain, &real, context);
        if (opened.ok()) *file = std::make_unique<LossyFile>(std::move(real), disk_);
        return opened;
    }
    IOStatus ReuseWritableFile(const std::string& name, const std::string& old,
                               const FileOptions& options, std::unique_ptr<FSWritableFile>* file,
                               IODebugContext* context) override {
        std::unique_ptr<FSWritableFile> real;
        const IOStatus opened = target()->ReuseWritableFile(name, old, options, &real, context);
        if (opened.ok()) *file = std::make_unique<LossyFile>(std::move(real), disk_);
        return opened;
    }

private:
    std::shared_ptr<Disk> disk_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_lossy_env(const DiskFaults& faults) {
    return rocksdb::NewCompositeEnv(std::make_shared<LossyFileSystem>(faults));
}

}  // namespace musubi::testing
