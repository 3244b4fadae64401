"""The plug-in's pipe to a worker: a real process on the other end."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.worker_client import Remote, WorkerError
from errors import NO_MEMORY, UserError

PLUGIN = Path(__file__).parents[2] / "plugin" / "quantize-kmeans"
WORKSHOP = Path(__file__).parent / "workshop.py"
COMMAND = [sys.executable, "-sE", str(WORKSHOP), str(PLUGIN)]
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
def remote() -> Iterator[Remote]:
    made = Remote(COMMAND)
    yield made
    made.close()


@pytest.fixture
def shop(remote: Remote) -> Any:
    return remote.compute


def wait_until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.01)


def has_ended(pid: int) -> bool:
    """Tell whether a process is no more, or only waits to be asked how it ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


# Values and references


@given(values=st.lists(PLAIN, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_plain_values_go_and_come_back(shop: Any, values: list[object]) -> None:
    assert shop.echo(*values) == tuple(values)


def test_many_bytes(shop: Any) -> None:
    strips = [os.urandom(3_000_000), b"", bytes(5_000_000)]
    assert shop.echo(strips) == (strips,)


def test_what_is_kept_is_a_reference_with_its_facts(shop: Any) -> None:
    box, other = shop.Box([1, 2, 3]), shop.Box([1, 2, 3])
    assert box.size == 3
    assert box.get() == [1, 2, 3]
    # In arguments it is the object again, also within others.
    assert box.same(box)
    assert not box.same(other)
    outer = shop.Box([box, {"it": (box,)}])
    inner, pairs = outer.get()
    assert inner.same(box)
    assert pairs["it"][0].same(box)


def test_what_nobody_refers_to_is_dropped(shop: Any) -> None:
    boxes = [shop.Box("abc") for _ in range(5)]
    again = shop.echo(boxes[0])[0]
    assert shop.boxes() == 5
    del boxes
    gc.collect()
    wait_until(lambda: shop.boxes() == 1, "an end of boxes")  # dropped with the next call
    assert again.get() == "abc"


@pytest.mark.parametrize("name", ["array", "mean"])
def test_arrays_do_not_leave(shop: Any, name: str) -> None:
    with pytest.raises(WorkerError, match="stays on the pixels' side"):
        getattr(shop, name)()


def test_what_is_printed_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    remote = Remote(COMMAND)  # it has the standard error of this moment
    remote.compute.talk()
    assert remote.compute.echo(1) == (1,)
    remote.close()
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "more words" in shown.err


# Several threads


def test_calls_do_not_wait_for_each_other(shop: Any) -> None:
    doors = [f"door {number}" for number in range(8)]
    with ThreadPoolExecutor(len(doors)) as threads:
        waiting = [threads.submit(shop.wait_at, door) for door in doors]
        for door in reversed(doors):
            shop.open_door(door)
        assert [call.result(20) for call in waiting] == doors


def test_many_calls_of_many_threads_get_their_own_answers(shop: Any) -> None:
    with ThreadPoolExecutor(8) as threads:
        numbers = range(400)
        made = threads.map(lambda number: shop.Box([number] * number).get(), numbers)
        assert list(made) == [[number] * number for number in numbers]


# Progress


def test_progress_is_told_on_the_thread_that_calls(shop: Any) -> None:
    told: list[tuple[float, int]] = []
    done = shop.work("some", 40, lambda part: told.append((part, threading.get_ident())))
    assert done == "some"
    parts = [part for part, _ in told]
    assert len(parts) > 3
    assert parts == sorted(parts)
    assert parts[-1] > 0.5
    assert {thread for _, thread in told} == {threading.get_ident()}


def test_what_the_progress_callback_raises_stops_the_call(shop: Any) -> None:
    seen: list[set[str]] = []

    def stop(_part: float) -> None:
        seen.append(shop.working())  # a call within a call
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        shop.work("some", 100_000, stop)
    assert seen == [{"some"}]
    assert shop.working() == set()


def test_one_call_is_stopped_and_another_goes_on(shop: Any) -> None:
    def stop(_part: float) -> None:
        raise KeyError

    with ThreadPoolExecutor() as threads:
        other = threads.submit(shop.work, "other", 100, lambda _part: None)
        with pytest.raises(KeyError):
            shop.work("some", 100_000, stop)
        assert other.result(20) == "other"


# Errors


def test_refusals_say_the_same(shop: Any) -> None:
    with pytest.raises(UserError, match=r"^Ünfit$"):
        shop.refuse("Ünfit")
    with pytest.raises(UserError) as caught:
        shop.fill_memory()
    assert str(caught.value) == NO_MEMORY


def test_other_errors_tell_where(shop: Any) -> None:
    with pytest.raises(WorkerError, match=r"LookupError\('nothing of that name'\)") as caught:
        shop.fail()
    (note,) = caught.value.__notes__
    assert "workshop.py" in note
    with pytest.raises(WorkerError, match="no attribute"):
        shop.no_such_thing()
    assert shop.echo(1) == (1,)


# The end


def test_a_worker_that_is_killed(shop: Any) -> None:
    box = shop.Box("abc")
    with ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(shop.wait_at, "a door"), threads.submit(box.same, box)]
        wait_until(waiting[1].done, "the short call")
        os.kill(shop.pid(), signal.SIGKILL)
        with pytest.raises(UserError, match=r"has ended \(SIGKILL\).*run the filter again"):
            waiting[0].result(20)
    for call in (box.get, shop.pid, lambda: shop.work("some", 9, lambda _part: None)):
        with pytest.raises(UserError, match="SIGKILL"):
            call()


def test_a_worker_that_ends_by_itself(shop: Any) -> None:
    with pytest.raises(UserError, match="exit code 3"):
        shop.end(3)


def test_the_worker_ends_with_the_pipe_in_the_midst_of_work() -> None:
    remote = Remote(COMMAND)
    shop = remote.compute
    pid = shop.pid()
    with ThreadPoolExecutor() as threads:
        call = threads.submit(shop.work, "some", 1_000_000, lambda _part: None)
        wait_until(lambda: shop.working() == {"some"}, "the work")
        remote.close()
        assert has_ended(pid)
        with pytest.raises(UserError):
            call.result(20)


def test_the_worker_ends_with_a_plug_in_that_is_killed() -> None:
    program = f"""
import sys
sys.path.insert(0, {str(PLUGIN)!r})
from engine.worker_client import Remote
shop = Remote({COMMAND!r}).compute
print(shop.pid(), flush=True)
shop.work("some", 1_000_000, lambda part: None)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as plugin:
        assert plugin.stdout is not None
        pid = int(plugin.stdout.readline())
        assert not has_ended(pid)
        plugin.kill()
    wait_until(lambda: has_ended(pid), "an end of the worker")


def test_a_python_that_is_not_there() -> None:
    with pytest.raises(UserError, match=r"/no/python, does not start .*install\.sh"):
        Remote(["/no/python"])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["-sES", str(PLUGIN / "engine" / "worker.py")], "No module named 'palette_core'"),
        (["-c", "raise SystemExit(7)"], "exit code 7"),
    ],
)
def test_a_python_that_cannot(arguments: list[str], reason: str) -> None:
    remote = Remote([sys.executable, *arguments])
    with pytest.raises(UserError, match=f"does not start .*{reason}.*install.sh"):
        remote.compute.clean_name("some")
    remote.close()


def test_what_is_meant_for_gimp_is_kept_from_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("PYTHONPATH", "LD_PRELOAD_X", "GI_TYPELIB_PATH", "GTK_PATH", "GDK_PIXBUF_MODULEDIR")
    for name in (*names, "SOMETHING_ELSE"):
        monkeypatch.setenv(name, "/some/folder")
    remote = Remote(COMMAND)
    found = remote.compute.environment()
    remote.close()
    assert "SOMETHING_ELSE" in found
    assert not set(names) & set(found)
