"""Two classes of one name in one namespace are one to the linker: which of them is called depends on
the order of the objects. No compiler says so, since no file sees both."""
import collections
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPENS = re.compile(r"^namespace ([\w:]+) \{", re.M)
DEFINES = re.compile(r"^(?:class|struct|enum class) (\w+)\b(?!::)[^;(]*?\{", re.M)


def definitions(text):
    """(namespace, name) of what a header defines at the outermost level of a namespace."""
    spaces = [(found.start(), found[1]) for found in OPENS.finditer(text)]
    stack, marks = [], sorted(spaces + [(found.start(), None) for found in
                                        re.finditer(r"^\}  // namespace", text, re.M)])
    for found in DEFINES.finditer(text):
        stack = []
        for at, name in marks:
            if at < found.start():
                stack = stack + [name] if name else stack[:-1]
        yield "::".join(stack), found[1]


def twice(folder):
    places = collections.defaultdict(list)
    for header in sorted(folder.rglob("*.h")):
        for name in definitions(header.read_text(encoding="utf-8")):
            places[name].append(str(header.relative_to(folder)))
    return {"::".join(name): found for name, found in places.items() if len(found) > 1}


class Names(unittest.TestCase):
    def test_no_class_is_defined_in_two_headers(self):
        self.assertEqual(twice(ROOT / "src"), {})

    def test_sees_two_of_one_name_and_not_what_is_apart(self):
        one = "namespace musubi {\nclass Reader {\n};\n}  // namespace musubi\n"
        other = "namespace musubi {\nnamespace geo {\nclass Reader final : public A {\n};\n"
        self.assertEqual(list(definitions(one)), [("musubi", "Reader")])
        self.assertEqual(list(definitions(other)), [("musubi::geo", "Reader")])
        self.assertEqual(list(definitions("namespace musubi {\nclass Reader;\n")), [])


if __name__ == "__main__":
    unittest.main()
