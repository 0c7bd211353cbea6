"""The door: TLS, what it speaks and with whom, and what is refused, each by its name."""
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

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from certificates import Authority  # noqa: E402
from commands_test import musubi  # noqa: E402
from runner.server import free_port  # noqa: E402
from tls_server import BINARY, GAUGE, TlsServer  # noqa: E402


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
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


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
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


if __name__ == "__main__":
    unittest.main()
