"""What it costs to say whether a project worked, for each town of the country."""
import subprocess

from .peers import ROOT


def effect(_, report):
    """Synthetic control for each of 1,700 towns against 50 donors, on two threads."""
    build = ROOT / "build" / "release"
    subprocess.run(["cmake", "--build", build, "--target", "effect_towns"], check=True,
                   capture_output=True)
    run = subprocess.run([build / "bench" / "native" / "effect_towns", "2"], check=True,
                         capture_output=True, text=True)
    one, own, checksum = run.stdout.split()
    report.add("synthetic control of 1,700 towns, 60 months, a pool of 50 donors each and its 50 placebos",
               f"{own} s", "< 5 s", f"two threads; ranks sum to {checksum} with those below")
    report.add("the same with one pool of 50 donors for all", f"{one} s", "< 5 s", "two threads")
