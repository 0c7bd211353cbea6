#include "project/finance/asset_register.h"

#include <algorithm>
#include <cmath>

#include "base/toml_schema.h"
#include "project/finance/fiscal_time.h"
#include "project/finance/toml_numbers.h"

namespace musubi {
namespace asset_tables {
namespace {

using enum TomlValue;

constexpr TomlTable kTables[] = {
    {"register", true, false, "台帳そのもの。", "The register itself."},
    {"asset", true, true, "回線、センサー、サーバーなど、町の基盤を支えるもの。",
     "What the town's base stands on: links, sensors, a server."},
    {"use", false, true, "どの課が何を使い、費用をどう分け、止まれば何を払うか。",
     "Which department uses what, its share, and what it would pay if that stopped."},
};

constexpr TomlKey kKeys[] = {
    {"register", "name", Text, true, "", "", "名前。", "Name."},
    {"register", "year", Integer, true, "", "", "いつの年度として見るか。",
     "The fiscal year (年度) it is looked at in."},
    {"register", "example", Boolean, false, "", "false", "例であって本物でないなら true。",
     "True where it is an example, not a real register."},
    {"register", "note", Text, false, "", "", "覚え書き。", "A note."},

    {"asset", "name", Text, true, "", "", "名前。", "Name."},
    {"asset", "kind", Text, true, "link|sensor|server|other", "",
     "回線、センサー、サーバー、その他。", "What it is."},
    {"asset", "bought", Integer, true, "", "", "買った年度。", "The fiscal year it was bought in."},
    {"asset", "count", Integer, false, "", "1", "数。", "How many."},
    {"asset", "price", Number, true, "", "", "一つの値段（千円）。", "Price of one (千円)."},
    {"asset", "life", Integer, true, "", "", "耐用年数。1〜100。",
     "Service life in years, 1 to 100."},
    {"asset", "yearly_cost", Number, false, "", "0",
     "全部で1年にかかる費用（千円）。電気、回線、保守。",
     "Cost of a year of all of them (千円): power, lines, upkeep."},
    {"asset", "asset_by", Text, true, "", "", "資産を持つ者。", "Who carries the asset."},
    {"asset", "operation_by", Text, true, "", "", "運用する者。", "Who operates it."},
    {"asset", "data_by", Text, true, "", "", "データに責任を持つ者。", "Who answers for the data."},
    {"asset", "risk_by", Text, true, "", "", "壊れた時に負担する者。", "Who pays when it breaks."},
    {"asset", "note", Text, false, "", "", "覚え書き。", "A note."},

    {"use", "department", Text, true, "", "", "課の名前。", "Name of the department."},
    {"use", "assets", Texts, false, "", "すべて / all", "使うものの名前。",
     "Names of what it uses."},
    {"use", "share", Number, false, "", "0", "費用の分担。0.25 は25%。",
     "Its share of their cost; 0.25 is 25 %."},
    {"use", "pays", Number, false, "", "0", "いま1年に払う額（千円）。",
     "What it pays a year now (千円)."},
    {"use", "otherwise", Number, false, "", "0",
     "止まったら代わりに1年に払う額（千円）。見回り、外注、調査。",
     "What it would pay a year if that stopped (千円): rounds, contracts, surveys."},
    {"use", "note", Text, false, "", "", "根拠。", "Where it comes from."},
};

constexpr TomlSchema kSchema{kTables, kKeys};

}  // namespace
}  // namespace asset_tables

namespace {

constexpr int kCalendarYears = 10;
constexpr AmountBounds kAmount{0, AssetRegister::kMaxAmount, 0};

int line_of(const toml::table& table) { return static_cast<int>(table.source().begin.line); }

/// The whole register, table by table; the schema has been checked.
class RegisterReader {
public:
    RegisterReader(const toml::table& root, const std::string& file) : root_{root}, file_{file} {}

    Result<AssetRegister> read() {
        const toml::table& head = *root_["register"].as_table();
        out_.name = TRY(shown_name(file_, head, "name"));
        out_.year = TRY(whole_of(file_, head, "year", {kFirstFiscalYear, kLastFiscalYear, 2026}));
        out_.example = head["example"].value_or(false);
        for (const toml::table* table : tables_of(root_, "asset")) TRY(read_asset(*table));
        for (const toml::table* table : tables_of(root_, "use")) TRY(read_use(*table));
        return std::move(out_);
    }

private:
    [[nodiscard]] Error error(const toml::table& table, std::string_view key, const std::string& ja,
                              const std::string& en) const {
        return money_error(file_, table, key, ja, en);
    }
    [[nodiscard]] const RegisterAsset* find(std::string_view name) const {
        const auto found = std::find_if(out_.assets.begin(), out_.assets.end(),
                                        [&](const RegisterAsset& a) { return a.name == name; });
        return found == out_.assets.end() ? nullptr : &*found;
    }

