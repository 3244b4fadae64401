"""The plug-in's end of the pipes to a worker: a real process is on the other end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.worker_client import WorkerError, WorkerSession, clean_environment, name_exit
from errors import NO_MEMORY, UserError
from tools.harness.screen import wait_for

PROJECT = Path(__file__).parents[2]
PLUGIN = PROJECT / "plugin" / "quantize-kmeans"
COMMAND = [sys.executable, "-sE", str(Path(__file__).parent / "fake_worker.py")]
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@pytest.fixture
def client() -> Iterator[Any]:
    made = WorkerSession(COMMAND)
    yield made
    made.close()


def has_ended(pid: int) -> bool:
    """Return whether a process is no more, or only waits to be asked how it ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def count_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


# Values and buffers


@given(values=st.lists(PLAIN, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_plain_values_go_and_come_back(client: Any, values: list[object]) -> None:
    assert client.echo(*values) == tuple(values)


def test_buffers_come_in_shared_memory(client: Any) -> None:
    found = client.repeat(b"abc", 3_000_000)
    many, nothing = found["many"]
    assert isinstance(many, memoryview)
    assert (bytes(many), nothing) == (b"abc" * 3_000_000, None)
    assert found["few"] == [b"abc"]


def test_an_allocated_buffer_is_the_sessions(client: Any) -> None:
    memory = client.allocate("some", (0, 0, 20, 10), "rgb")
    memory[:] = bytes(range(200)) * 3
    layer = dict.fromkeys(("mask", "selection")) | {"area": (0, 0, 20, 10), "use": "only"}
    layer["pixels"] = "some"
    client.open([layer], [layer], layer, (0, 0, 20, 10))
    client.prepare("original")
    view = {"image": (20, 10), "window": (20, 10), "zoom": 1, "center": (10, 5)}
    shown = bytes(client.render(view, "original"))
    assert shown[:8] == bytes((0, 1, 2, 255, 3, 4, 5, 255))


def test_no_descriptors_are_left(client: Any) -> None:
    client.repeat(b"abc", 10_000)
    before = client.descriptors() + count_descriptors()
    for _ in range(20):
        client.repeat(b"abc", 10_000)
    wait_for(lambda: client.descriptors() + count_descriptors() <= before, "their end", pause=0.01)


def test_the_private_is_not_called(client: Any) -> None:
    with pytest.raises(AttributeError):
        _ = client._new_memory  # noqa: SLF001
    with pytest.raises(WorkerError, match="no attribute"):
        client.no_such_thing()


def test_what_is_printed_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    client: Any = WorkerSession(COMMAND)  # it has the standard error of this moment
    client.talk()
    assert client.echo(1) == (1,)
    client.close()
    assert capfd.readouterr().err == "text\n"


# Several threads


def test_calls_do_not_wait_for_each_other(client: Any) -> None:
    doors = [f"door {number}" for number in range(8)]
    with ThreadPoolExecutor(len(doors)) as threads:
        waiting = [threads.submit(client.wait_at, door) for door in doors]
        for door in reversed(doors):
            client.open_door(door)
        assert [call.result(20) for call in waiting] == doors


def test_many_calls_of_many_threads_get_their_own_answers(client: Any) -> None:
    with ThreadPoolExecutor(8) as threads:
        numbers = range(400)
        made = threads.map(lambda number: client.echo([number] * number), numbers)
        assert list(made) == [([number] * number,) for number in numbers]


# Progress


def test_progress_arrives_on_the_thread_that_calls(client: Any) -> None:
    reported: list[tuple[float, int]] = []
    done = client.work(
        "some", 40, progress=lambda part: reported.append((part, threading.get_ident()))
    )
    assert done == "some"
    parts = [part for part, _ in reported]
    assert len(parts) > 3
    assert parts == sorted(parts)
    assert parts[-1] > 0.5
    assert {thread for _, thread in reported} == {threading.get_ident()}


def test_what_the_progress_callback_raises_stops_the_call(client: Any) -> None:
    seen: list[set[str]] = []

    def stop(_part: float) -> None:
        seen.append(client.working())  # a call within a call
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        client.work("some", 100_000, progress=stop)
    assert seen == [{"some"}]
    assert client.working() == set()


def test_one_call_is_stopped_and_another_goes_on(client: Any) -> None:
    def stop(_part: float) -> None:
        raise KeyError

    with ThreadPoolExecutor() as threads:
        other = threads.submit(client.work, "other", 100, progress=lambda _part: None)
        with pytest.raises(KeyError):
            client.work("some", 100_000, progress=stop)
        assert other.result(20) == "other"


# Errors


def test_errors_arrive_as_the_plug_ins(client: Any) -> None:
    with pytest.raises(UserError, match=r"^The öption is unfit\.$"):
        client.fail("core")
    with pytest.raises(UserError) as caught:
        client.fail("memory")
    assert str(caught.value) == NO_MEMORY
    with pytest.raises(FileExistsError, match="File exists"):
        client.fail("system")


def test_unexpected_errors_have_their_traceback(client: Any) -> None:
    with pytest.raises(WorkerError, match=r"LookupError\('nothing of that name'\)") as caught:
        client.fail("other")
    (note,) = caught.value.__notes__
    assert "fake_worker.py" in note
    assert client.echo(1) == (1,)


# The end


def test_a_worker_that_is_killed(client: Any) -> None:
    with ThreadPoolExecutor(2) as threads:
        waiting = threads.submit(client.wait_at, "a door")
        os.kill(client.pid(), signal.SIGKILL)
        message = r"ended unexpectedly \(SIGKILL\).*run the filter again"
        with pytest.raises(UserError, match=message):
            waiting.result(20)
    for call in (client.pid, lambda: client.work("some", 9, progress=lambda _part: None)):
        with pytest.raises(UserError, match="SIGKILL"):
            call()


def test_a_worker_that_ends_by_itself(client: Any) -> None:
    with pytest.raises(UserError, match="exit code 3"):
        client.end(3)


def test_the_worker_ends_with_its_input_while_it_works() -> None:
    client: Any = WorkerSession(COMMAND)
    pid = client.pid()
    with ThreadPoolExecutor() as threads:
        call = threads.submit(client.work, "some", 1_000_000, progress=lambda _part: None)
        wait_for(lambda: client.working() == {"some"}, "the work", pause=0.01)
        client.close()
        assert has_ended(pid)
        with pytest.raises(UserError):
            call.result(20)


def test_the_worker_ends_with_a_plug_in_that_is_killed() -> None:
    program = f"""
import sys
sys.path.insert(0, {str(PLUGIN)!r})
from engine.worker_client import WorkerSession
client = WorkerSession({COMMAND!r})
print(client.pid(), flush=True)
client.work("some", 1_000_000, progress=lambda part: None)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as plugin:
        assert plugin.stdout is not None
        pid = int(plugin.stdout.readline())
        assert not has_ended(pid)
        plugin.kill()
    wait_for(lambda: has_ended(pid), "an end of the worker", pause=0.01)


def test_a_python_that_is_not_there() -> None:
    with pytest.raises(UserError, match=r"does not start: /no/python .*installer"):
        WorkerSession(["/no/python"])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["-sES", str(PLUGIN / "engine" / "worker_main.py")], "No module named"),
        (["-c", "raise SystemExit(7)"], "exit code 7"),
    ],
)
def test_a_python_that_cannot(arguments: list[str], reason: str) -> None:
    client = WorkerSession([sys.executable, *arguments])
    with pytest.raises(UserError, match=f"does not start: .*{reason}.*installer"):
        client.clean_name("some")
    client.close()


# Other systems


def test_what_is_meant_for_gimp_is_kept_from_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/some/folder")
    monkeypatch.setenv("SOMETHING_ELSE", "/some/folder")
    client = WorkerSession(COMMAND)
    found = client.environment()
    client.close()
    assert "SOMETHING_ELSE" in found
    assert "PYTHONHOME" not in found


def test_variables_of_gimps_packages_are_left_out() -> None:
    foreign = (
        *("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "__PYVENV_LAUNCHER__"),
        *("LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES"),
        *("GI_TYPELIB_PATH", "GTK_PATH", "GTK_IM_MODULE_FILE", "GIO_MODULE_DIR"),
        *("GDK_PIXBUF_MODULE_FILE", "GDK_PIXBUF_MODULEDIR"),
    )
    own = {"PATH": "/usr/bin:/bin", "HOME": "/home/artist", "LANG": "fi_FI.UTF-8"}
    assert clean_environment(own | dict.fromkeys(foreign, "/some/folder")) == own


def test_folders_of_gimp_are_left_out_of_the_path_on_windows() -> None:
    path = (
        r"C:\Program Files\GIMP 3\bin;C:\Windows\system32;"
        r'"c:\program files\gimp 3\32\bin\";C:\Program Files\GIMP 3 tools;C:\PROGRAM FILES\GIMP 3'
    )
    cleaned = clean_environment({"PATH": path}, PureWindowsPath(r"C:\Program Files\GIMP 3"))
    assert cleaned == {"PATH": r"C:\Windows\system32;C:\Program Files\GIMP 3 tools"}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (-9, "SIGKILL"),
        (-35, "exit code -35"),  # a signal without a name
        (0, "exit code 0"),
        (3, "exit code 3"),
        (0xC0000005, "exit code 0xc0000005"),  # as Windows reports an access violation
    ],
)
def test_how_a_worker_ended_is_named(code: int, name: str) -> None:
    assert name_exit(code) == name


def test_shared_memory_in_files_where_there_is_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = f"""
import os, runpy
del os.memfd_create
runpy.run_path({COMMAND[-1]!r}, run_name="__main__")
"""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    client: Any = WorkerSession([sys.executable, "-sE", "-c", program])
    found, _nothing = client.repeat(b"abc", 10_000)["many"]
    memory = client.allocate("some", (0, 0, 100, 100), "rgb")
    memory[:] = bytes(30_000)
    wait_for(lambda: not list(tmp_path.iterdir()), "the removal of the files", pause=0.01)
    assert bytes(found) == b"abc" * 10_000
    client.close()
    assert not list(tmp_path.iterdir())
