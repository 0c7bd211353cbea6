#include "model/merge.h"

#include <algorithm>

namespace musubi {
namespace {

void unite(std::vector<std::string>& with, const std::vector<std::string>& more) {
    for (const std::string& text : more) {
        if (std::find(with.begin(), with.end(), text) == with.end()) with.push_back(text);
    }
}

bool is_more_recent(const Attribute& a, const Attribute& than) {
    if (a.observed_at && than.observed_at && *a.observed_at != *than.observed_at) {
        return *a.observed_at > *than.observed_at;
    }
    return a.modified_at > than.modified_at;
}

void merge_times(Entity& to, const Entity& from) {
    const bool created = from.created_at != Time{};
    if (created && (to.created_at == Time{} || from.created_at < to.created_at)) {
        to.created_at = from.created_at;
    }
    to.modified_at = std::max(to.modified_at, from.modified_at);
    // It lives as long as any source keeps it (4.22).
    if (!to.expires_at || !from.expires_at) {
        to.expires_at.reset();
    } else {
        to.expires_at = std::max(*to.expires_at, *from.expires_at);
    }
}

}  // namespace

void EntityMerge::add_attribute(Merged& to, const Attribute& attribute, Precedence precedence) {
    auto& attributes = to.entity.attributes;
    const auto same = std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& a) {
        return a.name == attribute.name && a.dataset_id == attribute.dataset_id;
    });
    if (same == attributes.end()) {
        attributes.push_back(attribute);
        to.of_attributes.push_back(precedence);
        return;
    }
    const auto place = static_cast<std::size_t>(same - attributes.begin());
    Precedence& present = to.of_attributes[place];
    if (precedence > present) return;
    if (precedence == present && !is_more_recent(attribute, *same)) return;
    attributes.put(place, std::make_shared<const Attribute>(attribute));
    present = precedence;
}

void EntityMerge::add(const Entity& fragment, Precedence precedence) {
    const auto [place, is_new] = places_.try_emplace(fragment.id, merged_.size());
    if (is_new) {
        Merged merged{fragment, {}};
        merged.of_attributes.assign(fragment.attributes.size(), precedence);
        merged_.push_back(std::move(merged));
        return;
    }
    Merged& to = merged_[place->second];
    unite(to.entity.types, fragment.types);
    std::sort(to.entity.types.begin(), to.entity.types.end());
    unite(to.entity.scopes, fragment.scopes);
    merge_times(to.entity, fragment);
    for (const Attribute& attribute : fragment.attributes) {
        add_attribute(to, attribute, precedence);
    }
}

std::vector<std::shared_ptr<const Entity>> EntityMerge::take() {
    std::vector<std::shared_ptr<const Entity>> out;
    out.reserve(merged_.size());
    for (Merged& merged : merged_) {
        out.push_back(std::make_shared<const Entity>(std::move(merged.entity)));
    }
    merged_.clear();
    places_.clear();
    return out;
}

}  // namespace musubi
