#include "trust/passkeys/cbor.h"

#include <cbor.h>

namespace musubi {
namespace {

Error malformed_cbor(std::string detail) {
    return {ErrorCode::BadRequest, "this is no CBOR of an authenticator: " + std::move(detail)};
}

struct Found {
    CborHead head;
    bool taken = false;
};

void take(void* context, CborHead::Kind kind, std::uint64_t number, std::string_view text = {}) {
    *static_cast<Found*>(context) = {{kind, number, text}, true};
}

template <typename Number>
void take_unsigned(void* context, Number number) {
    take(context, CborHead::Kind::Unsigned, number);
}
template <typename Number>
void take_negative(void* context, Number number) {
    take(context, CborHead::Kind::Negative, number);
}
void take_bytes(void* context, cbor_data data, std::size_t size) {
    take(context, CborHead::Kind::Bytes, 0, {reinterpret_cast<const char*>(data), size});
}
void take_text(void* context, cbor_data data, std::size_t size) {
    take(context, CborHead::Kind::Text, 0, {reinterpret_cast<const char*>(data), size});
}
void take_simple(void* context) { take(context, CborHead::Kind::Simple, 0); }
template <typename Value>
void take_simple_value(void* context, Value /*value*/) {
    take_simple(context);
}

// What is not named here (tags, indefinite lengths) does nothing, and is not taken.
cbor_callbacks callbacks() {
    cbor_callbacks all = cbor_empty_callbacks;
    all.uint8 = take_unsigned<std::uint8_t>;
    all.uint16 = take_unsigned<std::uint16_t>;
    all.uint32 = take_unsigned<std::uint32_t>;
    all.uint64 = take_unsigned<std::uint64_t>;
    all.negint8 = take_negative<std::uint8_t>;
    all.negint16 = take_negative<std::uint16_t>;
    all.negint32 = take_negative<std::uint32_t>;
    all.negint64 = take_negative<std::uint64_t>;
    all.byte_string = take_bytes;
    all.string = take_text;
    all.array_start = [](void* c, std::size_t n) { take(c, CborHead::Kind::Array, n); };
    all.map_start = [](void* c, std::size_t n) { take(c, CborHead::Kind::Map, n); };
    all.float2 = take_simple_value<float>;
    all.float4 = take_simple_value<float>;
    all.float8 = take_simple_value<double>;
    all.undefined = take_simple;
    all.null = take_simple;
    all.boolean = take_simple_value<bool>;
    return all;
}

}  // namespace

Result<CborHead> CborReader::next() {
    static const cbor_callbacks kCallbacks = callbacks();
    Found found;
    const cbor_decoder_result result = cbor_stream_decode(reinterpret_cast<cbor_data>(left_.data()),
                                                          left_.size(), &kCallbacks, &found);
    if (result.status == CBOR_DECODER_NEDATA) return malformed_cbor("it is cut off");
    if (result.status != CBOR_DECODER_FINISHED || result.read > left_.size()) {
        return malformed_cbor("a byte is reserved");
    }
    if (!found.taken) return malformed_cbor("tags and indefinite lengths are not taken");
    left_.remove_prefix(result.read);
    return found.head;
}

Result<CborHead> CborReader::next(CborHead::Kind kind) {
    const CborHead head = TRY(next());
    if (head.kind == kind) return head;
    return malformed_cbor("an item is of another kind than it must be");
}

Result<std::int64_t> CborReader::integer() {
    const CborHead head = TRY(next());
    const bool negative = head.kind == CborHead::Kind::Negative;
    if ((negative || head.kind == CborHead::Kind::Unsigned) && head.number <= INT64_MAX) {
        const auto number = static_cast<std::int64_t>(head.number);
        return negative ? -1 - number : number;
    }
    return malformed_cbor("an item must be an integer");
}

Result<std::string_view> CborReader::skip() {
    const std::string_view before = left_;
    TRY(skip(kMaxDepth));
    return before.substr(0, before.size() - left_.size());
}

Result<void> CborReader::skip(int depth) {
    const CborHead head = TRY(next());
    const bool array = head.kind == CborHead::Kind::Array;
    if (!array && head.kind != CborHead::Kind::Map) return {};
    if (depth == 0) return malformed_cbor("it is nested too deeply");
    // Each item takes a byte at least: a length that is only claimed ends with the bytes.
    for (std::uint64_t i = 0; i < head.number; ++i) {
        TRY(skip(depth - 1));
        if (!array) TRY(skip(depth - 1));
    }
    return {};
}

Result<void> CborReader::end() const {
    if (left_.empty()) return {};
    return malformed_cbor("something follows behind its end");
}

}  // namespace musubi
