#include "insight/rules/tracked.h"

#include <algorithm>

#include "insight/lookahead/stored_time.h"

namespace musubi {
namespace {

constexpr std::uint64_t kTrackedFormat = 1;

Error corrupt_state(const std::string& id) {
    return {ErrorCode::Corrupt, "the state of a rule can not be read", id};
}

Result<void> check_format(ByteReader& in, const std::string& id) {
    const std::uint64_t format = in.number();
    if (format == kTrackedFormat) return {};
    if (format > kTrackedFormat) {
        return Error{ErrorCode::Unsupported, "the state of a rule was written by a later release",
                     id};
    }
    return corrupt_state(id);
}

void write_attribute(ByteWriter& out, const Attribute& a) {
    out.text(a.name);
    out.byte(static_cast<std::uint8_t>(a.kind));
    out.text(to_text(a.value));
    out.text(a.unit_code);
    out.byte(a.observed_at ? 1 : 0);
    if (a.observed_at) out.signed_number(a.observed_at->us);
}

Result<Attribute> read_attribute_bytes(ByteReader& in) {
    Attribute a;
    a.name = in.text();
    a.kind = static_cast<AttributeKind>(in.byte());
    const std::string_view value = in.text();
    if (in.failed() || value.empty()) return Error{ErrorCode::Corrupt, "an attribute is cut off"};
    a.value = TRY(parse_json(value));
    a.unit_code = in.text();
    if (in.byte() != 0) a.observed_at = read_time(in);
    return a;
}

template <typename Items, typename Name>
std::size_t place_of(const Items& items, std::string_view wanted, Name name) {
    const auto found = std::find_if(items.begin(), items.end(),
                                    [&](const auto& item) { return name(item) == wanted; });
    return static_cast<std::size_t>(found - items.begin());
}

std::size_t slot_of(const TypeRules& type, std::string_view term) {
    return place_of(
        type.numbers, term, [](const NumberSlot& s) -> auto& { return s.term; });
}
std::size_t rule_of(const TypeRules& type, std::string_view id) {
    return place_of(
        type.rules, id, [](const Rule& r) -> auto& { return r.config.id; });
}

/// Reads `count` parts, each framed with its length so that an unknown one can be passed over.
template <typename Part>
bool read_parts(ByteReader& in, Part part) {
    for (std::uint64_t left = in.number(); left > 0 && !in.failed(); --left) {
        const std::string_view name = in.text();
        ByteReader inner{in.text()};
        part(name, inner);
        if (inner.failed()) return false;
    }
    return !in.failed();
}

template <typename Write>
void write_part(ByteWriter& out, std::string_view name, Write write) {
    std::string bytes;
    ByteWriter inner{bytes};
    write(inner);
    out.text(name);
    out.text(bytes);
}

}  // namespace

Tracked::Tracked(const TypeRules& type_rules, std::string entity_id)
    : type{&type_rules},
      id{std::move(entity_id)},
      numbers(type_rules.numbers.size()),
      gauges(type_rules.readings),
      latches(type_rules.rules.size()),
      calls(type_rules.rules.size()),
      groups(type_rules.groups.size()),
      silences(type_rules.silent.size()) {}

std::string Tracked::view_bytes() const {
    std::string bytes;
    ByteWriter out{bytes};
    out.number(kTrackedFormat);
    out.text(type->type);
    out.text(name);
    out.byte(static_cast<std::uint8_t>((synthetic ? 1U : 0U) | (lon && lat ? 2U : 0U)));
    if (lon && lat) {
        out.real(*lon);
        out.real(*lat);
    }
    out.number(numbers.size() - type->readings);
    for (std::size_t i = type->readings; i < numbers.size(); ++i) {
        write_part(out, type->numbers[i].term, [&](ByteWriter& o) { o.real(numbers[i].value); });
    }
    out.number(queried.attributes.size());
    for (const Attribute& a : queried.attributes) write_attribute(out, a);
    return bytes;
}

Result<void> Tracked::read_view(std::string_view bytes) {
    ByteReader in{bytes};
    TRY(check_format(in, id));
    static_cast<void>(in.text());
    name = in.text();
    const std::uint8_t flags = in.byte();
    synthetic = (flags & 1U) != 0;
    if ((flags & 2U) != 0) {
        lon = in.real();
        lat = in.real();
        if (!(std::abs(*lon) <= 180 && std::abs(*lat) <= 90)) return corrupt_state(id);
    }
    const bool read = read_parts(in, [&](std::string_view term, ByteReader& part) {
        const std::size_t slot = slot_of(*type, term);
        if (slot < numbers.size()) numbers[slot].value = part.real();
    });
    if (!read) return corrupt_state(id);
    for (std::uint64_t left = in.number(); left > 0 && !in.failed(); --left) {
        queried.attributes.push_back(TRY(read_attribute_bytes(in)));
    }
    return in.failed() ? Result<void>{corrupt_state(id)} : Result<void>{};
}

std::string Tracked::state_bytes() const {
    std::string bytes;
    ByteWriter out{bytes};
    out.number(kTrackedFormat);
    const auto stored = static_cast<std::size_t>(std::count_if(
        numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(type->readings),
        [](const TrackedNumber& n) { return n.at.has_value(); }));
    out.number(stored);
    for (std::size_t i = 0; i < type->readings; ++i) {
        if (!numbers[i].at) continue;
        write_part(out, type->numbers[i].term, [&](ByteWriter& o) {
            o.signed_number(numbers[i].at->us);
            o.real(numbers[i].value);
            o.text(numbers[i].unit);
            if (type->numbers[i].has_gauge) gauges[i].write(o);
        });
    }
    std::vector<std::size_t> busy;
    for (std::size_t i = 0; i < latches.size(); ++i) {
        if (!latches[i].is_idle() || calls[i].active()) busy.push_back(i);
    }
    out.number(busy.size());
    for (const std::size_t i : busy) {
        write_part(out, type->rules[i].config.id, [&](ByteWriter& o) {
            latches[i].write(o);
            calls[i].write(o);
        });
    }
    const auto named = [](const GroupState& g) { return !g.alert.empty(); };
    out.number(static_cast<std::uint64_t>(std::count_if(groups.begin(), groups.end(), named)));
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (!named(groups[i])) continue;
        write_part(out, type->groups[i].name, [&](ByteWriter& o) {
            o.text(groups[i].alert);
            const bool known = groups[i].rule < type->rules.size();
            o.text(known ? type->rules[groups[i].rule].config.id : std::string{});
        });
    }
    const auto silent = [](const SilenceState& s) { return s.silent; };
    out.number(static_cast<std::uint64_t>(std::count_if(silences.begin(), silences.end(), silent)));
    for (std::size_t i = 0; i < silences.size(); ++i) {
        if (!silences[i].silent) continue;
        write_part(out, type->rules[type->silent[i]].config.id, [&](ByteWriter& o) {
            o.signed_number(silences[i].since.us);
            o.text(silences[i].alert);
        });
    }
    return bytes;
}

