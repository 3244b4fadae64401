"""Workers: processes here, and a real Dask cluster of two."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib import metadata
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from distributed import LocalCluster
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.batch import runner
from palette_core.batch.executors import run_parallel, worker_pool

from .command_line import Cli


@pytest.fixture
def album(current_folder: Path, drawn: Bytes, flower: Bytes) -> Path:
    """A folder of pictures, in the current folder."""
    folder = current_folder / "album"
    folder.mkdir()
    Image.fromarray(drawn).save(folder / "drawn.png")
    Image.fromarray(flower).save(folder / "flower.jpg", quality=95)
    rolled = [Image.fromarray(drawn[step:]).resize((40, 30)) for step in range(3)]
    rolled[0].save(folder / "film.webp", save_all=True, append_images=rolled[1:], duration=50)
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def process_of(_item: object) -> int:
    time.sleep(0.05)  # so that one worker does not do it all
    return os.getpid()


def test_workers_give_results_in_order() -> None:
    for count in (1, 2):
        with worker_pool(count), run_parallel(abs, range(-30, 0)) as results:
            assert list(results) == list(range(30, 0, -1))
        with worker_pool(count), run_parallel(abs, range(-30, 0), ordered=False) as results:
            assert sorted(results) == list(range(1, 31))


def test_a_worker_that_dies_is_an_error_of_ours() -> None:
    with (
        pytest.raises(pc.WorkerError, match="use fewer jobs"),
        worker_pool(2),
        run_parallel(os._exit, [3, 3]) as results,
    ):
        list(results)


def test_an_interrupt_leaves_whole_files_only(album: Path, tmp_path: Path) -> None:
    # As a terminal does it: the signal goes to the workers too.
    many = tmp_path / "many"
    many.mkdir()
    for number in range(300):
        (many / f"{number:03}.jpg").symlink_to(album / "flower.jpg")
    command = [sys.executable, "-m", "palette_core", "quantize", str(many), "-o", "out", "--jobs=2"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # What runs the tests in the background may have let them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("out/000.png: ")
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate()
    assert (process.returncode, err) == (130, "palette-core: error: interrupted\n")
    written = sorted((tmp_path / "out").iterdir())
    assert 0 < len(written) < 300
    whole = written[0].read_bytes()
    assert all(path.read_bytes() == whole and path.suffix == ".png" for path in written)


def test_workers_are_other_processes() -> None:
    with worker_pool(2), run_parallel(process_of, range(20)) as results:
        found = set(results)
    assert len(found) == 2
    assert os.getpid() not in found
    with worker_pool(1), run_parallel(process_of, range(3)) as results:
        assert set(results) == {os.getpid()}


def test_interrupts_are_heard_again_and_other_threads_have_workers_too() -> None:
    before = signal.getsignal(signal.SIGINT)
    found: list[int] = []

    def work() -> None:
        with worker_pool(2), run_parallel(abs, [-1, -2]) as results:
            found.extend(results)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    work()
    assert found == [1, 2, 1, 2]
    assert signal.getsignal(signal.SIGINT) is before


# Dask


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as started:
        yield started


@pytest.mark.parametrize("options", [[], ["--shared-palette"]])
def test_a_cluster_gives_the_same_bytes(
    options: list[str], cluster: LocalCluster, album: Path, tmp_path: Path, cli: Cli
) -> None:
    address = ["--scheduler", cluster.scheduler_address]
    there = cli("quantize", "album", "-o", "there", "-k", "8", *options, *address)
    here = cli("quantize", "album", "-o", "here", "-k", "8", *options)
    assert there.code == here.code == 1
    assert there.err == here.err
    assert "broken.png" in there.err
    assert len(list((tmp_path / "there").iterdir())) == 3
    for path in (tmp_path / "there").iterdir():
        assert path.read_bytes() == (tmp_path / "here" / path.name).read_bytes()
    assert album.is_dir()


def test_both_workers_of_the_cluster_work(cluster: LocalCluster) -> None:
    with (
        worker_pool(1, cluster.scheduler_address),
        run_parallel(process_of, range(20)) as results,
    ):
        found = set(results)
    assert found == {worker.process.pid for worker in cluster.workers.values()}


def test_a_cluster_of_another_version(
    cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = f"version {pc.__version__}; install palette-core 99.0"
    monkeypatch.setattr(pc, "__version__", "99.0")
    with (
        pytest.raises(pc.MissingPackageError, match=words),
        worker_pool(1, cluster.scheduler_address),
    ):
        pass


def test_a_cluster_without_the_package(
    cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:  # is sent to the workers
        raise PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    with (
        pytest.raises(pc.MissingPackageError, match=f"lacks palette-core {pc.__version__}"),
        worker_pool(1, cluster.scheduler_address),
    ):
        pass


def test_a_cluster_without_workers() -> None:
    with LocalCluster(n_workers=0, dashboard_address=":0") as idle:
        address = idle.scheduler_address
        with pytest.raises(pc.WorkerError, match="Only 0/1 workers"), worker_pool(1, address, 1):
            pass


def test_nobody_at_the_address(
    album: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(runner, "worker_pool", functools.partial(worker_pool, timeout=1))
    outcome = cli("quantize", "album", "-o", "out", "--scheduler", "tcp://127.0.0.1:1")
    assert outcome.code == 1
    (line,) = outcome.err.splitlines()
    assert line.startswith("palette-core: error: the Dask cluster at tcp://127.0.0.1:1 does not")
    assert not (tmp_path / "out").exists()
    assert album.is_dir()


@pytest.mark.parametrize("address", ["somewhere", "", "host:port", "x://host:1"])
def test_what_is_no_address(address: str) -> None:
    with (
        pytest.raises(pc.OptionError, match="use an address such as tcp://host:8786"),
        worker_pool(1, address),
    ):
        pass


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(pc.MissingPackageError, match="pip install distributed"),
        worker_pool(1, "tcp://127.0.0.1:8786"),
    ):
        pass
