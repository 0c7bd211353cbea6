"""Machines that prove who they are: TLS, certificates, tokens; and what is refused, each by its name."""
import base64
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from certificates import Authority, Signer, encoded, fingerprint_of, self_signed, subject_of  # noqa: E402
from commands_test import musubi  # noqa: E402
from runner.server import Server, free_port  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
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


class Tls(unittest.TestCase):
    """The door: what it speaks, and with whom."""

    @classmethod
    def setUpClass(cls):
        cls.server = TlsServer()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.start()

    def s_client(self, *arguments, data=b"", wait=10):
        run = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.server.port}", "-CAfile",
                              self.server.town.certificate, *arguments], input=data, capture_output=True, timeout=wait)
        return run.returncode, (run.stdout + run.stderr).decode(errors="replace")

    def test_it_speaks_tls_13_and_12_with_forward_secrecy_and_http_11(self):
        for version, name in ((ssl.TLSVersion.TLSv1_3, "TLSv1.3"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2")):
            context = self.server.context()
            context.minimum_version = context.maximum_version = version
            context.set_alpn_protocols(["h2", "http/1.1"])
            with self.server.connect(context=context) as stream:
                self.assertEqual((stream.version(), stream.selected_alpn_protocol()), (name, "http/1.1"))
                cipher = stream.cipher()[0]
                self.assertTrue(cipher.startswith("TLS_") or cipher.startswith("ECDHE-"), cipher)

    def test_tls_10_and_11_are_refused(self):
        for version in ("-tls1", "-tls1_1"):
            code, said = self.s_client(version, "-cipher", "ALL:@SECLEVEL=0")
            self.assertNotEqual(code, 0, said)
            self.assertIn("alert protocol version", said)

    def test_ciphers_without_forward_secrecy_are_refused(self):
        code, said = self.s_client("-tls1_2", "-cipher", "AES128-GCM-SHA256")
        self.assertNotEqual(code, 0)
        self.assertIn("alert handshake failure", said)

    def test_who_speaks_http_2_alone_is_told_that_nothing_is_in_common(self):
        context = self.server.context()
        context.set_alpn_protocols(["h2"])
        with self.assertRaises(ssl.SSLError):
            self.server.connect(context=context).close()

    def test_renegotiation_is_refused(self):
        process = subprocess.Popen(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.server.port}", "-tls1_2",
             "-CAfile", self.server.town.certificate],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            time.sleep(0.5)
            process.stdin.write(b"R\n")
            process.stdin.flush()
            said = process.communicate(timeout=10)[0].decode(errors="replace")
        finally:
            process.kill()
            process.wait()
        self.assertIn("RENEGOTIATING", said)
        self.assertIn("no renegotiation", said)
        self.assertEqual(self.server.request("GET", "/health")[0], 200)

    def test_answers_say_that_tls_is_to_be_used_and_cookies_go_nowhere_else(self):
        status, told, _ = self.server.request("GET", "/health")
        self.assertEqual((status, told["Strict-Transport-Security"]), (200, "max-age=31536000"))
        code = self.server.json("POST", "/musubi/v1/invitations", {"grants": [{"role": "reader"}]})[2]["code"]
        status, told, _ = self.server.json("POST", "/musubi/v1/invitations/accept",
                                           {"code": code, "name": "tls", "password": "four words in a row"},
                                           {"Authorization": ""})
        self.assertEqual(status, 201)
        self.assertIn("; Secure", told["Set-Cookie"])

    def test_the_plain_address_beside_is_loopback_and_says_nothing_of_tls(self):
        run = subprocess.run(["curl", "-si", f"http://127.0.0.1:{self.server.plain}/health"],
                             capture_output=True, text=True, timeout=20)
        self.assertIn("200 OK", run.stdout)
        self.assertNotIn("Strict-Transport-Security", run.stdout)

    def test_plain_http_on_the_tls_port_is_told_so_once(self):
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=10) as peer:
            peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = peer.recv(4096)
            while part := peer.recv(4096):
                answer += part
        self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
        self.assertIn(b"https://", answer)

    def test_requests_in_a_row_large_bodies_and_the_live_feed_go_over_tls(self):
        value = "x" * 3_000_000
        big = {**GAUGE, "id": "urn:ngsi-ld:Gauge:big", "text": {"type": "Property", "value": value}}
        self.assertEqual(self.server.json("POST", "/ngsi-ld/v1/entities", big)[0], 201)
        self.assertEqual(self.server.json("GET", "/ngsi-ld/v1/entities/urn:ngsi-ld:Gauge:big")[2]["text"]["value"], value)
        ask = f"GET /ngsi-ld/v1/entities?type=Gauge&limit=1&attrs=level HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.server.key}\r\n\r\n"
        with self.server.connect() as stream:
            stream.sendall((ask * 20).encode())
            got = b""
            while got.count(b"HTTP/1.1 200 OK") < 20:
                part = stream.recv(65536)
                self.assertTrue(part, got[-200:])
                got += part
        with self.server.connect() as stream:
            stream.sendall(f"GET /musubi/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.server.key}\r\n\r\n".encode())
            got = stream.recv(4096)
            self.server.json("PATCH", "/ngsi-ld/v1/entities/urn:ngsi-ld:Gauge:big/attrs",
                             {"level": {"type": "Property", "value": 7}})
            while b"event: change" not in got:
                part = stream.recv(65536)
                self.assertTrue(part)
                got += part

    def test_garbage_and_halves_of_handshakes_end_the_connection_alone(self):
        for data in (b"\x16", b"\x16\x03\x01\x00\x05hello", b"\x16\x03\x03\xff\xff" + b"\0" * 70000, os.urandom(5000)):
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=15) as peer:
                try:
                    peer.sendall(data)
                    peer.shutdown(socket.SHUT_WR)
                    while peer.recv(4096):
                        pass
                except OSError:
                    pass
        self.assertEqual(self.server.request("GET", "/health")[0], 200)

    def test_stalled_handshakes_hold_no_place(self):
        stalled = []
        try:
            for i in range(600):  # more than may shake hands at once
                peer = socket.create_connection(("127.0.0.1", self.server.port), timeout=10)
                if i % 2:
                    peer.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc")  # the head of a hello
                stalled.append(peer)
            begun = time.monotonic()
            self.assertEqual(self.server.request("GET", "/health")[0], 200)
            self.assertLess(time.monotonic() - begun, 5)
            closed = 0
            for peer in stalled[:300]:  # those that came first have gone
                peer.settimeout(2)
                try:
                    closed += peer.recv(1) == b""
                except ConnectionResetError:
                    closed += 1
                except TimeoutError:
                    pass
            self.assertGreaterEqual(closed, 300)
            stalled[-1].settimeout(20)
            begun = time.monotonic()
            self.assertEqual(stalled[-1].recv(1), b"")  # the last ones when their time is over
            self.assertLess(time.monotonic() - begun, 15)
        finally:
            for peer in stalled:
                peer.close()

    def test_certificates_are_read_again_on_sighup_and_what_is_wrong_changes_nothing(self):
        server = self.server
        first = server.connect()
        before = first.getpeercert()["serialNumber"]
        fresh, key = server.town.issue("server-2", names="IP:127.0.0.1")

        def shown():
            with server.connect() as stream:
                return stream.getpeercert()["serialNumber"]

        server.configure(tls_certificate=fresh)  # with the key of the other one
        server.process.send_signal(signal.SIGHUP)
        time.sleep(1.5)
        self.assertEqual(shown(), before)
        self.assertIn("was not reloaded", server.printed())
        server.configure(tls_certificate=fresh, tls_key=key)
        server.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 10
        while shown() == before:
            self.assertLess(time.monotonic(), until)
            time.sleep(0.1)
        first.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")  # who was there stays
        self.assertIn(b"200 OK", first.recv(4096))
        first.close()


