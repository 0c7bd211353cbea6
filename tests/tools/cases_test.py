"""The reader and the comparer of .case files: what must differ, differs."""
import email.message
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from runner.cases import (BadCase, Step, compare, expand, match_json, match_text,  # noqa: E402
                          parse_expected, read_case)


def read(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a.case"
        path.write_text(text, encoding="utf-8")
        return read_case(path)


def head(**fields):
    message = email.message.Message()
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    return message


class Reading(unittest.TestCase):
    TEXT = """# name: two steps
# clause: 5.6.1

POST /a
Accept: application/json

{"x": 1}
----
201
Location: /a/{{=id}}
====
# a remark
@within 2 s
GET /a
----
200

[...]
"""

    def test_reads_steps_with_their_lines(self):
        case = read(self.TEXT)
        self.assertEqual((case.name, case.clause, case.tenant, case.server),
                         ("two steps", "5.6.1", "own", "empty"))
        other = read("# name: a\n# clause: b\n# server: river\n# tenant: default\n\nGET /a\n----\n200\n")
        self.assertEqual((other.tenant, other.server), ("default", "river"))
        post, get = case.steps
        self.assertEqual((post.line, post.method, post.target, post.body, post.status),
                         (4, "POST", "/a", '{"x": 1}', 201))
        self.assertEqual(post.headers, [("Accept", "application/json")])
        self.assertEqual(post.expected_headers, [("Location", "/a/{{=id}}")])
        self.assertEqual((get.line, get.within, get.expected_body), (14, 2.0, "[...]"))

    def test_refuses_what_is_no_case(self):
        for text in ("GET /a\n----\n200\n", "# name: a\n# clause: b\n\nGET /a\n",
                     "# name: a\n# clause: b\n\nGET /a b\n----\n200\n",
                     "# name: a\n# clause: b\n\nGET /a\n----\nok\n",
                     "# name: a\n# clause: b\n# server: sea\n\nGET /a\n----\n200\n"):
            with self.assertRaises(BadCase):
                read(text)

    def test_expands_requests(self):
        self.assertEqual(expand('{{repeat:3:[}}{{hex:c328}}{{id}}', {"id": "x"}), b"[[[\xc3\x28x")
        with self.assertRaises(BadCase):
            expand("{{nobody}}", {})


class Comparing(unittest.TestCase):
    def same(self, expected, actual, variables=None):
        return match_json(parse_expected(expected), actual, {} if variables is None else variables)

    def test_whole_bodies(self):
        self.assertIsNone(self.same('{"a": [1, 2.5, true, null]}', {"a": [1.0, 2.5, True, None]}))
        for expected, actual in (('{"a": 1}', {"a": 1, "b": 2}), ('{"a": 1}', {}), ('[1]', [1, 2]),
                                 ('[1, 2]', [2, 1]), ('1', True), ('{"a": 1}', {"a": "1"})):
            self.assertIsNotNone(self.same(expected, actual), (expected, actual))

    def test_parts_of_bodies(self):
        self.assertIsNone(self.same('{"a": 1, ...}', {"a": 1, "b": 2}))
        self.assertIsNone(self.same('[{"a": "...", ...}, ...]', [{"x": 1}, {"a": "...", "b": 1}]))
        self.assertIsNotNone(self.same('{"a": 2, ...}', {"a": 1, "b": 2}))
        self.assertIsNotNone(self.same('{"a": "{{absent}}", ...}', {"a": 1}))

    def test_any_order(self):
        self.assertIsNone(self.same('["{{unordered}}", 1, 2]', [2, 1]))
        self.assertIsNotNone(self.same('["{{unordered}}", 1, 1]', [2, 1]))

    def test_kinds_and_captures(self):
        variables = {}
        self.assertIsNone(self.same('{"t": "{{=when:time}}", "n": "{{number}}", "x": "{{any}}"}',
                                    {"t": "2021-08-14T08:50:00Z", "n": 3, "x": []}, variables))
        self.assertEqual(variables, {"when": "2021-08-14T08:50:00Z"})
        self.assertIsNone(self.same('"{{when}}"', "2021-08-14T08:50:00Z", variables))
        self.assertIsNotNone(self.same('"{{when}}"', "2021-08-14T08:50:01Z", variables))
        self.assertIsNotNone(self.same('{"t": "{{time}}"}', {"t": "yesterday"}))
        self.assertTrue(match_text("/a/{{=id}}", "/a/7", variables))
        self.assertEqual(variables["id"], "7")
        self.assertIsNone(self.same('"{{=entry:number}}"', 12, variables))
        self.assertEqual(variables["entry"], 12)
        self.assertIsNotNone(self.same('"{{=entry:number}}"', "12", variables))

    def test_answers(self):
        step = Step(1, "GET", "/", [], "", status=404, problem="ResourceNotFound")
        body = (b'{"type": "https://uri.etsi.org/ngsi-ld/errors/ResourceNotFound",'
                b' "title": "t", "status": 404, "detail": "d"}')
        good = head(Content_Type="application/problem+json")
        self.assertIsNone(compare(step, 404, good, body, {}))
        self.assertIsNotNone(compare(step, 400, good, body, {}))
        self.assertIsNotNone(compare(step, 404, head(Content_Type="application/json"), body, {}))
        self.assertIsNotNone(compare(step, 404, good, body.replace(b'"d"', b'""'), {}))
        self.assertIsNotNone(compare(step, 404, good, body.replace(b"Resource", b""), {}))
        # A problem says the status it is sent with, asked for or not.
        plain = Step(1, "GET", "/", [], "", status=404)
        self.assertIsNone(compare(plain, 404, good, body, {}))
        self.assertIsNotNone(compare(plain, 404, good, body.replace(b"404", b"400"), {}))
        step = Step(1, "GET", "/", [], "", status=200, expected_headers=[("X", "{{absent}}")])
        self.assertIsNone(compare(step, 200, head(), b"", {}))
        self.assertIsNotNone(compare(step, 200, head(X="1"), b"", {}))
        self.assertIsNotNone(compare(Step(1, "GET", "/", [], "", status=204), 204, head(), b"x", {}))

    def test_a_header_that_comes_twice_is_one_list(self):
        step = Step(1, "GET", "/", [], "", status=200, expected_headers=[("Link", "a, b")])
        twice = head(Link="a")
        twice["Link"] = "b"
        self.assertIsNone(compare(step, 200, twice, b"", {}))
        self.assertIsNotNone(compare(step, 200, head(Link="b"), b"", {}))


if __name__ == "__main__":
    unittest.main()
