#include "broker/snapshots/snapshot.h"

#include <gtest/gtest.h>

#include "store/tenants.h"

namespace musubi {
namespace {

constexpr Time kNow{1'700'000'000'000'000};

Result<Snapshot> read(const std::string& members, SnapshotUse use = SnapshotUse::Create) {
    return read_snapshot(*parse_json(R"({"type":"Snapshot",)" + members + "}"), use);
}

const std::string kQuery = R"("snapshotQueries":[{"type":"Query","entities":[{"type":"Gauge"}]}])";

TEST(Snapshot, IsStoredWhole) {
    auto snapshot = read(R"("id":"urn:s:1","snapshotLifetime":"PT1H","snapshotPriority":7,
        "endpoint":"http://a.example/x","receiverInfo":[{"key":"X-A","value":"b"}],)" +
                         kQuery);
    ASSERT_TRUE(snapshot) << to_text(snapshot.error());
    snapshot->status = SnapshotStatus::Partial;
    snapshot->details =
        *parse_json(R"([{"resultStatus":"failure","problemDetails":{"status":400}}])");
    snapshot->created_at = snapshot->modified_at = snapshot->last_used_at = kNow;
    snapshot->source = "urn:s:0";
    snapshot->subject = "key:x";
    snapshot->role = Role::Operator;
    snapshot->purpose = "care";
    snapshot->ground = "law";
    snapshot->gone = snapshot->to_tell = true;
    ASSERT_TRUE(set_expiry(*snapshot, kNow));

    const auto kept = decode_snapshot("urn:s:1", encode(*snapshot));

    ASSERT_TRUE(kept) << to_text(kept.error());
    EXPECT_EQ(write_snapshot(*kept), write_snapshot(*snapshot));
    EXPECT_EQ(kept->source, "urn:s:0");
    EXPECT_EQ(kept->subject, "key:x");
    EXPECT_EQ(kept->role, Role::Operator);
    EXPECT_EQ(kept->purpose, "care");
    EXPECT_EQ(kept->ground, "law");
    EXPECT_TRUE(kept->gone);
    EXPECT_TRUE(kept->to_tell);
    EXPECT_EQ(kept->expires_at, kNow + hours(1));
}

// The first stated no purpose and ground, the second not who decided: empty texts behind the
// subject.
TEST(Snapshot, OnesOfFormerFormatsAreRead) {
    auto snapshot = read(kQuery);
    ASSERT_TRUE(snapshot);
    snapshot->id = "urn:s:1";
    snapshot->subject = "key:of-the-maker";
    struct Former {
        char format;
        std::size_t lacks;
    };
    for (const Former& former : {Former{1, 3}, Former{2, 1}}) {
        std::string bytes = encode(*snapshot);
        bytes.front() = former.format;
        bytes.erase(bytes.find(snapshot->subject) + snapshot->subject.size(), former.lacks);
        const auto kept = decode_snapshot("urn:s:1", bytes);
        ASSERT_TRUE(kept) << to_text(kept.error());
        EXPECT_EQ(kept->subject, "key:of-the-maker");
        EXPECT_EQ(kept->purpose, "");
        EXPECT_EQ(to_text(write_snapshot(*kept)), to_text(write_snapshot(*snapshot)));
    }
}

TEST(Snapshot, AMalformedRecordIsNoSnapshot) {
    auto snapshot = read(kQuery);
    ASSERT_TRUE(snapshot);
    const std::string bytes = encode(*snapshot);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_snapshot("urn:s:1", bytes.substr(0, size)));
    }
    EXPECT_FALSE(decode_snapshot("urn:s:1", bytes + "x"));
}

TEST(Snapshot, LivesNoLongerThanTheLimit) {
    auto snapshot = read(R"("snapshotLifetime":"P9Y",)" + kQuery);
    ASSERT_TRUE(snapshot);
    ASSERT_TRUE(set_expiry(*snapshot, kNow));
    EXPECT_EQ(snapshot->expires_at, kNow + Snapshot::kMaxLifetime);
    snapshot = read(kQuery);
    ASSERT_TRUE(set_expiry(*snapshot, kNow));
    EXPECT_EQ(snapshot->expires_at, kNow + Snapshot::kLifetime);
}

TEST(Snapshot, ItsEndpointCanBeTakenAway) {
    auto snapshot = read(R"("endpoint":"http://a.example/x",)" + kQuery);
    ASSERT_TRUE(snapshot);
    const Json patch = *parse_json(R"({"endpoint":"urn:ngsi-ld:null","snapshotPriority":1})");
    ASSERT_TRUE(patch_snapshot(*snapshot, patch, kNow));
    EXPECT_TRUE(snapshot->endpoint.empty());
    EXPECT_EQ(snapshot->priority, 1);
}

TEST(Snapshot, IsFoundByItsOwnMembersAlone) {
    auto snapshot = read(kQuery);
    ASSERT_TRUE(snapshot);
    snapshot->expires_at = snapshot->created_at = kNow;
    const auto fits = [&](std::string_view q) {
        const auto query = parse_snapshot_q(q, *core_context());
        return query && matches(*query, *snapshot);
    };
    EXPECT_TRUE(fits("snapshotPriority==5"));
    EXPECT_FALSE(fits("snapshotPriority<5"));
    EXPECT_TRUE(fits(R"(snapshotStatus=="preparing")"));
    EXPECT_TRUE(fits("expiresAt<2100-01-01T00:00:00Z;createdAt>2001-01-01T00:00:00Z"));
    EXPECT_FALSE(parse_snapshot_q("speed>5", *core_context()));
    EXPECT_FALSE(parse_snapshot_q("snapshotPriority<5;speed>5", *core_context()));
    EXPECT_FALSE(parse_snapshot_q("snapshotPriority.speed>5", *core_context()));
}

TEST(InnerTenant, IsNamedAfterItsOwnerAndItsSnapshot) {
    const std::string name = InnerTenant::name_of("town", "urn:s:~1");
    const auto inner = InnerTenant::parse(name);
    ASSERT_TRUE(inner);
    EXPECT_EQ(inner->owner, "town");
    EXPECT_EQ(inner->snapshot, "urn:s:~1");
    EXPECT_TRUE(InnerTenant::parse(InnerTenant::name_of("", "urn:s:1")));
    EXPECT_FALSE(InnerTenant::parse("town"));
    EXPECT_FALSE(InnerTenant::parse("~town"));
    EXPECT_FALSE(Tenants::check_name(name));
}

}  // namespace
}  // namespace musubi
