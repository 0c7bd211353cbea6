#include "cli/projects_at_work.h"

namespace musubi {

void ProjectsAtWork::open(const Ground& ground) {
    projects_.emplace(ground.store, ground.measures);
    gates_.emplace(GateParts{
        .store = ground.store,
        .policies = ground.policies,
        .people = ground.people,
        .signing_keys = ground.signing_keys,
        .clock = ground.clock,
        .key = {.half = ground.journal.public_key(),
                .sign = [&journal =
                             ground.journal](std::string_view text) { return journal.sign(text); }},
        .measures = ground.measures});
}

}  // namespace musubi
