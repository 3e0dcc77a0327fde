"""Files fetched from a server of our own, and put in place by hand."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from compare.downloads import Download, fetched
from compare.errors import InputError
from compare.judgments.public_sets import (
    open_analogies,
    open_similarity,
    public_sets,
)

CONTENT = b"sun moon 4.5\nsun sand 2.0\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    served = tmp_path / "served"
    served.mkdir()
    (served / "a file.txt").write_bytes(CONTENT)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    one = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served)))
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{one.server_port}/"
    one.shutdown()


def download(url: str, content: bytes = CONTENT, algorithm: str = "sha256") -> Download:
    checksum = f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"
    return Download("pairs", url, "judgments/pairs/a file.txt", checksum, len(content))


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_a_file_is_fetched_checked_and_kept(server: str, algorithm: str) -> None:
    one = download(server + "a file.txt", algorithm=algorithm)
    told: list[int] = []
    assert not one.is_here
    place = fetched(one, progress=lambda done, total, *, unit, loss=None: told.append(done))
    assert place.read_bytes() == CONTENT
    assert one.is_here
    assert told[-1] == len(CONTENT)
    assert fetched(download("http://127.0.0.1:9/nobody", algorithm=algorithm)) == place


def test_another_content_is_refused_and_leaves_nothing(server: str) -> None:
    one = download(server + "a file.txt", content=b"something else")
    with pytest.raises(InputError, match="another checksum"):
        fetched(one)
    assert not list(one.place.parent.iterdir())


def test_a_missing_page_is_told(server: str) -> None:
    with pytest.raises(InputError, match="404"):
        fetched(download(server + "missing.txt"))


def test_without_a_network_the_error_says_where_to_put_the_file() -> None:
    one = download("http://127.0.0.1:9/a file.txt")
    with pytest.raises(InputError) as caught:
        fetched(one)
    assert str(one.place) in str(caught.value)
    assert "a%20file.txt" in str(caught.value)
    one.place.parent.mkdir(parents=True, exist_ok=True)
    one.place.write_bytes(CONTENT)
    assert fetched(one) == one.place


def test_a_damaged_file_is_told_and_kept() -> None:
    one = download("http://127.0.0.1:9/x")
    one.place.parent.mkdir(parents=True)
    one.place.write_bytes(CONTENT[:-3])
    with pytest.raises(InputError, match="delete it"):
        fetched(one)
    assert one.place.exists()


def test_every_public_set_is_whole_and_pinned() -> None:
    names = [one.name for one in public_sets()]
    assert len(set(names)) == len(names)
    assert {"MEN", "RW", "SimVerb-3500", "RG-65", "MTurk-771", "BATS"} <= set(names)
    for one in public_sets():
        assert one.n_items > 0
        assert one.citation
        for file in one.files:
            assert file.checksum.startswith("sha256:")
            assert len(file.checksum) == 71
            assert any(len(part) == 40 for part in file.url.split("/")), "no pinned revision"
    assert len(next(one for one in public_sets() if one.name == "BATS").files) == 40


def test_the_bundled_sets_hold_what_the_list_says() -> None:
    for one in public_sets():
        if not one.files and one.kind == "similarity":
            assert len(open_similarity(one.name).pairs) == one.n_items
        elif not one.files:
            assert open_analogies(one.name).n_questions == one.n_items


def test_sets_of_the_real_data_match_their_checksums(data_folder: Path) -> None:
    by_file = {f.path.split("/")[-1]: (one, f) for one in public_sets() for f in one.files}
    found = 0
    for path in (data_folder / "similarity").iterdir():
        if path.name in by_file:
            one, file = by_file[path.name]
            file.place.parent.mkdir(parents=True, exist_ok=True)
            file.place.write_bytes(path.read_bytes())
            assert len(open_similarity(one.name).pairs) == one.n_items
            found += 1
    assert found >= 4


def test_an_unknown_set_gets_the_nearest_name() -> None:
    with pytest.raises(InputError, match="SimVerb-3500"):
        open_similarity("SimVerb3500")
    with pytest.raises(InputError, match="BATS"):
        open_analogies("bats")
