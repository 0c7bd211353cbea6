// Kind "base": L30, L32, L34.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "project/diagnosis/diagnosis_view.h"
#include "project/finance/money_words.h"

namespace musubi {
namespace {

using namespace diagnosis;

constexpr std::string_view kNetworkLayer = "network";
// Of the paper's seven functions those that are links; the others run on the server or behind one.
constexpr std::array<std::string_view, 3> kLinkFunctions{"wifi-halow", "local-5g", "satellite"};

bool has(const std::vector<std::string>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

Duration allowed_silence(const SeenDevice& device) {
    return std::max(kSilentAfter, device.interval * kSilentIntervals);
}

bool is_silent(const SeenDevice& device, Time now) {
    return now - device.last_heard.value_or(device.known_since) >= allowed_silence(device);
}

FindingEvidence silence_of(const SeenDevice& device, Time now) {
    FindingEvidence out{.sign = "silent", .of = device.id};
    const Time since = device.last_heard.value_or(device.known_since);
    const MeasureWords day = day_words(since);
    const double silent_hours = (now - since).seconds() / hours(1).seconds();
    out.number = silent_hours;
    out.bound = allowed_silence(device).seconds() / hours(1).seconds();
    out.on = since;
    out.words = device.last_heard
                    ? MeasureWords{fmt::format("最後の受信は{}（{}時間前）", day.ja,
                                               short_number(silent_hours)),
                                   fmt::format("last heard on {} ({} h ago)", day.en,
                                               short_number(silent_hours))}
                    : MeasureWords{fmt::format("{}に登録されてから一度も受信していない", day.ja),
                                   fmt::format("never heard since it was entered on {}", day.en)};
    return out;
}

std::string function_word(std::string_view function, bool japanese) {
    if (function == "wifi-halow") return "Wi-Fi HaLow";
    if (function == "local-5g") return said(japanese, "ローカル5G", "local 5G");
    return said(japanese, "衛星通信", "a satellite link");
}

void look_for_links(const DiagnosisView& view, CauseLook& out) {
    const ProjectFacts& facts = view.facts;
    bool named = false;
    for (const std::string_view function : kLinkFunctions) {
        if (!has(facts.functions, function)) continue;
        named = true;
        if (std::ranges::find(*facts.links, function, &SeenLink::function) != facts.links->end())
            continue;
        MeasureWords words{
            fmt::format("事業が使う{}の回線が、台帳にも町のデータにもありません",
                        function_word(function, true)),
            fmt::format("the project needs {}, and no such link is in the register or the data",
                        function_word(function, false))};
        out.cite({.sign = "no-link", .of = std::string{function}, .words = words});
        out.see("no-link", std::move(words));
    }
    if (named || !has(facts.layers, kNetworkLayer) || !facts.links->empty()) return;
    MeasureWords words{"事業はネットワークの層を持ちますが、回線が一つもありません",
                       "the project has a network layer, and there is no link at all"};
    out.cite({.sign = "no-link", .of = facts.id, .number = 0, .bound = 1, .words = words});
    out.see("no-link", std::move(words));
}

void look_for_reach(const DiagnosisView& view, CauseLook& out) {
    std::vector<const SeenDevice*> outside;
    std::size_t known = 0;
    for (const SeenDevice& device : *view.facts.devices) {
        if (!device.in_reach) continue;
        ++known;
        if (!*device.in_reach) outside.push_back(&device);
    }
    if (outside.empty()) return;
    const double share = static_cast<double>(outside.size()) / static_cast<double>(known);
    if (!at_least(share, kOutOfReachShare)) return;
    out.see("out-of-reach",
            {fmt::format("場所の分かる端末{}台のうち{}台（{}）に、どの回線も届いていません", known,
                         outside.size(), per_cent(share)),
             fmt::format("{} of {} terminals whose place is known ({}) are reached by no link",
                         outside.size(), known, per_cent(share))});
    for (const SeenDevice* device : outside) {
        out.cite({.sign = "out-of-reach",
                  .of = device->id,
                  .words = {"どの回線の範囲にも入っていない", "in the area of no link"}});
    }
}

}  // namespace

CauseLook terminals_not_connected(const DiagnosisView& view) {
    const ProjectFacts& facts = view.facts;
    if (!view.in_trial) return too_early(view);
    if (facts.device_types.empty()) {
        if (!has(facts.functions, "cameras-sensors") && !has(facts.layers, "device")) return {};
        return not_seen("端末の型（deviceTypes）が事業に書かれていません",
                        "the project does not say of which types its terminals are");
    }
    if (!facts.devices) {
        return not_seen("端末のデータを見られません", "the terminals could not be looked at");
    }
    CauseLook out;
    if (facts.devices->empty()) {
        MeasureWords words{"社会実証が始まっていますが、端末が一台も登録されていません",
                           "the pilot has begun, and there is no terminal"};
        out.cite({.sign = "no-terminal", .of = facts.id, .number = 0, .bound = 1, .words = words});
        out.see("no-terminal", std::move(words));
        return out;
    }
    std::vector<const SeenDevice*> silent;
    for (const SeenDevice& device : *facts.devices) {
        // Where no link reaches it is of NoDigitalBase.
        if (device.in_reach.value_or(true) && is_silent(device, view.now)) {
            silent.push_back(&device);
        }
    }
    const std::size_t all = facts.devices->size();
    const double share = static_cast<double>(silent.size()) / static_cast<double>(all);
    if (!at_least(share, kSilentShare)) return out;
    const MeasureWords today = day_words(view.now);
    out.see("silent", {fmt::format("{}現在、端末{}台のうち{}台（{}）からデータが届いていません",
                                   today.ja, all, silent.size(), per_cent(share)),
                       fmt::format("on {}, {} of {} terminals ({}) are silent", today.en,
                                   silent.size(), all, per_cent(share))});
    for (const SeenDevice* device : silent) out.cite(silence_of(*device, view.now));
    return out;
}

CauseLook no_digital_base(const DiagnosisView& view) {
    if (!view.in_trial) return too_early(view);
    if (!view.facts.links) {
        return not_seen("回線を見られません（資産台帳も回線のデータもない）",
                        "links could not be looked at: neither a register of assets nor data");
    }
    CauseLook out;
    look_for_links(view, out);
    if (view.facts.devices) look_for_reach(view, out);
    return out;
}

CauseLook equipment_past_life(const DiagnosisView& view) {
    if (!view.facts.assets) {
        return not_seen("資産台帳がありません", "there is no register of assets");
    }
    const int year = fiscal_year_of(view.month());
    std::vector<std::string> names;
    double price = 0;
    CauseLook out;
    for (const RegisterAsset& asset : *view.facts.assets) {
        if (!asset.past_life(year)) continue;
        names.push_back(asset.name);
        price += asset.whole_price();
        out.cite(
            {.sign = "past-life",
             .of = asset.name,
             .number = asset.age(year),
             .bound = asset.life,
             .words = {
                 fmt::format("{}に買い、{}年たった（耐用年数{}年）",
                             fiscal_year_text(asset.bought, true), asset.age(year), asset.life),
                 fmt::format("bought in {}, {} years old (service life {} years)",
                             fiscal_year_text(asset.bought, false), asset.age(year), asset.life)}});
    }
    if (names.empty()) return out;
    const MeasureWords listed = list_words(names);
    out.see("past-life",
            {fmt::format("{}、{}が耐用年数に達しています。買い直すと今の値段で{}千円です",
                         fiscal_year_text(year, true), listed.ja, thousands(price)),
             fmt::format("in {}, {} reached the end of their service life; to buy them again costs "
                         "{} 千円 at today's prices",
                         fiscal_year_text(year, false), listed.en, thousands(price))});
    return out;
}

}  // namespace musubi
