"""Two servers of the same program over the same data, so that one thing alone can differ."""
import contextlib
import shutil

from .peers import Server


@contextlib.contextmanager
def twins(bench, fill):
    """(one, other, what `fill(server)` returned): a server is filled and stopped, its folder copied, and
    both are started: data, keys, people and sessions are the same."""
    folder = bench.folder / "twins"
    first = Server(bench.binary, data=folder / "one")
    with first:
        made = fill(first)
        first.stop()
        shutil.copytree(folder / "one", folder / "other")
        first.start()
        second = Server(bench.binary, data=folder / "other")
        second.key = first.key  # only a first start prints it
        with second:
            yield first, second, made
    shutil.rmtree(folder)
