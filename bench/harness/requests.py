"""Requests a second: retrieving, writing, querying; and the proof that a reply follows a sync."""
import pathlib
import re
import statistics
import subprocess
import time

from .peers import Nginx, Postgres, Server, rates, wrk
from .report import median_of_pairs, sync_milliseconds
from .town import entity, load, text_of, write_templates

IDS = 20_000


def retrieve(bench, report):
    """GET of one entity, over 20,000 ids, beside nginx with files of the same bytes."""
    files = bench.folder / "files"
    files.mkdir()
    with Server(bench.binary) as server, Nginx(bench.folder, files) as nginx:
        load(server, IDS)
        path = "/ngsi-ld/v1/entities/"
        size = 0
        for number in range(1, IDS + 1):
            station = entity(number)
            body = text_of(station).encode()
            size += len(body)
            (files / station["id"]).write_bytes(body)
        got = server.request("GET", path + entity(1)["id"])[2]

        def ours(turn):
            return rates(server, "retrieve", bench.seconds, 64, count=IDS, prefix=path, key=server.key)[0]

        def theirs(place):
            return lambda turn: rates(nginx, "retrieve", bench.seconds, 64, count=IDS, prefix=place,
                                      key=server.key)[0]
        ours(0)  # so that neither begins cold
        theirs("/f/")(0)
        a, b, ratio = median_of_pairs(bench.pairs, ours, theirs("/f/"))
        report.add("retrieve an entity, requests per second of server CPU, beside nginx with a file",
                   f"{ratio:.2f}", "≥ 0.8",
                   f"{a:,.0f} and {b:,.0f}; {len(got):,} and {size // IDS:,} bytes")
        a, b, ratio = median_of_pairs(1, ours, theirs("/c/"))
        report.add("the same, nginx with open_file_cache", f"{ratio:.2f}", "", f"{a:,.0f} and {b:,.0f}")


def upsert(bench, report):
    """Durable writes over 64 connections by the clock, beside nginx and beside PostgreSQL."""
    report.add("one append of 4 kB with fdatasync on this disk", f"{sync_milliseconds(bench.folder):.2f} ms")
    files = bench.folder / "upsert-files"
    files.mkdir()
    for number in range(1, IDS + 1):
        (files / entity(number)["id"]).write_bytes(text_of(entity(number)).encode())
    template = write_templates(bench.folder)["upsert"]
    with Server(bench.binary) as server, Nginx(bench.folder, files) as nginx:
        load(server, IDS)
        day = iter(range(10, 32))

        def writes(turn):
            rate, _, bad = wrk(server.url, "write", bench.seconds, 64, count=IDS, kind="upsert",
                               template=template, key=server.key, day=next(day))
            if bad:
                raise RuntimeError(f"{bad} writes were not taken")
            return rate

        def file_rate(turn):
            return wrk(nginx.url, "retrieve", bench.seconds, 64, count=IDS, prefix="/f/",
                       key=server.key)[0]

        def post_rate(turn):
            return wrk(nginx.url, "write", bench.seconds, 64, count=IDS, kind="upsert",
                       template=template, path="/empty", day=10)[0]
        a, b, ratio = median_of_pairs(bench.pairs, writes, file_rate)
        upserts = a
        report.add("durable upsert of 1 kB, 64 connections, by the clock, beside nginx with a file",
                   f"{ratio:.2f}", "≥ 0.40", f"{a:,.0f}/s and {b:,.0f}/s")
        a, b, ratio = median_of_pairs(1, writes, post_rate)
        report.add("the same, nginx answering 204 to the same POST", f"{ratio:.2f}", "",
                   f"{a:,.0f}/s and {b:,.0f}/s")
        beside_postgres(bench, report, writes, upserts)
        proof_of_sync(server, report)