    Result<void> read_asset(const toml::table& table) {
        if (out_.assets.size() == AssetRegister::kMaxAssets) {
            return error(table, "name", "台帳に載るのは2000までです",
                         "there are up to 2000 assets");
        }
        RegisterAsset asset;
        asset.name = TRY(shown_name(file_, table, "name"));
        if (find(asset.name) != nullptr) {
            return error(table, "name", "「" + asset.name + "」は二度書かれています",
                         "'" + asset.name + "' is there twice");
        }
        asset.kind = text_of(table, "kind");
        asset.bought =
            TRY(whole_of(file_, table, "bought", {kFirstFiscalYear, kLastFiscalYear, 2026}));
        if (asset.bought > out_.year) {
            return error(table, "bought", "台帳の年度より後に買ったものです",
                         "this is bought after the year of the register");
        }
        asset.life = TRY(whole_of(file_, table, "life", {1, 100, 1}));
        asset.count = TRY(whole_of(file_, table, "count", {1, 1'000'000, 1}));
        asset.price = TRY(amount_of(file_, table, "price", kAmount));
        asset.yearly_cost = TRY(amount_of(file_, table, "yearly_cost", kAmount));
        if (asset.whole_price() > AssetRegister::kMaxAmount) {
            return error(table, "price", "合わせて1兆千円を超えます",
                         "all of them cost above 10^12 千円");
        }
        asset.asset_by = TRY(shown_name(file_, table, "asset_by"));
        asset.operation_by = TRY(shown_name(file_, table, "operation_by"));
        asset.data_by = TRY(shown_name(file_, table, "data_by"));
        asset.risk_by = TRY(shown_name(file_, table, "risk_by"));
        asset.line = line_of(table);
        out_.assets.push_back(std::move(asset));
        shares_.push_back(0);
        return {};
    }

    Result<void> read_use(const toml::table& table) {
        if (out_.uses.size() == AssetRegister::kMaxUses) {
            return error(table, "department", "使い方は2000までです", "there are up to 2000 uses");
        }
        AssetUse use;
        use.department = TRY(shown_name(file_, table, "department"));
        use.share = TRY(amount_of(file_, table, "share", {0, 1, 0}));
        use.pays = TRY(amount_of(file_, table, "pays", kAmount));
        use.otherwise = TRY(amount_of(file_, table, "otherwise", kAmount));
        use.assets = TRY(used_assets(table));
        use.line = line_of(table);
        for (const std::size_t asset : use.assets) {
            shares_[asset] += use.share;
            if (shares_[asset] > 1 + 1e-9) {
                return error(table, "share",
                             "「" + out_.assets[asset].name + "」の分担の合計が100%を超えます",
                             "the shares of '" + out_.assets[asset].name + "' are above 100 %");
            }
        }
        out_.uses.push_back(std::move(use));
        return {};
    }

    [[nodiscard]] Result<std::vector<std::size_t>> used_assets(const toml::table& table) const {
        std::vector<std::size_t> out;
        if (!has_key(table, "assets")) {
            for (std::size_t i = 0; i < out_.assets.size(); ++i) out.push_back(i);
            return out;
        }
        for (const std::string& name : text_list_of(table, "assets")) {
            const RegisterAsset* found = find(name);
            if (found == nullptr) {
                return error(table, "assets", "「" + name + "」は台帳にありません",
                             "there is no asset '" + name + "'");
            }
            const auto number = static_cast<std::size_t>(found - out_.assets.data());
            if (std::find(out.begin(), out.end(), number) != out.end()) {
                return error(table, "assets", "「" + name + "」は二度書かれています",
                             "'" + name + "' is there twice");
            }
            out.push_back(number);
        }
        return out;
    }

    const toml::table& root_;
    const std::string& file_;
    AssetRegister out_;
    std::vector<double> shares_;  // of each asset, so far
};

std::vector<AssetRefresh> calendar_of(const AssetRegister& of) {
    std::vector<AssetRefresh> out;
    for (int year = of.year; year < of.year + kCalendarYears; ++year) {
        AssetRefresh refresh{year, 0, {}};
        for (std::size_t i = 0; i < of.assets.size(); ++i) {
            const RegisterAsset& asset = of.assets[i];
            const int first = std::max(asset.bought + asset.life, of.year);
            if (year < first || (year - first) % asset.life != 0) continue;
            refresh.cost += asset.whole_price();
            refresh.assets.push_back(i);
        }
        if (!refresh.assets.empty()) out.push_back(std::move(refresh));
    }
    return out;
}

std::vector<AssetDepartment> departments_of(const AssetRegister& of) {
    std::vector<AssetDepartment> out;
    for (std::size_t i = 0; i < of.uses.size(); ++i) {
        const AssetUse& use = of.uses[i];
        auto found = std::find_if(out.begin(), out.end(), [&](const AssetDepartment& one) {
            return one.name == use.department;
        });
        if (found == out.end()) found = out.insert(out.end(), {use.department, 0, 0, 0, {}});
        for (const std::size_t asset : use.assets) {
            found->share_of_cost += use.share * of.assets[asset].whole_year();
        }
        found->pays += use.pays;
        found->otherwise += use.otherwise;
        found->uses.push_back(i);
    }
    return out;
}

}  // namespace

const TomlSchema& asset_schema() { return asset_tables::kSchema; }

Result<AssetRegister> parse_asset_register(std::string_view text, const std::string& file) {
    const toml::table root = TRY(checked_money_text(text, asset_schema(), file));
    return RegisterReader{root, file}.read();
}

AssetFigures asset_figures(const AssetRegister& of) {
    AssetFigures out;
    for (std::size_t i = 0; i < of.assets.size(); ++i) {
        const RegisterAsset& asset = of.assets[i];
        out.price += asset.whole_price();
        out.running += asset.yearly_cost;
        out.whole_year += asset.whole_year();
        if (asset.past_life(of.year)) out.past_life.push_back(i);
    }
    out.calendar = calendar_of(of);
    out.departments = departments_of(of);
    double shared = 0;
    for (const AssetDepartment& department : out.departments) {
        out.paid += department.pays;
        out.otherwise += department.otherwise;
        shared += department.share_of_cost;
    }
    out.unshared = std::max(0.0, out.whole_year - shared);
    out.least_subsidy = std::max(0.0, std::ceil(out.whole_year - out.paid - 1e-6));
    return out;
}

}  // namespace musubi
