"""Reads .case files and compares answers with what they expect. tests/cases/README.md has the form."""
import dataclasses
import json
import pathlib
import re

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
PATTERNS = {
    "any": r".*",
    "text": r".+",
    "uuid": r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z",
    "number": r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?",
}
TOKEN = re.compile(r"\{\{(=?)((?:[^{}]|\{[^{}]*\})+)\}\}")
MORE = "{{...}}"
UNORDERED = "{{unordered}}"
SERVERS = ("empty", "river")


class BadCase(Exception):
    """The .case file itself is wrong."""


@dataclasses.dataclass
class Step:
    line: int
    method: str
    target: str
    headers: list
    body: str
    status: int = 0
    problem: str = ""
    expected_headers: list = dataclasses.field(default_factory=list)
    expected_body: str = ""
    within: float = 0.0


@dataclasses.dataclass
class Case:
    path: pathlib.Path
    name: str
    clause: str
    tenant: str  # "own": made for this file; "default": none is named
    server: str  # "empty", or "river": with the river pack, and one station above its threshold
    steps: list


# ---- reading -----------------------------------------------------------------------------------

def read_case(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    facts = {}
    for line in lines:
        if found := re.match(r"# (name|clause|tenant|server): (.+)$", line):
            facts.setdefault(found[1], found[2].strip())
    for fact in ("name", "clause"):
        if fact not in facts:
            raise BadCase(f"{path}: it needs a line '# {fact}: ...'")
    if facts.get("server", "empty") not in SERVERS:
        raise BadCase(f"{path}: '# server:' is one of {', '.join(SERVERS)}")
    steps, begin = [], 0
    for number, line in enumerate([*lines, "===="]):
        if line.rstrip() == "====":
            steps.append(read_step(path, lines[begin:number], begin + 1))
            begin = number + 1
    return Case(path, facts["name"], facts["clause"], facts.get("tenant", "own"),
                facts.get("server", "empty"), steps)


def read_step(path, lines, first):
    within = 0.0
    while lines and (not lines[0].strip() or lines[0].startswith(("#", "@"))):
        if lines[0].startswith("@"):
            if not (found := re.fullmatch(r"@within (\d+(?:\.\d+)?) ?s", lines[0].strip())):
                raise BadCase(f"{path}:{first}: '{lines[0]}': only '@within N s' is known")
            within = float(found[1])
        lines, first = lines[1:], first + 1
    marks = [i for i, line in enumerate(lines) if line.rstrip() == "----"]
    if len(marks) != 1:
        raise BadCase(f"{path}:{first}: a step has a request, one line '----', an answer")
    asked, answer = lines[:marks[0]], lines[marks[0] + 1:]
    words = asked[0].split(" ")
    if len(words) != 2:
        raise BadCase(f"{path}:{first}: '{asked[0]}' is not METHOD and path")
    headers, body = read_head(path, asked[1:], first + 1)
    step = Step(first, words[0], words[1], headers, body, within=within)
    status = answer[0].split() if answer else []
    if not status or not status[0].isdigit():
        raise BadCase(f"{path}:{first + marks[0] + 1}: the answer begins with its status")
    step.status, step.problem = int(status[0]), " ".join(status[1:])
    step.expected_headers, step.expected_body = read_head(path, answer[1:], first + marks[0] + 2)
    return step


def read_head(path, lines, first):
    headers = []
    for number, line in enumerate(lines):
        if not line.strip():
            return headers, "\n".join(lines[number + 1:]).strip()
        name, colon, value = line.partition(":")
        if not colon:
            raise BadCase(f"{path}:{first + number}: '{line}' is no header; a body stands "
                          "after an empty line")
        headers.append((name.strip(), value.strip()))
    return headers, ""


def expand(text, variables):
    """The request's text as bytes: {{name}}, {{repeat:N:text}}, {{number:N:text#}}, {{hex:ff}} replaced."""
    out, at = b"", 0
    for token in TOKEN.finditer(text):
        out += text[at:token.start()].encode()
        at = token.end()
        word, _, rest = token[2].partition(":")
        if word == "hex":
            out += bytes.fromhex(rest)
        elif word == "repeat":
            count, _, what = rest.partition(":")
            out += what.encode() * int(count)
        elif word == "number":
            count, _, what = rest.partition(":")
            out += "".join(what.replace("#", str(n)) for n in range(int(count))).encode()
        elif token[2] in variables:
            out += str(variables[token[2]]).encode()
        else:
            raise BadCase(f"nothing is known by the name {{{{{token[2]}}}}}")
    return out + text[at:].encode()


def parse_expected(text):
    """JSON in which `...` may stand for more members or elements."""
    out, inside, quoted, at = [], [], False, 0
    while at < len(text):
        char = text[at]
        if quoted:
            out.append(char)
            if char == "\\":
                at += 1
                out.append(text[at])
            quoted = char != '"'
        elif text.startswith("...", at):
            out.append(f'"{MORE}"' if inside and inside[-1] == "[" else f'"{MORE}": true')
            at += 2
        else:
            if char in "[{":
                inside.append(char)
            elif char in "]}":
                inside.pop()
            quoted = char == '"'
            out.append(char)
        at += 1
    return json.loads("".join(out))


# ---- comparing ---------------------------------------------------------------------------------

def match_text(expected, actual, variables):
    """True where `actual` is what `expected` describes; captures are put into `variables`."""
    pattern, names, at = "", [], 0
    for token in TOKEN.finditer(expected):
        pattern += re.escape(expected[at:token.start()])
        at = token.end()
        if token[1]:
            name, _, kind = token[2].partition(":")
            names.append(name)
            pattern += f"({PATTERNS[kind or 'text']})"
        elif token[2] in PATTERNS:
            pattern += f"(?:{PATTERNS[token[2]]})"
        elif token[2] in variables:
            pattern += re.escape(str(variables[token[2]]))
        else:
            raise BadCase(f"nothing is known by the name {{{{{token[2]}}}}}")
    found = re.fullmatch(pattern + re.escape(expected[at:]), actual, re.S)
    if found:
        variables.update(zip(names, found.groups()))
    return bool(found)


def match_json(expected, actual, variables, path="$"):
    """The first difference as text, or None."""
    if isinstance(expected, str):
        return match_json_text(expected, actual, variables, path)
    if isinstance(expected, dict):
        return match_object(expected, actual, variables, path)
    if isinstance(expected, list):
        return match_array(expected, actual, variables, path)
    same_kind = isinstance(expected, bool) == isinstance(actual, bool)
    if same_kind and expected == actual:
        return None
    return f"{path}: expected {json.dumps(expected)}, got {json.dumps(actual, ensure_ascii=False)}"


def match_json_text(expected, actual, variables, path):
    if expected == "{{any}}":
        return None
    if number := re.fullmatch(r"\{\{(?:=(\w+):)?number\}\}", expected):
        if isinstance(actual, (int, float)) and not isinstance(actual, bool):
            variables.update({number[1]: actual} if number[1] else {})
            return None
    elif isinstance(actual, str) and match_text(expected, actual, variables):
        return None
    return (f"{path}: expected {json.dumps(expected, ensure_ascii=False)}, "
            f"got {json.dumps(actual, ensure_ascii=False)}")


def match_object(expected, actual, variables, path):
    if not isinstance(actual, dict):
        return f"{path}: expected an object, got {json.dumps(actual, ensure_ascii=False)}"
    for name, value in expected.items():
        if name == MORE:
            continue
        if value == "{{absent}}":
            if name in actual:
                return f"{path}.{name}: is there, and should not be"
        elif name not in actual:
            return f"{path}.{name}: is missing"
        elif fault := match_json(value, actual[name], variables, f"{path}.{name}"):
            return fault
    extra = [name for name in actual if name not in expected]
    if extra and MORE not in expected:
        return f"{path}: has {', '.join(extra)} beyond what is expected"
    return None


def match_array(expected, actual, variables, path):
    if not isinstance(actual, list):
        return f"{path}: expected an array, got {json.dumps(actual, ensure_ascii=False)}"
    unordered = UNORDERED in expected
    more = MORE in expected
    wanted = [value for value in expected if value not in (UNORDERED, MORE)]
    if len(actual) < len(wanted) or (len(actual) > len(wanted) and not more):
        return f"{path}: expected {len(wanted)} elements, got {len(actual)}"
    if not unordered and not more:
        for index, (value, got) in enumerate(zip(wanted, actual)):
            if fault := match_json(value, got, variables, f"{path}[{index}]"):
                return fault
        return None
    left = list(actual)
    for index, value in enumerate(wanted):
        for got in left:
            if match_json(value, got, variables, path) is None:
                left.remove(got)
                break
        else:
            return f"{path}: nothing fits the expected element {index}: {json.dumps(value)}"
    return None


def compare(step, status, headers, body, variables):
    """The first difference between the answer and what the step expects, or None."""
    if status != step.status:
        return f"expected status {step.status}, got {status}"
    if body and headers.get_content_type() == "application/problem+json":
        if fault := match_any_problem(status, body):
            return fault
    if step.problem:
        if fault := match_problem(step.problem, headers, body):
            return fault
    for name, value in step.expected_headers:
        # A header that comes several times is one list (RFC 9110, 5.3).
        got = ", ".join(headers.get_all(name)) if name in headers else None
        if value == "{{absent}}":
            if got is not None:
                return f"header {name}: is there, and should not be: {got}"
        elif got is None:
            return f"header {name}: is missing"
        elif not match_text(value, got, variables):
            return f"header {name}: expected '{value}', got '{got}'"
    if status == 204 and body:
        return "204 with a body"
    if not step.expected_body:
        return None
    text = body.decode("utf-8", "replace")
    if step.expected_body[0] not in '[{"':
        if match_text(step.expected_body, text.strip(), variables):
            return None
        return f"body: expected '{step.expected_body}', got '{text.strip()}'"
    try:
        actual = json.loads(text)
    except ValueError as fault:
        return f"the body is no JSON: {fault}"
    return match_json(parse_expected(step.expected_body), actual, variables)


def match_any_problem(status, body):
    """What every problem says, whether the case asks for it or not (RFC 7807, 3.1)."""
    try:
        problem = json.loads(body)
    except ValueError as fault:
        return f"the problem is no JSON: {fault}"
    if not isinstance(problem, dict) or problem.get("status") != status:
        return f"the problem does not say status {status}: {body.decode('utf-8', 'replace')}"
    return None


def match_problem(name, headers, body):
    """RFC 7807 as GS CIM 009 v1.9.1, 5.5.2 and 6.3.2 want it, with a text that helps."""
    if headers.get_content_type() != "application/problem+json":
        return f"expected application/problem+json, got {headers.get('Content-Type')}"
    try:
        problem = json.loads(body)
    except ValueError as fault:
        return f"the problem is no JSON: {fault}"
    if not isinstance(problem, dict) or problem.get("type") != ERRORS + name:
        return f"expected a problem of type {ERRORS + name}, got {body.decode('utf-8', 'replace')}"
    for member in ("title", "detail"):
        if not isinstance(problem.get(member), str) or not problem[member]:
            return f"the problem has no {member}: {body.decode('utf-8', 'replace')}"
    return None
