"""What an entry of the audit journal costs who writes it, and what the journal costs who asks."""
import re
import subprocess

from .peers import ROOT, rates
from .report import in_pairs, medians, sync_milliseconds
from .town import load, load_gauges
from .twins import twins
from runner.people import operate, put_in_force, signers  # tools/ is on the path since .peers

IDS = 20_000
PERSONAL = "CareVisit"
GAUGES = 5  # types of them that are personal as well
TYPES = [PERSONAL, *(f"Gauge{n:03d}" for n in range(1, GAUGES + 1))]
TEXT = f'[policies]\nversion = "1"\n[[personal]]\ntype = {TYPES}\npurpose = ["care"]\n'
USE = {"purpose": "care", "ground": "within-purpose"}


def journal(bench, report):
    """Entries written as fast as it goes; retrieving what is personal, and what is not, beside a twin."""
    write(bench, report)
    throughput(bench, report)


def write(bench, report):
    """Entries as accesses to personal data leave them, written as fast as it goes, synced beside."""
    build = ROOT / "build" / "release"
    subprocess.run(["cmake", "--build", build, "--target", "journal_write"], check=True,
                   capture_output=True)
    sync = sync_milliseconds(bench.folder)
    for threads in (1, 4):
        run = subprocess.run([build / "bench" / "native" / "journal_write", bench.folder / str(threads),
                              str(threads), str(bench.seconds)], check=True, capture_output=True,
                             text=True)
        entries, each, slow = run.stdout.split()
        report.add(f"one entry of the audit journal, {threads} writer{'s' if threads > 1 else ''}",
                   f"median {float(each):.1f} µs, p99 {float(slow):.1f} µs", "< 20 µs",
                   f"{int(entries) / bench.seconds:,.0f}/s; an append of 4 kB with fdatasync takes "
                   f"{sync:.2f} ms")


def entries(server):
    """How many entries the journal has taken since the start."""
    return int(float(re.search(rb"^musubi_journal_entries_total (\S+)$", server.request("GET", "/metrics")[2],
                               re.M)[1]))


class Asked:
    """One kind of requests with one key, to either of two servers."""

    def __init__(self, bench, key, script, use, **arguments):
        self.bench, self.key, self.script, self.use, self.arguments = bench, key, script, use, arguments

    def measure(self, server, journalled):
        """A function for one turn; where answers are journalled, each has an entry, else none has."""
        def one(turn):
            before = entries(server)
            found = rates(server, self.script, self.bench.seconds, 64, key=self.key, **self.use,
                          **self.arguments)
            written, answered = entries(server) - before, int(found[1] * self.bench.seconds)
            if written < answered if journalled else written > 10:  # a checkpoint may be among them
                raise RuntimeError(f"{answered} answers, {written} entries")
            return found
        one(0)  # so that it does not begin cold
        return one


def throughput(bench, report):
    """The same requests to a server where some types are personal and to its twin where none is."""
    def fill(server):
        load(server, IDS)
        load(server, IDS, kind=PERSONAL)
        load_gauges(server)
        key = operate(server, "POST", "/musubi/v1/keys", {"role": "reader"})[1]["key"]
        return signers(server), key
    with twins(bench, fill) as (watched, free, (cookies, key)):
        put_in_force(watched, TEXT, cookies)
        one = {"count": IDS, "prefix": "/ngsi-ld/v1/entities/"}
        for what, asked in (
                ("retrieve of a personal type, each answer journalled, beside the same not personal",
                 Asked(bench, key, "retrieve", USE, type=PERSONAL, **one)),
                ("query by a personal type, 20 results, each answer journalled, beside the same not personal",
                 Asked(bench, key, "types", USE, count=GAUGES)),
                ("retrieve of another type where some are personal, beside the same where none is",
                 Asked(bench, key, "retrieve", {}, **one))):
            personal = bool(asked.use)
            # The difference is as small as what the machine's speed changes by: more turns than elsewhere.
            pairs = bench.pairs if bench.quick else 3 * bench.pairs
            measured = in_pairs(pairs, asked.measure(watched, personal), asked.measure(free, False))
            add(report, what, measured, "≥ 0.85" if personal else "1, within the noise")


def add(report, what, measured, bar):
    for at, how in enumerate(("requests per second of server CPU", "by the clock")):
        pairs = [(a[at], b[at]) for a, b in measured]
        a, b, ratio = medians(pairs)
        each = ", ".join(f"{x / y:.2f}" for x, y in pairs)
        report.add(f"{what}, {how}", f"{ratio:.2f}", bar, f"{a:,.0f} and {b:,.0f}; each pair {each}")
