#include "store/rocksdb/rocksdb_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/backup_engine.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <filesystem>

#include "store/rocksdb/side_file.h"

namespace musubi {
namespace {

constexpr std::array<const char*, kSpaces> kFamilyNames{"default", "entities", "history", "changes",
                                                        "records"};

Error to_error(const rocksdb::Status& status) {
    const ErrorCode code = status.IsCorruption() ? ErrorCode::Corrupt : ErrorCode::Io;
    return {code, "the store could not do it: " + status.ToString()};
}

rocksdb::Slice to_slice(std::string_view text) { return {text.data(), text.size()}; }

// The options of a space: the log is written once, read once and dropped whole; history is packed
// already; entities are read at random.
rocksdb::ColumnFamilyOptions family_options(Space space, const RocksdbOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::ColumnFamilyOptions family;
    family.write_buffer_size = options.write_buffer_bytes;
    family.max_write_buffer_number = 3;
    family.compression = rocksdb::kLZ4Compression;
    family.bottommost_compression = rocksdb::kZSTD;
    family.level_compaction_dynamic_level_bytes = true;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.cache_index_and_filter_blocks = true;
    table.format_version = 5;
    if (space == Space::Entities || space == Space::Records || space == Space::Meta) {
        table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    } else {
        table.block_size = 16U << 10U;
    }
    if (space == Space::Meta || space == Space::Records) family.write_buffer_size = 8U << 20U;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return family;
}

class RocksdbCursor final : public Cursor {
public:
    RocksdbCursor(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, std::string_view from,
                  std::string_view to)
        : to_{to}, bound_{to_.data(), to_.size()} {
        rocksdb::ReadOptions read;
        if (!to_.empty()) read.iterate_upper_bound = &bound_;
        iterator_.reset(db.NewIterator(read, family));
        iterator_->Seek(to_slice(from));
    }
    [[nodiscard]] bool valid() const override { return iterator_->Valid(); }
    [[nodiscard]] std::string_view key() const override { return iterator_->key().ToStringView(); }
    [[nodiscard]] std::string_view value() const override {
        return iterator_->value().ToStringView();
    }
    void next() override { iterator_->Next(); }
    [[nodiscard]] Result<void> status() const override {
        if (!iterator_->status().ok()) return to_error(iterator_->status());
        return {};
    }

private:
    std::string to_;
    rocksdb::Slice bound_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
};

class RocksdbStore final : public KeyValueStore {
public:
    RocksdbStore(rocksdb::DB* db, std::vector<rocksdb::ColumnFamilyHandle*> families,
                 std::shared_ptr<rocksdb::Statistics> statistics, const RocksdbOptions& options)
        : db_{db},
          families_{std::move(families)},
          statistics_{std::move(statistics)},
          folder_{options.folder},
          env_{*(options.env != nullptr ? options.env : rocksdb::Env::Default())} {}

    ~RocksdbStore() override {
        // What is in tables need not be read from the log again: the next start is the quicker.
        // Where it fails the log has it all the same.
        db_->Flush({}, families_).PermitUncheckedError();
        for (auto* family : families_) db_->DestroyColumnFamilyHandle(family);
        db_->Close();
    }

    [[nodiscard]] Result<std::optional<std::string>> get(Space space,
                                                         std::string_view key) const override {
        rocksdb::PinnableSlice value;
        const auto status = db_->Get({}, family(space), to_slice(key), &value);
        if (status.IsNotFound()) return std::optional<std::string>{};
        if (!status.ok()) return to_error(status);
        return std::optional<std::string>{value.ToString()};
    }

    [[nodiscard]] std::unique_ptr<Cursor> scan(Space space, std::string_view from,
                                               std::string_view to) const override {
        return std::make_unique<RocksdbCursor>(*db_, family(space), from, to);
    }

    [[nodiscard]] Result<std::optional<std::pair<std::string, std::string>>> last(
        Space space, std::string_view from, std::string_view to) const override {
        using Entry = std::optional<std::pair<std::string, std::string>>;
        const std::unique_ptr<rocksdb::Iterator> it{db_->NewIterator({}, family(space))};
        if (to.empty()) {
            it->SeekToLast();
        } else {
            it->SeekForPrev(to_slice(to));
            if (it->Valid() && it->key().ToStringView() == to) it->Prev();
        }
        if (!it->status().ok()) return to_error(it->status());
        if (!it->Valid() || it->key().ToStringView() < from) return Entry{};
        return Entry{{it->key().ToString(), it->value().ToString()}};
    }

    [[nodiscard]] Result<void> write(const Batch& batch, Durability durability) override {
        rocksdb::WriteBatch out{batch.bytes() + batch.operations().size() * 16 + 64};
        for (const Batch::Operation& op : batch.operations()) {
            rocksdb::Status status;
            switch (op.kind) {
                case Batch::Operation::Kind::Put:
                    status = out.Put(family(op.space), op.key, op.value);
                    break;
                case Batch::Operation::Kind::Erase:
                    status = out.Delete(family(op.space), op.key);
                    break;
                case Batch::Operation::Kind::EraseRange:
                    if (op.key >= op.value) break;  // RocksDB would fail the whole batch
                    status = out.DeleteRange(family(op.space), op.key, op.value);
                    break;
            }
            if (!status.ok()) return to_error(status);
        }
        rocksdb::WriteOptions write;
        write.sync = durability == Durability::Synced;
        const auto status = db_->Write(write, &out);
        if (!status.ok()) return to_error(status);
        return {};
    }

