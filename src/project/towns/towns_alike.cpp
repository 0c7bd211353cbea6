#include "project/towns/towns_alike.h"

#include <algorithm>
#include <tuple>

#include "model/normal_text.h"

namespace musubi {
namespace {

struct Match {
    std::size_t town = 0;
    TownDistance apart;
};

Json name_json(const TownProfile& town) {
    Json out;
    out.set("code", town.code);
    out.set("prefecture", town.prefecture);
    out.set("name", town.name);
    return out;
}

Json value_json(const TownFeature& feature, const std::optional<double>& value) {
    return value ? Json{shown_value(feature, *value)} : Json{nullptr};
}

Json features_json(const TownProfile& town, const std::vector<std::size_t>& used) {
    const auto features = town_features();
    Json::Array out;
    for (std::size_t f = 0; f < features.size(); ++f) {
        Json one;
        one.set("id", features[f].id);
        one.set("ja", features[f].ja);
        one.set("en", features[f].en);
        one.set("unitJa", features[f].unit_ja);
        one.set("unitEn", features[f].unit_en);
        one.set("value", value_json(features[f], town.features[f]));
        one.set("used", std::ranges::binary_search(used, f));
        out.push_back(std::move(one));
    }
    return Json{std::move(out)};
}

Json match_json(const TownProfile& here, const TownProfile& there, const TownDistance& apart,
                const std::vector<std::size_t>& used) {
    const auto features = town_features();
    Json out = name_json(there);
    out.set("distance", apart.distance);
    out.set("compared", static_cast<std::int64_t>(apart.compared));
    Json::Array parts;
    for (const std::size_t f : used) {
        Json one;
        one.set("feature", features[f].id);
        one.set("value", value_json(features[f], there.features[f]));
        const bool both = here.features[f] && there.features[f];
        one.set("part", both ? Json{apart.parts[f]} : Json{nullptr});
        parts.push_back(std::move(one));
    }
    out.set("parts", std::move(parts));
    return out;
}

bool is_called(const TownProfile& town, std::string_view text) {
    if (town.code == text || town.name == text) return true;
    return text.size() == town.prefecture.size() + town.name.size() &&
           text.starts_with(town.prefecture) && text.ends_with(town.name);
}

}  // namespace

Result<std::size_t> find_town(std::span<const TownProfile> towns, std::string_view text) {
    std::string wanted = TRY(to_nfkc(text.substr(0, StatisticsReader::kMaxNameBytes)));
    if (wanted.size() == 6 && wanted.front() == 'R') wanted.erase(0, 1);
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < towns.size(); ++i) {
        if (is_called(towns[i], wanted)) found.push_back(i);
    }
    if (found.size() == 1) return found.front();
    if (found.empty()) {
        return Error{ErrorCode::NotFound,
                     "「" + wanted + "」という市区町村はありません / there is no town " + wanted};
    }
    std::string all;
    for (const std::size_t i : found) {
        all += (all.empty() ? "" : ", ") + towns[i].prefecture + towns[i].name + " (" +
               towns[i].code + ")";
    }
    return Error{ErrorCode::BadRequest,
                 "「" + wanted + "」は一つに決まりません。どれかを書いてください: " + all +
                     " / several towns are called so; name one"};
}

Result<Json> towns_alike(std::span<const TownProfile> towns, const AlikeQuestion& question,
                         const std::string& source) {
    if (question.count == 0 || question.count > kMaxTownsAlike) {
        return Error{ErrorCode::BadRequest, "数は 1 から " + std::to_string(kMaxTownsAlike) +
                                                " までです / the count is from 1 to " +
                                                std::to_string(kMaxTownsAlike)};
    }
    const std::size_t own = TRY(find_town(towns, question.town));
    const TownDistances distances = TRY(TownDistances::create(towns, question.method));
    std::vector<Match> matches;
    std::size_t not_compared = 0;
    for (std::size_t other = 0; other < towns.size(); ++other) {
        if (other == own) continue;
        auto apart = distances.between(own, other);
        if (apart) {
            matches.push_back({other, std::move(*apart)});
        } else {
            ++not_compared;
        }
    }
    if (matches.empty()) {
        return Error{ErrorCode::Conflict,
                     towns[own].name + "の統計は欠けているものが多く、比べられません / " +
                         "too many of the town's figures are missing to compare it"};
    }
    std::ranges::sort(matches, [&](const Match& a, const Match& b) {
        return std::tie(a.apart.distance, towns[a.town].code) <
               std::tie(b.apart.distance, towns[b.town].code);
    });
    if (matches.size() > question.count) matches.resize(question.count);
    Json out;
    out.set("town", name_json(towns[own]));
    out.set("method", name_of(question.method));
    out.set("source", source);
    out.set("towns", static_cast<std::int64_t>(towns.size()));
    if (question.method == TownMethod::Mahalanobis) out.set("shrinkage", distances.shrinkage());
    out.set("features", features_json(towns[own], distances.used()));
    out.set("notCompared", static_cast<std::int64_t>(not_compared));
    Json::Array list;
    for (const Match& match : matches) {
        list.push_back(match_json(towns[own], towns[match.town], match.apart, distances.used()));
    }
    out.set("like", std::move(list));
    return out;
}

}  // namespace musubi
