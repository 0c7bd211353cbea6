#include "api/site.h"

#include <zlib.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "api/problem.h"

namespace musubi {
namespace {

std::string media_type_of_file(const std::string& name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes{{
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".webmanifest", "application/manifest+json"},
    }};
    for (const auto& [ending, type] : kTypes) {
        if (name.ends_with(ending)) return std::string(type);
    }
    return "application/octet-stream";
}

std::string gzip(const std::string& plain) {
    z_stream stream{};
    constexpr int kGzip = 15 + 16;  // zlib.h: windowBits + 16 writes a gzip header
    if (deflateInit2(&stream, 9, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
    std::string out(deflateBound(&stream, plain.size()) + 32, '\0');
    stream.next_in =
        reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));  // NOLINT: read only
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int done = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return done == Z_STREAM_END && out.size() < plain.size() ? out : std::string{};
}

void add_safety_headers(HttpResponse& response) {
    response.headers.emplace_back("Content-Security-Policy",
                                  "default-src 'self'; img-src 'self' data:; style-src 'self' "
                                  "'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'");
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
}

}  // namespace

Site Site::load(const std::string& folder) {
    Site site;
    std::error_code failure;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, failure)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in{entry.path(), std::ios::binary};
        File file;
        file.plain.assign(std::istreambuf_iterator<char>{in}, {});
        file.type = media_type_of_file(entry.path().string());
        file.tag = "\"" + std::to_string(std::hash<std::string>{}(file.plain)) + "\"";
        file.gzip = gzip(file.plain);
        const auto path = "/" + std::filesystem::relative(entry.path(), folder).generic_string();
        if (path == "/index.html") site.files_.emplace("/", file);
        site.files_.emplace(path, std::move(file));
    }
    return site;
}

HttpResponse Site::answer(const HttpRequest& request) const {
    const bool reads = request.method == HttpMethod::Get || request.method == HttpMethod::Head;
    const auto file = files_.find(std::string(request.path));
    if (!reads || file == files_.end()) {
        return problem({ErrorCode::NotFound, "there is nothing at this path",
                        std::string(request.path.substr(0, 200))});
    }
    HttpResponse response;
    const File& found = file->second;
    response.headers.emplace_back("Content-Type", found.type);
    response.headers.emplace_back("ETag", found.tag);
    // What is named after its content never changes; the page itself is always asked for.
    const bool fixed = request.path.starts_with("/assets/");
    response.headers.emplace_back("Cache-Control",
                                  fixed ? "public, max-age=31536000, immutable" : "no-cache");
    add_safety_headers(response);
    if (request.header("If-None-Match") == found.tag) {
        response.status = 304;
        return response;
    }
    const bool packed = !found.gzip.empty() &&
                        request.header("Accept-Encoding").find("gzip") != std::string_view::npos;
    if (packed) response.headers.emplace_back("Content-Encoding", "gzip");
    response.headers.emplace_back("Vary", "Accept-Encoding");
    response.body = packed ? found.gzip : found.plain;
    return response;
}

}  // namespace musubi
