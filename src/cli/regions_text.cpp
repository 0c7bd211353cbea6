#include "cli/regions_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace musubi {
namespace {

// The answer is ours, or of a server of another version: what is not there is shown as empty.
bool is_true(const Json& json, std::string_view name) {
    const Json* member = json.find(name);
    return member != nullptr && member->is_bool() && member->boolean();
}
const Json::Array& list_of(const Json& json, std::string_view name) {
    static const Json::Array kNone;
    const Json* member = json.find(name);
    return member != nullptr && member->is_array() ? member->array() : kNone;
}
bool is_missing(const Json& json, std::string_view name) {
    const Json* member = json.find(name);
    return member == nullptr || !member->is_number();
}

class AlikeWords {
public:
    AlikeWords(const Json& answer, bool japanese) : answer_{answer}, japanese_{japanese} {}

    [[nodiscard]] std::string head() const {
        const Json* town = answer_.find("town");
        const Json none;
        const Json& named = town != nullptr ? *town : none;
        const auto& features = list_of(answer_, "features");
        const auto used = std::ranges::count_if(
            features, [](const Json& feature) { return is_true(feature, "used"); });
        const std::string who = text_in(named, "prefecture") + text_in(named, "name");
        const auto towns = static_cast<std::int64_t>(number_in(answer_, "towns"));
        const std::string method = text_in(answer_, "method");
        if (japanese_) {
            return fmt::format(
                "{}（{}）に似た市区町村\n{}の市区町村を{}の特徴で比べました（{}）。出典: {}\n", who,
                text_in(named, "code"), towns, used, method, text_in(answer_, "source"));
        }
        return fmt::format(
            "Towns like {} ({})\n{} towns compared by {} features ({}). Source: {}\n", who,
            text_in(named, "code"), towns, used, method, text_in(answer_, "source"));
    }

    // What could not be compared.
    [[nodiscard]] std::string gaps() const {
        std::string unused;
        std::string missing;
        for (const Json& feature : list_of(answer_, "features")) {
            std::string& list = !is_true(feature, "used") ? unused : missing;
            if (is_true(feature, "used") && !is_missing(feature, "value")) continue;
            list += (list.empty() ? "" : japanese_ ? "、" : ", ") + name_of(feature);
        }
        std::string out;
        if (!unused.empty()) {
            out += (japanese_ ? "この版にない特徴: " : "Not in this edition: ") + unused + "\n";
        }
        if (!missing.empty()) {
            out += (japanese_ ? "この市区町村に欠けている特徴: " : "Missing of this town: ") +
                   missing + "\n";
        }
        if (const double apart = number_in(answer_, "notCompared"); apart > 0) {
            const auto count = static_cast<std::int64_t>(apart);
            out += japanese_ ? fmt::format("欠けている値が多く比べられない市区町村: {}\n", count)
                             : fmt::format("Towns with too many values missing: {}\n", count);
        }
        return out;
    }

    [[nodiscard]] std::string line(std::size_t rank, const Json& town) const {
        return fmt::format("{:>3}  {:.4f}  {}{} ({})\n", rank, number_in(town, "distance"),
                           text_in(town, "prefecture"), text_in(town, "name"),
                           text_in(town, "code"));
    }

    [[nodiscard]] std::string parts(const Json& town) const {
        std::vector<const Json*> all;
        for (const Json& part : list_of(town, "parts")) all.push_back(&part);
        std::ranges::stable_sort(all, [](const Json* a, const Json* b) {
            if (is_missing(*a, "part") != is_missing(*b, "part")) return is_missing(*b, "part");
            return number_in(*a, "part") > number_in(*b, "part");
        });
        std::string out;
        for (const Json* part : all) {
            const Json* feature = feature_of(text_in(*part, "feature"));
            if (feature == nullptr) continue;
            const std::string share = is_missing(*part, "part")
                                          ? std::string{japanese_ ? "  欠測" : "  none"}
                                          : fmt::format("{:.4f}", number_in(*part, "part"));
            out += fmt::format("       {}  {}: {} | {}\n", share, name_of(*feature),
                               value_of(*feature, *feature), value_of(*feature, *part));
        }
        return out;
    }

private:
    [[nodiscard]] const Json* feature_of(std::string_view id) const {
        for (const Json& feature : list_of(answer_, "features")) {
            if (text_in(feature, "id") == id) return &feature;
        }
        return nullptr;
    }
    [[nodiscard]] std::string name_of(const Json& feature) const {
        return text_in(feature, japanese_ ? "ja" : "en");
    }
    [[nodiscard]] std::string value_of(const Json& feature, const Json& holder) const {
        if (is_missing(holder, "value")) return japanese_ ? "欠測" : "missing";
        const double value = number_in(holder, "value");
        const std::string unit = text_in(feature, japanese_ ? "unitJa" : "unitEn");
        return value >= 100 ? fmt::format("{:.0f} {}", value, unit)
                            : fmt::format("{:.2f} {}", value, unit);
    }

    const Json& answer_;
    bool japanese_;
};

}  // namespace

std::string alike_text(const Json& answer, bool japanese, bool explain) {
    const AlikeWords words{answer, japanese};
    std::string out = words.head() + words.gaps();
    std::size_t rank = 0;
    for (const Json& town : list_of(answer, "like")) {
        out += words.line(++rank, town);
        if (explain) out += words.parts(town);
    }
    return out;
}

}  // namespace musubi
