#include "project/diagnosis/failure_cause.h"

namespace musubi {
namespace {

using enum FailureCause;

constexpr std::array<FailureCause, kFailureCauses> kCauses{
    TerminalsNotConnected, NoDigitalBase,   EquipmentPastLife, NoPeople,
    NoKnowledge,           PeopleElsewhere, PurposeUnclear,    TechnologyFirst,
    PartiesApart,          NoEarnings,      PilotForItself,    DataInSilos};

constexpr std::array<CauseText, kFailureCauses> kTexts{{
    {TerminalsNotConnected, "terminals-not-connected", CauseKind::Base, 30,
     "利用者端末までを繋ぐ利用環境が整っていない",
     "what connects through to the users' terminals is not in place",
     "端末はつながっているのか。データは届いているのか。",
     "Are the terminals connected, and do their data arrive?"},
    {NoDigitalBase, "no-digital-base", CauseKind::Base, 32,
     "デジタル技術の実装を支えるべきローカル5G等の地域のデジタル基盤が未整備",
     "the region has no digital base, such as local 5G, to carry the technology",
     "必要な通信網は町に整っているのか。届かない場所はないのか。",
     "Does the town have the network this needs, and does it reach every place?"},
    {EquipmentPastLife, "equipment-past-life", CauseKind::Base, 34,
     "小規模自治体等が整備した情報通信インフラが耐用年数を超過し老朽化が進行",
     "equipment that small municipalities bought is past its service life and wears out",
     "設備は古くなっていないか。更新はいつ、いくらかかるのか。",
     "Is the equipment worn out, and when and for how much is it bought again?"},
    {NoPeople, "no-people", CauseKind::People, 36, "デジタル化を担う人材がない／定着しない",
     "nobody carries it on, or people do not stay",
     "担当者は足りているのか。異動のあと、だれが引き継ぐのか。",
     "Are there people to do it, and who takes over when they move on?"},
    {NoKnowledge, "no-knowledge", CauseKind::People, 38,
     "DXについて十分な知見・経験を有するデジタル人材が不足",
     "too few people with enough knowledge and experience", "デジタルが分かる人はいるのか。",
     "Is there anybody who understands the technology?"},
    {PeopleElsewhere, "people-elsewhere", CauseKind::People, 40,
     "デジタル人材が偏在しており、首都圏に集中",
     "those with the knowledge are elsewhere, gathered in the capital",
     "外の人に頼りきりではないか。契約が終わったら動かせるのか。",
     "Does all of it hang on people from outside, and can we run it when their contract ends?"},
    {PurposeUnclear, "purpose-unclear", CauseKind::Agreement, 42,
     "デジタル化の目的が不明確／関係者で共有できていない",
     "the purpose is not clear, or not shared by those concerned",
     "何のための事業なのか。関係者は同じ目的を見ているのか。",
     "What is it for, and do all concerned see the same purpose?"},
    {TechnologyFirst, "technology-first", CauseKind::Agreement, 44,
     "技術・ソリューションが先行し、地域課題の洗い出しが不十分",
     "the technology came first, and the issue was not looked into",
     "技術ありきではないか。どの課題を解くのか。",
     "Did the technology come first? Which issue does it solve?"},
    {PartiesApart, "parties-apart", CauseKind::Agreement, 46,
     "関係者間の連携不足により、サービスを維持・継続できない",
     "the parties do not work together, so the service can not be kept",
     "関係者は本当に一緒にやっているのか。", "Do the parties really work together?"},
    {NoEarnings, "no-earnings", CauseKind::Business, 48, "収益化できない／自走モデルがない",
     "it does not earn, or has no model by which it runs on its own",
     "交付金が終わったら、だれが払うのか。", "Who pays when the grant ends?"},
    {PilotForItself, "pilot-for-itself", CauseKind::Business, 50,
     "実証が目的化してしまい、終了後にビジネスとして自走させられない",
     "the pilot became an end in itself, and does not go on as a business",
     "実証で終わらないか。何がどうなれば続け、どうなればやめるのか。",
     "Will it end with the pilot? What makes us go on, and what makes us stop?"},
    {DataInSilos, "data-in-silos", CauseKind::Business, 52,
     "各主体が保有するデータがサイロ化していて連携できず、サービスが広がらない",
     "each keeps its data in a silo, so that services do not spread",
     "集めたデータは、ほかでも使われているのか。", "Are the data used by anybody else?"},
}};

}  // namespace

const std::array<FailureCause, kFailureCauses>& failure_causes() { return kCauses; }

const CauseText& text_of(FailureCause cause) { return kTexts[static_cast<std::size_t>(cause)]; }

std::string_view name_of(CauseKind kind) {
    constexpr std::array<std::string_view, 4> kNames{"base", "people", "agreement", "business"};
    return kNames[static_cast<std::size_t>(kind)];
}

MeasureWords words_of(CauseKind kind) {
    switch (kind) {
        case CauseKind::Base: return {"基盤・端末", "base and terminals"};
        case CauseKind::People: return {"人材", "people"};
        case CauseKind::Agreement: return {"目的・体制", "purpose and parties"};
        case CauseKind::Business: return {"事業・データ", "business and data"};
    }
    return {};
}

}  // namespace musubi
