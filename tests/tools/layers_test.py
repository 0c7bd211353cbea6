"""tools/check_layers must go red for what it is there to find."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Layers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        shutil.copy(ROOT / "ARCHITECTURE.md", self.root)
        self.put("src/base/time.h", "#pragma once\n")
        self.put("src/model/entity.cpp", '#include "base/time.h"\n#include <vector>\n')

    def tearDown(self):
        self.folder.cleanup()

    def put(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def check(self):
        run = subprocess.run([ROOT / "tools/check_layers", self.root], capture_output=True, text=True)
        return run.returncode, run.stdout

    def test_accepts_the_arrows_of_the_table(self):
        self.assertEqual(self.check(), (0, ""))

    def test_the_project_itself_has_every_room_in_the_table(self):
        page = (ROOT / "ARCHITECTURE.md").read_text()
        for room in (ROOT / "src").iterdir():
            if room.is_dir():
                self.assertIn(f"`src/{room.name}/`", page)

    def test_refuses_an_arrow_that_is_not_in_the_table(self):
        self.put("src/base/clock.cpp", '\n#include "model/entity.h"\n')
        code, said = self.check()
        self.assertEqual(code, 1)
        self.assertIn("src/base/clock.cpp:2: 'base' may not include 'model'", said)

    def test_refuses_a_room_that_is_not_in_the_table(self):
        self.put("src/attic/box.h", "#pragma once\n")
        code, said = self.check()
        self.assertEqual(code, 1)
        self.assertIn("the room 'attic' is not in the table", said)

    def test_refuses_a_foreign_header_outside_its_place(self):
        self.put("src/store/committer.cpp", "#include <rocksdb/db.h>\n")
        self.put("src/store/rocksdb/disk.cpp", "#include <rocksdb/db.h>\n")
        self.put("src/model/query.cpp", "#include <boost/asio/io_context.hpp>\n")
        code, said = self.check()
        self.assertEqual(code, 1)
        self.assertIn("src/store/committer.cpp:1: <rocksdb/db.h> belongs to src/store/rocksdb/", said)
        self.assertIn("src/model/query.cpp:1: <boost/asio/io_context.hpp>", said)
        self.assertNotIn("src/store/rocksdb/disk.cpp", said)

    def test_refuses_a_file_that_grew_too_long(self):
        self.put("src/model/long.cpp", "\n" * 451)
        code, said = self.check()
        self.assertEqual(code, 1)
        self.assertIn("src/model/long.cpp: 451 lines", said)

    def test_refuses_two_rooms_that_include_each_other(self):
        page = self.root / "ARCHITECTURE.md"
        page.write_text(page.read_text().replace("access filter; no I/O | base |",
                                                 "access filter; no I/O | base store |"))
        code, said = self.check()
        self.assertEqual(code, 1)
        self.assertIn("'model' and 'store' include each other", said)


if __name__ == "__main__":
    unittest.main()
