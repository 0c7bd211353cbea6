"""What the page weighs on its way to an officer's machine."""
import gzip

from .peers import ROOT


def page(bench, report):
    """All that web/dist serves, compressed one by one as the server sends it."""
    dist = ROOT / "web" / "dist"
    if not (dist / "index.html").exists():
        raise RuntimeError("web/dist is not built: tools/build_web")
    total = whole = 0
    for path in dist.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".js", ".css", ".svg", ".json", ".webmanifest"):
            whole += path.stat().st_size
            total += len(gzip.compress(path.read_bytes(), 9))
    report.add("the page, compressed", f"{total / 1000:.0f} kB", "≤ 200 kB", f"{whole / 1000:.0f} kB plain")
