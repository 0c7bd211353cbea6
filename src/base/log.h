#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace musubi {

enum class LogLevel { Debug, Info, Warn, Error, Off };

/// One named value of a log line. Never personal data.
struct LogField {
    std::string_view name;
    std::variant<std::int64_t, double, std::string_view> value;
};
inline LogField field(std::string_view name, std::string_view value) { return {name, value}; }
inline LogField field(std::string_view name, double value) { return {name, value}; }
template <typename Int>
requires std::is_integral_v<Int> LogField field(std::string_view name, Int value) {
    return {name, static_cast<std::int64_t>(value)};
}

/// Structured log: one JSON object a line on standard error. Safe from any thread.
class Log {
public:
    explicit Log(LogLevel level);
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log();

    /// `area` is the room that speaks: "store", "feed", ...
    void debug(std::string_view area, std::string_view message,
               std::initializer_list<LogField> fields = {});
    void info(std::string_view area, std::string_view message,
              std::initializer_list<LogField> fields = {});
    void warn(std::string_view area, std::string_view message,
              std::initializer_list<LogField> fields = {});
    void error(std::string_view area, std::string_view message,
               std::initializer_list<LogField> fields = {});

private:
    struct Sink;
    void write(LogLevel level, std::string_view area, std::string_view message,
               std::initializer_list<LogField> fields);
    std::unique_ptr<Sink> sink_;
};

}  // namespace musubi
