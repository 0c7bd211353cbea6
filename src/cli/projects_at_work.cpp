#include "cli/projects_at_work.h"

namespace musubi {

Result<void> ProjectsAtWork::open(const Ground& ground) {
    const EvidenceKey key{
        .half = ground.journal.public_key(),
        .sign = [&journal = ground.journal](std::string_view text) { return journal.sign(text); }};
    projects_.emplace(ground.store, ground.measures);
    gates_.emplace(GateParts{.store = ground.store,
                             .policies = ground.policies,
                             .people = ground.people,
                             .signing_keys = ground.signing_keys,
                             .clock = ground.clock,
                             .key = key,
                             .measures = ground.measures});
    tasks_.emplace(ground.store);
    money_.emplace(ground.store);
    cases_.emplace(ground.store);
    shelf_.emplace(ground.log);
    TRY(shelf_->load(ground.store));
    rounds_.emplace(ground.store);
    parts_.emplace(ProjectParts{.projects = *projects_,
                                .gates = *gates_,
                                .tasks = *tasks_,
                                .money = *money_,
                                .cases = *cases_,
                                .shelf = *shelf_,
                                .rounds = *rounds_,
                                .effect = effect_});
    care_.emplace(CareParts{.store = ground.store,
                            .uses = ground.uses,
                            .clock = ground.clock,
                            .key = key,
                            .measures = ground.measures});
    return {};
}

void ProjectsAtWork::start_reactors(Store& store, const Clock& clock, Log& log, Metrics& metrics) {
    runner_ = std::make_unique<ReactorRunner>(store, clock, log, metrics, *care_);
}

}  // namespace musubi
