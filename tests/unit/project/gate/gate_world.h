#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "../loop/loop_world.h"
#include "project/gate/evidence_check.h"
#include "project/gate/gate_service.h"
#include "project/gate/readings_export.h"

namespace musubi::testing {

inline const std::string kGate = "urn:ngsi-ld:Gate:pilot-1";

/// A stage that was entered, with a gauge that was read for ten days of it.
class Gates : public Looping {
protected:
    void SetUp() override {
        Looping::SetUp();
        auto set = std::make_shared<MeasureSet>(*measures);
        set->text = kMeasureHead + measure_text("level", "day", "mean", "unit = \"MTR\"\n");
        set->context_url = "https://town.example/context.jsonld";
        set->context_document = json_of(R"({"@context": {}})");
        measures = set;
        projects.emplace(*store, measures);
        gates.emplace(parts(clock));
        ASSERT_TRUE(put(river_project()));
        ASSERT_TRUE(projects->enter(town, "pilot"));
        read_a_month();
        clock.jump_to(*parse_time("2026-06-11T00:00:00Z"));
    }
    using Sign = std::function<std::string(std::string_view)>;
    GateParts parts(const Clock& by, Sign sign = {}) {
        if (!sign) sign = [this](std::string_view text) { return key.sign(text); };
        return {.store = *store,
                .policies = policies,
                .people = people,
                .signing_keys = signing_keys,
                .clock = by,
                .key = {.half = key.public_key(), .sign = std::move(sign)},
                .measures = measures};
    }
    void read(double level, Time at) {
        Attribute reading = property("urn:test:level", level, at);
        reading.unit_code = "MTR";
        ASSERT_TRUE(testing::set(*store, town, "urn:test:g", reading));
    }
    void read_a_month() {
        Entity entity = gauge("urn:test:g", 1, *parse_time("2026-05-30T00:00:00Z"));
        entity.attributes.own(0).unit_code = "MTR";
        ASSERT_TRUE(create(*store, town, entity));
        Time at = *parse_time("2026-05-31T15:00:00Z");
        for (int i = 0; i < 80; ++i) {
            read(2 + 0.1 * (i % 7), at);
            at = at + hours(3);
        }
    }
    std::string open() {
        const auto gate = gates->open(town, "pilot");
        EXPECT_TRUE(gate) << to_text(gate.error());
        return gate ? *gates->evidence(town, "pilot-1") : std::string{};
    }
    std::string lines() {
        const Json evidence = *json_of(*gates->evidence(town, "pilot-1")).find("evidence");
        const StageQuestion question = *read_question(*evidence.find("locked"));
        GateMoment moment{.at = *parse_time(evidence.find("at")->string())};
        moment.sequence = static_cast<std::uint64_t>(evidence.find("sequence")->integer());
        std::string out;
        std::optional<std::string> after = "";
        while (after) {
            const auto page = export_readings(*store, town, *measures, question, moment, *after, 1);
            EXPECT_TRUE(page) << to_text(page.error());
            out += page->lines;
            after = page->next;
        }
        return out;
    }
    ReplayReport replayed(const std::string& file, const std::string& data) {
        ManualClock elsewhere{*parse_time("2031-01-01T00:00:00Z")};
        const auto other = *Store::open(make_memory_store(), {}, elsewhere, log, metrics);
        const auto imported = import_readings(*other, data);
        EXPECT_TRUE(imported) << to_text(imported.error());
        const auto report = replay_evidence(json_of(file), *other);
        EXPECT_TRUE(report) << to_text(report.error());
        return report ? *report : ReplayReport{};
    }

    /// The file as somebody signs it who has a key of their own.
    static std::string signed_anew(const Json& file) {
        static const SigningKey own = SigningKey::generate();
        Json again;
        for (const JsonMember& member : file.object()) {
            if (member.name != "signature") again.set(member.name, member.value);
        }
        again.set("key", own.public_key().text());
        again.set("signature", own.sign(*evidence_signed_text(again)));
        return *evidence_text(again);
    }

    /// Opens a gate of another service, which does `then` when it signs the evidence.
    Result<EntityPtr> open_and(const std::function<void()>& then) {
        GateService other{parts(clock, [&](std::string_view text) {
            opening = &other;
            then();
            return key.sign(text);
        })};
        return other.open(town, "pilot");
    }

    GateService* opening = nullptr;  ///< the one that signs just now
    Policies policies;
    People people;
    SigningKeys signing_keys;
    SigningKey key = SigningKey::generate();
    std::optional<GateService> gates;
};

}  // namespace musubi::testing
