#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json.h"

namespace musubi {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::Debug: return spdlog::level::debug;
        case LogLevel::Info: return spdlog::level::info;
        case LogLevel::Warn: return spdlog::level::warn;
        case LogLevel::Error: return spdlog::level::err;
        case LogLevel::Off: break;
    }
    return spdlog::level::off;
}

}  // namespace

struct Log::Sink {
    spdlog::logger logger{"musubi", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(LogLevel level) : sink_{std::make_unique<Sink>()} {
    sink_->logger.set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                              spdlog::pattern_time_type::utc);
    sink_->logger.set_level(to_spdlog(level));
    sink_->logger.flush_on(spdlog::level::warn);
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view area, std::string_view message,
                std::initializer_list<LogField> fields) {
    if (!sink_->logger.should_log(to_spdlog(level))) return;
    std::string line = "\"area\":";
    append_json_string(line, area);
    line += ",\"message\":";
    append_json_string(line, message);
    for (const LogField& f : fields) {
        line += ',';
        append_json_string(line, f.name);
        line += ':';
        if (const auto* text = std::get_if<std::string_view>(&f.value)) {
            append_json_string(line, *text);
        } else if (const auto* number = std::get_if<double>(&f.value)) {
            append_json_number(line, *number);
        } else {
            line += std::to_string(std::get<std::int64_t>(f.value));
        }
    }
    sink_->logger.log(to_spdlog(level), "{}", line);
}

void Log::debug(std::string_view area, std::string_view message,
                std::initializer_list<LogField> fields) {
    write(LogLevel::Debug, area, message, fields);
}
void Log::info(std::string_view area, std::string_view message,
               std::initializer_list<LogField> fields) {
    write(LogLevel::Info, area, message, fields);
}
void Log::warn(std::string_view area, std::string_view message,
               std::initializer_list<LogField> fields) {
    write(LogLevel::Warn, area, message, fields);
}
void Log::error(std::string_view area, std::string_view message,
                std::initializer_list<LogField> fields) {
    write(LogLevel::Error, area, message, fields);
}

}  // namespace musubi
