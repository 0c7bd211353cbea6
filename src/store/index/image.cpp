#include "store/index/image.h"

#include <algorithm>
#include <bit>

#include "history/crc32c.h"

namespace musubi {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they stand");

constexpr std::size_t kFrame = 8;  // length and checksum of a block

void append_le(std::string& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

std::uint32_t read_le32(const char* from) {
    std::uint32_t value = 0;
    std::memcpy(&value, from, sizeof value);
    return value;
}

}  // namespace

Result<void> ImageWriter::write_block() {
    std::string frame;
    append_le(frame, block_.size(), 4);
    append_le(frame, crc32c(block_), 4);
    TRY(file_.append(frame));
    TRY(file_.append(block_));
    written_ += frame.size() + block_.size();
    block_.clear();
    return {};
}

Result<void> ImageWriter::bytes(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t part = std::min(bytes.size(), kBlockBytes - block_.size());
        block_ += bytes.substr(0, part);
        bytes.remove_prefix(part);
        if (block_.size() == kBlockBytes) TRY(write_block());
    }
    return {};
}

Result<void> ImageWriter::number(std::uint64_t value) {
    std::string out;
    append_le(out, value, 8);
    return bytes(out);
}

Result<void> ImageWriter::text(std::string_view text) {
    TRY(number(text.size()));
    return bytes(text);
}

Result<void> ImageWriter::finish() {
    if (!block_.empty()) TRY(write_block());
    return write_block();  // an empty one: the end
}

Error ImageReader::damaged() { return {ErrorCode::Corrupt, "the image of the index is damaged"}; }

Result<void> ImageReader::read_block() {
    char frame[kFrame];
    if (left_ < kFrame) return damaged();
    TRY(file_.read(frame, kFrame));
    left_ -= kFrame;
    const std::uint32_t size = read_le32(frame);
    if (size > ImageWriter::kBlockBytes || size > left_) return damaged();
    block_.resize(size);
    at_ = 0;
    TRY(file_.read(block_.data(), size));
    left_ -= size;
    if (crc32c(block_) != read_le32(frame + 4)) {
        block_.clear();
        return damaged();
    }
    return {};
}

Result<void> ImageReader::bytes(char* to, std::size_t size) {
    while (size > 0) {
        if (at_ == block_.size()) {
            TRY(read_block());
            if (block_.empty()) return damaged();  // it ends here
        }
        const std::size_t part = std::min(size, block_.size() - at_);
        std::memcpy(to, block_.data() + at_, part);
        at_ += part;
        to += part;
        size -= part;
    }
    return {};
}

Result<std::uint64_t> ImageReader::number() {
    std::uint64_t value = 0;
    TRY(bytes(reinterpret_cast<char*>(&value), sizeof value));
    return value;
}

Result<std::uint64_t> ImageReader::number(std::uint64_t most) {
    const std::uint64_t value = TRY(number());
    if (value > most) return damaged();
    return value;
}

Result<std::string> ImageReader::text() {
    std::string text(TRY(number(left())), '\0');
    TRY(bytes(text.data(), text.size()));
    return text;
}

Result<void> ImageReader::finish() {
    if (at_ != block_.size()) return damaged();
    TRY(read_block());
    if (!block_.empty() || left_ != 0) return damaged();
    return {};
}

}  // namespace musubi
