#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/ngsild.h"

namespace musubi::ngsild {

/// Appends entities and attributes to a text in the format that was asked for. Names and terms
/// are compacted on the way; nothing is built in between.
class Writer {
public:
    /// All must outlive the writer.
    Writer(std::string& out, const Context& context, const WriteOptions& options)
        : out_{out},
          context_{context},
          options_{options},
          pick_{&options.pick},
          omit_{&options.omit} {}
    /// The same for an entity that another leads to, shown as `pick` and `omit` say.
    Writer(const Writer& outer, const MemberSelection& pick, const MemberSelection& omit)
        : out_{outer.out_},
          context_{outer.context_},
          options_{outer.options_},
          pick_{&pick},
          omit_{&omit},
          outer_{&outer} {}

    void entity(const Entity& entity);
    /// What a GeoJSON Feature has as its properties: all but the id, without braces.
    void properties(const Entity& entity);
    /// True where the entity has something to show.
    [[nodiscard]] bool shows_anything(const Entity& entity) const;
    /// The instances of one attribute, without its name: one object, or an array (4.5.5).
    void instances(std::span<const Attribute* const> all);

private:
    void head(const Entity& entity);
    void types_and_scopes(const Entity& entity);
    [[nodiscard]] bool shows(std::string_view member) const;
    void attributes(const Attributes& all, bool top);
    void many_attributes(const Attributes& all, bool top);
    [[nodiscard]] bool shown(const Attribute& attribute, bool top) const;

    void instance(const Attribute& a);
    void reified(const Attribute& a);
    void simplified(const Attribute& a);
    void simplified_datasets(std::span<const Attribute* const> all);
    /// True where the value alone says everything (4.5.2.3).
    [[nodiscard]] bool fits_bare(const Attribute& a) const;
    /// True where the type can't be told from the members (4.5.2.3).
    [[nodiscard]] bool needs_type(const Attribute& a) const;
    void value(const Attribute& a);
    void extra(const Attribute& a);
    void times(Time created, Time modified, std::optional<Time> expires, bool top);
    void time(std::string_view label, Time time);
    // Linked entities (4.5.23), in join.cpp.
    [[nodiscard]] bool joins(const Attribute& a) const;
    [[nodiscard]] std::shared_ptr<const Entity> follow(const Json& object) const;
    void linked(const Attribute& a, const Entity& entity);
    void linked_members(const Attribute& a);
    void linked_values(const Attribute& a);
    [[nodiscard]] bool contains(std::string_view id) const;
    [[nodiscard]] std::size_t depth() const { return outer_ == nullptr ? 0 : outer_->depth() + 1; }
    /// The one text of a language property that was asked for (4.15); nullptr: all of them.
    [[nodiscard]] const JsonMember* chosen(const Attribute& a) const;

    void name(std::string_view iri);
    [[nodiscard]] std::string_view readable_name(std::string_view iri, std::string& whole) const;
    /// `label` is written as it stands: `,"name":`.
    void member(std::string_view label, std::string_view text);
    void term(std::string_view iri);
    void terms(const Json& iris);

    std::string& out_;
    const Context& context_;
    const WriteOptions& options_;
    const MemberSelection* pick_;
    const MemberSelection* omit_;
    const Writer* outer_ = nullptr;  // of the entity that leads to this one
    std::string_view id_;            // of the entity that is being written
};

/// True where the attribute, or one below it, is of a kind that came after that version.
[[nodiscard]] bool is_reshaped(const Attribute& attribute, int version);

}  // namespace musubi::ngsild
