#include "store/index/image.h"

#include <gtest/gtest.h>

#include "support/memory_file.h"

namespace musubi::testing {
namespace {

// Something of each kind, over more than one block.
Result<void> write_all(ImageWriter& out) {
    TRY(out.number(7));
    TRY(out.text("九十九橋"));
    TRY(out.bytes(std::string(ImageWriter::kBlockBytes + 100, 'x')));
    std::vector<std::uint64_t> numbers{1, 2, 3};
    TRY(out.bytes({reinterpret_cast<const char*>(numbers.data()), 24}));
    return out.finish();
}

Result<void> read_all(ImageReader& in) {
    EXPECT_EQ(TRY(in.number()), 7U);
    EXPECT_EQ(TRY(in.text()), "九十九橋");
    std::string bytes(ImageWriter::kBlockBytes + 100, ' ');
    TRY(in.bytes(bytes.data(), bytes.size()));
    EXPECT_EQ(bytes, std::string(bytes.size(), 'x'));
    std::vector<std::uint64_t> numbers;
    TRY(in.array(numbers, 3));
    EXPECT_EQ(numbers, (std::vector<std::uint64_t>{1, 2, 3}));
    return in.finish();
}

std::string image() {
    std::string bytes;
    StringWriter file{bytes};
    ImageWriter out{file};
    EXPECT_TRUE(write_all(out));
    EXPECT_EQ(out.written(), bytes.size());
    return bytes;
}

Result<void> read_image(std::string bytes) {
    StringReader file{std::move(bytes)};
    ImageReader in{file};
    return read_all(in);
}

TEST(Image, IsReadAsItWasWritten) { EXPECT_TRUE(read_image(image())); }

TEST(Image, IsRefusedWhereItEndsTooEarly) {
    const std::string whole = image();
    for (std::size_t size = 0; size < whole.size(); size += 1 + size / 7) {
        EXPECT_FALSE(read_image(whole.substr(0, size))) << size;
    }
    EXPECT_FALSE(read_image(whole.substr(0, whole.size() - 1)));
    EXPECT_FALSE(read_image(whole + "x"));
}

TEST(Image, IsRefusedWhereABitTurned) {
    const std::string whole = image();
    for (std::size_t at = 0; at < whole.size(); at += 1 + at / 5) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 4);
        StringReader file{damaged};
        ImageReader in{file};
        std::string bytes(ImageWriter::kBlockBytes + 200, ' ');
        const bool passed = in.bytes(bytes.data(), ImageWriter::kBlockBytes + 163) && in.finish();
        EXPECT_FALSE(passed) << at;
    }
}

TEST(Image, AnArrayLongerThanTheFileTakesNoMemory) {
    const std::string whole = image();
    StringReader file{whole};
    ImageReader in{file};
    std::vector<std::uint64_t> numbers;
    EXPECT_FALSE(in.array(numbers, UINT64_MAX / 8));
    EXPECT_EQ(numbers.capacity(), 0U);
}

TEST(Image, AFullDiskIsTold) {
    std::string bytes;
    StringWriter file{bytes, 1'000};
    ImageWriter out{file};
    EXPECT_FALSE(write_all(out));
}

}  // namespace
}  // namespace musubi::testing
