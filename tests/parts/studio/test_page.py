"""`sindiff studio`: who is let in, what the browser may fetch, and what is said where it cannot begin."""

import queue
import socket
import webbrowser
from types import SimpleNamespace

import pytest

from sindiff.lab import server


@pytest.fixture
def served(monkeypatch):
    """The calls of serve, which does not begin."""
    calls = []
    monkeypatch.setattr(server, "serve", lambda *call: calls.append(call))
    return calls


def test_the_page_is_for_this_machine_and_needs_the_token(tmp_path):
    config = server._config(tmp_path / "studio.ipynb", 8866, "secret")
    assert (config.Voila.ip, config.Voila.port, config.Voila.token) == ("127.0.0.1", 8866, "secret")
    assert config.Voila.tornado_settings["allow_remote_access"] is False
    assert config.Voila.config_file_paths == config.VoilaConfiguration.file_allowlist == []
    assert "http:" not in server.POLICY
    assert "https:" not in server.POLICY


def test_a_photo_goes_to_the_page_by_its_whole_path(command, served, picture_file, tmp_path, monkeypatch):
    monkeypatch.chdir(picture_file.parent)
    arguments = ("--seed", 3, "--preset", "smoke", "--device", "cpu", "--out", tmp_path / "kept", "--no-browser")
    command("studio", picture_file.name, *arguments).works()
    ((cell, port, browser, _),) = served
    assert (port, browser, (tmp_path / "kept").is_dir()) == (0, False, True)
    values = ("smoke", str(picture_file), 3, str(tmp_path / "kept"), "cpu")
    assert ", ".join(map(repr, values)) in cell
    compile(cell, "cell", "exec")


def test_without_a_photo_a_bundled_one_opens(command, served, tmp_path):
    for photo in ((), ("dahlia",)):
        command("studio", *photo, "--out", tmp_path).works()
    assert "'balloons'" in served[0][0]
    assert "'dahlia'" in served[1][0]


def test_mistakes_are_a_line(command, served, picture_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "taken").write_text("a file")
    command("studio", "none.jpg").fails("none.jpg: no such file")
    command("studio", "notes.txt").fails("notes.txt: is not a picture that can be read")
    command("studio", tmp_path).fails("is a folder")
    command("studio", picture_file, "--preset", "huge").fails("unknown preset 'huge'")
    command("studio", picture_file, "--device", "tpu").fails("unknown device 'tpu'")
    command("studio", picture_file, "--port", 70000).fails("70000", code=2)
    command("studio", picture_file, "--out", "taken").fails("taken", code=2)
    monkeypatch.setattr("sindiff.cli.studio.find_spec", lambda name: None if name in ("voila", "anywidget") else name)
    command("studio", picture_file).fails("the page needs voila, anywidget: pip install 'sindiff[notebook,studio]'")
    assert served == []


def test_a_port_that_is_taken_is_a_line(command, picture_file, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        finished = command("studio", picture_file, "--port", port, "--out", tmp_path)
        finished.fails(f"port {port}: Address already in use; give another with --port")
    assert server.free_port() > 0


def test_the_token_is_not_on_a_command_line(tmp_path, monkeypatch):
    said, opened = [], queue.SimpleQueue()
    monkeypatch.setattr(webbrowser, "get", lambda: SimpleNamespace(open=opened.put))
    server._open("http://127.0.0.1:8866/?token=a&b", tmp_path, said.append)
    assert opened.get(timeout=20) == (tmp_path / "open.html").as_uri()
    assert "http://127.0.0.1:8866/?token=a&amp;b" in (tmp_path / "open.html").read_text()

    def none():
        raise webbrowser.Error("none")

    monkeypatch.setattr(webbrowser, "get", none)
    server._open("http://127.0.0.1:8866/?token=a", tmp_path, said.append)
    assert said == ["No browser was found: open that address in one."]
