#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/app.h"
#include "cli/config.h"
#include "insight/alerts/alert_service.h"
#include "insight/rule_reactor.h"
#include "pack/pack.h"
#include "project/measure_reactor.h"
#include "sense/feed_runner.h"
#include "store/reactor.h"

namespace musubi {

/// `named`, or else the first of `places` that is a folder, seen from the program's own; empty
/// where there is none.
[[nodiscard]] std::string beside_program(const std::string& named,
                                         std::initializer_list<const char*> places);

/// What the pack of the configuration brings, at work: names, rules, alerts, feeds.
class TownAtWork {
public:
    /// Reads the pack and makes its parts. Fails: BadRequest, NotFound, Io.
    Result<void> load(const Config& config, Contexts& contexts, const FeedTools& tools);
    /// Rules and measures.
    void start_reactors(Store& store, const Policies& policies, const Clock& clock, Log& log,
                        Metrics& metrics);
    void start_feeds();
    void stop_feeds();
    [[nodiscard]] const Town& description() const { return town_; }
    [[nodiscard]] std::vector<FeedRunner*> feeds() const;
    [[nodiscard]] AlertService* alerts() const { return alerts_.get(); }
    [[nodiscard]] MeasureSetPtr measures() const { return measures_; }

private:
    Result<void> load_pack_of(const Config& config, Contexts& contexts);
    Result<void> keep_apart(const std::string& source, const FeedTools& tools) const;
    Result<void> load_rules_of(Contexts& contexts, const FeedTools& tools);

    std::optional<Pack> pack_;
    Town town_;
    std::shared_ptr<const RuleSet> rules_;
    std::unique_ptr<AlertService> alerts_;
    std::unique_ptr<RuleReactor> rule_reactor_;
    std::unique_ptr<ReactorRunner> rule_runner_;
    MeasureSetPtr measures_;
    std::unique_ptr<MeasureReactor> measure_reactor_;
    std::unique_ptr<ReactorRunner> measure_runner_;
    std::vector<std::unique_ptr<FeedRunner>> feeds_;
};

}  // namespace musubi
