"""Machines by their certificates (RFC 8705), and what is refused, each by its name."""
import json
import pathlib
import ssl
import subprocess
import sys
import time
import unittest
from datetime import datetime, timedelta, timezone

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from certificates import Authority, fingerprint_of, self_signed, subject_of  # noqa: E402
from tls_server import BINARY, GAUGE, TlsServer, basic, bearer  # noqa: E402


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
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


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
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
        another = {**GAUGE, "id": "urn:ngsi-ld:Gauge:2"}
        self.assertEqual(self.server.json("POST", "/ngsi-ld/v1/entities", another, shown=self.one)[0], 403)
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


if __name__ == "__main__":
    unittest.main()
