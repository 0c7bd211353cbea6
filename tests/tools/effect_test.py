"""musubi effect beside computations of its own: segmented regression with Newey-West errors, two-way
fixed effects by dummies, and the published answers for California's Proposition 99."""
import json
import math
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
PROP99 = pathlib.Path(os.environ.get("MUSUBI_TEST_DATA", ROOT.parent / "shared/data")) / \
    "attribution" / "california-prop99.csv"
REFUSED = 3


def effect(file, *arguments):
    """(exit code, standard output, standard error)"""
    run = subprocess.run([BINARY, "effect", file, *map(str, arguments)], capture_output=True, text=True,
                         timeout=120, stdin=subprocess.DEVNULL)
    return run.returncode, run.stdout, run.stderr


def inverse(matrix):
    """Of a square matrix, by Gauss and Jordan with pivots."""
    n = len(matrix)
    rows = [[*row, *(float(i == j) for j in range(n))] for i, row in enumerate(matrix)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(n):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i])]
    return [row[n:] for row in rows]


def least_squares(design, values):
    """(coefficients, residuals, inverse of X'X)"""
    k = len(design[0])
    cross = [[sum(row[i] * row[j] for row in design) for j in range(k)] for i in range(k)]
    bread = inverse(cross)
    right = [sum(row[i] * y for row, y in zip(design, values)) for i in range(k)]
    beta = [sum(b * r for b, r in zip(row, right)) for row in bread]
    left = [y - sum(b * x for b, x in zip(beta, row)) for row, y in zip(design, values)]
    return beta, left, bread


def newey_west(design, left, bread, lag):
    """The covariance of the coefficients: Newey and West (1987), eq. 5, with T / (T - k)."""
    n, k = len(design), len(design[0])
    score = [[x * u for x in row] for row, u in zip(design, left)]
    meat = [[0.0] * k for _ in range(k)]
    for apart in range(lag + 1):
        weight = 1 - apart / (lag + 1)
        for t in range(apart, n):
            for i in range(k):
                for j in range(k):
                    meat[i][j] += weight * score[t][i] * score[t - apart][j]
                    if apart:
                        meat[i][j] += weight * score[t - apart][i] * score[t][j]
    half = [[sum(bread[i][m] * meat[m][j] for m in range(k)) for j in range(k)] for i in range(k)]
    return [[n / (n - k) * sum(half[i][m] * bread[m][j] for m in range(k)) for j in range(k)]
            for i in range(k)]


def write_table(folder, rows, header="place,month,value,project", encoding="utf-8", sign=","):
    file = pathlib.Path(folder) / "table.csv"
    lines = [header, *(sign.join(map(str, row)) for row in rows)]
    file.write_bytes("\n".join(lines).encode(encoding))
    return file


