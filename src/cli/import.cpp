#include "cli/import.h"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "cli/mend.h"
#include "model/ngsild.h"
#include "net/http_client.h"

namespace musubi {
namespace {

constexpr std::uintmax_t kMaxFileBytes = 256U << 20U;
constexpr std::size_t kBatchEntities = 1000;
constexpr std::size_t kBatchBytes = 4U << 20U;

Result<Json> read_entities(const std::string& file) {
    std::error_code failure;
    if (std::filesystem::file_size(file, failure) > kMaxFileBytes && !failure) {
        return Error{ErrorCode::TooLarge, "a file of at most 256 MB is read; split it", file};
    }
    std::ifstream in{file, std::ios::binary};
    if (failure || !in) return Error{ErrorCode::Io, "the file can not be read", file};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    auto json = parse_json(text, {.max_bytes = kMaxFileBytes, .max_depth = JsonLimits{}.max_depth});
    if (!json) return Error{ErrorCode::BadRequest, json.error().detail, file};
    return json;
}

std::string id_of(const Json& entity) {
    const Json* id = entity.find("id");
    return id != nullptr && id->is_string() ? id->string() : "an entity without id";
}

class Import {
public:
    Import(const ServerAccess& access, const ImportOptions& options)
        : access_{access},
          options_{options},
          client_{HttpClient::create({.allow_private_addresses = true}, log_, metrics_)} {}

    Result<void> run() {
        for (const std::string& file : options_.files) {
            file_ = file;
            auto json = read_entities(file);
            if (!json) {
                refuse("", json.error());
                continue;
            }
            if (!json->is_array()) {
                TRY(take(std::move(*json)));
            } else {
                for (Json& entity : json->array()) TRY(take(std::move(entity)));
            }
            TRY(flush());
            fmt::print("{}: {} in, {} refused so far\n", file, in_, refused_);
            std::fflush(stdout);
        }
        return {};
    }
    [[nodiscard]] int exit_code() const { return refused_ == 0 ? 0 : 1; }
    void summarize() const {
        fmt::print("{} entities in, {} mended, {} refused\n", in_, mended_, refused_);
    }

private:
    void refuse(const std::string& entity, const Error& error) {
        ++refused_;
        fmt::print(stderr, "{}{}{}: {}\n", file_, entity.empty() ? "" : ": ", entity,
                   to_text(error));
    }

    Result<void> take(Json entity) {
        std::string name = id_of(entity);
        if (options_.lenient) {
            const auto mends = mend_entity(entity);
            if (!mends) {
                refuse(name, mends.error());
                return {};
            }
            for (const std::string& what : *mends) {
                fmt::print("{}: {}: mended {}\n", file_, name, what);
            }
            if (!mends->empty()) ++mended_;
        } else if (const auto read = read_entity(entity, *core_context()); !read) {
            refuse(name, read.error());
            return {};
        }
        if (!options_.context.empty() && entity.is_object()) {
            std::erase_if(entity.object(), [](const auto& m) { return m.name == "@context"; });
        }
        const bool own = entity.find("@context") != nullptr;
        if (count_ > 0 && own != own_context_) TRY(flush());
        own_context_ = own;
        batch_ += count_++ == 0 ? '[' : ',';
        append_json(batch_, entity);
        if (count_ >= kBatchEntities || batch_.size() >= kBatchBytes) return flush();
        return {};
    }

    Result<void> flush() {
        if (count_ == 0) return {};
        HttpClientRequest request;
        request.method = HttpMethod::Post;
        request.url = access_.url + "/ngsi-ld/v1/entityOperations/upsert";
        request.timeout = minutes(10);
        request.body = std::move(batch_) + "]";
        request.headers.emplace_back("Content-Type",
                                     own_context_ ? "application/ld+json" : "application/json");
        if (!access_.key.empty()) {
            request.headers.emplace_back("Authorization", "Bearer " + access_.key);
        }
        if (!access_.tenant.empty()) request.headers.emplace_back("NGSILD-Tenant", access_.tenant);
        if (!own_context_ && !options_.context.empty()) {
            request.headers.emplace_back("Link",
                                         "<" + options_.context +
                                             ">; rel=\"http://www.w3.org/ns/json-ld#context\"; "
                                             "type=\"application/ld+json\"");
        }
        const std::size_t sent = std::exchange(count_, 0);
        batch_.clear();
        const auto response = client_->fetch(std::move(request));
        if (!response) return response.error();
        return read_answer(*response, sent);
    }

    // 201 and 204: all are in. A body with "errors" tells of each that is not.
    Result<void> read_answer(const HttpResponse& response, std::size_t sent) {
        if (response.status < 300 && response.status != 207) {
            in_ += sent;
            return {};
        }
        auto body = parse_json(response.body);
        const Json* errors = body ? body->find("errors") : nullptr;
        if (errors == nullptr || !errors->is_array()) return problem_of(response);
        for (const Json& error : errors->array()) {
            const auto text = [&](const Json* json, std::string_view name) {
                const Json* member = json == nullptr ? nullptr : json->find(name);
                return member != nullptr && member->is_string() ? member->string() : std::string{};
            };
            const Json* why = error.find("error");
            refuse(text(&error, "entityId"),
                   {ErrorCode::BadRequest, text(why, "detail"), text(why, "instance")});
        }
        in_ += sent - std::min(sent, errors->array().size());
        return {};
    }

    const ServerAccess& access_;
    const ImportOptions& options_;
    Log log_{LogLevel::Off};
    Metrics metrics_;
    std::unique_ptr<HttpClient> client_;
    std::string file_;
    std::string batch_;
    std::size_t count_ = 0;  // in the batch
    bool own_context_ = false;
    std::size_t in_ = 0;
    std::size_t mended_ = 0;
    std::size_t refused_ = 0;
};

}  // namespace

int import_files(const ServerAccess& access, const ImportOptions& options) {
    Import importing{access, options};
    const auto done = importing.run();
    importing.summarize();
    if (!done) return complain(done.error());
    return importing.exit_code();
}

}  // namespace musubi
