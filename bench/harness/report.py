"""Collects what was measured, prints it as a table, and puts it into docs/performance.md."""
import datetime
import os
import pathlib
import platform
import re
import statistics
import time

TABLE = re.compile(r"(<!-- figures: [^\n]* -->\n).*?(<!-- end of figures -->)", re.S)
HEAD = "| what | measured | bar | beside | by |\n|---|---|---|---|---|\n"


class Report:
    def __init__(self):
        self.rows, self.begun = [], time.monotonic()
        self.part = ""  # of bench/run, that is being measured

    def add(self, what, figure, bar="", beside=""):
        """One line of the table; shown at once, so that a long run can be watched."""
        self.rows.append((what, figure, bar, beside, f"`bench/run {self.part}`"))
        print(f"  {what}: {figure}" + (f"  (bar: {bar})" if bar else "") +
              (f"  [{beside}]" if beside else ""), flush=True)

    def print(self):
        print(f"\n{machine()}, {time.monotonic() - self.begun:.0f} s in all\n")
        print(HEAD + "".join(map(line_of, self.rows)), end="")

    def record(self, page):
        """Puts the rows into the page's table: in the place of what was measured before of the same
        parts, or at its end."""
        text = page.read_text(encoding="utf-8")
        old = TABLE.search(text)
        if not old:
            raise RuntimeError(f"{page} has no place for figures")
        parts = {row[4] for row in self.rows}
        kept = [line + "\n" for line in old[0].split("\n")
                if line.startswith("| ") and line + "\n" not in HEAD
                and line.rsplit(" | ", 1)[-1].removesuffix(" |") not in parts]
        today = datetime.date.today().isoformat()
        table = f"{machine()}, {today}.\n\n{HEAD}{''.join([*kept, *map(line_of, self.rows)])}"
        page.write_text(TABLE.sub(lambda place: place[1] + table + place[2], text), encoding="utf-8")


def line_of(row):
    return "| " + " | ".join(row) + " |\n"


def machine():
    model = next((line.split(":")[1].strip() for line in
                  pathlib.Path("/proc/cpuinfo").read_text().split("\n") if "model name" in line), "?")
    return f"{os.cpu_count()} cores of {model}, Linux {platform.release().split('-')[0]}"


def sync_milliseconds(folder, rounds=100):
    """The median time of one append of 4 kB with fdatasync in this folder."""
    times = []
    with open(pathlib.Path(folder) / "sync", "wb", buffering=0) as file:
        for _ in range(rounds):
            begin = time.monotonic()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append(time.monotonic() - begin)
    return statistics.median(times) * 1e3


def in_pairs(pairs, measure_a, measure_b):
    """Runs A B A B ...: [(a, b), ...]."""
    return [(measure_a(turn), measure_b(turn)) for turn in range(pairs)]


def median_of_pairs(pairs, measure_a, measure_b):
    """Runs A B A B ...; (median of A, median of B, median of A/B)."""
    return medians(in_pairs(pairs, measure_a, measure_b))


def medians(measured):
    """(median of A, median of B, median of A/B) of pairs."""
    a, b = zip(*measured)
    return statistics.median(a), statistics.median(b), statistics.median(x / y for x, y in measured)
