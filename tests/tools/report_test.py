"""bench/run --record keeps one table in a page: what was measured anew stands in the old one's place."""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from harness.report import Report  # noqa: E402

PAGE = "before\n<!-- figures: by whom -->\n<!-- end of figures -->\nafter\n"


def report_of(part, figure):
    report = Report()
    report.part = part
    with contextlib.redirect_stdout(io.StringIO()):
        report.add(f"what {part} measures", figure, "a bar")
    return report


class Record(unittest.TestCase):
    def test_each_part_has_its_last_figures_and_the_rest_of_the_page_stays(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            page.write_text(PAGE)
            for part, figure in (("start", "90 ms"), ("page", "150 kB"), ("start", "70 ms")):
                report_of(part, figure).record(page)
            text = page.read_text()
            self.assertTrue(text.startswith("before\n<!-- figures"))
            self.assertTrue(text.endswith("<!-- end of figures -->\nafter\n"))
            self.assertNotIn("90 ms", text)
            self.assertEqual(text.count("| what | measured"), 1)
            self.assertIn("| what page measures | 150 kB | a bar |  | `bench/run page` |", text)
            self.assertIn("| what start measures | 70 ms | a bar |  | `bench/run start` |", text)

    def test_a_page_without_a_place_for_them_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            page.write_text("nothing")
            with self.assertRaises(RuntimeError):
                report_of("start", "1 ms").record(page)

    def test_the_page_of_the_project_has_a_place(self):
        text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
        self.assertIn("<!-- figures: written by bench/run --record -->", text)


if __name__ == "__main__":
    unittest.main()
