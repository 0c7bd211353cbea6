#include "store/format.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "store/memory/memory_store.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

// A former format: values of Records began with 'a', those of the next with 'b', then 'c'.
Conversion to_letter(std::uint32_t from, char letter, std::vector<double>* progress,
                     int fail_after = -1) {
    return {from, [=](KeyValueStore& kv, const std::function<void(double)>& say) -> Result<void> {
                const auto cursor = kv.scan(Space::Records, {}, {});
                for (int i = 0; cursor->valid(); cursor->next(), ++i) {
                    if (i == fail_after) return Error{ErrorCode::Io, "the power went"};
                    std::string value{cursor->value()};
                    value[0] = letter;
                    Batch batch;
                    batch.put(Space::Records, std::string(cursor->key()), std::move(value));
                    TRY(kv.write(batch, Durability::Synced));
                    say(i / 10.0);
                    if (progress != nullptr) progress->push_back(i / 10.0);
                }
                return {};
            }};
}

void make_former(KeyValueStore& kv) {
    Batch batch;
    std::string format;
    append_be32(format, 1);
    batch.put(Space::Meta, "format", format);
    for (int i = 0; i < 10; ++i)
        batch.put(Space::Records, std::to_string(i), "a" + std::to_string(i));
    ASSERT_TRUE(kv.write(batch, Durability::Synced));
}

std::uint32_t format_of(const KeyValueStore& kv) {
    return read_be32(**kv.get(Space::Meta, "format"));
}

std::string letters(const KeyValueStore& kv) {
    std::string out;
    const auto cursor = kv.scan(Space::Records, {}, {});
    for (; cursor->valid(); cursor->next()) out += cursor->value().front();
    return out;
}

TEST(Format, AnEmptyStoreIsMarked) {
    const auto kv = make_memory_store();
    Log log{LogLevel::Off};
    ASSERT_TRUE(prepare_format(*kv, 3, {}, log));
    EXPECT_EQ(format_of(*kv), 3U);
    EXPECT_TRUE(prepare_format(*kv, 3, {}, log));
}

TEST(Format, FormerOnesAreConvertedStepByStep) {
    const auto kv = make_memory_store();
    make_former(*kv);
    Log log{LogLevel::Off};
    std::vector<double> progress;
    const std::vector<Conversion> known{to_letter(1, 'b', &progress), to_letter(2, 'c', nullptr)};
    ASSERT_TRUE(prepare_format(*kv, 3, known, log));
    EXPECT_EQ(format_of(*kv), 3U);
    EXPECT_EQ(letters(*kv), "cccccccccc");
    EXPECT_EQ(progress.size(), 10U);
}

TEST(Format, ACrashInTheMiddleStartsThatStepAnew) {
    const auto kv = make_memory_store();
    make_former(*kv);
    Log log{LogLevel::Off};
    const std::vector<Conversion> broken{to_letter(1, 'b', nullptr), to_letter(2, 'c', nullptr, 4)};
    EXPECT_FALSE(prepare_format(*kv, 3, broken, log));
    EXPECT_EQ(format_of(*kv), 2U);
    EXPECT_EQ(letters(*kv), "ccccbbbbbb");
    const std::vector<Conversion> good{to_letter(1, 'b', nullptr), to_letter(2, 'c', nullptr)};
    ASSERT_TRUE(prepare_format(*kv, 3, good, log));
    EXPECT_EQ(letters(*kv), "cccccccccc");
}

TEST(Format, WhatCanNotBeReadIsRefusedAndLeftAlone) {
    const auto kv = make_memory_store();
    make_former(*kv);
    Log log{LogLevel::Off};
    const auto later = prepare_format(*kv, 0, {}, log);
    ASSERT_FALSE(later);
    EXPECT_EQ(later.error().code, ErrorCode::Unsupported);
    const auto too_old = prepare_format(*kv, 3, {to_letter(2, 'c', nullptr)}, log);
    ASSERT_FALSE(too_old);
    EXPECT_EQ(too_old.error().code, ErrorCode::Unsupported);
    EXPECT_EQ(letters(*kv), "aaaaaaaaaa");
    Batch batch;
    batch.put(Space::Meta, "format", "x");
    ASSERT_TRUE(kv->write(batch, Durability::Synced));
    EXPECT_EQ(prepare_format(*kv, 1, {}, log).error().code, ErrorCode::Corrupt);
}

TEST(Format, AStoreWithoutItsMarkIsRefused) {
    for (const Space space : {Space::Entities, Space::Changes, Space::Records, Space::History}) {
        const auto kv = make_memory_store();
        Log log{LogLevel::Off};
        Batch batch;
        batch.put(space, "key", "value");
        ASSERT_TRUE(kv->write(batch, Durability::Synced));
        const auto refused = prepare_format(*kv, 1, {}, log);
        ASSERT_FALSE(refused) << static_cast<int>(space);
        EXPECT_EQ(refused.error().code, ErrorCode::Corrupt);
    }
}

TEST(Format, TheStoreRefusesALaterOne) {
    auto kv = make_memory_store();
    Batch batch;
    std::string format;
    append_be32(format, kFolderFormat + 1);
    batch.put(Space::Meta, "format", format);
    ASSERT_TRUE(kv->write(batch, Durability::Synced));
    Log log{LogLevel::Off};
    Metrics metrics;
    const SystemClock clock;
    const auto store = Store::open(std::move(kv), {}, clock, log, metrics);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace musubi::testing
