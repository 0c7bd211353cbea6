#include "project/diagnosis/signs.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace musubi {
namespace {

using enum FailureCause;

constexpr std::array kSigns{
    SignText{"no-terminal", TerminalsNotConnected, "社会実証が始まっても、端末が一台もない",
             "the pilot has begun, and there is no terminal", "端末が登録され、データが届く",
             "terminals are entered, and their data arrive"},
    SignText{"silent", TerminalsNotConnected,
             "端末の20%以上から、回線が届くはずなのに、24時間以上、かつふだんの間隔の3倍以上、"
             "データが届かない",
             "at least 20 % of the terminals, though a link reaches them, are silent for at least "
             "24 h and three of their usual intervals",
             "黙っている端末が20%より少なくなる", "less than 20 % of the terminals are silent"},
    SignText{"no-link", NoDigitalBase,
             "事業の機能（Wi-Fi HaLow、ローカル5G、衛星通信）の回線が、資産台帳にも NetworkLink "
             "にもない。"
             "ネットワークの層だけを持つ事業なら、回線が一つもない",
             "a link that the project's functions need (Wi-Fi HaLow, local 5G, satellite) is "
             "neither in the register of assets nor a NetworkLink; for a project that has a "
             "network layer alone, there is no link at all",
             "その回線が台帳か NetworkLink に載る",
             "the link is in the register, or entered as a NetworkLink"},
    SignText{"out-of-reach", NoDigitalBase, "場所の分かる端末の20%以上が、どの回線の範囲にもない",
             "at least 20 % of the terminals whose place is known are in the area of no link",
             "回線の範囲を広げるか端末を移し、届かない端末が20%より少なくなる",
             "links reach further or terminals are moved, until less than 20 % are out of reach"},
    SignText{"past-life", EquipmentPastLife,
             "いまの年度に、台帳の資産が一つでも耐用年数に達している",
             "in the present fiscal year any asset of the register is at the end of its service "
             "life or past it",
             "その資産を買い直し、台帳に載せる", "it is bought again, and the register says so"},
    SignText{"nobody", NoPeople, "いま参加している人がいない", "nobody takes part now",
             "時間を出す人が参加者として登録される", "somebody is entered who gives time to it"},
    SignText{"left-role", NoPeople,
             "いまの段階で役割の人が離れ、離れてから31日以内に始める後任がいない",
             "who had a role left in the present stage, and nobody is to follow within 31 days",
             "その役割の後任が登録される", "somebody is entered who follows in that role"},
    SignText{"open-role", NoPeople, "役割はあるが、時間を出す人がいない（share が 0）",
             "a role to which nobody gives any time (its share is 0)",
             "その役割に時間を出す人が登録される", "somebody gives time to that role"},
    SignText{"leavers", NoPeople, "この1年に、参加した人の50%以上、2人以上が離れた",
             "within a year at least 50 % of the people, and at least two, left",
             "離れる人が減り、1年のうちに離れた人が50%より少なくなる",
             "fewer leave, until less than 50 % have left within a year"},
    SignText{"little-knowledge", NoKnowledge,
             "役割にデジタルの知見が書かれた人の時間が、合わせて0.2人分（週1日）に満たない",
             "people whose role tells of digital knowledge give less than 0.2 of a person's time "
             "(a day a week), together",
             "デジタルの知見を持つ人が、合わせて0.2人分以上の時間を出す",
             "people with digital knowledge give at least 0.2 of a person's time"},
    SignText{
        "little-in-reach", PeopleElsewhere,
        "デジタルの知見を持つ人の時間は足りているが、町・県・中核市の人のものは0.1人分（週半日）"
        "に満たない",
        "there is enough time of people with digital knowledge, but less than 0.1 of a "
        "person's (half a day a week) is of the town, the prefecture or a core city",
        "町・県・中核市の人が、デジタルの知見を0.1人分以上出す",
        "people of the town, the prefecture or a core city give at least 0.1 of a person's "
        "time with digital knowledge"},
    SignText{"no-purpose", PurposeUnclear, "目的が書かれていない",
             "its purpose is not written down", "目的を書く", "its purpose is written down"},
    SignText{"no-goal", PurposeUnclear, "社会実証が始まっても、指標が一つもない",
             "the pilot has begun, and there is no measure", "目的に達したかを測る指標を決める",
             "a measure is set that says whether the purpose is reached"},
    SignText{"not-agreed", PurposeUnclear,
             "社会実証が始まっても、取り組む理由（plan.reason）にも目標と役割分担"
             "（factor.goals-roles）にも記録がない",
             "the pilot has begun, and neither the reason (plan.reason) nor goals and roles "
             "(factor.goals-roles) are on file",
             "関係者が合意した記録を残す", "what the parties agreed is put on file"},
    SignText{"agreed-by-few", PurposeUnclear,
             "その記録に名がある団体が、参加する団体の50%に満たない",
             "less than 50 % of the parties are named there",
             "参加する団体の50%以上が合意の記録に名を連ねる",
             "at least 50 % of the parties are named where it was agreed"},
    SignText{"no-issue", TechnologyFirst,
             "ソリューションか機能は決まっているが、地域課題が結び付いていない",
             "there is a solution or a function, and no issue", "解く地域課題を結び付ける",
             "the issue it solves is named"},
    SignText{"thin-issue", TechnologyFirst, "地域課題に説明がない", "the issue is not described",
             "地域課題を説明する", "the issue is described"},
    SignText{"needless-function", TechnologyFirst, "どの指標も必要としない機能がある",
             "a function that no measure needs",
             "機能ごとに、それを必要とする指標を書くか、機能を外す",
             "each function has a measure that needs it, or is left out"},
    SignText{"no-talks", TechnologyFirst,
             "社会実証が始まっても、話し合い（factor.talks）も聞き取り（factor.residents）も"
             "記録がない",
             "the pilot has begun, and neither talks (factor.talks) nor a hearing of residents "
             "(factor.residents) is on file",
             "話し合いか聞き取りをして、記録を残す",
             "the issue is talked over, or residents are asked, and it is on file"},
    SignText{"alone", PartiesApart, "参加する団体が一つしかない",
             "only one organisation takes part", "ほかの団体が参加する",
             "another organisation takes part"},
    SignText{"shares-nothing", PartiesApart,
             "出すもの（brings）も受けるもの（gets）も書かれていない団体が50%以上",
             "at least 50 % of the parties neither give (brings) nor have (gets) anything",
             "団体ごとに、出すものと受けるものを決めて書く",
             "it is settled and written down what each party gives and has"},
    SignText{"not-met", PartiesApart, "この1年に、二者以上の名がある記録がない",
             "in the last year no record names two parties", "関係者が集まり、記録を残す",
             "the parties meet, and it is on file"},
    SignText{"no-plan", NoEarnings, "社会実証が始まっても、収支の計画がない",
             "the pilot has begun, and there is no money plan",
             "支援のあとの1年を含む収支の計画を作る",
             "there is a money plan that has the year after the support"},
    SignText{"little-revenue", NoEarnings,
             "支援が終わったあとの12か月、交付金のほかの収入が支出の50%に満たない",
             "in the 12 months after the support, receipts beside grants are less than 50 % of the "
             "cost",
             "だれが払うかを決め、交付金のほかの収入が支出の50%以上になる",
             "it is settled who pays, until receipts beside grants are at least 50 % of the cost"},
    SignText{"runs-out", NoEarnings, "その12か月の終わりに、手元の資金が0を下回る",
             "at the end of those 12 months cash is below 0", "その12か月の終わりまで資金が続く",
             "the money lasts for those 12 months"},
    SignText{"plan-ends", PilotForItself, "収支の計画が、支援が終わったあとの12か月を含んでいない",
             "the money plan does not have the 12 months after the support",
             "支援が終わったあとの12か月までを計画する",
             "the money is planned for the 12 months after the support"},
    SignText{"no-threshold", PilotForItself,
             "始まった社会実証に、続けるか決めるための達成値（expectations の threshold）がない",
             "a pilot has begun without a threshold (expectations) by which to go on or stop",
             "指標と達成値を決める", "measures and their thresholds are set"},
    SignText{"no-rollout", PilotForItself, "実装・展開の段階が予定されていない",
             "no stage of rollout is planned", "実装・展開の段階を予定する",
             "a stage of rollout is planned"},
    SignText{"unread", DataInSilos,
             "事業の型の50%以上を、この90日、ほかの団体が読んでおらず、購読もしていない",
             "at least 50 % of its types were read within 90 days, or are subscribed to, by no "
             "other organisation",
             "ほかの団体が読むか購読し、読まれない型が50%より少なくなる",
             "others read or subscribe to them, until less than 50 % of the types are unread"},
};

}  // namespace

std::span<const SignText> sign_texts() { return kSigns; }

const SignText& text_of_sign(std::string_view id) {
    const auto found = std::ranges::find(kSigns, id, &SignText::id);
    assert(found != kSigns.end());
    return *found;
}

}  // namespace musubi
