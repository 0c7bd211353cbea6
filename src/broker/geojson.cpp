#include "broker/geojson.h"

namespace musubi {

void append_feature(std::string& out, const Entity& entity, const Context& context,
                    const WriteOptions& options, std::string_view property) {
    const Attribute* place = entity.find(property.empty() ? iri::kLocation : property);
    const bool has_place = place != nullptr && place->kind == AttributeKind::GeoProperty;
    out += '{';
    append_member_name(out, "id");
    append_json_string(out, entity.id);
    append_member_name(out, "type");
    append_json_string(out, "Feature");
    append_member_name(out, "geometry");
    append_json(out, has_place && place->value.is_object() ? place->value : Json{});
    append_member_name(out, "properties");
    Entity rest = entity;
    rest.id.clear();  // stands outside
    write_entity(out, rest, context, options);
    out += '}';
}

}  // namespace musubi