class TlsConfiguration(unittest.TestCase):
    def refused(self, *words, **http):
        with tempfile.TemporaryDirectory() as folder:
            town = Authority(folder)
            certificate, key = town.issue("server", names="IP:127.0.0.1")
            values = {"tls_certificate": certificate, "tls_key": key, **http}
            if callable(http.get("before")):
                values.pop("before")(certificate, key)
            config = pathlib.Path(folder) / "c.toml"
            config.write_text("[http]\n" + "".join(f'{n} = "{v}"\n' for n, v in values.items() if v))
            code, _, said = musubi("serve", "--config", config, "--listen", f"127.0.0.1:{free_port()}")
            self.assertNotEqual(code, 0)
            for word in words:
                self.assertIn(word, said)

    def test_a_key_that_others_can_read_is_refused_with_what_to_do(self):
        self.refused("chmod 600", before=lambda _, key: key.chmod(0o644))

    def test_what_is_no_certificate_no_key_or_goes_not_together_is_refused(self):
        self.refused("no certificate in PEM", before=lambda certificate, _: certificate.write_text("x"))
        self.refused("not the private key", before=lambda _, key: (key.write_text("x"), key.chmod(0o600)))
        self.refused("both the certificate and its key", tls_key="")
        self.refused("loopback", plain_listen="0.0.0.0:8081")
        self.refused("client_ca", client_certificate="required")
        self.refused("authority", client_ca="/dev/null")
        self.refused("optional or required", client_certificate="sometimes")


