#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "model/ngsild.h"
#include "model/ngsild/json_path.h"
#include "model/ngsild/members.h"

namespace musubi::ngsild {

/// Reads attributes, in whatever mixture of normalized and concise form, for one document.
class AttributeReader {
public:
    /// Both must outlive the reader.
    AttributeReader(const Context& context, const ReadOptions& options)
        : context_{context}, options_{options} {}

    /// Fails: BadRequest where 4.6.2 does not let `name` be one, or where `expanded` is a keyword.
    Result<void> check_name(std::string_view name, std::string_view expanded,
                            const JsonPath& path) const;
    /// Appends the instances of the attribute with the expanded `name`. Fails: BadRequest.
    Result<void> read(Attributes& out, const Name& name, const Json& json,
                      const JsonPath& path) const;
    /// Fails: BadRequest where two have one name and one dataset (4.5.5).
    Result<void> check_distinct(const Attributes& attributes, const JsonPath& path) const;

private:
    using Members = std::array<const Json*, kMembers>;
    /// The kind, and where the value stands: the object itself where it is the value, nullptr
    /// where there is none.
    struct Shape {
        AttributeKind kind = AttributeKind::Property;
        const Json* value = nullptr;
    };

    Result<void> read_instance(Attribute& out, const Json& json, const JsonPath& path) const;
    Result<Shape> shape_of(const Json& json, const Members& members, const JsonPath& path) const;
    Result<Shape> shape_by_type(const Json& json, const Members& members,
                                const JsonPath& path) const;
    Result<void> check_members(AttributeKind kind, const Members& members,
                               const JsonPath& path) const;
    Result<void> read_metadata(Attribute& out, const Members& members, const JsonPath& path) const;
    Result<void> read_time(std::optional<Time>& out, std::string_view name, Attribute& of,
                           const JsonPath& path, const Json& json) const;
    Result<void> read_unit_code(Attribute& out, const Json& json, const JsonPath& path) const;
    Result<void> read_types(Attribute& out, const Members& members, const JsonPath& path) const;
    Result<void> read_seal(Attribute& out, const Members& members, const JsonPath& path) const;
    Result<void> read_subs(Attribute& out, const Json& json, const JsonPath& path) const;
    static Result<void> read_recorded(Attribute& out, const Json& json, const JsonPath& path);
    [[nodiscard]] bool is_null(const Json& json) const;

    const Context& context_;
    const ReadOptions& options_;
};

}  // namespace musubi::ngsild
