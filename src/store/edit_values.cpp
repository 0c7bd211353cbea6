#include "store/edit_values.h"

namespace musubi {

Json date_time(Time time) {
    Json out;
    out.set("@type", "DateTime");
    out.set("@value", to_iso(time));
    return out;
}

Attribute property_of(const std::string& name, Json value) {
    Attribute a;
    a.name = name;
    a.value = std::move(value);
    return a;
}

void set_value(EntityEdit& edit, const std::string& name, Json value) {
    const Attribute* present = edit.state().find(name);
    if (present != nullptr && present->value == value) return;
    edit.set(property_of(name, std::move(value)));
}

}  // namespace musubi