def month(t):
    return f"{2020 + t // 12}-{t % 12 + 1:02d}"


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Effect(unittest.TestCase):
    def test_a_series_has_the_errors_of_newey_and_west(self):
        chance, periods, before = random.Random(5), 60, 34
        noise, values = 0.0, []
        for t in range(periods):
            noise = 0.4 * noise + chance.gauss(0, 1)
            values.append(round(50 + 0.3 * t + noise + (6 - 0.2 * (t - before) if t >= before else 0), 3))
        design = [[1, t, float(t >= before), (t - before) * float(t >= before)] for t in range(periods)]
        beta, left, bread = least_squares(design, values)
        covariance = newey_west(design, left, bread, 3)  # floor(4 * 0.6 ** (2 / 9))
        middle = (periods - before - 1) / 2
        mean_error = math.sqrt(covariance[2][2] + 2 * middle * covariance[2][3] + middle**2 * covariance[3][3])
        with tempfile.TemporaryDirectory() as folder:
            file = write_table(folder, [(month(t), value) for t, value in enumerate(values)], "month,value")
            code, said, wrong = effect(file, "--method", "its", "--period", "month", "--value", "value",
                                       "--start", month(before), "--json")
        self.assertEqual(code, 0, said + wrong)
        found = json.loads(said)
        self.assertEqual(found["facts"]["lag"], 3)
        for part, at in zip(found["parts"], (2, 3)):
            self.assertAlmostEqual(part["estimate"], beta[at], 9)
            self.assertAlmostEqual(part["standardError"], math.sqrt(covariance[at][at]), 9)
        self.assertAlmostEqual(found["estimate"], beta[2] + middle * beta[3], 9)
        self.assertAlmostEqual(found["standardError"], mean_error, 9)
        seen = sum(a * b for a, b in zip(left, left[1:])) / sum(u * u for u in left)
        self.assertAlmostEqual(found["facts"]["autocorrelation"], seen, 9)
        self.assertLess(found["interval"]["low"], found["estimate"] - 1.96 * mean_error)

    def test_differences_are_two_way_fixed_effects(self):
        chance, rows, units, periods = random.Random(6), [], 14, 10
        for u in range(units):
            level = chance.gauss(0, 5)
            for t in range(periods):
                has = int(u >= 8 and t >= 6)
                rows.append((f"u{u:02d}", month(t), round(level + t + chance.gauss(0, 1) + 2 * has, 3), has))
        design, values = [], []
        for place, when, value, has in rows:
            u, t = int(place[1:]), int(when[5:]) - 1
            design.append([float(has), *(float(u == i) for i in range(units)),
                           *(float(t == i) for i in range(1, periods))])
            values.append(value)
        beta, _, _ = least_squares(design, values)
        own = [statistics.fmean(values[u * periods + 6:(u + 1) * periods]) -
               statistics.fmean(values[u * periods:u * periods + 6]) for u in range(units)]
        error = math.sqrt(statistics.variance(own[:8]) / 8 + statistics.variance(own[8:]) / 6)
        with tempfile.TemporaryDirectory() as folder:
            code, said, wrong = effect(write_table(folder, rows), "--unit", "place", "--period", "month",
                                       "--value", "value", "--treated-column", "project", "--json")
        self.assertEqual(code, 0, said + wrong)
        found = json.loads(said)
        self.assertAlmostEqual(found["estimate"], beta[0], 9)
        self.assertAlmostEqual(found["standardError"], error, 9)

    @unittest.skipUnless(PROP99.exists(), "needs MUSUBI_TEST_DATA/attribution")
    def test_california_has_the_published_answers(self):
        columns = ("--unit", "State", "--period", "Year", "--value", "PacksPerCapita",
                   "--treated-column", "treated", "--json")
        for method, published in ((("did",), -27.3), (("sc", "--as-published"), -19.6), (("sdid",), -15.6)):
            code, said, wrong = effect(PROP99, "--method", *method, *columns)
            self.assertEqual(code, 0, wrong)
            self.assertEqual(round(json.loads(said)["estimate"], 1), published)
            self.assertEqual(said, effect(PROP99, "--method", *method, *columns)[1])
        code, said, _ = effect(PROP99, "--method", "sc", *columns[:-1], "--lang", "en")
        self.assertIn("effect (mean of the periods since): -19.51", said)
        self.assertIn("Utah 0.394", said)

    def test_what_can_not_be_claimed_is_refused_in_both_languages(self):
        rows = [(f"町{u}", month(t), u + t % 5, int(u == 9 and t >= 9)) for u in range(10) for t in range(18)]
        columns = ("--unit", "町", "--period", "月", "--value", "数", "--treated-column", "実施")
        with tempfile.TemporaryDirectory() as folder:
            file = write_table(folder, rows, "町;月;数;実施", "cp932", ";")
            code, said, _ = effect(file, "--method", "sc", *columns)
            self.assertEqual(code, REFUSED)
            self.assertIn("比べる地域が9しかありません。この水準で言うには、少なくとも19必要です。", said)
            code, said, _ = effect(file, "--method", "sc", *columns, "--lang", "en")
            self.assertEqual(code, REFUSED)
            self.assertIn("There are only 9 places to compare with", said)
            code, said, _ = effect(file, "--method", "sc", *columns, "--json")
            self.assertEqual(code, REFUSED)
            refused = json.loads(said)["refused"]
            self.assertEqual((refused["code"], refused["found"], refused["needed"]),
                             ("too_few_comparisons", 9, 19))
            file = write_table(folder, rows[:40] + rows[41:], "町;月;数;実施", "cp932", ";")
            code, said, _ = effect(file, *columns)
            self.assertEqual(code, REFUSED)
            self.assertIn("町2, 2020-05 の値がありません。", said)

    def test_a_table_that_can_not_be_read_names_the_line(self):
        columns = ("--unit", "place", "--period", "month", "--value", "value", "--treated-column", "project")
        with tempfile.TemporaryDirectory() as folder:
            for rows, header, words in (
                    ([("a", "2020-01", 1, 0)], "place,month,cases,project", 'line 1'),
                    ([("a", "2020-01", 1, 0), ("a", "2020-02", 1)], "place,month,value,project", "line 3"),
                    ([("a", "2020-01", 1, "yes")], "place,month,value,project", '"yes"'),
                    ([], "", "empty")):
                code, said, wrong = effect(write_table(folder, rows, header), *columns)
                self.assertEqual((code, said), (2, ""), wrong)
                self.assertIn(words, wrong)
                self.assertIn("table.csv", wrong)
        self.assertEqual(effect("/nowhere.csv", *columns)[0], 1)


if __name__ == "__main__":
    unittest.main()
