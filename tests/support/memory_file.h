#pragma once

#include <cstring>
#include <string>
#include <utility>

#include "store/key_value.h"

namespace musubi::testing {

/// A side file in a string. `room`: bytes after which the disk is full.
class StringWriter final : public SideFileWriter {
public:
    explicit StringWriter(std::string& out, std::size_t room = SIZE_MAX) : out_{out}, room_{room} {}
    [[nodiscard]] Result<void> append(std::string_view bytes) override {
        if (out_.size() + bytes.size() > room_) return Error{ErrorCode::Io, "the disk is full"};
        out_ += bytes;
        return {};
    }
    [[nodiscard]] Result<void> publish() override { return {}; }

private:
    std::string& out_;
    std::size_t room_;
};

class StringReader final : public SideFileReader {
public:
    explicit StringReader(std::string bytes) : bytes_{std::move(bytes)} {}
    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] Result<void> read(char* to, std::size_t size) override {
        if (size > bytes_.size() - at_) return Error{ErrorCode::Corrupt, "it ends too early"};
        std::memcpy(to, bytes_.data() + at_, size);
        at_ += size;
        return {};
    }

private:
    std::string bytes_;
    std::size_t at_ = 0;
};

}  // namespace musubi::testing
