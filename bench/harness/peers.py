"""The programs Musubi is measured beside, each started for the run in a folder of its own."""
import os
import pathlib
import pwd
import re
import resource
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from runner.server import Server, free_port  # noqa: E402,F401

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids):
    """User and system time these processes have used so far."""
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def children_of(pid):
    return [int(child) for child in
            pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Nginx:
    """Serves `files`: /f/NAME as Debian configures it, /c/NAME with open_file_cache, and answers 204
    below /empty. One worker a core, no access log."""

    CONFIG = """
worker_processes auto;
daemon off;
pid {folder}/pid;
worker_rlimit_nofile {open_files};
error_log {folder}/error.log;
{user}
events {{ worker_connections 2048; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/json;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location /f/ {{ alias {files}/; }}
        location /c/ {{ alias {files}/; open_file_cache max={cached} inactive=300s;
                        open_file_cache_valid 300s; }}
        location /empty {{ return 204; }}
    }}
}}
"""

    def __init__(self, folder, files):
        self.folder, self.files, self.port = pathlib.Path(folder) / "nginx", files, free_port()

    def __enter__(self):
        self.folder.mkdir()
        self.folder.chmod(0o755)
        user = "user root;" if os.getuid() == 0 else ""
        config = self.folder / "nginx.conf"
        # The cache keeps its files open.
        open_files = min(65536, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        config.write_text(self.CONFIG.format(
            folder=self.folder, files=self.files, port=self.port, user=user, open_files=open_files,
            cached=min(40000, open_files - 1000)))
        self.process = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", self.folder, "-c", config, "-e", self.folder / "error.log"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(500):
            if (self.folder / "pid").exists() and children_of(self.process.pid):
                return self
            time.sleep(0.01)
        raise RuntimeError("nginx did not start: " + (self.folder / "error.log").read_text())

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self):
        return cpu_seconds([self.process.pid, *children_of(self.process.pid)])

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Postgres:
    """A cluster made for the run, with the settings initdb gives it, on a socket in its folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "postgres"
        self.bin = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        # The server refuses to run as root.
        self.owner = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []

    def run(self, *command):
        return subprocess.run([*self.prefix, *map(str, command)], check=True, capture_output=True,
                              text=True, cwd=self.folder).stdout

    def __enter__(self):
        self.folder.mkdir()
        shutil.chown(self.folder, self.owner)
        self.folder.chmod(0o755)
        self.run(self.bin / "initdb", "-D", self.folder / "data", "-A", "trust", "-U", "bench")
        self.run(self.bin / "pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log",
                 "-o", f"-c listen_addresses='' -c unix_socket_directories='{self.folder}'", "start")
        return self

    def sql(self, text):
        return self.run(self.bin / "psql", "-h", self.folder, "-U", "bench", "-d", "postgres", "-q",
                        "-c", text)

    def pgbench(self, script, clients, seconds):
        """Transactions a second of `clients` connections that each run `script`."""
        path = self.folder / "script.sql"
        path.write_text(script)
        said = self.run(self.bin / "pgbench", "-h", self.folder, "-U", "bench", "-n", "-M", "prepared",
                        "-c", clients, "-j", 2, "-T", seconds, "-f", path, "postgres")
        return float(re.search(r"tps = ([\d.]+) \(without", said)[1])

    def __exit__(self, *_):
        self.run(self.bin / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")


def rates(server, script, seconds, connections, url=None, **arguments):
    """Requests a second of the server's own CPU, and by the clock; all of them answered well."""
    url = url or server.url
    begin, before = time.monotonic(), server.cpu_seconds()
    rate, _, bad = wrk(url, script, seconds, connections, **arguments)
    used, passed = server.cpu_seconds() - before, time.monotonic() - begin
    if bad:
        raise RuntimeError(f"{bad} answers of {url} were no 2xx")
    return rate * passed / used, rate


def wrk(url, script, seconds, connections, threads=2, **arguments):
    """Requests a second, latencies in milliseconds {50, 75, 90, 99}, and answers that were no 2xx."""
    folder = ROOT / "bench" / "wrk"
    said = subprocess.run(
        ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "--latency",
         "-s", folder / f"{script}.lua", url, "--",
         *(f"{name}={value}" for name, value in arguments.items())],
        check=True, capture_output=True, text=True, env={**os.environ, "MUSUBI_WRK": str(folder)}).stdout
    scale = {"us": 1e-3, "ms": 1.0, "s": 1e3}
    latency = {int(p): float(value) * scale[unit] for p, value, unit in
               re.findall(r"^\s+(\d+)%\s+([\d.]+)(us|ms|s)$", said, re.M)}
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), latency,
            (int(bad[1]) if bad else 0) + (sum(map(int, broken.groups())) if broken else 0))