Result<void> Tracked::read_state(std::string_view bytes, std::vector<std::string>& orphans) {
    ByteReader in{bytes};
    TRY(check_format(in, id));
    bool read = read_parts(in, [&](std::string_view term, ByteReader& part) {
        const std::size_t slot = slot_of(*type, term);
        if (slot >= type->readings) return;
        numbers[slot].at = read_time(part);
        numbers[slot].value = part.real();
        numbers[slot].unit = part.text();
        if (type->numbers[slot].has_gauge && !part.at_end()) gauges[slot] = Gauge::read(part);
    });
    read = read && read_parts(in, [&](std::string_view rule, ByteReader& part) {
               const std::size_t place = rule_of(*type, rule);
               if (place >= latches.size()) return;
               latches[place] = Latch::read(part);
               calls[place] = Call::read(part);
           });
    read = read && read_parts(in, [&](std::string_view group, ByteReader& part) {
               const std::size_t place = place_of(
                   type->groups, group, [](const TypeRules::Group& g) -> auto& { return g.name; });
               std::string alert{part.text()};
               const std::size_t rule = rule_of(*type, part.text());
               if (place < groups.size()) {
                   groups[place] = {.rule = alert.empty() ? GroupState::kNone : rule,
                                    .alert = std::move(alert)};
               } else if (!alert.empty()) {
                   orphans.push_back(std::move(alert));
               }
           });
    read = read && read_parts(in, [&](std::string_view rule, ByteReader& part) {
               const std::size_t place = rule_of(*type, rule);
               const auto silent = std::find(type->silent.begin(), type->silent.end(), place);
               const Time since = read_time(part);
               std::string alert{part.text()};
               if (silent != type->silent.end()) {
                   silences[static_cast<std::size_t>(silent - type->silent.begin())] = {
                       .watched = true, .silent = true, .since = since, .alert = std::move(alert)};
               } else if (!alert.empty()) {
                   orphans.push_back(std::move(alert));
               }
           });
    return read ? Result<void>{} : Result<void>{corrupt_state(id)};
}

}  // namespace musubi
