"""The commands on money, as an officer meets them: what they print, and how they refuse."""
import json
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree
import zipfile

from commands_test import BINARY, ROOT, musubi

PLAN = ROOT / "packs" / "river" / "money.toml"
ASSETS = ROOT / "packs" / "river" / "assets.toml"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets_of(file):
    """Each sheet of a workbook as rows of cells: texts and numbers."""
    with zipfile.ZipFile(file) as book:
        shared = ["".join(item.itertext()) for item in
                  xml.etree.ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        for name in sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet")):
            sheet = xml.etree.ElementTree.fromstring(book.read(name))
            if next(sheet.iter(MAIN + "f"), None) is not None:
                raise AssertionError(f"{name} has a formula")
            yield [[shared[int(cell.find(MAIN + "v").text)] if cell.get("t") == "s"
                    else float(cell.find(MAIN + "v").text) for cell in row] for row in sheet.iter(MAIN + "row")]


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Money(unittest.TestCase):
    def test_a_plan_is_checked_and_computed_in_both_languages(self):
        code, said, _ = musubi("money", "check", PLAN)
        self.assertEqual((code, "正しい" in said), (0, True), said)
        code, said, _ = musubi("money", "run", PLAN)
        self.assertEqual(code, 0)
        for words in ("【例】", "2027年度（令和9年度）", "千円", "正味現在価値", "支援なし"):
            self.assertIn(words, said)
        code, said, _ = musubi("money", "run", PLAN, "--lang", "en", "--alternative", "借りる")
        self.assertEqual(code, 0)
        self.assertIn("FY2027", said)
        self.assertIn("without support", said)
        self.assertIn("alternative: 借りる", said)

    def test_programs_get_json_that_adds_up(self):
        code, said, _ = musubi("money", "run", PLAN, "--json")
        self.assertEqual(code, 0)
        told = json.loads(said)
        self.assertEqual(told["unit"], "千円")
        self.assertAlmostEqual(sum(told["months"]), sum(year["net"] for year in told["years"]), places=3)
        npv = sum(flow * (1 + told["discount"]) ** (-month / 12) for month, flow in enumerate(told["months"]))
        self.assertAlmostEqual(npv, told["planned"]["npv"], places=3)

    def test_a_seed_draws_the_same_and_another_does_not(self):
        run = ("money", "run", PLAN, "--draws", "2000", "--json")
        first = musubi(*run, "--seed", "5")[1]
        self.assertEqual(musubi(*run, "--seed", "5")[1], first)
        self.assertNotEqual(musubi(*run, "--seed", "6")[1], first)
        told = json.loads(first)
        self.assertEqual((told["monteCarlo"]["draws"], told["monteCarlo"]["seed"]), (2000, "5"))
        swings = [bar["swing"] for bar in told["tornado"]["inputs"]]
        self.assertEqual(swings, sorted(swings, reverse=True))
        self.assertNotIn("monteCarlo", json.loads(musubi("money", "run", PLAN, "--draws", "0", "--json")[1]))
        for draws in ("-5", "17", "100000000"):
            self.assertNotEqual(musubi("money", "run", PLAN, "--draws", draws)[0], 0)

    def test_a_fault_is_refused_at_its_line_in_both_languages(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "plan.toml"
            for old, new, words in (
                    ('years = 10', 'years = -1', ("plan.toml:7", "整数")),
                    ('high = 700', 'high = 100', ("「", "'high' must be above 'low'")),
                    ('start = "2031-10"', 'start = "2041-10"', ("計画の期間", "outside the plan"))):
                text = PLAN.read_text("utf-8")
                self.assertIn(old, text)
                file.write_text(text.replace(old, new, 1), "utf-8")
                for command in ("check", "run"):
                    code, out, said = musubi("money", command, file)
                    self.assertEqual((code, out), (2, ""))
                    self.assertIn(words[0] if words[0] != "「" else "最大は最小より", said)
                    self.assertIn(words[1], said)
        self.assertEqual(musubi("money", "run", "/nowhere.toml")[0], 1)
        code, _, said = musubi("money", "run", PLAN, "--alternative", "x")
        self.assertEqual(code, 1)
        self.assertIn("there is no alternative 'x'", said)

    def test_a_budget_goes_out_as_a_table_a_page_and_a_workbook_that_say_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            told = json.loads(musubi("money", "budget", PLAN, "--json")[1])
            for ending in ("xlsx", "csv", "html", "json"):
                code, _, said = musubi("money", "budget", PLAN, "--out", folder / f"budget.{ending}")
                self.assertEqual(code, 0, said)
            self.assertEqual(json.loads((folder / "budget.json").read_text("utf-8")), told)
            sheets = list(sheets_of(folder / "budget.xlsx"))
            self.assertEqual(len(sheets), len(told["tables"]))
            for sheet, table in zip(sheets, told["tables"]):
                self.assertEqual(sheet[0], [told["title"]])
                self.assertEqual(sheet[2:3 + len(table["rows"])], [table["columns"], *table["rows"]])
            page = (folder / "budget.html").read_text("utf-8")
            table = (folder / "budget.csv").read_text("utf-8-sig")
            for words in ("予算要求", "【例】", "一般財源", "令和9年度", "借りる"):
                self.assertIn(words, page)
                self.assertIn(words, table)
            for name, code, words in (("budget.xlsx", 1, "the file is there"), ("budget.pdf", 2, ".xlsx"),
                                      ("none/budget.xlsx", 1, "can not be written"),
                                      ("none/budget.csv", 1, "can not be written")):
                run = musubi("money", "budget", PLAN, "--out", folder / name)
                self.assertEqual((run[0], run[1]), (code, ""))
                self.assertIn(words, run[2])

    def test_a_register_says_what_is_old_and_who_would_pay(self):
        code, said, _ = musubi("assets", ASSETS)
        self.assertEqual(code, 0)
        for words in ("【例】", "耐用年数を過ぎたもの: 水位計", "止まったら払う額", "最小の補助", "令和元年度"):
            self.assertIn(words, said)
        self.assertIn("least subsidy", musubi("assets", ASSETS, "--lang", "en")[1])
        told = json.loads(musubi("assets", ASSETS, "--json")[1])
        shares = sum(one["shareOfCost"] for one in told["departments"])
        self.assertAlmostEqual(shares + told["unshared"], told["wholeYear"], places=3)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "assets.toml"
            file.write_text(ASSETS.read_text("utf-8").replace("life = 7", "life = -7"), "utf-8")
            code, out, said = musubi("assets", file)
            self.assertEqual((code, out), (2, ""))
            self.assertIn("assets.toml:15", said)
            self.assertIn("整数", said)


if __name__ == "__main__":
    unittest.main()
