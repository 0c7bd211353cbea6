#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>

#include "cli/client.h"

namespace musubi {

/// What a file of commands adds them to.
struct CommandLine {
    CLI::App& app;
    ServerAccess& access;
    int& exit_code;
};

/// A command with its example, which stands at the end of its --help and works as it stands.
CLI::App* add_command(CLI::App& parent, const char* name, const char* what, const char* example);
/// The options by which a command speaks to a running server.
void take_server(CLI::App* sub, ServerAccess& access);
/// --lang ja or en.
void take_language(CLI::App* sub, std::string& language);
/// What the command does; `run` gives its exit code.
template <typename Run>
void on_call(CLI::App* sub, const CommandLine& line, Run run) {
    sub->callback([&code = line.exit_code, run = std::move(run)] { code = run(); });
}

}  // namespace musubi
