"""Places50 from a server of made-up pictures and from folders: whole, stopped, wrong, missing."""

import hashlib
import sys

import pytest
from PIL import Image

from sindiff.pictures import places50
from sindiff.pictures.places50 import fetch, manifest


class Server:
    """Answers with files in memory: what was asked for, and where it fails."""

    def __init__(self, files):
        self.files, self.asked, self.stop_after, self.code = dict(files), [], None, 200

    def answer(self, request):
        name = request.path.rpartition("/")[2]
        self.asked.append(name)
        if self.code != 200 or name not in self.files:
            request.send_error(self.code if self.code != 200 else 404)
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(self.files[name])))
        request.end_headers()
        stop, self.stop_after = self.stop_after, None
        request.wfile.write(self.files[name][:stop])
        request.close_connection = True


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """name -> bytes of four small pictures."""
    folder = tmp_path_factory.mktemp("originals")
    for i in range(1, 5):
        Image.new("RGB", (20, 10 + i), (50 * i, 0, 0)).save(folder / f"{i}.jpg")
    return {f"{i}.jpg": (folder / f"{i}.jpg").read_bytes() for i in range(1, 5)}


@pytest.fixture
def server(pictures, serve, monkeypatch):
    pytest.importorskip("pooch")
    server = Server(pictures)
    server.address = serve(server.answer)
    sha256 = {name: hashlib.sha256(content).hexdigest() for name, content in pictures.items()} | {"4.jpg": None}
    known = manifest() | {"home": f"{server.address}/places", "sha256": sha256}
    monkeypatch.setattr(places50, "manifest", lambda: known)
    return server


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.glob("*.jpg")}


def test_fetch(server, pictures, tmp_path):
    told = []
    paths = fetch(tmp_path / "new", progress=told.append)
    assert contents(tmp_path / "new") == pictures
    assert [path.name for path in paths] == told == list(pictures)
    assert {file.name for file in (tmp_path / "new").iterdir()} == {*pictures, ".gitignore"}
    assert (tmp_path / "new/.gitignore").read_text() == "*\n"


def test_what_is_whole_is_left_alone_and_what_is_damaged_fetched_anew(server, pictures, tmp_path):
    fetch(tmp_path)
    (tmp_path / "2.jpg").write_bytes(pictures["2.jpg"][:-1] + b"x")
    (tmp_path / "4.jpg").write_bytes(b"no picture")
    del server.asked[:]
    fetch(tmp_path)
    assert server.asked == ["2.jpg", "4.jpg"]
    assert contents(tmp_path) == pictures


def test_a_stopped_fetch_goes_on(server, pictures, tmp_path):
    content = server.files.pop("3.jpg")
    with pytest.raises(ValueError, match=rf"{server.address}/places/3.jpg: the server answers 404 .*; run it again"):
        fetch(tmp_path)
    assert set(contents(tmp_path)) == {"1.jpg", "2.jpg"}
    server.files["3.jpg"], server.stop_after = content, 100
    with pytest.raises(ValueError, match=r"3.jpg: stopped before its end; run it again, or give another source"):
        fetch(tmp_path)
    del server.asked[:]
    fetch(tmp_path)
    assert server.asked == ["3.jpg", "4.jpg"]
    assert contents(tmp_path) == pictures


def test_a_wrong_picture_keeps_nothing(server, pictures, tmp_path):
    server.files["1.jpg"] = pictures["2.jpg"]
    with pytest.raises(ValueError, match=r"1.jpg: the checksum is wrong: what came is not Places50's 1.jpg"):
        fetch(tmp_path)
    assert contents(tmp_path) == {}
    server.files["1.jpg"], server.files["4.jpg"] = pictures["1.jpg"], b"<html>moved</html>"
    with pytest.raises(ValueError, match=r"4.jpg: what came is no picture"):
        fetch(tmp_path)
    assert "4.jpg" not in contents(tmp_path)


@pytest.mark.parametrize("name", [".gitignore", "2.jpg"])
def test_files_of_another_stay(command, server, pictures, tmp_path, name):
    (tmp_path / name).write_bytes(b"*.log\n")
    (tmp_path / "1.jpg").write_bytes(pictures["1.jpg"])
    finished = command("data", "places50", "--out", tmp_path)
    finished.fails(f"{tmp_path}: already holds another {name}; choose another folder", only=False)
    assert {file.name for file in tmp_path.iterdir()} == {"1.jpg", name}
    assert (tmp_path / name).read_bytes() == b"*.log\n"
    assert server.asked == []


def test_no_network(server, tmp_path):
    with pytest.raises(ValueError, match=r"http://127.0.0.1:9/1.jpg: cannot be reached"):
        fetch(tmp_path, "http://127.0.0.1:9")


def test_from_a_folder(server, pictures, tmp_path):
    """Without the network; pictures that it lacks are left out, others than Places50's refused."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    for name in ("1.jpg", "4.jpg"):
        (theirs / name).write_bytes(pictures[name])
    assert [path.name for path in fetch(tmp_path / "mine", str(theirs))] == ["1.jpg", "4.jpg"]
    assert contents(tmp_path / "mine") == {name: pictures[name] for name in ("1.jpg", "4.jpg")}
    (theirs / "2.jpg").write_bytes(pictures["1.jpg"])
    with pytest.raises(ValueError, match=r"2.jpg: is not Places50's 2.jpg, by its checksum"):
        fetch(tmp_path / "mine", str(theirs))
    with pytest.raises(ValueError, match=r"nowhere: holds no picture of Places50"):
        fetch(tmp_path / "other", str(tmp_path / "nowhere"))
    assert server.asked == []


def test_without_pooch_is_one_line(server, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ValueError, match="pip install pooch"):
        fetch(tmp_path)


def test_the_manifest():
    known = manifest()
    assert list(known["sha256"]) == [f"{i}.jpg" for i in range(1, 51)]
    checksums = [sha256 for sha256 in known["sha256"].values() if sha256]
    assert len(set(checksums)) == len(checksums)
    assert all(len(bytes.fromhex(sha256)) == 32 for sha256 in checksums)
    assert known["home"].startswith("https://")


def test_the_command(command, server, tmp_path):
    finished = command("data", "places50", "--out", tmp_path / "p").works()
    assert "Licence: none is stated" in finished.err.splitlines()[0]
    assert finished.err.splitlines()[-1] == (
        f"4 of 4 pictures in {tmp_path / 'p'}, 3 by checksum; no checksum is known of the other 1"
    )
    server.code = 500
    failed = command("data", "places50", "--out", tmp_path / "q")
    assert failed.code == 1
    line = f"sindiff: error: {server.address}/places/1.jpg: the server answers 500"
    assert failed.err.splitlines()[-1].startswith(line)
