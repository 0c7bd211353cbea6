#include <gtest/gtest.h>

#include <ctime>
#include <iostream>
#include <map>

#include "insight/rules/rule_engine.h"
#include "pack/feed_readings.h"
#include "support/test_data.h"
#include "unit/pack/river_pack.h"

namespace musubi::test {
namespace {

/// The changes that a feed makes of the river data, so many rows in each.
std::vector<Change> changes_of(const ReadingSource& source, std::size_t rows) {
    std::vector<Change> out;
    std::map<std::string, std::size_t> place;
    std::size_t taken = rows;
    std::uint32_t ordinal = 0;
    EXPECT_TRUE(source([&](const Reading& reading) -> Result<void> {
        if (taken++ >= rows) {
            out.emplace_back().sequence = out.size();
            place.clear();
            taken = 1;
            ordinal = 0;
        }
        Change& change = out.back();
        const auto [entry, is_new] = place.try_emplace(reading.id, change.entities.size());
        if (is_new) change.entities.emplace_back();
        EntityChange& entity = change.entities[entry->second];
        entity.id = reading.id;
        entity.types = reading.types;
        for (const Attribute& a : reading.attributes) {
            AttributeChange& made = entity.attributes.emplace_back();
            made.name = a.name;
            made.after = std::make_shared<const Attribute>(a);
            made.instance = {change.sequence, ordinal++};
        }
        return {};
    }));
    return out;
}

class Replay {
public:
    explicit Replay(std::shared_ptr<const RuleSet> rules)
        : rules_{std::move(rules)}, engine_{std::make_unique<RuleEngine>(rules_)} {
        engine_->start(Time{INT64_MIN / 2});
    }
    void over(const std::vector<Change>& changes, std::size_t restart_every) {
        std::size_t n = 0;
        for (const Change& change : changes) {
            engine_->take(change, true);
            for (const AlertEvent& event : engine_->take_events()) {
                told.push_back(std::to_string(static_cast<int>(event.kind)) + " " + event.alert +
                               " " + to_iso(event.at) + " " +
                               (event.rule != nullptr ? event.rule->config.id : "?"));
                ++count[event.rule->config.group + (event.of_feed ? "-feed" : "") +
                        std::to_string(static_cast<int>(event.kind))];
            }
            if (restart_every > 0) keep();
            engine_->end_keeping();
            if (restart_every > 0 && ++n % restart_every == 0) restart();
        }
    }
    std::vector<std::string> told;
    std::map<std::string, int> count;

private:
    void keep() {
        for (auto& kept : engine_->dirty_entities()) {
            if (kept.view) views_[kept.id] = *kept.view;
            if (kept.state) states_[kept.id] = *kept.state;
        }
        for (auto& [name, bytes] : engine_->dirty_feeds()) feeds_[name] = bytes;
    }
    void restart() {
        const Time newest = engine_->newest();
        engine_ = std::make_unique<RuleEngine>(rules_);
        for (const auto& [id, view] : views_) {
            ASSERT_TRUE(engine_->load(id, view, states_[id]));
        }
        for (const auto& [name, bytes] : feeds_) ASSERT_TRUE(engine_->load_feed(name, bytes));
        engine_->start(newest);
    }
    std::shared_ptr<const RuleSet> rules_;
    std::unique_ptr<RuleEngine> engine_;
    std::map<std::string, std::string> views_;
    std::map<std::string, std::string> states_;
    std::map<std::string, std::string> feeds_;
};

TEST(RiverRules, TheSameAlertsHoweverTheFeedIsCutAndWhereverItWasStopped) {
    REQUIRE_TEST_DATA(data);
    const auto pack = load_pack(river_pack_folder());
    ASSERT_TRUE(pack) << to_text(pack.error());
    const ContextLoader contexts = contexts_of(*pack);
    const auto rules = load_rules(*pack, contexts);
    ASSERT_TRUE(rules) << to_text(rules.error());
    const FeedConfig feed = *choose_feed(*pack, (*data / "river").string());
    const ReadingSource source = readings_of(feed, *resolve_context(Json{feed.context}, contexts));
    const std::vector<Change> batches = changes_of(source, 1000);

    Replay whole{*rules};
    const std::clock_t begin = std::clock();
    whole.over(batches, 0);
    const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::cout << "rules: " << took / 355'943 * 1e9 << " ns of CPU a reading\n";
    for (const auto& [what, n] : whole.count) std::cout << what << " " << n << "\n";
    EXPECT_GT(whole.told.size(), 100U);

    Replay stopped{*rules};
    stopped.over(batches, 7);
    EXPECT_EQ(stopped.told, whole.told);
    Replay single{*rules};
    single.over(changes_of(source, 1), 0);
    EXPECT_EQ(single.told, whole.told);
}

}  // namespace
}  // namespace musubi::test
