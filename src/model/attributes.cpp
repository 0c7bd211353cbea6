#include "model/attributes.h"

#include <utility>

#include "model/entity.h"

namespace musubi {
namespace {

std::shared_ptr<Attribute> owned(AttributePtr attribute) {
    // Who gave it up last did so before this: the count that is asked for tells, but does not wait.
    AttributePtr{attribute}.reset();
    if (attribute.use_count() > 1) return std::make_shared<Attribute>(*attribute);
    return std::const_pointer_cast<Attribute>(std::move(attribute));
}

}  // namespace

Attributes::Attributes(std::initializer_list<Attribute> all) {
    all_.reserve(all.size());
    for (const Attribute& attribute : all) push_back(attribute);
}

void Attributes::push_back(Attribute attribute) {
    all_.push_back(std::make_shared<Attribute>(std::move(attribute)));
}

Attribute& Attributes::emplace_back() {
    auto attribute = std::make_shared<Attribute>();
    Attribute& filled = *attribute;
    all_.push_back(std::move(attribute));
    return filled;
}

Attribute& Attributes::own(std::size_t n) {
    auto attribute = owned(std::move(all_[n]));
    Attribute& changed = *attribute;
    all_[n] = std::move(attribute);
    return changed;
}

std::shared_ptr<Attribute> Attributes::take(std::size_t n) { return owned(std::move(all_[n])); }

}  // namespace musubi
