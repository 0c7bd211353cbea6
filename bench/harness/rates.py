"""What many clients get at once: PATCH, batches beside PostgreSQL's pipelines, queries by type."""
import threading
import time

from .peers import Nginx, Postgres, Server, rates, wrk
from .report import median_of_pairs
from .town import GAUGE_TYPES, entity, load, load_gauges, send_batches, text_of, write_templates

IDS = 20_000
BATCH = 1_000


def patch(bench, report):
    """Durable PATCH of one attribute over 64 and 512 connections by the clock, beside nginx with a file."""
    files = bench.folder / "files"
    files.mkdir()
    for number in range(1, IDS + 1):
        (files / entity(number)["id"]).write_bytes(text_of(entity(number)).encode())
    template = write_templates(bench.folder)["patch"]
    day = iter(range(10, 32))
    with Server(bench.binary) as server, Nginx(bench.folder, files) as nginx:
        load(server, IDS)
        for connections, bar in ((64, "≥ 0.5"), (512, "≥ 0.75")):
            def ours(turn):
                rate, _, bad = wrk(server.url, "write", bench.seconds, connections, count=IDS,
                                   kind="patch", template=template, key=server.key, day=next(day))
                if bad:
                    raise RuntimeError(f"{bad} writes were not taken")
                return rate

            def theirs(turn):
                return wrk(nginx.url, "retrieve", bench.seconds, connections, count=IDS, prefix="/f/",
                           key=server.key)[0]
            a, b, ratio = median_of_pairs(bench.pairs, ours, theirs)
            report.add(f"durable PATCH of one attribute, {connections} connections, by the clock, beside "
                       "nginx with a file", f"{ratio:.2f}", bar, f"{a:,.0f}/s and {b:,.0f}/s")


def batch_rate(server, clients, turn):
    """Entities a second: all 20,000 once, each client its own part, with values not there before.
    The bodies are made before the clock starts."""
    bodies = [text_of([entity(n, level=turn + n % 97 / 100, time=f"2021-08-{10 + turn}T08:50:00Z")
                       for n in range(first, first + BATCH)]).encode()
              for first in range(1, IDS + 1, BATCH)]
    senders = [threading.Thread(target=send_batches, args=(server, "upsert", bodies[i::clients]))
               for i in range(clients)]
    begin = time.monotonic()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return IDS / (time.monotonic() - begin)


def batch(bench, report):
    """Durable upserts of 1 kB, 1,000 an operation, beside PostgreSQL with 1,000 a pipeline."""
    document = entity(1)
    document["currentLevel"]["value"] = "@"
    document["id"] = "@"
    # pgbench takes what follows a colon for a variable, in strings too.
    text = text_of(document).replace("'", "''").replace(":", "\\x3A")
    before, between, after = text.split('"@"')
    with Server(bench.binary) as server, Postgres(bench.folder) as postgres:
        postgres.sql("CREATE TABLE entity (id text PRIMARY KEY, doc jsonb NOT NULL)")
        load(server, IDS)
        turns = iter(range(1, 20))
        for clients in (1, 2):
            # Each client has ids of its own, as with us: two pipelines must not wait for each other.
            one = (f"\\set n random(1, {IDS // clients}) + {IDS // clients} * :client_id\n"
                   "\\set v random(100000, 999999)\nINSERT INTO entity VALUES (:n::text, "
                   f"(E'{before}\"' || :n::text || E'\"{between}' || :v::text || E'{after}')::jsonb) "
                   "ON CONFLICT (id) DO UPDATE SET doc = excluded.doc;\n")
            script = f"\\startpipeline\n{one * BATCH}\\endpipeline\n"
            a, b, ratio = median_of_pairs(
                bench.pairs, lambda turn: batch_rate(server, clients, next(turns)),
                lambda turn: BATCH * postgres.pgbench(script, clients, bench.seconds))
            report.add(f"durable batch upsert, 1,000 an operation, {clients} client{'s' * (clients > 1)}, "
                       "beside PostgreSQL's pipelined upserts, 1,000 a transaction", f"{ratio:.2f} ×",
                       "≥ 2.5 ×", f"{a:,.0f}/s and {b:,.0f}/s")


def types(bench, report):
    """Queries by type over 4,000 entities of 100 types, 20 results of five attributes each."""
    with Server(bench.binary) as server:
        load_gauges(server)
        found = sorted(rates(server, "types", bench.seconds, 64, count=GAUGE_TYPES, key=server.key)
                       for _ in range(bench.pairs))
        per_cpu, rate = found[len(found) // 2]
        report.add("query by type, 20 results of five attributes, 64 connections, per second of server CPU",
                   f"{per_cpu:,.0f}", "≥ 8,000", f"{rate:,.0f}/s by the clock")
