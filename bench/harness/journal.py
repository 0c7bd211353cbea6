"""What an entry of the audit journal costs who writes it."""
import subprocess

from .peers import ROOT
from .report import sync_milliseconds


def journal(bench, report):
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
