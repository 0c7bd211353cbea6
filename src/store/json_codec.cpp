#include "store/json_codec.h"

namespace musubi {
namespace {

enum Tag : std::uint8_t { kNull, kFalse, kTrue, kInteger, kReal, kText, kArray, kObject };

}  // namespace

void put_json(ByteWriter& w, const Json& value) {
    if (value.is_null()) {
        w.byte(kNull);
    } else if (value.is_bool()) {
        w.byte(value.boolean() ? kTrue : kFalse);
    } else if (value.is_integer()) {
        w.byte(kInteger);
        w.signed_number(value.integer());
    } else if (value.is_number()) {
        w.byte(kReal);
        w.real(value.number());
    } else if (value.is_string()) {
        w.byte(kText);
        w.text(value.string());
    } else if (value.is_array()) {
        w.byte(kArray);
        w.number(value.array().size());
        for (const Json& item : value.array()) put_json(w, item);
    } else {
        w.byte(kObject);
        w.number(value.object().size());
        for (const JsonMember& m : value.object()) {
            w.text(m.name);
            put_json(w, m.value);
        }
    }
}

Json get_json(ByteReader& r, int depth) {
    if (depth > kMaxStoredDepth) {
        r.fail();
        return {};
    }
    switch (r.byte()) {
        case kNull: return {};
        case kFalse: return Json{false};
        case kTrue: return Json{true};
        case kInteger: return Json{r.signed_number()};
        case kReal: return Json{r.real()};
        case kText: return Json{r.text()};
        case kArray: {
            const std::uint64_t size = r.number();
            Json::Array items;
            if (size <= r.left()) items.reserve(size);
            for (std::uint64_t i = 0; i < size && !r.failed(); ++i) {
                items.push_back(get_json(r, depth + 1));
            }
            return Json{std::move(items)};
        }
        case kObject: {
            const std::uint64_t size = r.number();
            Json::Object members;
            if (size <= r.left()) members.reserve(size);
            for (std::uint64_t i = 0; i < size && !r.failed(); ++i) {
                std::string name{r.text()};
                members.push_back({std::move(name), get_json(r, depth + 1)});
            }
            return Json{std::move(members)};
        }
        default: r.fail(); return {};
    }
}

}  // namespace musubi
