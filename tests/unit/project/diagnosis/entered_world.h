#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../measure_world.h"
#include "entered_projects.h"
#include "project/diagnosis/records.h"
#include "project/loop/loop_document.h"
#include "project/loop/project_service.h"
#include "project_in_store.h"

namespace musubi::testing {

inline void drop_member(Json& object, std::string_view name) {
    std::erase_if(object.object(), [&](const JsonMember& one) { return one.name == name; });
}

/// A project in a store on disk, entered by the services that people enter it by: its loop, its
/// money, the town's register, links, terminals that go on sending, and somebody who goes on
/// reading. Seeds change what is there; time passes; and it is diagnosed by what the store has.
class EnteredWorld {
    // These outlive the store.
    TempFolder folder_;
    Log log_{LogLevel::Off};
    Metrics metrics_;
    UseTally uses_;

public:
    explicit EnteredWorld(EnteredProject of) : project{std::move(of)} {
        RocksdbOptions where;
        where.folder = folder_.path("store");
        store = *Store::open(*open_rocksdb_store(where), {}, clock, log_, metrics_);
        service_.emplace(*store, measures_of(measure_text("readings-missed", "day", "count") +
                                             measure_text("closing-time", "day", "mean") +
                                             measure_text("fish-lost", "calendar-year", "sum") +
                                             measure_text("days-ahead", "month", "mean") +
                                             measure_text("coverage", "day", "mean") +
                                             measure_text("fields-lost", "calendar-year", "sum") +
                                             measure_text("rounds", "month", "sum")));
        money.emplace(*store);
        EXPECT_TRUE(uses_.load(*store, clock));
        loop = healthy_loop();
        plan = project.money + project.receipts;
        register_text = project.assets;
        write();
        links(project.links);
        for (const EnteredTerminals& of_type : project.terminals) enter(of_type);
        pass(days(4));
    }

    // What seeds change.
    /// A thing of the loop: written by `write`.
    Json& thing(std::string_view type, std::string_view slug) {
        return *loop.find(type)->find(slug);
    }
    Json& self() { return thing("Project", project.slug); }
    Json::Object& all(std::string_view type) { return loop.find(type)->object(); }
    /// What the loop has by now, the plan and the register; a thing that it has no more is removed.
    void write() {
        ok(service_->put(town, must(read_loop_document(loop))));
        for (const std::string& id : written_) {
            const std::size_t colon = id.find(':');
            const Json* of_type = loop.find(id.substr(0, colon));
            if (of_type->find(id.substr(colon + 1)) != nullptr) continue;
            ok(service_->remove(town, *loop_kind_of_type(id.substr(0, colon)),
                                id.substr(colon + 1)));
        }
        written_.clear();
        for (const JsonMember& of_type : loop.object()) {
            for (const JsonMember& one : of_type.value.object()) {
                written_.insert(of_type.name + ":" + one.name);
            }
        }
        if (plan.empty()) {
            Caller guardian = service_caller("", "projects");
            ok(store->commit(guardian, [&](Transaction& tx) -> Result<void> {
                tx.erase_record(MoneyRecords::kKind, loop_id("Project", project.slug));
                return {};
            }));
        } else {
            ok(money->put(town, project.slug, plan));
        }
        ok(money->put_assets(town, "", register_text));
    }
    /// Links in the place of those that were there.
    void links(const std::string& json) {
        for (const std::string& id : links_) erase(id);
        links_.clear();
        const Json all = must(parse_json(json));
        for (const JsonMember& one : all.object()) {
            links_.push_back(add(entity("NetworkLink", one.name, to_text(one.value))));
        }
    }
    /// Enters terminals; they are heard as time passes.
    void enter(const EnteredTerminals& of_type) {
        for (int i = 0; i < of_type.count; ++i) {
            const bool far = std::ranges::count(of_type.out_of_reach, i) > 0;
            const std::string id = add(entity(of_type.type, "t" + std::to_string(terminals_.size()),
                                              R"({"location":)" + (far ? kEast : kWest) + "}"));
            terminals_[id] = of_type.every;
            if (std::ranges::count(of_type.silent, i) > 0) {
                hear(id, of_type.every);
                silent.insert(id);
            }
        }
    }
    /// Enters terminals that are never heard.
    void enter_silent(const EnteredTerminals& of_type) {
        const auto before = terminals_;
        enter(of_type);
        for (const auto& [id, every] : terminals_) {
            if (before.count(id) == 0) silent.insert(id);
        }
    }
    void take_terminals_away() {
        for (const auto& [id, every] : terminals_) erase(id);
        terminals_.clear();
    }
    /// Every second terminal, and one that was silent before.
    void silence_half() {
        bool is_one = true;
        for (const auto& [id, every] : terminals_) {
            if (is_one) silent.insert(id);
            is_one = !is_one;
        }
    }
    /// All is as it was when it was healthy.
    void restore() {
        loop = healthy_loop();
        plan = project.money + project.receipts;
        register_text = project.assets;
        write();
        links(project.links);
        silent.clear();
        reads = true;
        organisation = project.reader;
        if (terminals_.empty()) {
            for (EnteredTerminals of_type : project.terminals) {
                of_type.silent.clear();
                enter(of_type);
            }
        }
    }

