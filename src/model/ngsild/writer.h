#pragma once

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
        : out_{out}, context_{context}, options_{options} {}

    void entity(const Entity& entity);
    /// The instances of one attribute, without its name: one object, or an array (4.5.5).
    void instances(std::span<const Attribute* const> all);

private:
    void head(const Entity& entity);
    void attributes(const std::vector<Attribute>& all, bool top);
    void many_attributes(const std::vector<Attribute>& all, bool top);
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
    void times(Time created, Time modified);
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
};

}  // namespace musubi::ngsild
