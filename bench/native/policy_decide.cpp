#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "trust/keys.h"
#include "trust/policies/compile.h"

// What one decision costs under 1,000 policies for 100 organisations and 50 types, each with a
// condition: "microseconds to compile, median and p99 of a decision".
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

std::string policies() {
    std::string text = "[policies]\nversion = \"1\"\n";
    for (int i = 0; i < 1000; ++i) {
        const auto n = [](int number) { return std::to_string(number); };
        text += "[[permission]]\nid = \"p" + n(i) + "\"\naction = [\"read\"]\ntype = [\"urn:t:T" +
                n(i % 50) + "\"]\norganisation = [\"o" + n(i % 100) + "\"]\nq = \"urn:t:a" +
                n(i % 5) + ">" + n(i) + "\"\n";
    }
    return text;
}

musubi::Entity entity(int n) {
    musubi::Entity out;
    out.id = "urn:e:" + std::to_string(n);
    out.types = {"urn:t:T" + std::to_string(n % 50)};
    for (int a = 0; a < 5; ++a) {
        musubi::Attribute attribute;
        attribute.name = "urn:t:a" + std::to_string(a);
        attribute.value = static_cast<double>(n % 1000);
        out.attributes.push_back(std::move(attribute));
    }
    return out;
}

}  // namespace

int main() {
    const auto set = musubi::parse_policies(policies(), "bench", *musubi::core_context());
    if (!set) return 1;
    musubi::Caller caller;
    caller.subject = "person:bench";
    caller.organisation = "o7";
    caller.access =
        std::make_shared<const musubi::AccessFilter>(musubi::access_of(musubi::Role::Reader));
    const auto started = Clock::now();
    const auto compiled = musubi::compile(*set, caller, musubi::Time{});
    const double compile = since(started);
    std::vector<double> each;
    std::size_t passed = 0;
    for (int n = 0; n < 200'000; ++n) {
        const musubi::Entity asked = entity(n);
        const auto begin = Clock::now();
        passed += compiled.governance->decide(musubi::AccessAction::Read, asked).passes() ? 1 : 0;
        each.push_back(since(begin));
    }
    std::sort(each.begin(), each.end());
    std::printf("%.0f %.2f %.2f %zu\n", compile, each[each.size() / 2],
                each[each.size() * 99 / 100], passed);
    return passed > 0 ? 0 : 1;
}
