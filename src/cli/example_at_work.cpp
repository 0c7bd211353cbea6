#include "cli/example_at_work.h"

#include <algorithm>
#include <charconv>

#include "base/toml_file.h"
#include "cli/portfolio.h"
#include "project/measures/period.h"

namespace musubi {
namespace {

constexpr std::string_view kKind = "example";  // of the record that says it was loaded
constexpr const char* kStage = "example-pilot";
constexpr std::string_view kDayMark = "@day";

Caller loader() { return service_caller("", "example"); }

// "@day-6": the day in Japan six days before.
std::string day_from(std::string_view text, Time now) {
    int offset = 0;
    std::string_view number = text.substr(kDayMark.size());
    if (number.starts_with('+')) number.remove_prefix(1);
    std::from_chars(number.data(), number.data() + number.size(), offset);
    return to_iso(now + kJapan + days(offset)).substr(0, 10);
}

void set_days(Json& json, Time now) {
    if (json.is_string() && json.string().starts_with(kDayMark)) {
        json = Json{day_from(json.string(), now)};
    } else if (json.is_array()) {
        for (Json& item : json.array()) set_days(item, now);
    } else if (json.is_object()) {
        for (JsonMember& member : json.object()) set_days(member.value, now);
    }
}

std::string name_of_term(const std::vector<PortfolioTerm>& terms, const std::string& id) {
    const auto found = std::find_if(terms.begin(), terms.end(),
                                    [&](const PortfolioTerm& term) { return term.id == id; });
    return found == terms.end() ? std::string{} : found->ja;
}

Json project_json(const Portfolio& portfolio, const PortfolioProject& project) {
    Json out;
    out.set("title", project.ja);
    out.set("owner", "（資料に記載なし）");
    out.set("fiscalYear", project.year);
    if (!project.field.empty()) out.set("field", name_of_term(portfolio.fields, project.field));
    if (!project.region.empty()) {
        out.set("region", name_of_term(portfolio.regions, project.region));
    }
    Json::Array functions;
    for (const std::string& function : project.functions) functions.emplace_back(function);
    out.set("functions", std::move(functions));
    out.set("isExample", "example");
    return out;
}

// The stage that the paper tells of, in the fiscal year of the project: it says no days.
Json stage_json(const PortfolioProject& project) {
    Json out;
    out.set("ofProject", loop_id("Project", "paper-" + project.id));
    out.set("kind", project.stage);
    out.set("from", std::to_string(project.year) + "-04-01");
    out.set("to", std::to_string(project.year + 1) + "-03-31");
    return out;
}

// What the paper tells: projects with their functions and stages, pilots as numbers.
Json paper_document(const Portfolio& portfolio) {
    Json projects;
    Json stages{Json::Object{}};
    for (const PortfolioProject& project : portfolio.projects) {
        projects.set("paper-" + project.id, project_json(portfolio, project));
        if (project.stage.empty()) continue;
        stages.set("paper-" + project.id + "-" + project.stage, stage_json(project));
    }
    Json counts;
    for (const PilotYear& year : portfolio.years) {
        for (const auto& [field, pilots] : year.pilots) {
            Json count;
            count.set("field", name_of_term(portfolio.fields, field));
            count.set("fiscalYear", year.year);
            count.set("pilots", pilots);
            count.set("source", portfolio.sources.front());
            count.set("isExample", "example");
            counts.set("paper-" + std::to_string(year.year) + "-" + field, std::move(count));
        }
    }
    Json out;
    out.set("Project", std::move(projects));
    out.set("Stage", std::move(stages));
    out.set("PilotCount", std::move(counts));
    return out;
}

}  // namespace

Result<void> ExampleAtWork::load(const Ground& ground) {
    ground_.emplace(ground);
    if (TRY(ground.store.record(0, kKind, "loaded"))) {
        waits_ = ground.runs_river && !TRY(ground.store.record(0, kKind, "gate"));
        return {};
    }
    if (ground.folder.empty()) {
        return Error{ErrorCode::NotFound,
                     "例の入ったフォルダー（examples）がプログラムのそばにありません / there is no "
                     "folder of "
                     "examples (examples) beside the program"};
    }
    const Portfolio portfolio = TRY(read_portfolio_folder(ground.folder + "/portfolio"));
    Json examples = paper_document(portfolio);
    Json river = TRY(parse_json(TRY(read_text_file(ground.folder + "/project-loop/river.json"))));
    set_days(river, ground.clock.now());
    if (ground.runs_river) {
        for (JsonMember& kind : river.object()) {
            if (examples.find(kind.name) == nullptr) {
                examples.set(kind.name, Json{Json::Object{}});
            }
            Json* const all = examples.find(kind.name);
            for (JsonMember& one : kind.value.object()) all->set(one.name, std::move(one.value));
        }
    } else {
        ground.log.warn("example", "the river project is left out: it needs the river pack");
    }
    TRY(ground.projects.parts()->projects.put(loader(), TRY(read_loop_document(examples))));
    TRY(ground.store.commit(loader(), [](Transaction& tx) -> Result<void> {
        tx.put_record_of(0, kKind, "loaded", std::string{});
        return {};
    }));
    waits_ = ground.runs_river;
    ground.log.info("example", "the examples were loaded");
    return {};
}

void ExampleAtWork::tick(const std::vector<FeedRunner*>& feeds) {
    if (!waits_ || feeds.empty()) return;
    const auto state = feeds.front()->snapshot().state;
    if (state != FeedState::Waiting && state != FeedState::Finished) return;
    waits_ = false;
    const auto opened = [&]() -> Result<void> {
        const auto entered = ground_->projects.parts()->projects.enter(loader(), kStage);
        if (!entered && entered.error().code != ErrorCode::Conflict) return entered.error();
        TRY(ground_->projects.parts()->gates.open(loader(), kStage));
        TRY(ground_->store.commit(loader(), [](Transaction& tx) -> Result<void> {
            tx.put_record_of(0, kKind, "gate", std::string{});
            return {};
        }));
        return {};
    }();
    if (!opened) {
        ground_->log.warn("example", "the gate of the example was not opened",
                          {field("why", to_text(opened.error()))});
    }
}

}  // namespace musubi
