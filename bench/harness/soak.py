"""All at once, for long: whether memory, descriptors and speed stay what they were."""
import os
import statistics
import threading
import time

from .notifications import Receiver
from .peers import Server, wrk
from .town import load, text_of, write_templates

IDS = 20_000


class Counting(Receiver):
    """Only counts: values are drawn by chance."""

    def take(self, body):
        self.seen += 1


def watch(server, port):
    status, _, said = server.request(
        "POST", "/ngsi-ld/v1/subscriptions",
        text_of({"type": "Subscription", "entities": [{"idPattern": "0000.1$", "type": "FloodMonitoring"}],
                 "watchedAttributes": ["currentLevel"],
                 "notification": {"endpoint": {"uri": f"http://127.0.0.1:{port}/",
                                               "accept": "application/json"}}}),
        {"Content-Type": "application/json"})
    if status != 201:
        raise RuntimeError(f"the subscription was answered {status} {said[:300]!r}")


def slice_of(server, template, turn, seconds):
    """Writes, queries and retrievals at once; the rate of each."""
    rates = {}

    def run(name, *arguments, **more):
        rates[name], _, bad = wrk(server.url, name, seconds, *arguments, key=server.key, **more)
        if bad:
            rates["bad"] = rates.get("bad", 0) + bad
    threads = [
        threading.Thread(target=run, args=("write", 32), kwargs={
            "count": IDS, "kind": "upsert", "template": template, "day": 10 + turn % 20}),
        threading.Thread(target=run, args=("query", 8), kwargs={"threads": 1}),
        threading.Thread(target=run, args=("retrieve", 16), kwargs={
            "count": IDS, "prefix": "/ngsi-ld/v1/entities/"})]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if rates.get("bad"):
        raise RuntimeError(f"{rates['bad']} requests were not answered as they should")
    return rates


def soak(bench, report):
    """Writes, queries, retrievals and notifications together for 20 minutes."""
    whole, seconds = (20, 4) if bench.quick else (1200, 20)
    receiver = Counting()
    receiver.start()
    receiver.ready.wait()
    with Server(bench.binary, bench.serve, data=bench.folder / "data") as server:
        load(server, IDS)
        watch(server, receiver.port)
        template = write_templates(bench.folder)["upsert"]
        memory, descriptors, rates = [], [], []
        until = time.monotonic() + whole
        while time.monotonic() < until:
            rates.append(slice_of(server, template, len(rates), seconds))
            memory.append(server.memory_bytes() / 2**20)
            descriptors.append(len(os.listdir(f"/proc/{server.process.pid}/fd")))
        third = max(1, len(rates) // 3)

        def change(values):
            """The last third beside the second: in the first, caches fill."""
            return statistics.median(values[-third:]) / statistics.median(values[third:2 * third])
        report.add(f"memory after {whole // 60} minutes of everything at once" if whole >= 60
                   else f"memory after {whole} s of everything at once",
                   f"{change(memory):.2f} of what it was", "flat (≤ 1.05)",
                   f"{memory[0]:.0f} MB at first, {max(memory):.0f} MB at most, {memory[-1]:.0f} MB in the end")
        report.add("descriptors, the same", f"{change(descriptors):.2f} of what they were", "flat",
                   f"{descriptors[0]} at first, {max(descriptors)} at most, {descriptors[-1]} in the end")
        for name in ("write", "query", "retrieve"):
            series = [each[name] for each in rates]
            report.add(f"{name}, the same", f"{change(series):.2f} of what it was", "≥ 0.9",
                       f"{statistics.median(series):,.0f}/s")
        if receiver.seen == 0:
            raise RuntimeError("nothing was told")
    receiver.loop.call_soon_threadsafe(receiver.stop.set)
