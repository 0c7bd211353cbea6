"""One million entities: what their index weighs, how soon a start is ready, how quick a query is."""
import json
import statistics
import time

from .peers import Server, wrk
from .town import entity, load, text_of


def million(bench, report):
    """One million entities of 1 kB: index memory, queries by type, q and place, start."""
    count = bench.million
    with Server(bench.binary, wait=120) as server:
        begin = time.monotonic()
        load(server, count)
        report.add(f"loading {count:,} entities of 1 kB by batches of 1,000",
                   f"{count / (time.monotonic() - begin):,.0f}/s")
        weigh(server, count, report)
        for name, meters in (("20 results", 4000), ("few results, all rows looked at", 40)):
            query_all(bench, server, report, f"query by type, q and place, {count:,} entities, {name}",
                      meters)
        starts(server, count, report)


def weigh(server, count, report):
    held = json.loads(server.request("GET", "/musubi/v1/figures")[2])["indexBytes"]
    report.add(f"memory of the index, {count:,} entities", f"{held / count:.0f} bytes each", "≤ 350 bytes",
               f"the whole process {server.memory_bytes() / 2**20:,.0f} MB")


def query_all(bench, server, report, what, meters):
    for connections in (1, 8):
        latencies = []
        for _ in range(bench.pairs):
            rate, latency, bad = wrk(server.url, "query", bench.seconds, connections, threads=1,
                                     key=server.key, meters=meters)
            if bad:
                raise RuntimeError(f"{bad} queries were not answered")
            latencies.append((rate, latency[50], latency[99]))
        rate, half, most = map(statistics.median, zip(*latencies))
        report.add(f"{what}, {connections} connection{'s' * (connections > 1)}",
                   f"p50 {half:.2f} ms, p99 {most:.2f} ms", "p99 < 20 ms", f"{rate:,.0f}/s")


def starts(server, count, report):
    """After a clean stop, and after kill -9 in the middle of writing; ready is right, not only there."""
    server.stop()
    times = []
    for _ in range(3):
        server.start()
        times.append(server.started_in)
        prove_ready(server, count)
        server.stop()
    report.add(f"start with {count:,} entities to the first answer, ready to read, query and write",
               f"{statistics.median(times) * 1e3:.0f} ms", "< 1 s", "after a clean stop")
    times = []
    for _ in range(3):
        server.start()
        load(server, min(5000, count))
        server.process.kill()
        server.process.wait()
        server.start()
        times.append(server.started_in)
        prove_ready(server, count)
        server.stop()
    report.add("the same after kill -9, 5,000 entities written since the start",
               f"{statistics.median(times) * 1e3:.0f} ms")


def prove_ready(server, count):
    """Right after the first answer: a retrieval, a query and a write, each right."""
    headers = {"Content-Type": "application/json"}
    last = entity(count)
    status, _, body = server.request("GET", f"/ngsi-ld/v1/entities/{last['id']}")
    if status != 200 or json.loads(body)["name"] != last["name"]:
        raise RuntimeError(f"a retrieval after a start: {status} {body[:200]!r}")
    status, head, _ = server.request("GET", "/ngsi-ld/v1/entities?type=FloodMonitoring&limit=1&count=true")
    if status != 200 or int(head["NGSILD-Results-Count"]) != count:
        raise RuntimeError(f"a query after a start: {status} {head}")
    status, _, body = server.request("POST", "/ngsi-ld/v1/entityOperations/upsert",
                                     text_of([entity(1)]).encode(), headers)
    if status != 204:
        raise RuntimeError(f"a write after a start: {status} {body[:200]!r}")
