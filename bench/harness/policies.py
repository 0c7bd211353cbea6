"""What a decision by policies costs."""
import subprocess

from .peers import ROOT


def policies(bench, report):
    """One decision under 1,000 policies for 100 organisations, each with a condition."""
    build = ROOT / "build" / "release"
    subprocess.run(["cmake", "--build", build, "--target", "policy_decide"], check=True,
                   capture_output=True)
    run = subprocess.run([build / "bench" / "native" / "policy_decide"], check=True,
                         capture_output=True, text=True)
    compiled, median, slow, _ = run.stdout.split()
    report.add("one decision by 1,000 policies", f"p99 {slow} µs", "< 20 µs",
               f"median {median} µs; compiled for a caller in {compiled} µs")
