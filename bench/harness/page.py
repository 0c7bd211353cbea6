"""What the page weighs on its way to an officer's machine."""
import re
import subprocess

from .peers import ROOT


def page(bench, report):
    """The first page and all pages, each file compressed as the server sends it."""
    if not (ROOT / "web" / "dist" / "index.html").exists():
        raise RuntimeError("web/dist is not built: tools/build_web")
    said = subprocess.run(["node", ROOT / "web" / "tools" / "page-size.mjs"], capture_output=True,
                          text=True, check=False).stdout
    first = re.search(r"first page: \d+ files, ([\d.]+) kB", said)
    whole = re.search(r"all: \d+ files, ([\d.]+) kB", said)
    report.add("the first page, compressed", f"{float(first[1]):.0f} kB", "≤ 200 kB",
               f"with the pages that are loaded when they are asked for {float(whole[1]):.0f} kB")
