#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/key_value.h"

namespace musubi {

/// Writes an image (docs/formats.md): a stream of bytes, cut into blocks with a checksum each, so
/// that whoever reads it never takes in what is damaged. Integers and arrays are little-endian.
class ImageWriter {
public:
    static constexpr std::size_t kBlockBytes = 1U << 20U;

    explicit ImageWriter(SideFileWriter& file) : file_{file} {}
    /// Fail: Io.
    Result<void> bytes(std::string_view bytes);
    Result<void> number(std::uint64_t value);
    Result<void> text(std::string_view text);
    /// Marks the end.
    Result<void> finish();
    /// Bytes that went into the file so far.
    [[nodiscard]] std::uint64_t written() const { return written_; }

private:
    Result<void> write_block();

    SideFileWriter& file_;
    std::uint64_t written_ = 0;
    std::string block_;
};

/// Reads it back. Every read fails with Corrupt where the bytes are not what was written, or end.
class ImageReader {
public:
    explicit ImageReader(SideFileReader& file) : file_{file}, left_{file.size()} {}
    Result<void> bytes(char* to, std::size_t size);
    Result<std::uint64_t> number();
    /// A number up to `most`.
    Result<std::uint64_t> number(std::uint64_t most);
    Result<std::string> text();
    /// `count` elements of an array. Memory: never more than the file is long.
    template <typename T>
    Result<void> array(std::vector<T>& to, std::uint64_t count) {
        if (count > left() / sizeof(T)) return damaged();
        to.resize(count);
        return bytes(reinterpret_cast<char*>(to.data()), count * sizeof(T));
    }
    /// At most so many bytes are still to come.
    [[nodiscard]] std::uint64_t left() const { return left_ + (block_.size() - at_); }
    /// Fails where more follows.
    Result<void> finish();
    static Error damaged();

private:
    Result<void> read_block();

    SideFileReader& file_;
    std::uint64_t left_;  // in the file
    std::string block_;
    std::size_t at_ = 0;
};

}  // namespace musubi
