"""People over HTTP, where a case can not tell: equal work, time that passes, kill -9, the command line."""
import json
import os
import pathlib
import re
import signal
import sys
import tempfile
import time
import unittest
from datetime import datetime, timedelta, timezone

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests" / "tools"))
from commands_test import musubi  # noqa: E402
from runner.people import PASSWORD, accept, ask, invite, operate  # noqa: E402
from runner.server import Server  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MUSUBI_BINARY", ROOT / "build/release/musubi"))


def computations(server):
    metrics = server.request("GET", "/metrics")[2]
    text = metrics.decode() if isinstance(metrics, bytes) else metrics
    return int(float(re.search(r"^musubi_password_computations (\S+)$", text, re.M)[1]))


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class People(unittest.TestCase):
    def test_an_unknown_name_a_wrong_password_and_a_disabled_person_take_the_same_work(self):
        with Server(BINARY) as server:
            accept(server, "known")
            disabled, _ = accept(server, "disabled")
            operate(server, "PATCH", f"/musubi/v1/people/{disabled}", {"disabled": True})
            answers = []
            for name, password in (("known", "not the right one"), ("nobody", "not the right one"),
                                   ("disabled", PASSWORD), ("disabled", "not the right one")):
                before = computations(server)
                status, body, cookie = ask(server, "POST", "/musubi/v1/session",
                                           {"name": name, "password": password})
                answers.append((status, body, cookie, computations(server) - before))
            self.assertEqual(answers[0][0], 401)
            self.assertEqual(answers[0][3], 1)
            self.assertEqual(answers, [answers[0]] * 4)

    def test_a_role_that_ends_in_mid_session_is_over_at_that_moment(self):
        with Server(BINARY) as server:
            until = datetime.now(timezone.utc) + timedelta(seconds=10)
            _, cookie = accept(server, "short", until=until.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
            reads = lambda: ask(server, "GET", "/musubi/v1/contexts", cookie=cookie)[0]
            self.assertEqual(reads(), 200)
            time.sleep(max(0.0, (until - datetime.now(timezone.utc)).total_seconds()) + 0.05)
            self.assertEqual(reads(), 403)
            self.assertEqual(ask(server, "GET", "/musubi/v1/me", cookie=cookie)[0], 200)

    def test_what_was_acknowledged_holds_after_a_kill(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(BINARY, data=pathlib.Path(folder) / "town")
            with server:
                person, cookie = accept(server, "kept")
                code = invite(server, "later")
                used = invite(server, "used")
                self.assertEqual(ask(server, "POST", "/musubi/v1/invitations/accept",
                                     {"code": used, "password": PASSWORD})[0], 201)
                gone, gone_cookie = accept(server, "gone")
                _, codes, _ = ask(server, "POST", "/musubi/v1/me/recovery-codes", cookie=cookie)
                self.assertEqual(ask(server, "POST", "/musubi/v1/session",
                                     {"name": "kept", "recoveryCode": codes["codes"][0]})[0], 201)
                self.assertEqual(operate(server, "PATCH", f"/musubi/v1/people/{gone}",
                                         {"disabled": True})[0], 204)
                key = server.key
                server.process.send_signal(signal.SIGKILL)
                server.process.wait()
                server.start()
                server.key = key
                self.assertEqual(ask(server, "GET", "/musubi/v1/me", cookie=cookie)[0], 200)
                self.assertEqual(ask(server, "GET", "/musubi/v1/me", cookie=gone_cookie)[0], 401)
                for opened, status in ((code, 201), (used, 404)):
                    self.assertEqual(ask(server, "POST", "/musubi/v1/invitations/accept",
                                         {"code": opened, "password": PASSWORD})[0], status)
                for secret, status in (({"recoveryCode": codes["codes"][0]}, 401),
                                       ({"recoveryCode": codes["codes"][1]}, 201),
                                       ({"password": PASSWORD}, 201)):
                    self.assertEqual(ask(server, "POST", "/musubi/v1/session",
                                         {"name": "kept", **secret})[0], status)
                self.assertIn(person, [p["id"] for p in operate(server, "GET", "/musubi/v1/people")[1]])

    def test_the_command_line_invites_gives_takes_and_disables(self):
        with Server(BINARY) as server:
            def run(*arguments):
                code, said, wrong = musubi("person", *arguments, "--server", server.url, key=server.key)
                return code, said or wrong
            code, said = run("invite", "--shown-as", "山田 花子", "--name", "yamada", "--role", "operator")
            self.assertEqual(code, 0, said)
            status, view, cookie = ask(server, "POST", "/musubi/v1/invitations/accept",
                                       {"code": json.loads(said)["code"], "password": PASSWORD})
            self.assertEqual((status, view["role"]), (201, "operator"))
            person = view["person"]["id"]
            code, said = run("grant", person, "--role", "reader", "--until", "2099-01-01T00:00:00Z")
            self.assertEqual(code, 0, said)
            self.assertEqual(run("revoke", person, json.loads(said)["id"])[0], 0)
            self.assertEqual(len(json.loads(run("list")[1])[0]["grants"]), 1)
            self.assertEqual(run("disable", person)[0], 0)
            self.assertEqual(ask(server, "GET", "/musubi/v1/me", cookie=cookie)[0], 401)
            self.assertEqual(run("enable", person)[0], 0)
            self.assertNotEqual(run("grant", person, "--role", "king")[0], 0)

    def test_neither_passwords_nor_codes_are_printed(self):
        with Server(BINARY) as server:
            code = invite(server, "quiet")
            _, _, cookie = ask(server, "POST", "/musubi/v1/invitations/accept",
                               {"code": code, "password": PASSWORD})
            ask(server, "POST", "/musubi/v1/session", {"name": "quiet", "password": "a wrong one here"})
            server.stop()
            printed = server.printed()
            for secret in (code, PASSWORD, cookie, cookie[11:], "a wrong one here"):
                self.assertNotIn(secret, printed)


if __name__ == "__main__":
    unittest.main()
