"""Starts a Musubi of its own on loopback with a folder of its own, and ends exactly that one."""
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY = re.compile(r"#key=([A-Za-z0-9_.~-]+)")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ServerFailed(Exception):
    """It did not start, or did not stop; the text has what it printed."""


class Server:
    """`with Server(binary) as server:`; then server.port, server.key, server.url, server.process."""

    def __init__(self, binary=ROOT / "build/release/musubi", arguments=(), data=None, wait=20):
        self.binary, self.arguments, self.wait = pathlib.Path(binary), list(arguments), wait
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="musubi-"))
        self.data = pathlib.Path(data) if data else self.folder / "data"
        self.log = self.folder / "log"
        self.port, self.key, self.process = None, None, None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def printed(self):
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        self.port = free_port()
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
                 "--packs", ROOT / "packs", "--site", ROOT / "web/dist", *self.arguments],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True)
        while not self.healthy():
            if self.process.poll() is not None:
                raise ServerFailed(f"musubi ended with {self.process.returncode}:\n{self.printed()}")
            if time.monotonic() - begun > self.wait:
                raise ServerFailed(f"musubi did not answer in {self.wait} s:\n{self.printed()}")
            time.sleep(0.002)
        self.started_in = time.monotonic() - begun
        # A first start prints the operator's key; a later one knows it already.
        if not self.key and "--open" not in self.arguments:
            while not (found := KEY.search(self.printed())):
                if time.monotonic() - begun > self.wait:
                    raise ServerFailed(f"musubi printed no first-run key:\n{self.printed()}")
                time.sleep(0.01)
            self.key = found[1]

    def healthy(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def request(self, method, path, body=None, headers=None, timeout=60):
        """(status, headers, body) of one request with the operator's key."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            send = {"Authorization": f"Bearer {self.key}"} if self.key else {}
            connection.request(method, path, body, {**send, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def cpu_seconds(self):
        """User and system time it has used so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_bytes(self):
        """Resident, that is its own (without files it has mapped)."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.M)[1]) * 1024

    def stop(self, wait=60):
        """Asks it to end; its exit code. Kills it, and fails, where it does not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(wait)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise ServerFailed(f"musubi did not stop in {wait} s:\n{self.printed()}") from None

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
