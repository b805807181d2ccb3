"""Weight files: told whole from broken, and fetched from a server that may stop, lie, or not know how to go on."""

import hashlib
import os

import pytest

from sindiff.metrics import weights
from sindiff.metrics.weights import KNOWN, fetch, load_weights, missing, state_of, weights_folder

CONTENT = bytes(range(256)) * 20_000


class Server:
    """Answers with one file: what was asked for, and how it behaves."""

    def __init__(self):
        self.asked, self.stop_after, self.ranges, self.content, self.code = [], None, True, CONTENT, 200

    def answer(self, request):
        wanted = request.headers.get("Range")
        self.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.ranges else 0
        if self.code != 200 or (start and start >= len(self.content)):
            request.send_error(self.code if self.code != 200 else 416)
            return
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(self.content) - start))
        request.end_headers()
        stop, self.stop_after = self.stop_after, None
        request.wfile.write(self.content[start:stop])
        request.close_connection = True


@pytest.fixture
def server(serve, monkeypatch):
    server = Server()
    server.address = serve(server.answer)
    file = f"vgg19-{hashlib.sha256(CONTENT).hexdigest()[:8]}.pth"
    monkeypatch.setitem(KNOWN, "vgg", KNOWN["vgg"]._replace(file=file, host=server.address))
    return server


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_fetch(server, tmp_path):
    told = []
    path = fetch("vgg", tmp_path / "new", lambda done, size: told.append((done, size)))
    assert path.read_bytes() == CONTENT
    assert names(tmp_path / "new") == [KNOWN["vgg"].file]
    assert told == sorted(told)
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert state_of("vgg", tmp_path / "new") == "there"


def test_what_is_whole_is_left_alone(server, tmp_path):
    fetch("vgg", tmp_path)
    before = (tmp_path / KNOWN["vgg"].file).stat().st_mtime_ns
    fetch("vgg", tmp_path)
    assert len(server.asked) == 1
    assert (tmp_path / KNOWN["vgg"].file).stat().st_mtime_ns == before


