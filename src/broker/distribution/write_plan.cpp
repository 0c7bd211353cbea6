#include "broker/distribution/write_plan.h"

#include <algorithm>

namespace musubi {
namespace {

bool takes_all(const MatchedSource& source) {
    return std::any_of(source.information.begin(), source.information.end(), [&](std::size_t i) {
        return source.registration->information[i].any_attribute();
    });
}

bool takes(const MatchedSource& source, const std::string& name) {
    return std::any_of(source.information.begin(), source.information.end(), [&](std::size_t i) {
        return source.registration->information[i].has_attribute(name);
    });
}

bool does_any(const Registration& source, std::span<const SourceOperation> operations) {
    return std::any_of(operations.begin(), operations.end(),
                       [&](SourceOperation operation) { return source.does(operation); });
}

SourceShare share_of(const MatchedSource& source, std::span<const SourceOperation> operations,
                     const std::vector<std::string>& names) {
    SourceShare share{.source = source.registration,
                      .supported = does_any(*source.registration, operations),
                      .names = {},
                      .whole = takes_all(source)};
    for (const std::string& name : names) {
        if (share.whole || takes(source, name)) share.names.push_back(name);
    }
    return share;
}

void remove(const std::vector<std::string>& gone, std::vector<std::string>& from) {
    std::erase_if(from, [&](const std::string& name) {
        return std::find(gone.begin(), gone.end(), name) != gone.end();
    });
}

}  // namespace

WritePlan plan_write(const std::vector<MatchedSource>& sources,
                     std::span<const SourceOperation> operations, std::vector<std::string> names) {
    WritePlan plan;
    plan.left = std::move(names);
    const bool of_entity = plan.left.empty();
    std::vector<std::string> redirected;
    for (const MatchedSource& source : sources) {
        const RegistrationMode mode = source.registration->mode;
        if (mode == RegistrationMode::Auxiliary) continue;
        if (mode == RegistrationMode::Inclusive) {
            remove(redirected, plan.left);
            redirected.clear();
        }
        SourceShare share = share_of(source, operations, plan.left);
        if (share.names.empty() && !of_entity) continue;
        if (mode == RegistrationMode::Inclusive) {
            if (share.supported && !plan.redirected) plan.shares.push_back(std::move(share));
            continue;
        }
        plan.proxied = true;
        if (mode == RegistrationMode::Exclusive) {
            remove(share.names, plan.left);
        } else {
            redirected.insert(redirected.end(), share.names.begin(), share.names.end());
            plan.redirected = plan.redirected || share.whole;
        }
        plan.shares.push_back(std::move(share));
    }
    remove(redirected, plan.left);
    return plan;
}

}  // namespace musubi
