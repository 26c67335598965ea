from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from lesion.registry import DEFAULT_MODEL, models_dir
from server import config as config_module
from server.config import Config, ConfigError, markdown_table, read_config


def test_without_variables_the_defaults_hold() -> None:
    assert read_config({}) == Config()
    assert read_config({"PORT": " ", "CORS_ORIGINS": ""}) == Config()


def test_variables_are_read_into_their_types(tmp_path: Path) -> None:
    config = read_config(
        {
            "PORT": "8080",
            "HOST": "0.0.0.0",
            "LESION_SAMPLES_DIR": str(tmp_path),
            "LESION_THREADS": "3",
            "LOG_LEVEL": "warning",
            "CORS_ORIGINS": "https://Clinic.example, http://localhost:3000",
            "SOMETHING_ELSE": "x",
        }
    )
    assert (config.host, config.port, config.threads, config.log_level) == ("0.0.0.0", 8080, 3, "WARNING")
    assert config.lesion_samples_dir == tmp_path
    assert config.cors_origins == ("https://clinic.example", "http://localhost:3000")


def test_workers_share_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_module, "available_cpus", lambda: 5)
    assert [read_config({"WEB_WORKERS": str(n)}).threads for n in (1, 2, 8)] == [5, 2, 1]
    assert read_config({"WEB_WORKERS": "2", "LESION_THREADS": "4"}).threads == 4


def test_memory_is_kept_for_all_that_may_be_in_hand_and_for_three_of_the_largest() -> None:
    config = read_config({"LESION_PARALLEL": "2"})
    assert config.max_held_bytes >= (2 + config.lesion_queue) * 5_000_000
    large = read_config({"LESION_MAX_BYTES": "100000000"})
    assert large.max_held_bytes >= 3 * large.max_json_bytes


@pytest.mark.parametrize(("told", "meant"), [("true", True), ("1", True), ("False", False), ("0", False)])
def test_a_switch_is_read_in_the_usual_ways(told: str, meant: bool) -> None:
    assert read_config({"LOG_ADDRESSES": told}).log_addresses is meant


def test_server_and_command_line_start_with_the_same_model() -> None:
    assert Config().lesion_model == DEFAULT_MODEL
    assert Config().lesion_models_dir == models_dir()


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1234")
    assert read_config().port == 1234


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("LESION_ENGINE", "torch"),
        ("LESION_THREADS", "0"),
        ("LESION_THREADS", "two"),
        ("LESION_QUEUE", "-1"),
        ("REQUEST_TIMEOUT", "0"),
        ("EXPLAIN_STREAMS", "many"),
        ("EXPLAIN_JOBS", "0"),
        ("EXPLAIN_TIMEOUT", "soon"),
        ("EXPLAIN_CACHE_MB", "-1"),
        ("LESION_MAX_BYTES", "15MB"),
        ("LESION_MAX_PIXELS", "1"),
        ("CORS_ORIGINS", "clinic.example"),
        ("CORS_ORIGINS", "https://*.example"),
        ("CORS_ORIGINS", "https://clinic.example/path"),
        ("LOG_LEVEL", "LOUD"),
        ("TRUSTED_PROXIES", "all"),
        ("STORE_IMAGES", "perhaps"),
        ("RETENTION_DAYS", "0"),
        ("API_KEYS_REQUIRED", "perhaps"),
        ("LESION_SAMPLES_DIR", "/no/such/folder"),
    ],
)
def test_an_invalid_value_is_refused_by_the_variable_s_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name}=") as caught:
        read_config({name: value})
    assert value in str(caught.value)


def test_on_heroku_its_router_is_believed() -> None:
    assert read_config({"DYNO": "web.1"}).trusted_proxies == 1
    assert read_config({"DYNO": "web.1", "TRUSTED_PROXIES": "2"}).trusted_proxies == 2
    assert read_config({}).trusted_proxies == 0


def test_lists_are_separated_by_commas() -> None:
    config = read_config({"ALLOWED_HOSTS": "Clinic.example, .example.org,", "API_KEYS_REQUIRED": "true"})
    assert config.allowed_hosts == ("clinic.example", ".example.org")
    assert config.api_keys_required


def test_choices_are_named() -> None:
    with pytest.raises(ConfigError, match="choose from onnx, fastai"):
        read_config({"LESION_ENGINE": "tensorflow"})


def test_largest_bodies_hold_the_largest_image() -> None:
    config = Config(lesion_max_bytes=3_000_000)
    assert config.max_form_bytes > 3_000_000
    lines = -(-4_000_000 // 76)
    assert config.max_json_bytes > 4_000_000 + 2 * lines


def test_there_are_places_for_all_jobs() -> None:
    config = Config(explain_jobs=8, lesion_threads=1)
    assert (config.parallel, config.jobs) == (1, 1)
    assert Config(explain_jobs=2, lesion_parallel=3).jobs == 2


def test_an_answer_and_a_stop_take_no_longer_than_heroku_allows() -> None:
    assert Config().request_timeout + 5 <= 30  # a stop has five seconds more than an answer


def test_there_are_threads_for_others_than_those_that_work_wait_and_listen() -> None:
    config = Config(lesion_parallel=3, lesion_queue=10, explain_streams=4)
    assert config.upload_threads > 3 + 10 + 4
    assert config.web_threads > 4


def test_table_has_a_line_for_every_variable() -> None:
    table = markdown_table()
    fields = msgspec.structs.fields(Config)
    assert table.count("\n") == len(fields) + 2
    for field in fields:
        assert f"| `{field.encode_name}` |" in table
    assert str(Path.home()) not in table