    /// Time passes: terminals are heard and types are read, but those that are not.
    void pass(Duration time) {
        clock.advance(time);
        for (const auto& [id, every] : terminals_) {
            if (silent.count(id) == 0) hear(id, every);
        }
        if (!reads) return;
        Caller reader = town;
        reader.subject = "key:7";
        for (const EnteredTerminals& of_type : project.terminals) {
            uses_.note(*store->tenant(""), reader, AccessAction::Read, {name(of_type.type)});
        }
    }

    [[nodiscard]] ProjectFacts facts() {
        const DiagnosisRecords records = must(diagnosis_records(*money, town, project.slug));
        const auto organisation_of = [&](const std::string&) { return organisation; };
        return must(
            gather_facts(*store, town, loop_id("Project", project.slug),
                         {.now = clock.now(),
                          .money = records.plan ? &*records.plan : nullptr,
                          .assets = records.assets ? &*records.assets : nullptr,
                          .readers = seen_readers(uses_, *store->tenant(""), organisation_of),
                          .readers_from = uses_.counted_from()}));
    }
    /// A day so many days ago, as it is written.
    [[nodiscard]] std::string day_before(std::int64_t ago) const {
        return to_iso(clock.now() - days(ago)).substr(0, 10);
    }

    EnteredProject project;
    ManualClock clock{*parse_time("2026-11-20T03:00:00Z")};
    std::unique_ptr<Store> store;
    std::optional<MoneyRecords> money;
    Caller town = service_caller("", "test");
    Json loop;
    std::string plan;  ///< empty: there is none
    std::string register_text;
    std::set<std::string> silent;
    bool reads = true;
    std::string organisation = project.reader;

private:
    template <typename T>
    static T must(Result<T> result) {
        if (!result) {
            ADD_FAILURE() << to_text(result.error());
            std::abort();
        }
        return std::move(result).value();
    }
    template <typename T>
    static void ok(const Result<T>& result) {
        EXPECT_TRUE(result) << to_text(result.error());
    }
    [[nodiscard]] Json healthy_loop() const { return must(parse_json(project.loop)); }
    std::string add(const Entity& what) {
        ok(create(*store, town, what));
        return what.id;
    }
    void erase(const std::string& id) {
        ok(store->commit(town, [&](Transaction& tx) { return tx.erase(id); }));
    }
    /// Five readings, the last one just now.
    void hear(const std::string& id, Duration every) {
        for (int i = 4; i >= 0; --i) {
            ok(testing::set(*store, town, id,
                            testing::property(name("level"), 1.0 + i, clock.now() - every * i)));
        }
    }

    std::optional<ProjectService> service_;
    std::set<std::string> written_;
    std::vector<std::string> links_;
    std::map<std::string, Duration> terminals_;
};

}  // namespace musubi::testing
