from __future__ import annotations

import os
from pathlib import Path

import pytest

from lesion import cpus
from lesion.cpus import available_cpus, cpu_quota


@pytest.fixture
def cgroup(tmp_path: Path) -> Path:
    return tmp_path / "cgroup"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_version_2_quota_in_a_container(cgroup: Path, tmp_path: Path) -> None:
    write(cgroup / "cpu.max", "150000 100000\n")
    write(tmp_path / "self", "0::/\n")
    assert cpu_quota(cgroup, tmp_path / "self") == 1.5


def test_version_2_without_limit(cgroup: Path, tmp_path: Path) -> None:
    write(cgroup / "cpu.max", "max 100000\n")
    write(tmp_path / "self", "0::/\n")
    assert cpu_quota(cgroup, tmp_path / "self") is None


def test_the_tightest_of_nested_groups_counts(cgroup: Path, tmp_path: Path) -> None:
    write(cgroup / "system/app/cpu.max", "400000 100000\n")
    write(cgroup / "system/cpu.max", "200000 100000\n")
    write(cgroup / "other/cpu.max", "10000 100000\n")
    write(tmp_path / "self", "0::/system/app\n")
    assert cpu_quota(cgroup, tmp_path / "self") == 2


def test_version_1_quota(cgroup: Path, tmp_path: Path) -> None:
    write(cgroup / "cpu,cpuacct/docker/cpu.cfs_quota_us", "50000\n")
    write(cgroup / "cpu,cpuacct/docker/cpu.cfs_period_us", "100000\n")
    write(tmp_path / "self", "9:memory:/docker\n4:cpu,cpuacct:/docker\n0::/\n")
    assert cpu_quota(cgroup, tmp_path / "self") == 0.5


def test_version_1_without_limit(cgroup: Path, tmp_path: Path) -> None:
    write(cgroup / "cpu/cpu.cfs_quota_us", "-1\n")
    write(cgroup / "cpu/cpu.cfs_period_us", "100000\n")
    write(tmp_path / "self", "4:cpu:/\n")
    assert cpu_quota(cgroup, tmp_path / "self") is None


def test_nothing_known_is_no_quota(tmp_path: Path) -> None:
    assert cpu_quota(tmp_path / "none", tmp_path / "none") is None


@pytest.mark.parametrize(("quota", "expected"), [(None, 8), (0.5, 1), (1.5, 2), (64.0, 8)])
def test_affinity_is_cut_down_to_the_quota(
    monkeypatch: pytest.MonkeyPatch, quota: float | None, expected: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(cpus, "cpu_quota", lambda: quota)
    assert available_cpus() == expected
