#include "cli/command_line.h"

namespace musubi {

CLI::App* add_command(CLI::App& parent, const char* name, const char* what, const char* example) {
    CLI::App* sub = parent.add_subcommand(name, what);
    sub->footer(std::string("Example:\n  ") + example);
    return sub;
}

void take_server(CLI::App* sub, ServerAccess& access) {
    sub->add_option("--server", access.url, "the server's address")->capture_default_str();
    sub->add_option("--key", access.key, "the key; or set MUSUBI_KEY");
    sub->add_option("--tenant", access.tenant, "the tenant; an operator may name any");
}

void take_language(CLI::App* sub, std::string& language) {
    CLI::Option* option = sub->add_option("--lang", language, "ja or en");
    option->check(CLI::IsMember({"ja", "en"}))->capture_default_str();
}

}  // namespace musubi
