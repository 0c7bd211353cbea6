#include "store/codec.h"

#include <gtest/gtest.h>

#include "store/memory/memory_store.h"
#include "unit/store/random_entity.h"

namespace musubi::testing {
namespace {

// Encoding what was decoded gives the same bytes: then nothing was lost.
std::string encoded(const Entity& entity, Dictionary& dictionary) {
    std::string out;
    EXPECT_TRUE(encode_entity(out, entity, dictionary));
    return out;
}

Change random_change(Random& random) {
    Change change{.sequence = 1 + random.next() % 1000, .at = Time{77}, .cause = "key:x"};
    for (std::uint64_t n = 1 + random.next() % 3; n > 0; --n) {
        EntityChange e{.tenant = static_cast<TenantId>(random.next() % 3),
                       .id = "urn:e" + std::to_string(n),
                       .types = {"urn:type:a"},
                       .kind = static_cast<ChangeKind>(random.next() % 3),
                       .types_changed = random.next() % 2 == 0};
        for (std::uint64_t i = random.next() % 4; i > 0; --i) {
            AttributeChange a;
            const std::uint64_t which = random.next() % 3;
            Attribute before = random_attribute(random, "urn:name");
            Attribute after = random_attribute(random, "urn:name");
            after.dataset_id = before.dataset_id;
            if (which != 0) a.before = std::make_shared<const Attribute>(std::move(before));
            if (which != 1) a.after = std::make_shared<const Attribute>(std::move(after));
            a.late = random.next() % 4 == 0;
            a.instance = {change.sequence, static_cast<std::uint32_t>(i)};
            e.attributes.push_back(std::move(a));
        }
        change.entities.push_back(std::move(e));
    }
    return change;
}

TEST(Codec, EntitiesComeBackTheSame) {
    Dictionary dictionary;
    SeededRandom random{1};
    for (int i = 0; i < 500; ++i) {
        const Entity entity = random_entity(random);
        const std::string bytes = encoded(entity, dictionary);
        const auto back = decode_entity(entity.id, bytes, dictionary);
        ASSERT_TRUE(back) << to_text(back.error());
        ASSERT_EQ(encoded(*back, dictionary), bytes);
        ASSERT_EQ(back->types, entity.types);
        ASSERT_EQ(back->scopes, entity.scopes);
        ASSERT_EQ(back->guardian, entity.guardian);
        ASSERT_EQ(back->attributes.size(), entity.attributes.size());
        for (std::size_t k = 0; k < entity.attributes.size(); ++k) {
            ASSERT_TRUE(same_content(back->attributes[k], entity.attributes[k]));
            ASSERT_EQ(back->attributes[k].instance, entity.attributes[k].instance);
            ASSERT_EQ(back->attributes[k].created_at, entity.attributes[k].created_at);
            ASSERT_EQ(back->attributes[k].modified_at, entity.attributes[k].modified_at);
        }
    }
}

TEST(Codec, ChangesComeBackTheSame) {
    Dictionary dictionary;
    SeededRandom random{2};
    for (int i = 0; i < 500; ++i) {
        const Change change = random_change(random);
        std::string bytes;
        ASSERT_TRUE(encode_change(bytes, change, dictionary));
        const auto back = decode_change(bytes, dictionary);
        ASSERT_TRUE(back) << to_text(back.error());
        std::string again;
        ASSERT_TRUE(encode_change(again, *back, dictionary));
        ASSERT_EQ(again, bytes);
        ASSERT_EQ(back->cause, change.cause);
        ASSERT_EQ(back->entities.size(), change.entities.size());
    }
}

TEST(Codec, PointsComeBackTheSame) {
    SeededRandom random{3};
    for (int i = 0; i < 500; ++i) {
        const Attribute a = random_attribute(random, "urn:name");
        const auto back = from_point(a.name, a.dataset_id, to_point(a));
        ASSERT_TRUE(back) << to_text(back.error());
        ASSERT_TRUE(same_content(*back, a));
        ASSERT_EQ(was_observed(to_point(a)), a.observed_at.has_value());
        ASSERT_EQ(kind_of(to_point(a)), a.kind);
    }
}

TEST(Codec, WhatWasCutShortIsRefused) {
    Dictionary dictionary;
    SeededRandom random{4};
    for (int i = 0; i < 50; ++i) {
        const Entity entity = random_entity(random);
        const std::string bytes = encoded(entity, dictionary);
        for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
            ASSERT_FALSE(decode_entity(entity.id, bytes.substr(0, cut), dictionary)) << cut;
        }
        ASSERT_FALSE(decode_entity(entity.id, bytes + "x", dictionary));
        std::string change;
        ASSERT_TRUE(encode_change(change, random_change(random), dictionary));
        for (std::size_t cut = 0; cut < change.size(); ++cut) {
            ASSERT_FALSE(decode_change(change.substr(0, cut), dictionary)) << cut;
        }
    }
}

TEST(Codec, NoDamageOfOneByteBreaksTheReader) {
    Dictionary dictionary;
    SeededRandom random{5};
    for (int i = 0; i < 20; ++i) {
        const std::string bytes = encoded(random_entity(random), dictionary);
        std::string change;
        ASSERT_TRUE(encode_change(change, random_change(random), dictionary));
        const Point point = to_point(random_attribute(random, "urn:name"));
        for (int flip = 1; flip < 256; flip += 37) {
            for (std::size_t at = 0; at < bytes.size(); ++at) {
                std::string damaged = bytes;
                damaged[at] = static_cast<char>(damaged[at] ^ flip);
                if (const auto e = decode_entity("urn:x", damaged, dictionary)) {
                    for (const std::string& type : e->types) ASSERT_FALSE(type.empty());
                }
            }
            for (std::size_t at = 0; at < change.size(); ++at) {
                std::string damaged = change;
                damaged[at] = static_cast<char>(damaged[at] ^ flip);
                if (const auto c = decode_change(damaged, dictionary)) {
                    ASSERT_FALSE(c->entities.empty());
                }
            }
            for (std::size_t at = 0; at < point.detail.size(); ++at) {
                Point damaged = point;
                damaged.detail[at] = static_cast<char>(damaged.detail[at] ^ flip);
                if (const auto a = from_point("urn:name", "", damaged)) {
                    ASSERT_LE(a->kind, AttributeKind::ListRelationship);
                }
            }
        }
    }
}

TEST(Dictionary, GivesEachNameOneNumberForEver) {
    const auto kv = make_memory_store();
    Dictionary dictionary;
    ASSERT_TRUE(dictionary.load(*kv));
    EXPECT_EQ(*dictionary.find(""), 0U);
    const std::uint32_t a = *dictionary.intern("urn:a");
    EXPECT_EQ(*dictionary.intern("urn:a"), a);
    Batch batch;
    dictionary.stage(batch);
    ASSERT_TRUE(kv->write(batch, Durability::Synced));
    dictionary.commit();
    const std::string_view kept = dictionary.text(a);
    const std::uint32_t b = *dictionary.intern("urn:b");
    dictionary.roll_back();
    EXPECT_FALSE(dictionary.find("urn:b"));
    EXPECT_TRUE(dictionary.text(b).empty());
    EXPECT_EQ(kept, "urn:a");
    for (int i = 0; i < 2'000; ++i) EXPECT_TRUE(dictionary.intern("urn:n" + std::to_string(i)));
    EXPECT_EQ(kept.data(), dictionary.text(a).data()) << "views must stay";
    Batch more;
    dictionary.stage(more);
    EXPECT_EQ(more.operations().size(), 2'000U);
    ASSERT_TRUE(kv->write(more, Durability::Synced));
    Dictionary reloaded;
    ASSERT_TRUE(reloaded.load(*kv));
    EXPECT_EQ(reloaded.text(a), "urn:a");
    EXPECT_EQ(reloaded.size(), dictionary.size());
    EXPECT_EQ(*reloaded.find("urn:n7"), *dictionary.find("urn:n7"));
}

// A name that came from the dictionary knows its number; once that is taken back, it knows none.
TEST(Dictionary, ANameOfItKnowsItsNumberUntilThatIsTakenBack) {
    Dictionary dictionary;
    const std::uint32_t a = *dictionary.intern_name(Name{"urn:a"});
    const Name known = dictionary.known(Name{"urn:a"});
    EXPECT_EQ(known, "urn:a");
    EXPECT_EQ(dictionary.name(a), "urn:a");
    EXPECT_EQ(*dictionary.find_name(known), a);
    EXPECT_EQ(*dictionary.intern_name(known), a);
    EXPECT_EQ(dictionary.known(Name{"urn:b"}), "urn:b");
    EXPECT_FALSE(dictionary.find_name(Name{"urn:b"}));
    EXPECT_TRUE(dictionary.name(a + 1).empty());

    Dictionary other;
    ASSERT_TRUE(other.intern("urn:first"));
    EXPECT_FALSE(other.find_name(known)) << "the number of another dictionary";

    dictionary.roll_back();
    EXPECT_EQ(*dictionary.intern("urn:other"), a);
    EXPECT_FALSE(dictionary.find_name(known));
    EXPECT_EQ(*dictionary.intern_name(known), a + 1);
}

TEST(Dictionary, IsBounded) {
    Dictionary dictionary;
    const std::string large(16U << 20U, 'x');
    for (int i = 0; i < 8; ++i) {
        const auto added = dictionary.intern(large + std::to_string(i));
        ASSERT_EQ(bool{added}, i < 7) << i;
    }
    EXPECT_EQ(dictionary.intern(large + "y").error().code, ErrorCode::TooLarge);
    dictionary.roll_back();
    EXPECT_TRUE(dictionary.intern(large + "y"));
}

TEST(Dictionary, WithAGapIsRefused) {
    const auto kv = make_memory_store();
    Batch batch;
    std::string key = "name/";
    append_be32(key, 2);
    batch.put(Space::Meta, key, "urn:x");
    ASSERT_TRUE(kv->write(batch, Durability::Synced));
    Dictionary dictionary;
    EXPECT_EQ(dictionary.load(*kv).error().code, ErrorCode::Corrupt);
}

}  // namespace
}  // namespace musubi::testing
