"""The river folder as published: how fast it is taken in, what its history weighs, how fast it is read."""
import http.client
import json
import os
import pathlib
import re
import socket
import statistics
import time
import urllib.parse

from .peers import ROOT, Server


def river_folder():
    """The real data, where there are any."""
    data = pathlib.Path(os.environ.get("MUSUBI_TEST_DATA", ROOT.parent / "shared" / "data"))
    return data / "river" if (data / "river").is_dir() else None


def figures(server):
    """/metrics as {name: value}."""
    text = server.request("GET", "/metrics")[2].decode()
    return {name: float(value) for name, value in re.findall(r"^(\w+) ([-\d.e+]+)$", text, re.M)}


def take_in(bench):
    """A server that has the whole folder, how many readings that were, and how long it took."""
    server = Server(bench.binary, ["--pack", "river", "--feed", river_folder()])
    server.__enter__()
    begin = time.monotonic()
    last, since = -1.0, begin
    while True:
        now = figures(server).get("musubi_feed_readings_total", 0.0)
        if now != last:
            last, since = now, time.monotonic()
        elif last > 0 and time.monotonic() - since > 2:
            return server, last, since - begin + server.started_in
        if time.monotonic() - begin > 120:
            server.__exit__()
            raise RuntimeError("the folder was not taken in within 120 s")
        time.sleep(0.01)


RIVER_CONTEXT = ('<https://musubi.example/contexts/river-v1.jsonld>; '
                 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"')


def import_river(bench, report):
    """46 files, about 357,000 rows, to state, history and rules, durable."""
    if river_folder() is None:
        print("SKIPPED import: needs MUSUBI_TEST_DATA")
        return "skipped"
    rates = []
    for _ in range(bench.pairs):
        server, readings, took = take_in(bench)
        server.__exit__()
        rates.append(readings / took)
    report.add("the river folder, from start to the last reading", f"{statistics.median(rates):,.0f}/s",
               "≥ 100,000/s", f"{readings:,.0f} readings")
    return None


def history(bench, report):
    """What a reading weighs on disk, and hourly means of one station over 25 days."""
    if river_folder() is None:
        print("SKIPPED history: needs MUSUBI_TEST_DATA")
        return "skipped"
    server, readings, _ = take_in(bench)
    try:
        query = urllib.parse.urlencode({
            "timerel": "between", "timeAt": "2021-08-14T00:00:00Z", "endTimeAt": "2021-09-08T00:00:00Z",
            "attrs": "currentLevel", "format": "aggregatedValues", "aggrMethods": "avg",
            "aggrPeriodDuration": "PT1H"})
        paths = [f"/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:FloodMonitoring:fukui:{1 + turn % 100}?{query}"
                 for turn in range(400)]
        headers = {"Authorization": f"Bearer {server.key}", "Link": RIVER_CONTEXT}
        used = server.cpu_seconds()
        plain = times_of(paths, bare_requests(server, headers))
        used = server.cpu_seconds() - used
        report.add("hourly means of one station over 25 days", f"median {statistics.median(plain):.2f} ms",
                   "< 2 ms", f"p99 {percentile(plain):.2f} ms, over a bare socket; "
                   f"{used / len(plain) * 1e3:.2f} ms of the server's CPU each")
        dressed = times_of(paths, library_requests(server, headers))
        report.add("the same, with the client of python's library", f"median {statistics.median(dressed):.2f} ms",
                   "", f"p99 {percentile(dressed):.2f} ms, the client's share included")
        weigh(server, readings, report)
    finally:
        server.__exit__()
    return None


def percentile(times):
    return sorted(times)[len(times) * 99 // 100]


def times_of(paths, request):
    """Milliseconds of each answer that holds means; stations without readings are left out."""
    times = []
    for path in paths:
        begin = time.monotonic()
        status, size = request(path)
        if status == 200 and size > 10_000:
            times.append((time.monotonic() - begin) * 1e3)
    if not times:
        raise RuntimeError(f"no station has hourly means: {status}, {size} bytes")
    return times


def library_requests(server, headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def request(path):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, len(answer.read())
    return request


def bare_requests(server, headers):
    """Sends and reads bytes, and looks at no more of an answer than its status and its length."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "bench", **headers}.items())
    room = memoryview(bytearray(1 << 20))

    def request(path):
        connection.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        got = connection.recv_into(room)
        head = bytes(room[:min(got, 4096)])
        length = int(re.search(rb"(?i)\r\ncontent-length: (\d+)", head)[1])
        whole = head.index(b"\r\n\r\n") + 4 + length
        while got < whole:
            got += connection.recv_into(room[got:])
        return int(head[9:12]), length
    return request


def weigh(server, readings, report):
    """The history's column family after a stop has written all of it and a start has read it."""
    server.stop()
    server.start()
    spaces = json.loads(server.request("GET", "/musubi/v1/figures")[2])["spaces"]
    report.add("history on disk", f"{spaces['history']['diskBytes'] / readings:.2f} bytes a reading",
               "≤ 2.5 bytes", f"{readings:,.0f} readings; the change log beside it "
               f"{spaces['changes']['diskBytes'] / readings:.1f} bytes a reading")
