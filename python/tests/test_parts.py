"""Simulations in parts, on this machine and on the workers of Ray and Dask."""

import hashlib
import os
import signal

import pytest

import mizan

#: Ten million draws, 153 chunks.
MANY = 10_000_000


def digest(result: mizan.Result) -> str:
    return hashlib.sha256(result._report.json().encode()).hexdigest()


def test_merged_parts_have_the_bits_of_one_run(drawn, tmp_path):
    options = {"draws": 4 * mizan.CHUNK + 1, "seed": 2}
    assert drawn.chunks(options["draws"]) == 5
    whole = drawn.run(**options)
    parts = [drawn.part(chunks, **options) for chunks in [(3, 5), (0, 1), (1, 3)]]
    assert digest(mizan.merge(parts)) == digest(whole)
    (tmp_path / "a.part").write_bytes(parts[0])
    assert digest(mizan.merge([tmp_path / "a.part", *parts[1:]])) == digest(whole)
    assert drawn.part((1, 3), **options) == parts[2]


def test_parts_made_with_counts_have_the_bits_of_one_run(drawn, tmp_path):
    options = {"draws": 20 * mizan.CHUNK, "seed": 2}
    counts = [drawn.counts(chunks, **options) for chunks in [(2, 5), (0, 2)]]
    (tmp_path / "first.counts").write_bytes(counts[1])
    near = mizan.merge_counts([counts[0], tmp_path / "first.counts"])
    split = [(0, 7), (7, 20)]
    parts = [drawn.part(chunks, near=near, **options) for chunks in split]
    assert digest(mizan.merge(parts)) == digest(drawn.run(**options))
    # Five chunks of counts narrow the brackets of one chunk to less than two thirds.
    assert sum(map(len, parts)) < 0.67 * sum(len(drawn.part(chunks, **options)) for chunks in split)
    with pytest.raises(mizan.MizanError, match="chunks 0..1 of 0..19 are missing; `--chunks 0..1 --counts"):
        mizan.merge_counts([counts[0]])
    with pytest.raises(mizan.MizanError, match="near belongs to another run than this one: --seed is 2, not 3"):
        drawn.part((0, 1), near=near, draws=options["draws"], seed=3)
    with pytest.raises(mizan.MizanError, match="more than 131,072 draws"):
        drawn.counts((0, 1), draws=100_000)


def test_parts_that_do_not_belong_together_are_refused(drawn):
    options = {"draws": 3 * mizan.CHUNK}
    first, last = drawn.part((0, 1), **options), drawn.part((1, 3), **options)
    with pytest.raises(mizan.MizanError, match="chunks 1..2 of 0..2 are missing"):
        mizan.merge([first])
    with pytest.raises(mizan.MizanError, match="part 0 and part 1 both have chunk 0"):
        mizan.merge([first, first, last])
    with pytest.raises(mizan.MizanError, match="b is damaged"):
        mizan.merge([first, last[:-1]], names=["a", "b"])
    with pytest.raises(mizan.MizanError, match="--seed is 2, not 1"):
        mizan.merge([first, drawn.part((1, 3), **options, seed=2)])
    with pytest.raises(mizan.MizanError, match="not within 0 to 3"):
        drawn.part((2, 4), **options)


class Killer:
    """Kills a process once, when the first part is made."""

    def __init__(self, find):
        self.find, self.killed, self.shares = find, None, []

    def __call__(self, share):
        self.shares.append(share)
        if self.killed is None and share < 0.9:
            self.killed = self.find()
            if self.killed is not None:
                os.kill(self.killed, signal.SIGKILL)


@pytest.mark.ray
def test_ray_has_the_bits_of_this_machine_though_a_worker_dies(drawn, monkeypatch):
    pytest.importorskip("ray")
    psutil = pytest.importorskip("psutil")
    # All sockets on loopback, and no dashboard.
    monkeypatch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    import mizan.ray

    def worker():
        for one in psutil.Process().children(recursive=True):
            try:
                if one.name().startswith("ray::part") or "ray::part" in " ".join(one.cmdline()):
                    return one.pid
            except psutil.NoSuchProcess:
                pass
        return None

    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=100 * 1024 * 1024, log_to_driver=False)
    try:
        killer = Killer(worker)
        made = mizan.ray.run(drawn, draws=MANY, seed=5, chunks_per_task=10, progress=killer)
        assert killer.killed is not None and killer.shares[-1] == 1
        whole = digest(drawn.run(draws=MANY, seed=5))
        assert digest(made) == whole
        # In two passes, with counts of 20 chunks.
        made = mizan.ray.run(drawn, draws=MANY, seed=5, chunks_per_task=40, count_chunks=20)
        assert digest(made) == whole
        with pytest.raises(mizan.MizanError) as caught:
            mizan.ray.run(drawn, draws=100_000, set={"growth": "x"})
        assert caught.value.code == "unknown-name"
    finally:
        ray.shutdown()


@pytest.mark.dask
def test_dask_has_the_bits_of_this_machine_though_a_worker_dies(drawn):
    distributed = pytest.importorskip("distributed")
    import mizan.dask

    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    with cluster, distributed.Client(cluster) as client:
        killer = Killer(lambda: next(iter(client.run(os.getpid).values())))
        made = mizan.dask.run(drawn, draws=MANY, seed=5, client=client, chunks_per_task=10, progress=killer)
        assert killer.killed is not None and killer.shares[-1] == 1
        whole = digest(drawn.run(draws=MANY, seed=5))
        assert digest(made) == whole
        # In two passes, with counts of 20 chunks.
        made = mizan.dask.run(drawn, draws=MANY, seed=5, client=client, chunks_per_task=40, count_chunks=20)
        assert digest(made) == whole
        with pytest.raises(mizan.MizanError) as caught:
            mizan.dask.run(drawn, draws=100_000, client=client, set={"growth": "x"})
        assert caught.value.code == "unknown-name"
