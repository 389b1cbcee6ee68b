"""Settings: read once, and every wrong value stops the start with its name."""

from pathlib import Path

import pytest

from sixfold.kernel.settings import Address, BadSetting, Settings, for_children, read_settings, to_environment


def test_without_anything_the_defaults_hold() -> None:
    settings = read_settings({"PATH": "/bin", "HOME": "/root"})
    assert (settings.http, settings.dimse, settings.ae) == (Address("127.0.0.1", 8080), Address("127.0.0.1", 11112), "SIXFOLD")
    assert settings.durability == "fsync"
    assert settings.home.is_absolute()
    assert settings.database == f"sqlite:///{settings.home / 'index.sqlite'}"
    assert settings.objects == f"file://{settings.home / 'objects'}"


def test_the_environment_is_read() -> None:
    settings = read_settings({
        "SIXFOLD_HTTP": "[::1]:9090", "SIXFOLD_AE": " STORE ", "SIXFOLD_DIMSE_PROCESSES": "4", "SIXFOLD_STABLE_AFTER": "0.5",
        "SIXFOLD_DEMO": "1", "SIXFOLD_DATABASE_URL": "postgresql://db/x", "SIXFOLD_OBJECTS_URL": "s3://bucket",
    })  # fmt: skip
    assert settings.http == Address("::1", 9090)
    assert str(settings.http) == "[::1]:9090"
    assert (settings.ae, settings.dimse_processes, settings.stable_after, settings.demo) == ("STORE", 4, 0.5, True)
    assert (settings.database, settings.objects) == ("postgresql://db/x", "s3://bucket")


def test_the_command_line_wins(tmp_path: Path) -> None:
    settings = read_settings({"SIXFOLD_AE": "ONE", "SIXFOLD_HOME": "/elsewhere"}, ae="TWO", home=str(tmp_path), http=None)
    assert (settings.ae, settings.home) == ("TWO", tmp_path)


@pytest.mark.parametrize(("name", "value"), [
    ("HTTP", "8080"), ("HTTP", "host:"), ("HTTP", ":8080"), ("HTTP", "host:65536"), ("HTTP", "host:-1"), ("HTTP", "host:80x"),
    ("HTTP", "host:٨٠٨٠"), ("HTTP", "host:80²"), ("HTTP", "host:" + "8" * 5000), ("DIMSE_PROCESSES", "٢"),
    ("DIMSE_PROCESSES", "²"), ("SEGMENT_BYTES", "9" * 5000),
    ("AE", ""), ("AE", "SEVENTEEN-LETTERS"), ("AE", "A\\B"), ("AE", "Ä"), ("AE", "A\x07"),
    ("DURABILITY", "maybe"), ("DURABILITY", "FSYNC"), ("DIMSE_PROCESSES", "0"), ("DIMSE_PROCESSES", "65"),
    ("DIMSE_PROCESSES", "two"), ("DIMSE_PROCESSES", "1.5"), ("STABLE_AFTER", "-1"), ("STABLE_AFTER", "soon"),
    ("STABLE_AFTER", "nan"), ("STABLE_AFTER", "inf"), ("SEGMENT_BYTES", "1024"), ("MAX_ASSOCIATIONS", "0"),
    ("LOG_LEVEL", "loud"), ("LOG_FORMAT", "xml"), ("DEMO", "yes"),
])  # fmt: skip
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"SIXFOLD_{name}"):
        read_settings({f"SIXFOLD_{name}": value})


@pytest.mark.parametrize("name", ["SIXFOLD_HTPP", "SIXFOLD_", "SIXFOLD_HTPP_FILE", "SIXFOLD_http"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings({name: "x"})


def test_names_for_tests_are_let_be() -> None:
    assert read_settings({"SIXFOLD_TEST_DATA": "/data", "SIXFOLD_FUZZ_CASES": "9"}) == Settings()


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://u:word@db/x\n")
    assert read_settings({"SIXFOLD_DATABASE_URL_FILE": str(tmp_path / "url")}).database == "postgresql://u:word@db/x"


def test_a_secret_given_twice_or_not_readable_is_refused(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://db/x")
    both = {"SIXFOLD_DATABASE_URL": "x", "SIXFOLD_DATABASE_URL_FILE": str(tmp_path / "url")}
    with pytest.raises(BadSetting, match="both set"):
        read_settings(both)
    with pytest.raises(BadSetting, match="cannot be read"):
        read_settings({"SIXFOLD_DATABASE_URL_FILE": str(tmp_path / "missing")})
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(BadSetting, match="cannot be read"):
        read_settings({"SIXFOLD_DATABASE_URL_FILE": str(tmp_path / "binary")})


def test_settings_survive_the_way_to_another_process(tmp_path: Path) -> None:
    settings = read_settings({
        "SIXFOLD_HTTP": "[::1]:9090", "SIXFOLD_DEMO": "1", "SIXFOLD_STABLE_AFTER": "0.25", "SIXFOLD_HOME": str(tmp_path),
        "SIXFOLD_SEGMENT_BYTES": "1099511627776", "SIXFOLD_DATABASE_URL": "postgresql://u:p@db/x",
    })  # fmt: skip
    assert read_settings(to_environment(settings)) == settings


def test_a_number_of_seconds_survives_exactly() -> None:
    settings = read_settings({"SIXFOLD_STABLE_AFTER": "1234567.125"})
    assert read_settings(to_environment(settings)).stable_after == 1234567.125


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Settings().ae = "OTHER"  # type: ignore[misc]


def test_a_child_reads_the_same_settings_also_those_given_by_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("sqlite:////tmp/x\n")
    given = {"SIXFOLD_DATABASE_URL_FILE": str(secret), "SIXFOLD_DEMO": "1", "PATH": "/bin"}
    settings = read_settings(given)
    environment = for_children(given, settings)
    assert read_settings(environment) == settings
    assert environment["PATH"] == "/bin"
