"""A server that is told to stop while it computes the evidence of a gate: it ends soon, and nothing is half-saved."""
import sys
import threading
import time
import unittest

from commands_test import BINARY, ROOT
from other_processor_test import day, enter_rivers

sys.path.insert(0, str(ROOT / "tools"))
from runner.people import operate  # noqa: E402
from runner.server import Server  # noqa: E402

RIVERS = 150
JUDGED = 20  # each against all the others: half a minute of computing
SOON = 12    # seconds: what is answered is waited for 5 s, one of those judged for one more
STAGE = {"ofProject": "urn:ngsi-ld:Project:long", "kind": "pilot", "hypothesis": "下がる", "looks": 1,
         "estimator": "synthetic-control", "comparison": [f"川{river}" for river in range(JUDGED, RIVERS)],
         "expectations": [{"measure": "highest-level", "group": f"川{river}", "better": "down", "threshold": 0}
                          for river in range(JUDGED)]}


@unittest.skipUnless(BINARY.exists(), f"needs {BINARY}")
class Stop(unittest.TestCase):
    def test_a_gate_that_is_computed_keeps_no_server_from_stopping(self):
        answers = []
        with Server(BINARY, ["--pack", "river", "--feed", "synthetic"]) as server:
            enter_rivers(server, RIVERS)
            stage = {**STAGE, "from": str(day(-20)), "to": str(day(30)), "baselineFrom": str(day(-95))}
            for path, body in (("/musubi/v1/loop", {"Project": {"long": {"title": "長い", "owner": "町"}},
                                                    "Stage": {"long": stage}}),
                               ("/musubi/v1/stages/long/enter", None)):
                self.assertEqual(operate(server, "POST", path, body)[0], 200)

            def open_gate():
                answers.append(operate(server, "POST", "/musubi/v1/gates", {"stage": "long"}))

            opening = threading.Thread(target=open_gate)
            opening.start()
            time.sleep(1)
            self.assertEqual(answers, [], "it is computed by now: judge more")
            # Only one is computed at a time: another one is told to come back.
            status, said = operate(server, "POST", "/musubi/v1/gates", {"stage": "long"})
            self.assertEqual(status, 503, said)
            self.assertIn("another gate is being opened", said["detail"])

            told = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - told, SOON)
            opening.join()
            status, said = answers[0]
            self.assertEqual(status, 503, said)
            self.assertIn("stopping", said["detail"])

            server.start()
            self.assertEqual(operate(server, "GET", "/musubi/v1/gates")[1]["items"], [])
            stage = operate(server, "GET", "/musubi/v1/loop/stages/long")[1]
            self.assertEqual((stage["state"], stage.get("gates")), ("open", None), "no look is spent")


if __name__ == "__main__":
    unittest.main()