    [[nodiscard]] std::uint64_t syncs() const override {
        return statistics_->getTickerCount(rocksdb::WAL_FILE_SYNCED);
    }

    [[nodiscard]] SpaceSize size(Space space) const override {
        SpaceSize size;
        db_->GetIntProperty(family(space), rocksdb::DB::Properties::kTotalSstFilesSize,
                            &size.disk_bytes);
        db_->GetIntProperty(family(space), rocksdb::DB::Properties::kCurSizeAllMemTables,
                            &size.memory_bytes);
        return size;
    }

    [[nodiscard]] std::optional<std::uint64_t> free_bytes() const override {
        std::error_code failure;
        const auto space = std::filesystem::space(folder_, failure);
        if (failure) return std::nullopt;
        return space.available;
    }

    [[nodiscard]] Result<std::unique_ptr<SideFileReader>> read_side_file(
        const std::string& name) const override {
        return musubi::read_side_file(env_, folder_ + "/" + name);
    }
    [[nodiscard]] Result<std::unique_ptr<SideFileWriter>> write_side_file(
        const std::string& name) override {
        return musubi::write_side_file(env_, folder_, name);
    }

    [[nodiscard]] Result<void> compact(Space space) override {
        rocksdb::CompactRangeOptions options;
        options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
        const auto flushed = db_->Flush({}, family(space));
        if (!flushed.ok()) return to_error(flushed);
        const auto status = db_->CompactRange(options, family(space), nullptr, nullptr);
        if (!status.ok()) return to_error(status);
        return {};
    }

    [[nodiscard]] Result<void> backup(const std::string& folder) override {
        rocksdb::BackupEngine* raw = nullptr;
        auto status = rocksdb::BackupEngine::Open(rocksdb::Env::Default(),
                                                  rocksdb::BackupEngineOptions(folder), &raw);
        const std::unique_ptr<rocksdb::BackupEngine> engine{raw};
        if (status.ok()) status = engine->CreateNewBackup(db_.get(), /*flush_before_backup=*/false);
        if (!status.ok()) return to_error(status);
        return {};
    }

    [[nodiscard]] Result<void> verify_checksums() const override {
        rocksdb::ReadOptions read;
        read.verify_checksums = true;
        const auto status = db_->VerifyChecksum(read);
        if (!status.ok()) return to_error(status);
        return {};
    }

private:
    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Space space) const {
        return families_[static_cast<std::size_t>(space)];
    }

    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> families_;
    std::shared_ptr<rocksdb::Statistics> statistics_;
    std::string folder_;
    rocksdb::Env& env_;
};

rocksdb::DBOptions database_options(const RocksdbOptions& options,
                                    const std::shared_ptr<rocksdb::Statistics>& statistics) {
    rocksdb::DBOptions db;
    db.create_if_missing = options.create;
    db.create_missing_column_families = true;
    db.statistics = statistics;
    db.max_background_jobs = 2;
    db.max_total_wal_size = 128U << 20U;
    db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    db.keep_log_file_num = 2;
    db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    db.max_open_files = 256;
    db.stats_dump_period_sec = 0;
    // A log that is written over has its length already: a sync need not write the journal of the
    // file system as well.
    db.recycle_log_file_num = 4;
    if (options.env != nullptr) db.env = options.env;
    return db;
}

}  // namespace

Result<std::unique_ptr<KeyValueStore>> open_rocksdb_store(const RocksdbOptions& options) {
    const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
    std::shared_ptr<rocksdb::Statistics> statistics = rocksdb::CreateDBStatistics();
    statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (std::size_t i = 0; i < kSpaces; ++i) {
        descriptors.emplace_back(kFamilyNames.at(i),
                                 family_options(static_cast<Space>(i), options, cache));
    }
    std::error_code ignored;
    if (options.create && options.env == nullptr) {
        std::filesystem::create_directories(options.folder, ignored);
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const auto settings = database_options(options, statistics);
    const auto status =
        options.read_only
            ? rocksdb::DB::OpenForReadOnly(settings, options.folder, descriptors, &handles, &db)
            : rocksdb::DB::Open(settings, options.folder, descriptors, &handles, &db);
    if (!status.ok()) {
        Error error = to_error(status);
        error.where = options.folder;
        if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) {
            error.detail = "another musubi works on this folder; stop it first";
        }
        return error;
    }
    return std::unique_ptr<KeyValueStore>{
        std::make_unique<RocksdbStore>(db, std::move(handles), std::move(statistics), options)};
}

Result<void> restore_rocksdb_backup(const std::string& backup, const std::string& folder) {
    std::error_code failure;
    if (std::filesystem::exists(folder, failure) && !std::filesystem::is_empty(folder, failure)) {
        return Error{ErrorCode::Conflict, "the folder is not empty; restore into a new one",
                     folder};
    }
    if (!std::filesystem::is_directory(backup, failure)) {
        return Error{ErrorCode::NotFound, "there is no backup", backup};
    }
    rocksdb::BackupEngineReadOnly* raw = nullptr;
    auto status = rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(),
                                                      rocksdb::BackupEngineOptions(backup), &raw);
    const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine{raw};
    if (status.ok()) status = engine->RestoreDBFromLatestBackup(folder, folder);
    if (!status.ok()) return to_error(status);
    return {};
}

}  // namespace musubi
