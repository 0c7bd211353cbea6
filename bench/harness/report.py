"""Collects what was measured and prints it as a table that docs/performance.md can quote."""
import os
import pathlib
import platform
import statistics
import time


class Report:
    def __init__(self):
        self.rows, self.begun = [], time.monotonic()

    def add(self, what, figure, bar="", beside=""):
        """One line of the table; shown at once, so that a long run can be watched."""
        self.rows.append((what, figure, bar, beside))
        print(f"  {what}: {figure}" + (f"  (bar: {bar})" if bar else "") +
              (f"  [{beside}]" if beside else ""), flush=True)

    def print(self):
        print(f"\n{machine()}, {time.monotonic() - self.begun:.0f} s in all\n")
        print("| what | measured | bar | beside |\n|---|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(row) + " |")


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


def median_of_pairs(pairs, measure_a, measure_b):
    """Runs A B A B ...; (median of A, median of B, median of A/B)."""
    a, b = [], []
    for turn in range(pairs):
        a.append(measure_a(turn))
        b.append(measure_b(turn))
    return statistics.median(a), statistics.median(b), statistics.median(
        x / y for x, y in zip(a, b))
