"""A server of the tests that speaks TLS, and the ways to ask it."""
import base64
import json
import os
import pathlib
import socket
import ssl
import sys
from urllib.parse import urlencode

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from certificates import Authority  # noqa: E402
from runner.server import Server, free_port  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
GAUGE = {"id": "urn:ngsi-ld:Gauge:1", "type": "Gauge", "level": {"type": "Property", "value": 1}}


class TlsServer(Server):
    """A server that speaks TLS, with a plain loopback address beside; its own and its clients' certificates."""

    def __init__(self, arguments=(), **http):
        super().__init__(BINARY, arguments)
        self.town = Authority(self.folder)
        self.certificate, self.own_key = self.town.issue("server", names="IP:127.0.0.1")
        self.plain, self.http = free_port(), http
        self.config = self.folder / "musubi.toml"
        self.configure()
        self.arguments += ["--config", str(self.config)]
        self.certificates = {}

    def configure(self, **http):
        values = {"tls_certificate": self.certificate, "tls_key": self.own_key, "client_ca": self.town.certificate,
                  "plain_listen": f"127.0.0.1:{self.plain}", **self.http, **http}
        self.config.write_text("[http]\n" + "".join(f'{name} = "{value}"\n' for name, value in values.items() if value))

    def healthy(self):
        try:
            return self.request("GET", "/health", shown=getattr(self, "probe", None))[0] == 200
        except OSError:
            return False

    def context(self, shown=None):
        context = ssl.create_default_context(cafile=self.town.certificate)
        if shown:
            context.load_cert_chain(*shown)
        return context

    def connect(self, shown=None, context=None):
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        return (context or self.context(shown)).wrap_socket(raw, server_hostname="127.0.0.1")

    def request(self, method, path, body=None, headers=None, timeout=60, shown=None):
        """(status, headers, body) over TLS; `shown`: certificate and key of the client."""
        given = {"Authorization": f"Bearer {self.key}"} if self.key and shown is None else {}
        given |= headers or {}
        data = body.encode() if isinstance(body, str) else body or b""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"Content-Length: {len(data)}"]
        for name, value in given.items():
            for one in value if isinstance(value, list) else [value]:
                lines += [f"{name}: {one}"] if one else []
        with self.connect(shown) as stream:
            stream.settimeout(timeout)
            stream.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
            answer = b""
            while part := stream.recv(65536):
                answer += part
        head, _, rest = answer.partition(b"\r\n\r\n")
        first, *others = head.decode().split("\r\n")
        return int(first.split()[1]), dict(line.split(": ", 1) for line in others), rest

    def json(self, method, path, body=None, headers=None, shown=None):
        sent = {"Content-Type": "application/json"} if body is not None else {}
        status, told, text = self.request(method, path, None if body is None else json.dumps(body),
                                          sent | (headers or {}), shown=shown)
        return status, told, json.loads(text) if text else None

    def register(self, **machine):
        status, _, made = self.json("POST", "/musubi/v1/machines", {"role": "reader", **machine})
        assert status == 201, made
        return made

    def token(self, form, headers=None, shown=None):
        """(status, headers, answer) of the token endpoint."""
        return self.json_of_form({"grant_type": "client_credentials", **form}, headers, shown)

    def json_of_form(self, form, headers=None, shown=None):
        body = form if isinstance(form, str) else urlencode(form)
        status, told, text = self.request(
            "POST", "/musubi/v1/token", body,
            {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "", **(headers or {})}, shown=shown)
        return status, told, json.loads(text)

    def entities(self, headers=None, shown=None):
        return self.json("GET", "/ngsi-ld/v1/entities?type=Gauge", None, headers, shown)

    def journal(self, kind):
        return [entry for entry in self.json("GET", f"/musubi/v1/journal?kind={kind}&limit=1000")[2]]


def basic(identity, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{identity}:{secret}".encode()).decode()}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}