def test_what_is_damaged_is_fetched_anew(server, tmp_path):
    path = tmp_path / KNOWN["vgg"].file
    path.write_bytes(CONTENT[:-1] + b"x")
    assert state_of("vgg", tmp_path) == "damaged"
    assert fetch("vgg", tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("stops", [[1_200_000], [1, 3_000_000, 5_000_000]])
def test_an_interrupted_download_goes_on(server, tmp_path, stops):
    for stop in stops:
        server.stop_after = stop
        with pytest.raises(ValueError, match=f"stopped after {stop:,} of {len(CONTENT):,} bytes; run it again"):
            fetch("vgg", tmp_path)
        assert not (tmp_path / KNOWN["vgg"].file).exists()
    assert state_of("vgg", tmp_path) == f"{stops[-1] / 1e6:.0f} MB of it"
    assert fetch("vgg", tmp_path).read_bytes() == CONTENT
    assert server.asked == [None, *(f"bytes={stop}-" for stop in stops)]
    assert names(tmp_path) == [KNOWN["vgg"].file]


def test_a_server_that_cannot_go_on_begins_anew(server, tmp_path):
    server.ranges, server.stop_after = False, 1_000_000
    with pytest.raises(ValueError, match="stopped after"):
        fetch("vgg", tmp_path)
    assert fetch("vgg", tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("extra", [0, 7])
def test_more_than_there_is(server, tmp_path, extra):
    """All was there when the download was stopped, or more: the server has nothing beyond it."""
    (tmp_path / f"{KNOWN['vgg'].file}.part").write_bytes(CONTENT + bytes(extra))
    assert fetch("vgg", tmp_path).read_bytes() == CONTENT
    assert len(server.asked) == (2 if extra else 0)


@pytest.mark.parametrize("content", [CONTENT[:-1] + b"x", CONTENT + b"x", b"<html>moved</html>"])
def test_a_wrong_checksum_keeps_nothing(server, tmp_path, content):
    server.content = content
    with pytest.raises(ValueError, match=r"the checksum is wrong: what came is not vgg19-.*\.pth; nothing was kept"):
        fetch("vgg", tmp_path)
    assert names(tmp_path) == []


def test_a_damaged_beginning_is_found(server, tmp_path):
    (tmp_path / f"{KNOWN['vgg'].file}.part").write_bytes(b"x" + CONTENT[1:1000])
    with pytest.raises(ValueError, match="the checksum is wrong"):
        fetch("vgg", tmp_path)
    assert fetch("vgg", tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("code", [403, 404, 500])
def test_a_server_that_refuses(server, tmp_path, code):
    server.code = code
    with pytest.raises(ValueError, match=rf"{server.address}/vgg19-.*\.pth: the server answers {code} "):
        fetch("vgg", tmp_path)
    assert names(tmp_path) == []


def test_no_network(server, tmp_path, monkeypatch):
    monkeypatch.setitem(KNOWN, "vgg", KNOWN["vgg"]._replace(host="http://127.0.0.1:9"))
    with pytest.raises(ValueError, match=r"http://127.0.0.1:9/vgg19-.*: cannot be reached"):
        fetch("vgg", tmp_path)


def test_another_download_is_at_it(server, tmp_path):
    with weights.alone(tmp_path), pytest.raises(ValueError, match="another run is at work"):
        fetch("vgg", tmp_path)


@pytest.mark.parametrize("fault", ["flipped", "truncated", "empty"])
def test_a_broken_file_is_named(new_weights, trunks, tmp_path, fault):
    path = new_weights(tmp_path, "vgg", trunks["vgg"][0])
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes({"flipped": content, "truncated": content[:50_000], "empty": b""}[fault])
    with pytest.raises(ValueError, match=f"{path}: damaged .its checksum is wrong.; `sindiff weights fetch vgg`"):
        load_weights("vgg", tmp_path)


def test_code_is_not_run(new_weights, tmp_path):
    """A file that passes its checksum and still holds more than weights."""
    path = new_weights(tmp_path, "vgg", {"features.0.weight": Harmful(tmp_path / "ran")})
    with pytest.raises(ValueError, match=f"{path}: refused"):
        load_weights("vgg", tmp_path)
    assert not (tmp_path / "ran").exists()
    path = new_weights(tmp_path, "vgg", [1, 2])
    with pytest.raises(ValueError, match=f"{path}: holds no weights by name"):
        load_weights("vgg", tmp_path)


class Harmful:
    """Runs a command where it is unpickled without care."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def test_a_missing_file_is_named(tmp_path):
    assert missing(tmp_path) == list(KNOWN)
    for name, known in KNOWN.items():
        assert state_of(name, tmp_path) == "missing"
        with pytest.raises(ValueError, match=f"{tmp_path / known.file}: no such file; `sindiff weights fetch {name}`"):
            load_weights(name, tmp_path)


def test_the_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("SINDIFF_WEIGHTS", raising=False)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    assert weights_folder() == tmp_path / "torch/hub/checkpoints"
    monkeypatch.setenv("SINDIFF_WEIGHTS", str(tmp_path / "mine"))
    assert weights_folder() == tmp_path / "mine"
    assert weights_folder(tmp_path / "given") == tmp_path / "given"


def test_files_are_torchvision_s():
    """The addresses, and so the names and checksums, that torchvision itself would download."""
    from sindiff.metrics.features import torchvision_models

    models = torchvision_models()
    theirs = {
        "inception": models.Inception_V3_Weights.IMAGENET1K_V1,
        "vgg": models.VGG19_Weights.IMAGENET1K_V1,
        "alexnet": models.AlexNet_Weights.IMAGENET1K_V1,
    }
    for name, entry in theirs.items():
        assert KNOWN[name].url == entry.url
        assert KNOWN[name].megabytes == round(entry.meta["_file_size"] * 2**20 / 1e6)


def test_the_commands(command, server, tmp_path):
    status = command("weights", "status", "--dir", tmp_path)
    assert status.code == 0
    assert status.out.count("missing") == 3
    finished = command("weights", "fetch", "vgg", "--dir", tmp_path)
    assert (finished.code, finished.out) == (0, f"{tmp_path / KNOWN['vgg'].file}\n")
    assert command("weights", "status", "--dir", tmp_path).out.count("there") == 1
    (tmp_path / KNOWN["vgg"].file).unlink()
    server.content = b"else"
    failed = command("weights", "fetch", "vgg", "--dir", tmp_path)
    assert failed.code == 1
    assert failed.err.splitlines()[-1].startswith(f"sindiff: error: {server.address}/{KNOWN['vgg'].file}: the checksum")
    assert command("weights", "fetch", "resnet").code == 2
