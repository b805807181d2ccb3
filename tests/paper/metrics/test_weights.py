"""Weight files: told whole from broken, and fetched from a server that may stop, refuse or lie."""

import hashlib
import io
import os
import sys

import pytest
from tqdm import tqdm

from sindiff.machine.vision import imported
from sindiff.metrics import weights
from sindiff.metrics.weights import KNOWN, fetch, load_weights, missing, state_of, weights_folder

CONTENT = bytes(range(256)) * 20_000


class Server:
    """Answers with one file: how often it was asked, and how it behaves."""

    def __init__(self):
        self.asked, self.stop_after, self.content, self.code = 0, None, CONTENT, 200

    def answer(self, request):
        self.asked += 1
        if self.code != 200:
            request.send_error(self.code)
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(self.content)))
        request.end_headers()
        request.wfile.write(self.content[: self.stop_after])
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
    path = fetch("vgg", tmp_path / "new")
    assert path.read_bytes() == CONTENT
    assert names(tmp_path / "new") == [KNOWN["vgg"].file]
    assert state_of("vgg", tmp_path / "new") == "there"


def test_a_bar_tells_the_bytes(server, tmp_path):
    with tqdm(total=1, file=io.StringIO()) as bar:
        fetch("vgg", tmp_path, bar)
    assert (bar.n, bar.total) == (len(CONTENT), len(CONTENT))


def test_what_is_whole_is_left_alone(server, tmp_path):
    fetch("vgg", tmp_path)
    fetch("vgg", tmp_path)
    assert server.asked == 1


def test_what_is_damaged_is_fetched_anew(server, tmp_path):
    path = tmp_path / KNOWN["vgg"].file
    path.write_bytes(CONTENT[:-1] + b"x")
    assert state_of("vgg", tmp_path) == "damaged"
    assert fetch("vgg", tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("stop", [0, 1, 3_000_000])
def test_an_interrupted_download_leaves_nothing(server, tmp_path, stop):
    (tmp_path / f"{KNOWN['vgg'].file}.part").write_bytes(CONTENT[:1000])
    server.stop_after = stop
    with pytest.raises(ValueError, match=r"vgg19-.*\.pth: stopped before its end; run it again"):
        fetch("vgg", tmp_path)
    assert names(tmp_path) == []
    server.stop_after = None
    assert fetch("vgg", tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1] + b"x", CONTENT + b"x", b"<html>moved</html>"])
def test_a_wrong_checksum_keeps_nothing(server, tmp_path, content):
    server.content = content
    with pytest.raises(ValueError, match=r"the checksum is wrong: what came is not vgg19-.*\.pth; nothing was kept"):
        fetch("vgg", tmp_path)
    assert names(tmp_path) == []


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


def test_pooch_is_not_installed(server, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ValueError, match="a download takes pooch: pip install pooch"):
        fetch("vgg", tmp_path)


def test_another_download_is_at_it(server, tmp_path):
    with weights.locked(tmp_path), pytest.raises(ValueError, match="another run is at work"):
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
    models = imported("torchvision.models", "SIFID", "metrics")
    theirs = {
        "inception": models.Inception_V3_Weights.IMAGENET1K_V1,
        "vgg": models.VGG19_Weights.IMAGENET1K_V1,
        "alexnet": models.AlexNet_Weights.IMAGENET1K_V1,
    }
    for name, entry in theirs.items():
        assert KNOWN[name].url == entry.url
        assert KNOWN[name].megabytes == round(entry.meta["_file_size"] * 2**20 / 1e6)


def test_a_package_that_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "lpips", None)
    with pytest.raises(ValueError, match=r"^LPIPS needs lpips: pip install 'sindiff\[metrics\]'$"):
        imported("lpips", "LPIPS", "metrics")


def test_the_commands(command, server, tmp_path):
    status = command("weights", "status", "--dir", tmp_path).works()
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