def beside_postgres(bench, report, ours, upserts):
    with Postgres(bench.folder) as postgres:
        postgres.sql("CREATE TABLE entity (id text PRIMARY KEY, doc jsonb NOT NULL)")
        document = entity(1)
        document["currentLevel"]["value"] = "@"
        document["id"] = "@"
        # pgbench takes what follows a colon for a variable, in strings too.
        text = text_of(document).replace("'", "''").replace(":", "\\x3A")
        before, between, after = text.split('"@"')
        script = (f"\\set n random(1, {IDS})\n\\set v random(100000, 999999)\n"
                  "INSERT INTO entity VALUES (:n::text, "
                  f"(E'{before}\"' || :n::text || E'\"{between}' || :v::text || E'{after}')::jsonb) "
                  "ON CONFLICT (id) DO UPDATE SET doc = excluded.doc;\n")
        a, b, ratio = median_of_pairs(
            bench.pairs, ours, lambda turn: postgres.pgbench(script, 64, bench.seconds))
        report.add("the same beside PostgreSQL, one upsert a transaction, 64 connections, its default "
                   "settings", f"{ratio:.1f} ×", "≥ 5 ×", f"{a:,.0f}/s and {b:,.0f}/s")


def proof_of_sync(server, report):
    """One client, one write after the other, under strace: between any two replies a sync ended."""
    trace = server.folder / "trace"
    try:
        watcher = subprocess.Popen(
            ["strace", "-f", "-q", "-e", "trace=fsync,fdatasync,sync_file_range,sendto,sendmsg,write,writev",
             "-s", "24", "-o", trace, "-p", str(server.process.pid)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except OSError as broken:
        report.add("each reply follows a sync", f"not shown: {broken}")
        return
    time.sleep(1)
    writes = 200
    for number in range(1, writes + 1):
        body = text_of([entity(number, level=5 + number / 100, time="2021-09-01T00:00:00Z")])
        status, _, _ = server.request("POST", "/ngsi-ld/v1/entityOperations/upsert", body.encode(),
                                      {"Content-Type": "application/json"})
        if status != 204:
            raise RuntimeError(f"a write was answered {status}")
    watcher.terminate()
    watcher.wait()
    lines = trace.read_text(errors="replace").split("\n") if trace.exists() else []
    replies = without = 0
    synced = False
    for line in lines:
        # A call that others interleave with ends on a line of its own: "<... fdatasync resumed>".
        if re.search(r"(fsync|fdatasync).*= 0$", line):
            synced = True
        elif '"HTTP/1.1 204' in line:
            replies += 1
            without += not synced
            synced = False
    if replies == 0:
        said = watcher.stderr.read().decode("utf-8", "replace").strip()[-200:]
        report.add("each reply follows a sync", f"not shown: strace saw no reply {said}")
        return
    report.add("each reply follows a sync (strace, one client, writes in turn)",
               f"{replies - without} of {replies} replies", "all")
    if without:
        raise RuntimeError(f"{without} of {replies} replies came without a sync before them")


def query(bench, report):
    """Type, q and place over 100,000 entities, 20 results at most."""
    count = bench.entities
    with Server(bench.binary) as server:
        begin = time.monotonic()
        load(server, count)
        report.add(f"loading {count:,} entities of 1 kB by batches of 1,000",
                   f"{count / (time.monotonic() - begin):,.0f}/s")
        for connections in (1, 8):
            latencies = []
            for _ in range(bench.pairs):
                rate, latency, bad = wrk(server.url, "query", bench.seconds, connections, threads=1,
                                         key=server.key)
                if bad:
                    raise RuntimeError(f"{bad} queries were not answered")
                latencies.append((rate, latency[50], latency[99]))
            rate, half, most = map(statistics.median, zip(*latencies))
            report.add(f"query by type, q and place, {count:,} entities, 20 results, "
                       f"{connections} connection{'s' * (connections > 1)}",
                       f"p50 {half:.2f} ms, p99 {most:.2f} ms", "p99 < 10 ms", f"{rate:,.0f}/s")
        start_again(server, count, report)


def start_again(server, count, report):
    server.stop()
    times = []
    for _ in range(3):
        server.start()
        times.append(server.started_in)
        server.stop()
    report.add(f"start with {count:,} entities to the first answer",
               f"{statistics.median(times) * 1e3:.0f} ms", "< 500 ms")


def start(bench, report):
    """Start with an empty folder, and the memory it then holds."""
    times, memory = [], []
    for _ in range(max(3, bench.pairs)):
        with Server(bench.binary) as server:
            times.append(server.started_in)
            time.sleep(1)
            memory.append(server.memory_bytes())
    report.add("start with an empty folder to the first answer",
               f"{statistics.median(times) * 1e3:.0f} ms", "< 100 ms")
    report.add("memory, idle and empty", f"{statistics.median(memory) / 2**20:.0f} MB", "< 64 MB")
