#include <simdjson.h>

#include <algorithm>
#include <unordered_set>

#include "base/json.h"
#include "base/json_fault.h"
#include "base/json_list.h"

namespace musubi {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// The error, with the place it is at seen from one level further out (RFC 6901).
Error inside(std::string_view name, Error error) {
    std::string pointer = "/";
    for (const char c : name) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    error.where.insert(0, pointer);
    return error;
}

// Builds our value from simdjson's document. The depth is bounded by the parser's own limit.
Result<Json> convert(const element& e) {
    switch (e.type()) {
        case element_type::NULL_VALUE: return Json{};
        case element_type::BOOL: return Json{bool{e.get_bool().value_unsafe()}};
        case element_type::INT64: return Json{std::int64_t{e.get_int64().value_unsafe()}};
        case element_type::UINT64: return Json{static_cast<double>(e.get_uint64().value_unsafe())};
        case element_type::DOUBLE: return Json{double{e.get_double().value_unsafe()}};
        case element_type::STRING: return Json{std::string_view{e.get_string().value_unsafe()}};
        case element_type::ARRAY: {
            const simdjson::dom::array source = e.get_array().value_unsafe();
            Json::Array out;
            out.reserve(source.size());
            for (const element item : source) {
                auto value = convert(item);
                if (!value) return inside(std::to_string(out.size()), std::move(value).error());
                out.push_back(std::move(value).value());
            }
            return Json{std::move(out)};
        }
        case element_type::OBJECT: {
            const simdjson::dom::object source = e.get_object().value_unsafe();
            Json::Object out;
            out.reserve(source.size());
            std::unordered_set<std::string_view> seen;  // the names, where there are many
            for (const auto& [name, value] : source) {
                const auto same = [&member = name](const JsonMember& m) {
                    return m.name == member;
                };
                if (source.size() <= 64 ? std::any_of(out.begin(), out.end(), same)
                                        : !seen.insert(name).second) {
                    return inside(name, {ErrorCode::BadRequest, "the member '" + std::string(name) +
                                                                    "' is written twice"});
                }
                auto item = convert(value);
                if (!item) return inside(name, std::move(item).error());
                out.push_back({std::string(name), std::move(item).value()});
            }
            return Json{std::move(out)};
        }
    }
    return Error{ErrorCode::Internal, "a JSON value of no known kind"};
}

// Bytes that follow the first one of a character; 4: it begins none (RFC 3629, 4).
std::size_t bytes_after(unsigned lead) {
    if (lead < 0x80) return 0;
    if (lead >= 0xc2 && lead <= 0xdf) return 1;
    if (lead >= 0xe0 && lead <= 0xef) return 2;
    if (lead >= 0xf0 && lead <= 0xf4) return 3;
    return 4;
}

// Whether the byte may come second: neither too long a form, nor a surrogate, nor beyond U+10FFFF.
bool may_be_second(unsigned lead, unsigned byte) {
    const unsigned least = lead == 0xe0 ? 0xa0U : lead == 0xf0 ? 0x90U : 0x80U;
    const unsigned most = lead == 0xed ? 0x9fU : lead == 0xf4 ? 0x8fU : 0xbfU;
    return byte >= least && byte <= most;
}

// How many bytes of well-formed UTF-8 `text` begins with (RFC 3629, 4): simdjson does not say.
std::size_t well_formed_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return static_cast<unsigned char>(text[i]);
    };
    std::size_t i = 0;
    while (i < text.size()) {
        const std::size_t more = bytes_after(byte(i));
        if (more == 4 || i + more >= text.size()) return i;
        if (more > 0 && !may_be_second(byte(i), byte(i + 1))) return i;
        for (std::size_t k = 2; k <= more; ++k) {
            if (byte(i + k) < 0x80 || byte(i + k) > 0xbf) return i;
        }
        i += more + 1;
    }
    return i;
}

Error parse_error(simdjson::error_code code, std::string_view text) {
    if (code == simdjson::UTF8_ERROR) {
        return {ErrorCode::BadRequest, "the text is not UTF-8",
                "byte " + std::to_string(well_formed_bytes(text))};
    }
    if (code == simdjson::DEPTH_ERROR) {
        return {ErrorCode::TooLarge, "the JSON is nested too deeply"};
    }
    if (code == simdjson::CAPACITY || code == simdjson::MEMALLOC) {
        return {ErrorCode::TooLarge, "the JSON is too large"};
    }
    if (code == simdjson::EMPTY) return {ErrorCode::BadRequest, "the body is empty"};
    const JsonFault fault = find_json_fault(text);
    if (fault.what.empty()) {
        return {ErrorCode::BadRequest,
                std::string("malformed JSON: ") + simdjson::error_message(code)};
    }
    return {ErrorCode::BadRequest, std::string("malformed JSON: ").append(fault.what),
            "byte " + std::to_string(fault.at)};
}

// Parses into `document`, which holds nothing of `text` then.
Result<element> parse_into(simdjson::dom::document& document, std::string_view text,
                           const JsonLimits& limits) {
    if (text.size() > limits.max_bytes) {
        return Error{ErrorCode::TooLarge,
                     "the JSON is larger than " + std::to_string(limits.max_bytes) + " bytes"};
    }
    // One parser a thread: its buffers are reused, and it holds nothing between calls.
    thread_local simdjson::dom::parser parser;
    thread_local std::size_t depth = 0;
    if (depth != static_cast<std::size_t>(limits.max_depth)) {
        depth = static_cast<std::size_t>(limits.max_depth);
        if (parser.allocate(std::max<std::size_t>(text.size(), 4096), depth) != simdjson::SUCCESS) {
            return Error{ErrorCode::TooLarge, "no memory to read the JSON"};
        }
    }
    const auto parsed = parser.parse_into_document(document, text.data(), text.size(), true);
    if (parser.capacity() > (4U << 20U)) {  // a rare large body must not keep its buffers
        parser = simdjson::dom::parser{};
        depth = 0;
    }
    if (parsed.error() != simdjson::SUCCESS) return parse_error(parsed.error(), text);
    return parsed.value_unsafe();
}

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
    thread_local simdjson::dom::document document;
    const auto root = parse_into(document, text, limits);
    Result<Json> value = root ? convert(*root) : root.error();
    if (text.size() > (4U << 20U)) document = simdjson::dom::document{};
    return value;
}

struct JsonList::Document {
    simdjson::dom::document held;
    std::vector<element> objects;
};

Result<JsonList> JsonList::parse(std::string_view text, const JsonLimits& limits) {
    auto document = std::make_shared<Document>();
    const element root = TRY(parse_into(document->held, text, limits));
    if (root.is_object()) {
        document->objects.push_back(root);
    } else if (root.is_array()) {
        const simdjson::dom::array all = root.get_array().value_unsafe();
        document->objects.assign(all.begin(), all.end());
    } else {
        return Error{ErrorCode::BadRequest, "neither an array nor an object"};
    }
    JsonList list;
    list.document_ = std::move(document);
    return list;
}

std::size_t JsonList::size() const { return document_ ? document_->objects.size() : 0; }

Result<Json> JsonList::read(std::size_t place) const { return convert(document_->objects[place]); }

std::string_view JsonList::text(std::size_t place, std::string_view member) const {
    const element& item = document_->objects[place];
    if (!item.is_object()) return {};
    const simdjson::dom::object object = item.get_object().value_unsafe();
    const auto found = object.at_key(member);
    if (found.error() != simdjson::SUCCESS) return {};
    const element value = found.value_unsafe();
    if (!value.is_string()) return {};
    return value.get_string().value_unsafe();
}

}  // namespace musubi
