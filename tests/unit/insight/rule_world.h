#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "insight/rules/rule_engine.h"
#include "support/project.h"

namespace musubi::test {

inline std::string project() { return project_folder(); }

inline std::string file_text(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

inline ContextPtr river_context() {
    const auto load = [](std::string_view) -> Result<std::shared_ptr<const Json>> {
        const std::string text = file_text(project() + "/packs/river/context/river-v1.jsonld");
        return std::make_shared<const Json>(TRY(parse_json(text)));
    };
    auto context = resolve_context(Json{"https://musubi.example/contexts/river-v1.jsonld"}, load);
    EXPECT_TRUE(context) << to_text(context.error());
    return context ? *context : core_context();
}

/// The rules of a text; the files they name are those of the river pack.
inline std::shared_ptr<const RuleSet> rules_of(const std::string& text) {
    const auto file = parse_rules(text, "rules.toml");
    EXPECT_TRUE(file) << to_text(file.error());
    if (!file) return nullptr;
    const FileReader read = [](const std::string& name) -> Result<std::string> {
        return file_text(project() + "/packs/river/" + name);
    };
    auto rules = compile_rules("river", *file, *river_context(), read);
    EXPECT_TRUE(rules) << to_text(rules.error());
    return rules ? *rules : nullptr;
}
inline std::shared_ptr<const RuleSet> river_rules() {
    return rules_of(file_text(project() + "/packs/river/rules.toml"));
}

inline const std::string kPrefix = "urn:ngsi-ld:FloodMonitoring:fukui:";
inline const std::string kHead =
    "[rules]\nversion = \"1\"\ncontext = \"https://musubi.example/contexts/river-v1.jsonld\"\n"
    "levels = \"levels.toml\"\n";

/// A day of a town told in lines:
///   station a standbyLevel=2 alertLevel=3     data of a station (may be told again)
///   10:00 a 2.5 b 1.0                         one change: readings of that time
///   10:00+20 a 2.5                            the time is of the day after by 20 hours
///   late 09:00 a 2.5 / delete a / pass 12:00  (time alone)
/// and answered in lines: `10:00 a level opens standbyLevel`.
class RuleWorld {
public:
    explicit RuleWorld(std::shared_ptr<const RuleSet> rules, bool replay = true)
        : rules_{std::move(rules)}, replay_{replay}, engine_{std::make_unique<RuleEngine>(rules_)} {
        engine_->start(Time{INT64_MIN / 2});
    }

    /// What came about, a line each.
    std::string tell(const std::string& lines) {
        std::istringstream in{lines};
        std::string out;
        for (std::string line; std::getline(in, line);) {
            if (line.empty()) continue;
            step(line);
            out += answers();
            keep();
            if (restart_always) restart();
        }
        return out;
    }
    /// Goes on from what was kept, as after a crash.
    void restart() {
        const Time newest = newest_;
        engine_ = std::make_unique<RuleEngine>(rules_);
        for (const auto& [id, view] : views_) {
            const auto loaded = engine_->load(id, view, states_[id]);
            EXPECT_TRUE(loaded) << to_text(loaded.error());
        }
        for (const auto& [name, bytes] : feeds_) {
            EXPECT_TRUE(engine_->load_feed(name, bytes));
        }
        engine_->start(newest);
    }
    bool restart_always = false;
    [[nodiscard]] RuleEngine& engine() { return *engine_; }
    [[nodiscard]] const std::map<std::string, std::string>& states() const { return states_; }

    static Time time_of(const std::string& text) {
        const int hour = std::stoi(text.substr(0, 2));
        const int minute = std::stoi(text.substr(3, 2));
        const int later = text.size() > 5 ? std::stoi(text.substr(6)) : 0;
        return kDay + hours(hour + later) + minutes(minute);
    }
    static constexpr Time kDay{1'628'899'200'000'000};  // 2021-08-14T00:00Z

private:
    void step(const std::string& line) {
        std::istringstream in{line};
        std::string word;
        in >> word;
        if (word == "pass") {
            in >> word;
            engine_->pass(time_of(word));
            return;
        }
        Change change;
        change.sequence = ++sequence_;
        change.at = kDay + days(1'900);
        if (word == "station") {
            add_station(in, change);
        } else if (word == "delete") {
            in >> word;
            EntityChange& gone = entity(change, word);
            gone.kind = ChangeKind::Deleted;
        } else {
            const bool late = word == "late";
            if (late) in >> word;
            add_readings(in, change, time_of(word), late);
        }
        engine_->take(change, replay_);
    }
    EntityChange& entity(Change& change, const std::string& name) {
        for (EntityChange& e : change.entities) {
            if (e.id == kPrefix + name) return e;
        }
        EntityChange& e = change.entities.emplace_back();
        e.id = kPrefix + name;
        e.types = {context_->expand("FloodMonitoring")};
        return e;
    }
    void add(EntityChange& e, const std::string& term, Json value, std::optional<Time> at,
             bool late, AttributeKind kind = AttributeKind::Property) {
        AttributeChange& c = e.attributes.emplace_back();
        c.name = context_->expand(term);
        c.late = late;
        c.instance = {sequence_, ordinal_++};
        if (value.is_null()) return;
        c.after = std::make_shared<const Attribute>(
            Attribute{.name = c.name, .kind = kind, .value = std::move(value), .observed_at = at});
    }
    void add_station(std::istringstream& in, Change& change) {
        std::string name;
        in >> name;
        EntityChange& e = entity(change, name);
        for (std::string datum; in >> datum;) {
            const std::size_t equals = datum.find('=');
            const std::string value = datum.substr(equals + 1);
            if (datum.starts_with("at=")) {
                Json point;
                point.set("type", "Point");
                const double lon = std::stod(value);
                const double lat = std::stod(value.substr(value.find(',') + 1));
                point.set("coordinates", Json::Array{lon, lat});
                add(e, "location", point, {}, false, AttributeKind::GeoProperty);
            } else {
                const auto parsed = parse_json(value);
                add(e, datum.substr(0, equals), parsed ? *parsed : Json{value}, {}, false);
            }
        }
    }
    void add_readings(std::istringstream& in, Change& change, Time at, bool late) {
        std::string name;
        std::string value;
        while (in >> name >> value) {
            add(entity(change, name), "currentLevel", std::stod(value), at, late);
        }
    }

    static std::string name_of(const std::string& source) {
        return source.starts_with(kPrefix) ? source.substr(kPrefix.size())
                                           : std::string{local_id(source)};
    }
    std::string answers() {
        std::string out;
        for (const AlertEvent& event : engine_->take_events()) {
            const std::string iso = to_iso(event.at);
            const std::int64_t later = (event.at - kDay).us / days(1).us;
            out += iso.substr(11, 5) + (later > 0 ? "+" + std::to_string(24 * later) : "") + " " +
                   name_of(event.source) + " ";
            out += event.rule != nullptr ? event.rule->config.group : std::string{"?"};
            switch (event.kind) {
                case AlertEvent::Kind::Open: out += " opens "; break;
                case AlertEvent::Kind::Change: out += " becomes "; break;
                case AlertEvent::Kind::Close: out += " closes "; break;
            }
            if (event.of_feed) {
                out += "silentFeed";
            } else if (event.rule != nullptr) {
                out += event.rule->config.sub_category;
            }
            if (event.of_feed) out += " " + std::to_string(event.count);
            out += "\n";
        }
        return out;
    }
    void keep() {
        for (auto& kept : engine_->dirty_entities()) {
            if (kept.gone) {
                views_.erase(kept.id);
                states_.erase(kept.id);
            }
            if (kept.view) views_[kept.id] = *kept.view;
            if (kept.state) states_[kept.id] = *kept.state;
        }
        for (auto& [name, bytes] : engine_->dirty_feeds()) feeds_[name] = bytes;
        engine_->end_keeping();
        newest_ = engine_->newest();
    }

    std::shared_ptr<const RuleSet> rules_;
    ContextPtr context_ = river_context();
    bool replay_;
    std::unique_ptr<RuleEngine> engine_;
    std::uint64_t sequence_ = 0;
    std::uint32_t ordinal_ = 0;
    Time newest_{INT64_MIN / 2};
    std::map<std::string, std::string> views_;
    std::map<std::string, std::string> states_;
    std::map<std::string, std::string> feeds_;
};

}  // namespace musubi::test
