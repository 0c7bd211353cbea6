"""What measures of projects cost: a year from nothing, a reading more, and a thousand of them at once."""
import subprocess

from .peers import ROOT


def measures(bench, report):
    """A measure over a year of 103 stations, and 1,000 measures that follow the readings."""
    build = ROOT / "build" / "release"
    subprocess.run(["cmake", "--build", build, "--target", "measure_follow"], check=True,
                   capture_output=True)
    days, count, readings = (10, 100, 2_000) if bench.quick else (365, 1_000, 20_000)
    run = subprocess.run([build / "bench" / "native" / "measure_follow", bench.folder / "store", str(days),
                          str(count), str(readings)], check=True, capture_output=True, text=True)
    read, first, median, slow, followed, cpu, compared, differ = map(float, run.stdout.split())
    report.add(f"a measure over {days} days of 103 stations every ten minutes, from nothing",
               f"{first:.2f} s", "< 1 s", f"{read:,.0f} readings")
    report.add("the same when a reading arrives", f"p99 {slow:.2f} ms", "< 5 ms",
               f"median {median:.3f} ms")
    report.add(f"{count:,} measures at 1,000 readings a second", f"{cpu / followed * 1000:.2f} cores", "< 1",
               f"{followed:,.0f} readings in {cpu:.2f} s of CPU; {compared:,.0f} values compared with a "
               f"recomputation from nothing, {differ:,.0f} differ")
    if differ:
        raise RuntimeError(f"{differ:.0f} values are not what a recomputation gives")