class RequiredCertificates(unittest.TestCase):
    def test_who_has_no_good_certificate_is_not_let_in_and_that_is_in_the_journal(self):
        server = TlsServer(client_certificate="required")
        server.probe = server.town.issue("probe")
        with server:
            probe = server.probe
            machine = server.json("POST", "/musubi/v1/machines",
                                  {"role": "reader", "certificate": probe[0].read_text()}, bearer(server.key), probe)
            self.assertEqual(machine[0], 201, machine[2])
            self.assertEqual(server.entities(shown=probe)[0], 200)
            for shown in (None, self_signed(server.folder, "alone"),
                          server.town.issue("late", begins=timedelta(days=-3), lasts=timedelta(days=1))):
                with self.assertRaises((ssl.SSLError, ConnectionError, IndexError)):
                    server.request("GET", "/health", shown=shown)
            _, _, entries = server.json("GET", "/musubi/v1/journal?kind=refusal", None, bearer(server.key),
                                        self.operator(server))
            told = json.dumps(entries)
            self.assertIn("handshake", told)

    @staticmethod
    def operator(server):
        """A good certificate that no machine has: the key says who asks."""
        return server.town.issue("operator")


class Certificates(unittest.TestCase):
    """Mutual TLS (RFC 8705)."""

    @classmethod
    def setUpClass(cls):
        cls.server = TlsServer()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.start()
        cls.folder = cls.server.folder
        cls.one, cls.two = cls.server.town.issue("gauge-1"), cls.server.town.issue("gauge-2")
        cls.first = cls.server.register(label="one", certificate=cls.one[0].read_text())
        cls.second = cls.server.register(label="two", subject=subject_of(cls.two[0]))
        cls.server.json("POST", "/ngsi-ld/v1/entities", GAUGE)

    def assert_refused(self, answer, words):
        status, told, body = answer
        self.assertEqual(status, 401, body)
        self.assertIn("WWW-Authenticate", told)
        self.assertIn(words, body["detail"])

    def test_a_connection_with_the_certificate_is_that_machine(self):
        for shown, made in ((self.one, self.first), (self.two, self.second)):
            status, _, found = self.server.entities(shown=shown)
            self.assertEqual((status, [one["id"] for one in found]), (200, [GAUGE["id"]]))
        self.assertEqual(self.server.json("POST", "/ngsi-ld/v1/entities", GAUGE, shown=self.one)[0], 403)
        listed = {one["id"]: one for one in self.server.json("GET", "/musubi/v1/machines")[2]}
        self.assertIn("usedAt", listed[self.first["id"]])
        self.assertEqual(listed[self.first["id"]]["thumbprint"], fingerprint_of(self.one[0]).replace(":", "").lower())
        self.assertEqual(listed[self.second["id"]]["subject"], "CN=gauge-2,O=Aoi")

    def test_curl_does_it_too(self):
        run = subprocess.run(["curl", "-s", "--cacert", self.server.town.certificate, "--cert", self.one[0], "--key",
                              self.one[1], f"https://127.0.0.1:{self.server.port}/ngsi-ld/v1/entities?type=Gauge"],
                             capture_output=True, text=True, timeout=20)
        self.assertEqual(json.loads(run.stdout)[0]["id"], GAUGE["id"])

    def test_a_renewed_certificate_is_the_machine_by_its_subject_and_not_by_its_thumbprint(self):
        renewed = self.server.town.issue("gauge-2b", subject="/O=Aoi/CN=gauge-2")
        self.assertEqual(self.server.entities(shown=renewed)[0], 200)
        other = self.server.town.issue("gauge-1b", subject="/O=Aoi/CN=gauge-1")
        self.assert_refused(self.server.entities(shown=other), "no machine is registered")

    def test_a_japanese_subject_is_compared_as_it_is_printed(self):
        shown = self.server.town.issue("jp", subject="/O=青井町/CN=九十九橋")
        self.assertIn("九十九橋", subject_of(shown[0]))
        self.server.register(subject=subject_of(shown[0]))
        self.assertEqual(self.server.entities(shown=shown)[0], 200)

    def test_expired(self):
        late = self.server.town.issue("late", subject="/O=Aoi/CN=gauge-2", begins=timedelta(days=-3))
        self.assert_refused(self.server.entities(shown=late), "ended at")

    def test_not_yet_valid(self):
        early = self.server.town.issue("early", subject="/O=Aoi/CN=gauge-2", begins=timedelta(days=1))
        self.assert_refused(self.server.entities(shown=early), "not valid before")

    def test_one_that_ends_while_it_is_connected_is_refused_at_the_next_request(self):
        short = self.server.town.issue("short", subject="/O=Aoi/CN=gauge-2", begins=timedelta(seconds=-60),
                                       lasts=timedelta(seconds=64))
        ask = b"GET /ngsi-ld/v1/entities?type=Gauge HTTP/1.1\r\nHost: x\r\n\r\n"
        with self.server.connect(short) as stream:
            stream.sendall(ask)
            self.assertIn(b"200 OK", stream.recv(65536))
            time.sleep(5)
            stream.sendall(ask)
            self.assertIn(b"401 ", stream.recv(65536))

    def test_unknown_and_of_another_authority(self):
        self.assert_refused(self.server.entities(shown=self.server.town.issue("unknown")), "no machine is registered")
        other = Authority(self.folder, "other").issue("gauge-2")
        self.assertEqual(subject_of(other[0]), subject_of(self.two[0]))
        self.assert_refused(self.server.entities(shown=other), "not accepted")
        wrong = self.server.town.issue("server-like", subject="/O=Aoi/CN=gauge-2", usage="serverAuth")
        self.assert_refused(self.server.entities(shown=wrong), "not accepted")

    def test_self_signed_is_accepted_where_just_that_one_was_registered(self):
        shown = self_signed(self.folder, "pinned")
        self.assert_refused(self.server.entities(shown=shown), "not accepted")
        made = self.server.register(thumbprint=fingerprint_of(shown[0]))
        self.assertEqual(self.server.entities(shown=shown)[0], 200)
        self.server.json("DELETE", f"/musubi/v1/machines/{made['id']}")
        self.assert_refused(self.server.entities(shown=shown), "not accepted")

    def test_refusals_are_in_the_journal(self):
        self.server.entities(shown=self.server.town.issue("for the journal"))
        told = json.dumps(self.server.journal("refusal"))
        self.assertIn("no machine is registered with the certificate", told)
        made = [e for e in self.server.journal("machine-made") if e["details"]["machine"] == self.first["id"]]
        self.assertEqual(made[0]["details"]["method"], "self_signed_tls_client_auth")

    def test_forged_headers_of_a_proxy_are_no_certificate(self):
        pem = self.one[0].read_text().replace("\n", "%0A")
        for name in ("X-Client-Cert", "X-SSL-Cert", "X-Forwarded-Client-Cert", "Client-Cert", "SSL_CLIENT_CERT",
                     "X-Forwarded-User", "X-Forwarded-For", "X-Real-IP"):
            answer = self.server.entities({"Authorization": "", name: pem})
            self.assertEqual(answer[0], 401, name)
        answer = self.server.entities({"X-Client-Cert": pem}, shown=self.two)  # it stays who it is
        self.assertEqual(answer[0], 200)
        listed = {one["id"]: one for one in self.server.json("GET", "/musubi/v1/machines")[2]}
        self.assertIn("usedAt", listed[self.second["id"]])

    def test_a_certificate_and_somebody_elses_credentials_are_refused(self):
        secret = self.server.register(secret=True)
        token = self.server.token({}, basic(secret["id"], secret["secret"]))[2]["access_token"]
        self.assertEqual(self.server.entities(bearer(token))[0], 200)
        self.assert_refused(self.server.entities(bearer(token), self.one), "somebody else's")
        self.assert_refused(self.server.entities(bearer(self.server.key), self.one), "somebody else's")

    def test_two_authorization_headers_are_refused(self):
        both = {"Authorization": [f"Bearer {self.server.key}", f"Bearer {self.server.key}"]}
        self.assert_refused(self.server.entities(both, self.server.town.issue("two-headers")), "two Authorization")
        self.assert_refused(self.server.entities(both), "two Authorization")

    def test_a_certificate_names_one_machine(self):
        for again in ({"thumbprint": fingerprint_of(self.one[0])}, {"subject": "CN=gauge-2,O=Aoi"}):
            status, _, body = self.server.json("POST", "/musubi/v1/machines", {"role": "operator", **again})
            self.assertEqual(status, 409, body)

    def test_tokens_are_bound_to_the_certificate_they_were_made_with(self):
        form = {"client_id": self.first["id"]}
        status, told, made = self.server.token(form, shown=self.one)
        self.assertEqual((status, made["token_type"], told["Cache-Control"], told["Pragma"]),
                         (200, "Bearer", "no-store", "no-cache"))
        token = made["access_token"]
        self.assertEqual(self.server.entities(bearer(token), self.one)[0], 200)
        self.assert_refused(self.server.entities(bearer(token)), "bound to the certificate")
        self.assert_refused(self.server.entities(bearer(token), self.two), "bound to the certificate")
        for form, shown in ((form, self.two), (form, None), ({"client_id": self.second["id"]}, self.one)):
            status, told, body = self.server.token(form, shown=shown)
            self.assertEqual((status, body["error"]), (401, "invalid_client"), body)
            self.assertIn("Basic", told["WWW-Authenticate"])
        # A secret over a connection with somebody else's certificate.
        secret = self.server.register(secret=True)
        status, _, body = self.server.token({}, basic(secret["id"], secret["secret"]), self.one)
        self.assertEqual((status, body["error"]), (401, "invalid_client"))

    def test_the_end_of_a_machine_and_its_removal_hold_at_the_next_request(self):
        shown = self.server.town.issue("short-lived")
        until = (datetime.now(timezone.utc) + timedelta(seconds=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
        made = self.server.register(certificate=shown[0].read_text(), until=until)
        token = self.server.token({"client_id": made["id"]}, shown=shown)[2]["access_token"]
        self.assertEqual(self.server.entities(shown=shown)[0], 200)
        time.sleep(3.5)
        self.assert_refused(self.server.entities(shown=shown), "its end has come")
        self.assert_refused(self.server.entities(bearer(token), shown), "its end has come")
        self.assertEqual(self.server.token({"client_id": made["id"]}, shown=shown)[0], 401)


class Tokens(unittest.TestCase):
    """Client credentials (RFC 6749, 4.4), by secret and by private_key_jwt (RFC 7523)."""

    @classmethod
    def setUpClass(cls):
        cls.server = TlsServer()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.start()
        cls.issuer = f"https://127.0.0.1:{cls.server.port}"
        cls.audience = cls.issuer + "/musubi/v1/token"
        cls.signer = Signer(cls.server.folder, "k1")
        cls.machine = cls.server.register(keys={"keys": [cls.signer.public()]}, label="signs")
        cls.secret = cls.server.register(secret=True, label="secret", role="device")

    def ask(self, assertion, **form):
        return self.server.token({"client_assertion_type": ASSERTION, "client_assertion": assertion, **form})

    def assert_error(self, answer, status, error, words=""):
        self.assertEqual((answer[0], answer[2]["error"]), (status, error), answer[2])
        self.assertEqual(answer[1]["Cache-Control"], "no-store")
        self.assertIn(words, answer[2]["error_description"])

    def test_a_secret_gives_a_token_and_the_token_what_the_machine_may(self):
        status, told, made = self.server.token({}, basic(self.secret["id"], self.secret["secret"]))
        self.assertEqual((status, made["expires_in"], made["scope"]), (200, 600, "device"))
        token = made["access_token"]
        self.assertEqual(self.server.json("POST", "/ngsi-ld/v1/entities", {**GAUGE, "id": "urn:ngsi-ld:Gauge:t"},
                                          bearer(token))[0], 201)
        self.assertEqual(self.server.entities(bearer(token))[0], 403)
        signed_in = [e for e in self.server.journal("sign-in") if e["subject"] == f"machine:{self.secret['id']}"]
        self.assertEqual(signed_in[0]["details"]["method"], "client_secret_basic")
        self.assertNotIn(token[15:], self.server.printed())

    def test_a_signature_gives_a_token(self):
        for audience in (self.audience, self.issuer, [self.audience, "https://elsewhere.example"]):
            status, _, made = self.ask(self.signer.assertion(self.machine["id"], audience))
            self.assertEqual(status, 200, made)
        self.assertEqual(self.server.entities(bearer(made["access_token"]))[0], 200)
        rsa = Signer(self.server.folder, "k2", "RS256")
        both = self.server.register(keys={"keys": [self.signer.public(), rsa.public()]})
        for signer in (self.signer, rsa):
            self.assertEqual(self.ask(signer.assertion(both["id"], self.audience))[0], 200)

    def test_wrong_secret_and_unknown_id_are_one_and_the_same(self):
        unknown = self.server.token({}, basic("abcdefghij", self.secret["secret"]))
        wrong = self.server.token({}, basic(self.secret["id"], "ms_wrong"))
        of_keys = self.server.token({}, basic(self.machine["id"], self.secret["secret"]))
        for answer in (unknown, wrong, of_keys):
            self.assert_error(answer, 401, "invalid_client", "not right")
            self.assertIn("Basic", answer[1]["WWW-Authenticate"])
        self.assertEqual(unknown[2], wrong[2])
        self.assertEqual(unknown[2], of_keys[2])

    def test_malformed_authorization(self):
        for header in ("Basic", "Basic !!!", "Basic " + base64.b64encode(b"no colon").decode(),
                       "Basic " + base64.b64encode(b"%zz:%zz").decode(), "Bearer x", "Digest x"):
            self.assert_error(self.server.token({}, {"Authorization": header}), 401, "invalid_client")

    def test_errors_are_to_the_letter_of_rfc_6749(self):
        good = basic(self.secret["id"], self.secret["secret"])
        form = self.server.json_of_form
        self.assert_error(form({}, good), 400, "invalid_request", "grant_type")
        self.assert_error(form({"grant_type": ""}, good), 400, "invalid_request", "grant_type")
        self.assert_error(form({"grant_type": "password"}, good), 400, "unsupported_grant_type")
        self.assert_error(form({"grant_type": "authorization_code"}, good), 400, "unsupported_grant_type")
        self.assert_error(form("grant_type=client_credentials&grant_type=client_credentials", good), 400,
                          "invalid_request", "twice")
        self.assert_error(self.server.token({"scope": "operator"}, good), 400, "invalid_scope")
        self.assertEqual(self.server.token({"scope": "device", "unknown": "x"}, good)[0], 200)
        self.assert_error(self.server.token({"client_id": self.machine["id"]}, good), 400, "invalid_request")
        self.assertEqual(self.server.token({"client_id": self.secret["id"]}, good)[0], 200)
        self.assert_error(self.server.token({}), 400, "invalid_request", "nothing says who asks")
        self.assert_error(self.server.token({"client_id": self.secret["id"], "client_secret": self.secret["secret"]}),
                          400, "invalid_request", "Basic")
        twice = {"Authorization": [good["Authorization"]] * 2}
        self.assert_error(self.server.token({}, twice), 400, "invalid_request", "one way")
        both = {"client_assertion_type": ASSERTION,
                "client_assertion": self.signer.assertion(self.machine["id"], self.audience)}
        self.assert_error(self.server.token(both, good), 400, "invalid_request", "one way")
        status, _, text = self.server.request("POST", "/musubi/v1/token", json.dumps({"grant_type": "client_credentials"}),
                                              {"Content-Type": "application/json", **good})
        self.assertEqual((status, json.loads(text)["error"]), (400, "invalid_request"))
        self.assertEqual(self.server.request("GET", "/musubi/v1/token")[0], 405)

    def test_malformed_assertions(self):
        good = self.signer.assertion(self.machine["id"], self.audience)
        for text in ("", "a", "a.b", "a.b.c", good[:-4], good + "A", good + ".x", "." + good, good.replace(".", "..", 1),
                     encoded({"alg": "ES256"}) + ".e30.", encoded(b"[]") + ".e30.AAAA", "x" * 30_000):
            answer = self.ask(text)
            self.assertIn((answer[0], answer[2]["error"]), ((401, "invalid_client"), (400, "invalid_request")), text[:80])

    def test_none_and_mixed_algorithms(self):
        machine = self.machine["id"]
        head, body, _ = self.signer.assertion(machine, self.audience).split(".")
        for algorithm in ("none", "None", "nOnE", ""):
            unsigned = f"{encoded({'alg': algorithm})}.{body}."
            self.assert_error(self.ask(unsigned), 401, "invalid_client")
        self.assert_error(self.ask(f"{encoded({'alg': 'none'})}.{body}.AAAA"), 401, "invalid_client")
        # Signed with the public key as if it were a shared secret.
        import hashlib
        import hmac
        for secret in (json.dumps(self.signer.public()).encode(), self.signer.public()["x"].encode()):
            text = f"{encoded({'alg': 'HS256', 'kid': 'k1'})}.{body}"
            mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
            self.assert_error(self.ask(f"{text}.{encoded(mac)}"), 401, "invalid_client")
        # An ES256 key, and a header that says another algorithm of two halves.
        for algorithm in ("RS256", "PS256", "ES384", "EdDSA", "ES256K"):
            self.assert_error(self.ask(self.signer.assertion(machine, self.audience, {"alg": algorithm})), 401,
                              "invalid_client")

    def test_keys_that_an_assertion_brings_along_are_not_believed(self):
        other = Signer(self.server.folder, "k1-of-another")
        for header in ({"jwk": other.public()}, {"jku": "https://127.0.0.1/keys"}, {"x5c": ["MII"]}, {"crit": ["exp"]}):
            text = other.assertion(self.machine["id"], self.audience, {"kid": "k1", **header})
            self.assert_error(self.ask(text), 401, "invalid_client")

    def test_another_machines_key_and_another_machines_name(self):
        other = Signer(self.server.folder, "k1b")
        theirs = self.server.register(keys={"keys": [other.public()]})
        for machine, signer in ((self.machine["id"], other), (theirs["id"], self.signer), ("abcdefghij", self.signer),
                                (self.secret["id"], self.signer)):
            self.assert_error(self.ask(signer.assertion(machine, self.audience)), 401, "invalid_client")
        about = self.signer.assertion(self.machine["id"], self.audience, sub=theirs["id"])
        self.assert_error(self.ask(about), 401, "invalid_client")
        by = self.signer.assertion(self.machine["id"], self.audience, iss=theirs["id"])
        self.assert_error(self.ask(by), 401, "invalid_client", "/iss")
        named = self.ask(self.signer.assertion(self.machine["id"], self.audience), client_id=theirs["id"])
        self.assert_error(named, 400, "invalid_request")

    def test_wrong_audience(self):
        for audience in ("https://elsewhere.example/musubi/v1/token", self.audience + "/", self.issuer.replace("https", "http"),
                         "", [], None, ["https://elsewhere.example"]):
            self.assert_error(self.ask(self.signer.assertion(self.machine["id"], audience)), 401, "invalid_client", "/aud")
        # The Host header says nothing of who is meant.
        text = self.signer.assertion(self.machine["id"], "https://elsewhere.example/musubi/v1/token")
        status, _, body = self.server.request(
            "POST", "/musubi/v1/token", urlencode({"grant_type": "client_credentials", "client_assertion_type": ASSERTION,
                                                   "client_assertion": text}),
            {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "", "X-Forwarded-Host": "elsewhere.example"})
        self.assertEqual((status, json.loads(body)["error"]), (401, "invalid_client"))

    def test_times(self):
        now, machine = int(time.time()), self.machine["id"]
        for claims, where in (({"exp": now - 600}, "/exp"), ({"exp": None}, "/exp"), ({"exp": "soon"}, "/exp"),
                              ({"exp": now + 3600}, "/exp"), ({"exp": 10**30}, ""), ({"nbf": now + 600}, "/nbf"),
                              ({"iat": now + 600}, "/iat"), ({"jti": None}, "/jti"), ({"jti": ""}, "/jti"),
                              ({"jti": "x" * 1000}, "/jti"), ({"jti": 7}, "/jti")):
            self.assert_error(self.ask(self.signer.assertion(machine, self.audience, **claims)), 401, "invalid_client", where)
        # Clocks that are a minute apart.
        for apart in (-60, 60):
            claims = {"iat": now + apart, "nbf": now + apart, "exp": now + apart + 120}
            self.assertEqual(self.ask(self.signer.assertion(machine, self.audience, **claims))[0], 200)

    def test_an_assertion_is_good_once_and_a_restart_forgets_none(self):
        text = self.signer.assertion(self.machine["id"], self.audience)
        self.assertEqual(self.ask(text)[0], 200)
        self.assert_error(self.ask(text), 401, "invalid_client", "used before")
        again = self.signer.assertion(self.machine["id"], self.audience, jti="the-same-again")
        self.assertEqual(self.ask(again)[0], 200)
        self.assert_error(self.ask(self.signer.assertion(self.machine["id"], self.audience, jti="the-same-again")), 401,
                          "invalid_client", "used before")
        # Another machine may use the same one.
        other = Signer(self.server.folder, "k3")
        theirs = self.server.register(keys={"keys": [other.public()]})
        self.assertEqual(self.ask(other.assertion(theirs["id"], self.audience, jti="the-same-again"))[0], 200)
        token = self.ask(self.signer.assertion(self.machine["id"], self.audience))[2]["access_token"]
        port, self.server.process = self.server.port, self.server.process
        self.server.process.kill()
        self.server.process.wait()
        import runner.server as module
        keep, module.free_port = module.free_port, lambda: port
        try:
            self.server.start()
        finally:
            module.free_port = keep
        self.assert_error(self.ask(text), 401, "invalid_client", "used before")
        self.assertEqual(self.server.entities(bearer(token))[0], 401)  # tokens live in memory

    def test_many_at_once_use_an_assertion_once(self):
        import threading
        text = self.signer.assertion(self.machine["id"], self.audience)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.ask(text)[0])) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((answers.count(200), answers.count(401)), (1, 11))

    def test_the_key_of_a_removed_machine(self):
        signer = Signer(self.server.folder, "k4")
        made = self.server.register(keys={"keys": [signer.public()]})
        token = self.ask(signer.assertion(made["id"], self.audience))[2]["access_token"]
        self.assertEqual(self.server.entities(bearer(token))[0], 200)
        self.assertEqual(self.server.json("DELETE", f"/musubi/v1/machines/{made['id']}")[0], 204)
        self.assertEqual(self.server.entities(bearer(token))[0], 401)
        self.assert_error(self.ask(signer.assertion(made["id"], self.audience)), 401, "invalid_client")
        removed = [e["details"]["machine"] for e in self.server.journal("machine-removed")]
        self.assertIn(made["id"], removed)

    def test_malformed_and_foreign_tokens(self):
        token = self.server.token({}, basic(self.secret["id"], self.secret["secret"]))[2]["access_token"]
        for text in ("mt_", "mt_x", token[:-1], token + "a", token.upper(), token[:13], "mt_" + "a" * 10 + token[13:],
                     token.replace("mt_", "mk_"), token[3:], "mt_" + "a" * 60_000 if False else "mt_" + "a" * 9000):
            answer = self.server.entities(bearer(text))
            self.assertEqual(answer[0], 401, text[:60])

    def test_the_metadata_say_how(self):
        status, told, said = self.server.json("GET", "/.well-known/oauth-authorization-server", None, {"Authorization": ""})
        self.assertEqual((status, said["issuer"], said["token_endpoint"]), (200, self.issuer, self.audience))
        self.assertEqual(said["token_endpoint_auth_methods_supported"],
                         ["client_secret_basic", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"])
        self.assertEqual((said["grant_types_supported"], said["tls_client_certificate_bound_access_tokens"]),
                         (["client_credentials"], True))

    def test_private_keys_and_weak_ones_are_not_registered(self):
        from certificates import openssl
        weak = pathlib.Path(self.server.folder) / "weak.pem"
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-out", weak)
        small = Signer.__new__(Signer)
        small.algorithm, small.name, small.file = "RS256", "weak", weak
        public = self.signer.public()
        for keys in ({"keys": [{**public, "d": public["x"]}]}, {"keys": [small.public()]}, {"keys": []}, {}, [],
                     {"keys": [{"kty": "oct", "k": "AAAA"}]}, {"keys": [public, {"kty": "odd"}]}):
            status, _, body = self.server.json("POST", "/musubi/v1/machines", {"role": "reader", "keys": keys})
            self.assertEqual(status, 400, body)
            self.assertTrue(body["instance"].startswith("/keys"), body)

    def test_the_command_line_registers_lists_and_removes(self):
        server = f"http://127.0.0.1:{self.server.plain}"
        keys = pathlib.Path(self.server.folder) / "keys.json"
        keys.write_text(json.dumps({"keys": [Signer(self.server.folder, "k5").public()]}))
        code, said, why = musubi("machine", "add", "--server", server, "--role", "reader", "--label", "a program",
                                 "--keys", keys, "--until", "2099-03-31T15:00:00Z", key=self.server.key)
        self.assertEqual(code, 0, why)
        made = json.loads(said)
        self.assertEqual((made["method"], made["keyIds"], made["until"]), ("private_key_jwt", ["k5"], "2099-03-31T15:00:00Z"))
        code, said, _ = musubi("machine", "list", "--server", server, key=self.server.key)
        self.assertIn(made["id"], [one["id"] for one in json.loads(said)])
        code, said, _ = musubi("machine", "add", "--server", server, "--secret", key=self.server.key)
        self.assertTrue(json.loads(said)["secret"].startswith("ms_"))
        code, _, _ = musubi("machine", "remove", "--server", server, made["id"], key=self.server.key)
        self.assertEqual(code, 0)
        code, _, why = musubi("machine", "add", "--server", server, "--secret", "--keys", keys, key=self.server.key)
        self.assertNotEqual(code, 0)
        self.assertIn("one way", why)


class KeysWithAnEnd(unittest.TestCase):
    def test_a_key_ends_for_requests_subscriptions_and_the_live_feed(self):
        with Server(BINARY) as server:
            until = (datetime.now(timezone.utc) + timedelta(seconds=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
            made = json.loads(server.request("POST", "/musubi/v1/keys", json.dumps({"role": "reader", "until": until}),
                                             {"Content-Type": "application/json"})[2])["key"]
            code, said, _ = musubi("key", "list", "--server", server.url, key=server.key)
            self.assertIn(until, said)
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as feed:
                feed.sendall(f"GET /musubi/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {made}\r\n\r\n".encode())
                self.assertIn(b"200 OK", feed.recv(4096))
                time.sleep(4.5)
                status, _, body = server.request("GET", "/ngsi-ld/v1/entities?type=Gauge", headers=bearer(made))
                self.assertEqual(status, 401)
                self.assertIn("ended at", json.loads(body)["detail"])
                server.request("POST", "/ngsi-ld/v1/entities", json.dumps(GAUGE), {"Content-Type": "application/json"})
                got = b""
                feed.settimeout(10)
                while part := feed.recv(4096):
                    got += part
                self.assertNotIn(b"event: change", got)


for case in (Tls, TlsConfiguration, RequiredCertificates, Certificates, Tokens, KeysWithAnEnd):
    unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")(case)

if __name__ == "__main__":
    unittest.main()
