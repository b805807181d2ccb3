"""Work in the background and here: one at a time, stopped after a step, its mistakes told in one line."""

import threading
import time

import pytest

from sindiff.lab.runner import Job, Runner, Stopped, one_line, shows_in_background


class Record:
    """A piece of work that counts its steps, and what a page would have seen of it."""

    def __init__(self, steps=10**6, pause=0.001, error=None):
        self.steps, self.pause, self.error = steps, pause, error
        self.done, self.shown, self.lines, self.threads = 0, [], [], set()
        self.began, self.ended = threading.Event(), threading.Event()
        self.job = Job(self.do, self.shown.append, self.end)

    def do(self, report):
        self.threads.add(threading.current_thread())
        for step in range(1, self.steps + 1):
            time.sleep(self.pause)
            self.done = step
            self.began.set()
            report(step)
        if self.error:
            raise self.error

    def end(self, line):
        self.lines.append(line)
        self.ended.set()


@pytest.fixture
def runner():
    runner = Runner(background=True)
    yield runner
    runner.stop()
    runner.wait(10)
    assert not runner.busy


def test_work_goes_on_in_the_background_and_shows_its_last_step(runner, monkeypatch):
    monkeypatch.setattr("sindiff.lab.runner.PAUSE", 1000)
    record = Record(steps=5)
    runner.run(record.job)
    runner.wait(10)
    assert record.threads.isdisjoint({threading.current_thread()})
    assert (record.shown, record.lines) == ([1, 5], [""])


def test_stopping_keeps_what_there_is(runner):
    record = Record()
    runner.run(record.job)
    assert record.began.wait(10)
    runner.stop()
    before = record.done
    runner.wait(10)
    assert record.lines == ["Stopped."]
    assert record.shown[-1] == record.done
    assert record.done <= before + 1


def test_a_new_request_stops_the_old_one(runner):
    first, second = Record(), Record(steps=3)
    runner.run(first.job)
    assert first.began.wait(10)
    runner.run(second.job)
    assert second.ended.wait(10)
    assert (first.lines, second.lines) == (["Stopped."], [""])


def test_a_hundred_requests_leave_one_result_and_no_thread(runner):
    before = threading.active_count()
    records = [*(Record() for _ in range(99)), Record(steps=3)]
    most = 0
    for record in records:
        runner.run(record.job)
        most = max(most, threading.active_count())
    assert records[-1].ended.wait(10)
    runner.wait(10)
    assert most == before + 1
    assert threading.active_count() == before
    assert records[-1].lines == [""]
    begun = [record for record in records if record.began.is_set()]
    assert all(len(record.lines) == 1 for record in begun)
    assert all(record.lines == ["Stopped."] for record in begun[:-1])


def test_requests_from_many_threads_never_work_at_the_same_time(runner):
    at_work, worst = [], []

    def do(report):
        at_work.append(1)
        worst.append(len(at_work))
        time.sleep(0.001)
        at_work.pop()
        report(0)

    def ask():
        for _ in range(20):
            runner.run(Job(do, lambda item: None, lambda line: None))

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runner.wait(10)
    assert max(worst) == 1


@pytest.mark.parametrize("background", [True, False])
def test_mistakes_become_one_line_and_the_next_work_runs(background):
    runner = Runner(background)
    wrong, right = Record(steps=1, error=RuntimeError("out of\n  memory")), Record(steps=1)
    for record in (wrong, right):
        runner.run(record.job)
        runner.wait(10)
    assert (wrong.lines, right.lines) == (["RuntimeError: out of memory"], [""])
    broken = Job(right.do, lambda item: 1 / 0, right.end)  # a page that cannot show
    runner.run(broken)
    runner.wait(10)
    assert right.lines[-1] == "division by zero"
    assert not runner.busy


def test_here_and_now(monkeypatch):
    runner = Runner(background=False)
    record = Record(steps=4)
    runner.run(record.job)
    assert (record.lines, record.threads) == ([""], {threading.current_thread()})
    record = Record()
    stop = Job(record.do, lambda item: runner.stop() if item > 2 else None, record.end)
    monkeypatch.setattr("sindiff.lab.runner.PAUSE", 0)
    runner.run(stop)
    assert (record.done, record.lines) == (3, ["Stopped."])

    def interrupted(report):
        report(1)
        raise KeyboardInterrupt

    runner.run(Job(interrupted, record.shown.append, record.end))
    assert record.lines == ["Stopped."] * 2
    assert not runner.busy


def test_where_the_background_shows(monkeypatch):
    monkeypatch.delenv("SINDIFF_UI", raising=False)
    assert shows_in_background()
    assert Runner().background
    monkeypatch.setenv("SINDIFF_UI", "off")
    assert not Runner().background
    monkeypatch.delenv("SINDIFF_UI")
    monkeypatch.setitem(__import__("sys").modules, "google.colab", object())
    assert not shows_in_background()


def test_lines():
    assert one_line(ValueError("the mask\nis black")) == "the mask is black"
    assert one_line(KeyError()) == "KeyError"
    assert one_line(Stopped("x")) == "Stopped: x"
