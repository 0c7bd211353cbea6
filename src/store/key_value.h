#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace musubi {

/// The shelves of the store. Keys of different spaces never meet. The numbers are stored.
enum class Space : std::uint8_t {
    Meta = 0,      ///< format, dictionary, marks
    Entities = 1,  ///< present state
    History = 2,   ///< full chunks
    Changes = 3,   ///< the log
    Records = 4,   ///< tenants, keys, subscriptions, positions, ... : what is no entity
};
inline constexpr std::size_t kSpaces = 5;

/// What is written together or not at all.
class Batch {
public:
    struct Operation {
        enum class Kind : std::uint8_t { Put, Erase, EraseRange } kind;
        Space space;
        std::string key;
        std::string value;  ///< EraseRange: the first key that stays
    };
    void put(Space space, std::string key, std::string value) {
        bytes_ += key.size() + value.size();
        operations_.push_back({Operation::Kind::Put, space, std::move(key), std::move(value)});
    }
    void erase(Space space, std::string key) {
        bytes_ += key.size();
        operations_.push_back({Operation::Kind::Erase, space, std::move(key), {}});
    }
    /// All keys k with from <= k < to.
    void erase_range(Space space, std::string from, std::string to) {
        operations_.push_back({Operation::Kind::EraseRange, space, std::move(from), std::move(to)});
    }
    /// Takes over what `other` holds, after its own.
    void append(Batch&& other) {
        bytes_ += other.bytes_;
        std::move(other.operations_.begin(), other.operations_.end(),
                  std::back_inserter(operations_));
        other.clear();
    }
    [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
    [[nodiscard]] bool empty() const { return operations_.empty(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    void clear() {
        operations_.clear();
        bytes_ = 0;
    }

private:
    std::vector<Operation> operations_;
    std::size_t bytes_ = 0;
};

/// Walks over keys in ascending order of their bytes.
class Cursor {
public:
    Cursor() = default;
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;
    virtual ~Cursor() = default;
    [[nodiscard]] virtual bool valid() const = 0;
    /// Both are valid until next().
    [[nodiscard]] virtual std::string_view key() const = 0;
    [[nodiscard]] virtual std::string_view value() const = 0;
    virtual void next() = 0;
    /// What ended the walk, if not the last key. Fails: Io, Corrupt.
    [[nodiscard]] virtual Result<void> status() const = 0;
};

enum class Durability {
    Synced,   ///< write() returns once the batch is on disk
    Relaxed,  ///< the operating system has it: a crash of the machine may lose the last seconds
};

struct SpaceSize {
    std::uint64_t disk_bytes = 0;    ///< of table files
    std::uint64_t memory_bytes = 0;  ///< not yet in table files
};

/// A file beside the map, written from its start to its end. What is not published when this goes
/// was never there.
class SideFileWriter {
public:
    SideFileWriter() = default;
    SideFileWriter(const SideFileWriter&) = delete;
    SideFileWriter& operator=(const SideFileWriter&) = delete;
    virtual ~SideFileWriter() = default;
    /// Fails: Io.
    [[nodiscard]] virtual Result<void> append(std::string_view bytes) = 0;
    /// Durable and whole under its name from now on, in the place of what was there before. The
    /// last call. Fails: Io; then what was there before stays.
    [[nodiscard]] virtual Result<void> publish() = 0;
};

/// Reads one from its start to its end.
class SideFileReader {
public:
    SideFileReader() = default;
    SideFileReader(const SideFileReader&) = delete;
    SideFileReader& operator=(const SideFileReader&) = delete;
    virtual ~SideFileReader() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// Exactly so many bytes. Fails: Io, Corrupt (it ends before).
    [[nodiscard]] virtual Result<void> read(char* to, std::size_t size) = 0;
};

/// An ordered map with atomic, durable batches: all that a place to keep things must offer. One
/// contract test holds every implementation (tests/store). Safe from any thread; write() from one.
class KeyValueStore {
public:
    KeyValueStore() = default;
    KeyValueStore(const KeyValueStore&) = delete;
    KeyValueStore& operator=(const KeyValueStore&) = delete;
    virtual ~KeyValueStore() = default;

    /// Fails: Io, Corrupt.
    [[nodiscard]] virtual Result<std::optional<std::string>> get(Space space,
                                                                 std::string_view key) const = 0;
    /// From the first key >= `from` up to, without, `to` (empty: to the end). Sees all that was
    /// written before, and none or all of each later batch.
    [[nodiscard]] virtual std::unique_ptr<Cursor> scan(Space space, std::string_view from,
                                                       std::string_view to) const = 0;
    /// The last entry with from <= key < to, if any. Fails: Io, Corrupt.
    [[nodiscard]] virtual Result<std::optional<std::pair<std::string, std::string>>> last(
        Space space, std::string_view from, std::string_view to) const = 0;
    /// All or nothing. After a failure of a sync no later write succeeds until it is opened again.
    /// Fails: Io.
    [[nodiscard]] virtual Result<void> write(const Batch& batch, Durability durability) = 0;
    /// Times that something was made durable.
    [[nodiscard]] virtual std::uint64_t syncs() const = 0;
    [[nodiscard]] virtual SpaceSize size(Space space) const = 0;
    /// Bytes that are free where it writes; nothing: it does not write to a disk.
    [[nodiscard]] virtual std::optional<std::uint64_t> free_bytes() const { return std::nullopt; }
    /// Files beside the map: for what can be made from it again. They are in no batch and in no
    /// backup, so what is read from one must say by itself whether it fits. One writer a name.
    /// Null: there is none of the name. Fails: Io.
    [[nodiscard]] virtual Result<std::unique_ptr<SideFileReader>> read_side_file(
        const std::string& /*name*/) const {
        return std::unique_ptr<SideFileReader>{};
    }
    /// Null: such files are not kept here. Fails: Io.
    [[nodiscard]] virtual Result<std::unique_ptr<SideFileWriter>> write_side_file(
        const std::string& /*name*/) {
        return std::unique_ptr<SideFileWriter>{};
    }
    /// Rewrites a space as compactly as it can. Fails: Io.
    [[nodiscard]] virtual Result<void> compact(Space space) = 0;
    /// A consistent copy in `folder` (new or an earlier backup), made while serving. Fails: Io.
    [[nodiscard]] virtual Result<void> backup(const std::string& folder) = 0;
    /// Reads every block and checks its checksum. Fails: Corrupt, naming the file.
    [[nodiscard]] virtual Result<void> verify_checksums() const = 0;
};

}  // namespace musubi
