"""Near spellings in messages; files whole or absent; keys by content; checkpoints without code."""

import hashlib
import io
import json
import pickle
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError

from compare import storage
from compare.checkpoints import MAGIC, load_state, save_state
from compare.errors import InputError, nearest_names
from compare.storage import (
    atomic_file,
    atomic_folder,
    check_target,
    check_writable,
    content_key,
    read_json,
    recover,
    write_json,
    write_text,
)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


class Touch:
    """A pickle that creates a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_nearest_names_offers_close_spellings_and_otherwise_lists_what_is_known():
    assert nearest_names("qeen", ["king", "queen"]) == "did you mean 'queen'?"
    assert nearest_names("bat", ["cat", "hat", "rat"], n=2).count(" or ") == 1
    assert nearest_names("xyz", ["king", "duke"]) == "known: duke, king"
    assert nearest_names("xyz", []) == "known: "
    many = nearest_names("xyz", (f"word{n:02}" for n in range(13)))
    assert many.startswith("known: word00, word01,")
    assert many.endswith("word11, …")
    assert "word12" not in many


def test_content_key_is_sha256_of_compact_json():
    assert content_key(1, "é") == hashlib.sha256('[1,"é"]'.encode()).hexdigest()
    assert content_key({"b": 1, "a": {"d": 2, "c": 3}}) == content_key(
        {"a": {"c": 3, "d": 2}, "b": 1}
    )
    assert content_key((1, 2)) == content_key([1, 2])


@settings(max_examples=50, deadline=None)
@given(JSON_VALUES, JSON_VALUES)
def test_content_keys_are_equal_exactly_where_the_json_is(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (content_key(one) == content_key(other)) == same
    assert content_key(one) == content_key(json.loads(json.dumps(one)))
    assert content_key(one, other) != content_key([one, other])


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_atomic_file_leaves_the_old_file_or_the_new_one_and_nothing_else(tmp_path, failure):
    target = tmp_path / "new" / "file.txt"
    with atomic_file(target) as temporary:
        temporary.write_text("old")
        assert not target.exists()

    def fail() -> None:
        with atomic_file(target) as temporary:
            temporary.write_text("half of the n")
            raise failure

    with pytest.raises(failure):
        fail()
    assert target.read_text() == "old"
    write_text(target, "new ü\n")
    assert target.read_bytes() == "new ü\n".encode()
    assert list(target.parent.iterdir()) == [target]


def test_a_failing_disk_is_told_as_a_path_that_cannot_be_written(tmp_path):
    target = tmp_path / "file.txt"
    with (
        pytest.raises(InputError, match=r"cannot write .*file\.txt: No space left.*bytes are free"),
        atomic_file(target),
    ):
        raise OSError(28, "No space left on device")
    with pytest.raises(InputError, match="No space left"), atomic_file(target):
        raise SafetensorError("Error while serializing: No space left on device (os error 28)")
    with pytest.raises(SafetensorError), atomic_file(target):
        raise SafetensorError("of something else")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot write"):
        write_text(tmp_path / "folder", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_path_below_a_file_is_refused_before_the_work(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"cannot write .*; give an output path"):
        check_writable(tmp_path / "file" / "result.txt")
    check_writable(tmp_path / "a" / "b" / "result.txt")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_atomic_folder_replaces_the_whole_folder_or_leaves_it(tmp_path):
    target = tmp_path / "run"
    with atomic_folder(target) as temporary:
        (temporary / "one.txt").write_text("1")

    def fail() -> None:
        with atomic_folder(target) as temporary:
            (temporary / "two.txt").write_text("2")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert [path.name for path in target.iterdir()] == ["one.txt"]
    with atomic_folder(target) as temporary:
        (temporary / "three.txt").write_text("3")
    assert [path.name for path in target.iterdir()] == ["three.txt"]
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_is_followed_and_stays(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    (real / "old").write_text("old")
    link.symlink_to(real)
    with atomic_folder(link) as temporary:
        (temporary / "new").write_text("new")
    assert link.is_symlink()
    assert [path.name for path in real.iterdir()] == ["new"]
    file, pointer = tmp_path / "file", tmp_path / "pointer"
    pointer.symlink_to(file)
    write_text(pointer, "text")
    assert pointer.is_symlink()
    assert file.read_text() == "text"


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_kill_between_two_renames_loses_neither_folder(tmp_path, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(storage, "exchanged", lambda *_: False)
    target = tmp_path / "run"
    renames = at = 0

    class Killed(BaseException):
        """Nothing after it runs, as after a kill."""

    def rename(self: Path, to: Path) -> None:
        nonlocal renames
        self.rename(to)
        renames += 1
        if renames == at:
            raise Killed

    for at in (1, 2, 3):  # noqa: B007 (read by rename)
        with atomic_folder(target) as temporary:
            (temporary / "content").write_text("old")
        renames = 0
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", rename)
            patch.setattr(storage, "remove", lambda _: None)
            try:
                with atomic_folder(target) as temporary:
                    (temporary / "content").write_text("new")
            except Killed:
                pass
        recover(target)
        assert (target / "content").read_text() in ("old", "new")
        assert not (tmp_path / ".run.before").exists()


def test_atomic_folder_does_not_replace_a_file(tmp_path):
    target = tmp_path / "notes"
    target.write_text("keep me")
    with pytest.raises(InputError, match="it is a file"), atomic_folder(target):
        pass
    assert target.read_text() == "keep me"
    assert list(tmp_path.iterdir()) == [target]


def test_json_is_written_sorted_and_read_back(tmp_path):
    path = tmp_path / "value.json"
    write_json(path, {"b": [1, 2.5], "a": "é"})
    expected = '{\n  "a": "é",\n  "b": [\n    1,\n    2.5\n  ]\n}\n'
    assert path.read_text(encoding="utf-8") == expected
    assert read_json(path) == {"a": "é", "b": [1, 2.5]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "nan.json", float("nan"))
    assert list(tmp_path.iterdir()) == [path]


def test_json_missing_or_damaged_is_told(tmp_path):
    with pytest.raises(InputError, match=r"no such file: .*none\.json"):
        read_json(tmp_path / "none.json")
    for damage in (b'{"a": ', b'{"a": "\xff"}', b""):
        (tmp_path / "cut.json").write_bytes(damage)
        with pytest.raises(InputError, match=r"cut\.json is damaged \(expected JSON\).*make it"):
            read_json(tmp_path / "cut.json")


def test_checkpoints_keep_tensors_and_plain_values(tmp_path):
    state = {"table": torch.arange(6.0).reshape(2, 3), "step": 7, "losses": [0.5, 0.25], "at": None}
    save_state(tmp_path / "state.pt", state)
    loaded = load_state(tmp_path / "state.pt")
    assert torch.equal(loaded.pop("table"), state.pop("table"))
    assert loaded == state


def test_a_checkpoint_that_carries_code_is_refused_and_not_run(tmp_path):
    mark = tmp_path / "code-ran"
    save_state(tmp_path / "torch.pt", {"x": Touch(mark)})  # with the digest of its bytes
    (tmp_path / "plain.pt").write_bytes(pickle.dumps({"x": Touch(mark)}, protocol=2))
    for name in ("torch.pt", "plain.pt"):
        with pytest.raises(InputError, match=r"damaged.*; make it again"):
            load_state(tmp_path / name)
        assert not mark.exists()
    pickle.loads((tmp_path / "plain.pt").read_bytes())
    assert mark.exists()  # the trap itself works


def test_a_checkpoint_cut_off_missing_or_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "state.pt"
    save_state(path, {"table": torch.ones(100)})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="is damaged"):
        load_state(path)
    with pytest.raises(InputError, match=r"none\.pt"):
        load_state(tmp_path / "none.pt")
    content = io.BytesIO()
    torch.save([1, 2], content)
    digest = hashlib.sha256(content.getvalue()).digest()
    path.write_bytes(MAGIC + digest + content.getvalue())
    with pytest.raises(InputError, match="holds a list; expected a mapping"):
        load_state(path)


def test_a_folder_of_somebody_elses_is_no_target(tmp_path: Path) -> None:
    check_target(tmp_path / "missing", "run")
    check_target(tmp_path, "run")  # empty
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        check_target(tmp_path / "file", "run")
    with pytest.raises(InputError, match="is no run; choose another"):
        check_target(tmp_path, "run")
    with pytest.raises(InputError, match="is no run; choose another"):
        check_target(tmp_path, "run", lambda folder: (folder / "marker").exists())
    check_target(tmp_path, "run", lambda folder: (folder / "file").exists())
