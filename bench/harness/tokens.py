"""What it costs to find out who asks."""
import subprocess

from .peers import ROOT


def tokens(bench, report):
    """Keys, access tokens and sessions, 1,000 of each, checked by one thread as the router asks."""
    build = ROOT / "build" / "release"
    subprocess.run(["cmake", "--build", build, "--target", "token_check"], check=True,
                   capture_output=True)
    run = subprocess.run([build / "bench" / "native" / "token_check", str(bench.seconds)], check=True,
                         capture_output=True, text=True)
    names = ("keys", "access tokens", "access tokens bound to a certificate", "sessions of people")
    for name, rate in zip(names, run.stdout.split(), strict=True):
        report.add(f"token check, {name}", f"{int(rate):,}/s", "> 100,000/s a core", "one thread")
