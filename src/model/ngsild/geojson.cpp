#include <algorithm>

#include "model/ngsild/members.h"
#include "model/ngsild/writer.h"

namespace musubi {
namespace {

// The geometry that stands for the entity on a map (4.5.16.1).
const Json* geometry_of(const Entity& entity, std::string_view name, const WriteOptions& options) {
    const Attribute* best = nullptr;
    for (const Attribute& a : entity.attributes) {
        if (a.name != name || a.kind != AttributeKind::GeoProperty) continue;
        const auto& wanted = options.datasets;
        const std::string_view dataset =
            a.dataset_id.empty() ? "@none" : std::string_view{a.dataset_id};
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), dataset) == wanted.end()) {
            continue;
        }
        if (best == nullptr || a.dataset_id.empty()) best = &a;
    }
    return best != nullptr && ngsild::is_geometry(best->value) ? &best->value : nullptr;
}

}  // namespace

void write_feature(std::string& out, const Entity& entity, std::string_view geometry,
                   const Context& context, const WriteOptions& options) {
    out += "{\"id\":";
    append_json_string(out, entity.id);
    out += ",\"type\":\"Feature\",\"geometry\":";
    const Json* shape = geometry_of(entity, geometry, options);
    shape != nullptr ? append_json(out, *shape) : static_cast<void>(out += "null");
    out += ",\"properties\":{";
    ngsild::Writer{out, context, options}.properties(entity);
    out += '}';
    if (options.context_member) {
        append_member_name(out, "@context");
        append_json(out, context.source());
    }
    out += '}';
}

}  // namespace musubi
