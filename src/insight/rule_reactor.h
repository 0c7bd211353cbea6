#pragma once

#include <map>
#include <memory>
#include <string>

#include "insight/rules/rule_engine.h"
#include "store/reactor.h"

namespace musubi {

/// Watches what is committed and opens, raises, lowers and closes alerts. What it knows is kept
/// with the alerts and its position in one commit, so that it goes on after a crash as if there
/// had been none. In a replay time passes by the readings; live, silence is judged by the clock.
class RuleReactor final : public Reactor {
public:
    RuleReactor(const Store& store, const Clock& clock, Log& log,
                std::shared_ptr<const RuleSet> rules);

    [[nodiscard]] std::string_view name() const override { return "rules"; }
    [[nodiscard]] std::string_view guardian() const override;
    Result<Effect> react(const std::string& tenant, std::span<const ChangePtr> changes) override;
    Result<Effect> tick(const std::string& tenant, Time now) override;

private:
    struct Town {
        Town(TenantId number, std::shared_ptr<const RuleSet> rules)
            : id{number}, engine{std::move(rules)} {}
        TenantId id;
        RuleEngine engine;
        std::uint64_t revision = 0;  // of what is kept
        bool unsure = false;         // whether the last effect was committed
    };
    Result<Town*> town(const std::string& tenant);
    Result<std::unique_ptr<Town>> load(const std::string& tenant, TenantId id) const;
    Result<void> load_entities(Town& town) const;
    Result<void> adopt_strangers(const std::string& tenant, Town& town) const;
    [[nodiscard]] Effect effect_of(Town& town, bool replay);

    const Store& store_;
    const Clock& clock_;
    Log& log_;
    std::shared_ptr<const RuleSet> rules_;
    std::map<std::string, std::unique_ptr<Town>> towns_;
};

}  // namespace musubi
