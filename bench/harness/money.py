"""What it costs to draw a plan of money many times."""
import subprocess

from .peers import ROOT


def money(bench, report):
    """100,000 draws of ten years by month with 20 uncertain inputs; the same bits on one thread and two."""
    build = ROOT / "build" / "release"
    subprocess.run(["cmake", "--build", build, "--target", "money_draws"], check=True,
                   capture_output=True)
    run = subprocess.run([build / "bench" / "native" / "money_draws", str(bench.pairs)], check=True,
                         capture_output=True, text=True)
    for name, milliseconds in zip(("one thread", "two threads"), run.stdout.split(), strict=True):
        report.add(f"Monte Carlo, 100,000 draws, 10 years monthly, 20 inputs, {name}",
                   f"{float(milliseconds):.0f} ms", "< 1 s")
