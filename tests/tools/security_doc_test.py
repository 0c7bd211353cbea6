"""docs/security.md names a test for each attack; here it is held against the tests that there are."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[^`]+)` `([^`]+)`")
# What issue and standards ask to be tried, as the page calls it.
ATTACKS = ("`none`", "mixed algorithms", "key injection", "replay", "CSRF", "fixation", "open redirect", "mix-up",
           "enumeration", "timing", "path tricks", "header tricks", "request forgery", "request smuggling",
           "expired, future, malformed")


def has_test(file, name):
    """Whether the file has a test of this name, in the way of its language."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".case":
        return f"# name: {name}\n" in text
    if file.suffix == ".py":
        return re.search(rf"^    def {re.escape(name)}\(self\)", text, re.M) is not None
    if file.suffix == ".mjs":
        # A test, or one of a table of them.
        quoted = re.escape(name)
        return re.search(rf"^(?:    )?test\((['\"`]){quoted}\1,|^    (?:'{quoted}'|{quoted}): ", text, re.M) is not None
    suite, test = name.split(".")
    return re.search(rf"^TEST(?:_[FP])?\({re.escape(suite)}, {re.escape(test)}\)", text, re.M) is not None


def rows(page):
    """(attack, what it says of tests) of each row of the table."""
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.split(" | ")]
        if line.startswith("| ") and len(cells) == 3 and "試験" not in line:
            yield cells[0].removeprefix("| "), cells[2]


class SecurityPage(unittest.TestCase):
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")

    def test_each_named_test_is_there(self):
        for attack, tests in rows(self.page):
            named = NAMED.findall(tests)
            self.assertTrue(named, attack)
            self.assertEqual("; ".join(f"`{file}` `{name}`" for file, name in named), tests.removesuffix(" |"), attack)
            for file, name in named:
                self.assertTrue((ROOT / file).is_file(), f"{attack}: {file}")
                self.assertTrue(has_test(ROOT / file, name), f"{attack}: {file} has no test {name}")

    def test_each_attack_that_is_asked_for_is_on_the_page(self):
        attacks = [attack for attack, _ in rows(self.page)]
        for wanted in ATTACKS:
            self.assertTrue(any(attack.split(" / ")[-1].startswith(wanted) or wanted in attack for attack in attacks), wanted)

    def test_a_test_that_is_not_there_is_found(self):
        for file, name in (("tests/tools/tokens_test.py", "test_non"), ("tests/cases/people/csrf.case", "a page"),
                           ("tests/browser/openid_refusals.test.mjs", "replay"),
                           ("tests/unit/trust/jose/jwt_test.cpp", "Jwts.AreRefused")):
            self.assertFalse(has_test(ROOT / file, name), name)


if __name__ == "__main__":
    unittest.main()
