#include "sense/table/text_decoder.h"

#include <iconv.h>

#include <algorithm>

namespace musubi {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

bool is_ascii(std::string_view text) {
    unsigned all = 0;
    for (const char c : text) all |= static_cast<unsigned char>(c);
    return all < 0x80;
}

/// The bytes of the character at the beginning, by its first byte; 0 where it begins none.
std::size_t length_of(char first) {
    const auto c = static_cast<unsigned char>(first);
    if (c < 0x80) return 1;
    if (c >= 0xC2 && c < 0xE0) return 2;
    if (c >= 0xE0 && c < 0xF0) return 3;
    return c >= 0xF0 && c < 0xF5 ? 4 : 0;
}

/// Without a character that was cut off at the end.
std::string_view without_cut(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const char c = text[text.size() - back];
        if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80) continue;
        return length_of(c) > back ? text.substr(0, text.size() - back) : text;
    }
    return text;
}

/// By lines, so that one broken line does not decide over all.
bool is_mostly_utf8(std::string_view text) {
    text = without_cut(text);
    int balance = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        if (!is_ascii(line)) balance += is_utf8(line) ? 1 : -1;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return balance >= 0;
}

}  // namespace

struct TextDecoder::Converter {
    iconv_t handle = iconv_open("UTF-8", "CP932");
    Converter() = default;
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    ~Converter() {
        if (usable()) iconv_close(handle);
    }
    // iconv_open says "failed" by the pointer -1.
    [[nodiscard]] bool usable() const {
        return handle != reinterpret_cast<iconv_t>(-1);  // NOLINT(performance-no-int-to-ptr)
    }
};

TextDecoder::TextDecoder(TextEncoding encoding) : encoding_{encoding} {}
TextDecoder::TextDecoder(TextDecoder&&) noexcept = default;
TextDecoder& TextDecoder::operator=(TextDecoder&&) noexcept = default;
TextDecoder::~TextDecoder() = default;

void TextDecoder::look_at(std::string_view beginning) {
    if (encoding_ != TextEncoding::Auto) return;
    if (beginning.starts_with(kMark)) {
        encoding_ = TextEncoding::Utf8;
    } else if (!is_ascii(beginning)) {
        encoding_ = is_mostly_utf8(beginning) ? TextEncoding::Utf8 : TextEncoding::Cp932;
    }
}

std::optional<std::string_view> TextDecoder::decode(std::string_view bytes) {
    if (is_ascii(bytes)) return bytes;
    if (encoding_ == TextEncoding::Auto) look_at(bytes);
    if (encoding_ == TextEncoding::Cp932) return from_cp932(bytes);
    if (!is_utf8(bytes)) return std::nullopt;
    return bytes;
}

std::optional<std::string_view> TextDecoder::from_cp932(std::string_view bytes) {
    if (!converter_) converter_ = std::make_unique<Converter>();
    if (!converter_->usable()) return std::nullopt;
    buffer_.resize(bytes.size() * 3);  // a byte of cp932 becomes up to three of UTF-8
    iconv(converter_->handle, nullptr, nullptr, nullptr, nullptr);
    // iconv does not write to its input; its signature is older than const.
    char* in = const_cast<char*>(bytes.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    std::size_t in_left = bytes.size();
    char* out = buffer_.data();
    std::size_t out_left = buffer_.size();
    const std::size_t done = iconv(converter_->handle, &in, &in_left, &out, &out_left);
    if (done == static_cast<std::size_t>(-1) || in_left != 0) return std::nullopt;
    return std::string_view{buffer_}.substr(0, buffer_.size() - out_left);
}

std::size_t byte_order_mark(std::string_view beginning) {
    return beginning.starts_with(kMark) ? kMark.size() : 0;
}

std::string readable(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = length_of(bytes.front());
        const auto first = static_cast<unsigned char>(bytes.front());
        const bool control = (first < 0x20 && first != '\t' && first != '\n') || first == 0x7F;
        if (length == 0 || control || bytes.size() < length || !is_utf8(bytes.substr(0, length))) {
            out += "\xEF\xBF\xBD";
            bytes.remove_prefix(1);
            continue;
        }
        out.append(bytes.substr(0, length));
        bytes.remove_prefix(length);
    }
    return out;
}

}  // namespace musubi
