#pragma once

#include <array>
#include <optional>

#include "base/random.h"
#include "measure_world.h"
#include "store/codec.h"

namespace musubi::testing {
inline constexpr std::array kAllParts{"count",    "distinct", "entities",    "members", "expected",
                                      "arrived",  "sum",      "mean",        "min",     "max",
                                      "quantile", "share",    "time-beyond", "change",  "rate"};

// Every kind of part, alone, by group, of some entities, beyond a number and an attribute.
inline std::string all_measures() {
    std::string text;
    for (const std::string kind : kAllParts) {
        const bool bound = kind == "share" || kind == "time-beyond";
        const std::string hold = kind == "time-beyond" ? "hold = \"PT35M\"\n" : "";
        const std::string quantile = kind == "quantile" ? "quantile = 0.9\n" : "";
        const std::string beyond =
            std::string{bound ? "above = 0.5\n" : ""}.append(hold + quantile);
        text += measure_text(kind, "day", kind,
                             std::string{bound ? "above = 1.0\n" : ""}.append(hold + quantile));
        text +=
            measure_text(kind + "-by", "day", kind,
                         std::string{bound ? "below_attribute = \"urn:test:danger\"\n" : ""}.append(
                             hold + quantile),
                         "by = \"urn:test:river\"\nsmallest = 2\n");
        text += measure_text(kind + "-strict", "day", kind,
                             beyond + (kind.size() % 2 == 0 ? "every = \"PT40M\"\n" : ""),
                             "missing = \"no-value\"\nleast_share = 0.6\n");
        // Of each, of who are taken together, of the day before, less what another attribute says.
        const bool of_readings = kind != "members" && kind != "expected";
        text += measure_text(kind + "-each", "day", kind,
                             beyond + (of_readings ? "less_attribute = \"urn:test:danger\"\n" : ""),
                             "across = \"median\"\nby = \"urn:test:river\"\n");
        text += measure_text(kind + "-together", "day", kind,
                             beyond + (kind == "time-beyond" ? "" : "ago = 1\n"),
                             "across = \"mean\"\neach = \"urn:test:kind\"\n");
        text += measure_text(
            kind + "-some", "week", kind,
            "q = \"urn:test:kind==\\\"main\\\"\"\nunit = \"MTR\"\n" +
                std::string{bound ? "above_attribute = \"urn:test:danger\"\n" : ""} + hold);
    }
    return text;
}

// A store in which anything happens to gauges, and measures that follow it.
class LiveWorld : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        set = measures_of(all_measures());
        begin_anew();
    }
    void begin_anew() {
        live.emplace(
            set, [this](const std::string& id) { return store->find(town, id); },
            [this](const std::string& id, const std::string& attribute) {
                return reading_times(*store, town, id, attribute);
            });
    }
    static std::string id_of(std::uint64_t n) { return "urn:test:g" + std::to_string(n); }
    std::uint64_t draw(std::uint64_t below) { return random.next() % below; }

    Attribute level(Time at) {
        Attribute reading = property("urn:test:level", static_cast<double>(draw(300)) / 100, at);
        if (draw(50) == 0) reading.value = Json{"high"};
        reading.unit_code = draw(40) == 0 ? "CMT" : "MTR";
        return reading;
    }
    void make(const std::string& id) {
        Entity entity = gauge(id, 0.5, now);
        entity.attributes.push_back(property("urn:test:river", draw(2) == 0 ? "九頭竜" : "足羽"));
        entity.attributes.push_back(property("urn:test:kind", draw(3) == 0 ? "side" : "main"));
        if (draw(4) != 0) entity.attributes.push_back(property("urn:test:danger", 1.5));
        ASSERT_TRUE(create(*store, town, entity));
    }
    // A past reading was never so: perhaps the first one.
    void withdraw_one(const std::string& id, const Attribute& present) {
        const auto history = *store->history(town, id, {"urn:test:level"});
        const auto& points = history.at(0).points;
        const Point& point = points[draw(2) == 0 ? 0 : draw(points.size())];
        if (point.deleted || point.instance == present.instance) return;
        const Attribute was = *from_point("urn:test:level", "", point);
        ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
            TRY(tx.edit(id))->withdraw(was, std::nullopt);
            return {};
        }));
    }
    // A reading in order, late, or again at the same time; a change of who belongs where; an end.
    void something() {
        const std::string id = id_of(draw(6));
        const EntityPtr entity = *store->find(town, id);
        if (!entity) return make(id);
        const Attribute* present = entity->find("urn:test:level");
        const std::uint64_t what = draw(100);
        const auto change = [&](const auto& run) {
            ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
                EntityEdit* edit = TRY(tx.edit(id));
                return run(*edit);
            }));
        };
        if (what < 80 || present == nullptr) {
            change([&](EntityEdit& edit) -> Result<void> {
                // Each gauge has a delay of its own: others may have begun the next period.
                const std::uint64_t delay = id.back() % 4U * 17U;
                // Now and then a clock is a day ahead: what comes after it is late.
                const Duration ahead = draw(40) == 0 ? days(1) : Duration{};
                const Attribute reading =
                    level(now - minutes(static_cast<std::int64_t>(delay)) + ahead);
                const bool late =
                    present != nullptr && *reading.observed_at < *present->observed_at;
                late ? edit.add_late(reading) : edit.set(reading);
                return {};
            });
        } else if (what < 86) {
            change([&](EntityEdit& edit) -> Result<void> {
                edit.add_late(
                    level(*present->observed_at - minutes(static_cast<std::int64_t>(draw(3'000)))));
                return {};
            });
        } else if (what < 89) {
            change([&](EntityEdit& edit) {
                return edit.correct(*present, level(*present->observed_at));
            });
        } else if (what < 91) {
            change([&](EntityEdit& edit) -> Result<void> {
                edit.set(level(*present->observed_at));
                return {};
            });
        } else if (what < 93) {
            withdraw_one(id, *present);
        } else if (what < 97) {
            const std::array changes{property("urn:test:river", draw(2) == 0 ? "九頭竜" : "足羽"),
                                     property("urn:test:kind", draw(2) == 0 ? "side" : "main"),
                                     property("urn:test:danger", static_cast<double>(draw(3)))};
            change([&](EntityEdit& edit) -> Result<void> {
                edit.set(changes.at(draw(3)));
                return {};
            });
        } else if (what < 99) {
            change([&](EntityEdit& edit) -> Result<void> {
                edit.remove("urn:test:level", "");
                return {};
            });
        } else {
            ASSERT_TRUE(store->commit(town, [&](Transaction& tx) { return tx.erase(id); }));
        }
    }
    void follow() {
        for (;;) {
            const auto changes = *store->changes(taken, 1'000, {});
            if (changes.empty()) return;
            for (const ChangePtr& change : changes) {
                ASSERT_TRUE(live->take(*change, 0));
                taken = change->sequence;
            }
        }
    }
    // Each value as it is kept up, or gathered where it is not, against one from nothing.
    void compare(std::size_t measure, Time at) {
        const Measure& of = set->measures[measure];
        const Period period = period_at(of.period, at);
        auto kept = live->values(measure, period, now);
        if (!kept) {
            kept = *live->gather(*store, town, measure, period, now);
            ++gathered;
        } else {
            ++kept_up;
        }
        const auto anew = compute_measure(*store, town, of, period, now)->values;
        ASSERT_EQ(*kept, anew) << told(*kept) << " against " << told(anew) << of.id << " "
                               << to_iso(period.from) << " " << kept->size();
        for (const MeasureValue& value : anew) {
            with_value += value.value ? 1 : 0;
            with_missing += value.lack == MeasureLack::Missing ? 1 : 0;
        }
    }

    static std::string told(const std::vector<MeasureValue>& values) {
        std::string out;
        for (const MeasureValue& value : values) {
            out += "[" + value.group + " " + (value.value ? std::to_string(*value.value) : "none") +
                   " lack " + std::to_string(static_cast<int>(value.lack)) + " came " +
                   std::to_string(value.came.came) + "/" + std::to_string(value.came.due) + " of";
            for (const auto& part : value.parts) {
                out += " " + std::to_string(part.readings) + "/" + std::to_string(part.entities);
            }
            out += " " + value.entity + "]";
        }
        return out;
    }

    MeasureSetPtr set;
    std::optional<LiveMeasures> live;
    SeededRandom random{20261126};
    Time now{*parse_time("2026-11-20T00:00:00Z")};
    std::uint64_t taken = 0;
    std::size_t gathered = 0;
    std::size_t kept_up = 0;
    std::size_t with_value = 0;
    std::size_t with_missing = 0;
};

}  // namespace musubi::testing
