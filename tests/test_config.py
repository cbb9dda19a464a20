"""Which config file counts, what it may say, and where each value came from."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from loancrm import config
from loancrm.config import Found
from loancrm.errors import InvalidInput, NotFound, Refused
from loancrm.settings import Settings

EXAMPLE = Path(__file__).parents[1] / "config.example.yaml"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def read(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    return config.load(Found(written(tmp_path / "config.yaml", text), "--config"), environ or {})


def test_the_example_holds_every_key_with_its_default() -> None:
    from loancrm import strictyaml

    loaded = strictyaml.load(EXAMPLE.read_text(encoding="utf-8"), "config.example.yaml")
    assert loaded.data == Settings().model_dump()
    assert list(loaded.data) == list(Settings.model_fields)


def test_each_key_of_the_example_has_its_own_comment_above() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line and not line.startswith("#"):
            assert lines[number - 1].startswith("# "), line


def test_the_config_file_is_looked_for_in_order(tmp_path: Path, home: Path) -> None:
    environ = {"LOANCRM_CONFIG": str(written(tmp_path / "env.yaml", ""))}
    assert config.find(None, {}, tmp_path) == Found(None, "none")
    own = written(home / ".config/loancrm/config.yaml", "")
    if sys.platform == "linux":
        assert config.find(None, {}, tmp_path) == Found(own, "user")
    here = written(tmp_path / "loancrm.yaml", "")
    assert config.find(None, {}, tmp_path) == Found(here, "folder")
    assert config.find(None, environ, tmp_path) == Found(tmp_path / "env.yaml", "LOANCRM_CONFIG")
    named = written(tmp_path / "x/my.yaml", "")
    assert config.find("x/my.yaml", environ, tmp_path) == Found(named, "--config")


def test_a_named_config_file_that_is_missing_exits_3(tmp_path: Path) -> None:
    for explicit, environ in (("no.yaml", {}), (None, {"LOANCRM_CONFIG": "no.yaml"})):
        with pytest.raises(NotFound) as fault:
            config.find(explicit, environ, tmp_path)
        assert fault.value.exit_code == 3


def test_it_works_without_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    config.find(None, {}, tmp_path)
    assert config.load(Found(None, "none"), {"LOANCRM_STORE": "/srv/book.db"}).store == "/srv/book.db"


def test_without_a_file_the_defaults_hold(home: Path) -> None:
    settings = config.load(Found(None, "none"), {})
    assert (settings.zone, settings.currency, settings.table_rows) == ("Asia/Shanghai", "CNY", 50)
    assert Path(settings.store_location).name == "book.db"
    assert Path(settings.store_location).is_absolute()


def test_places_in_the_file_are_relative_to_it(tmp_path: Path, home: Path) -> None:
    settings = read(tmp_path, "store: data/book.db\npolicy: ~/policy.yaml\n")
    assert settings.store == str(tmp_path / "data/book.db")
    assert settings.policy == str(home / "policy.yaml")
    url = "postgresql+psycopg://loancrm@/book"
    assert read(tmp_path, f"store: {url}\n").store == url


def test_the_environment_goes_before_the_file(tmp_path: Path, home: Path) -> None:
    environ = {
        "LOANCRM_STORE": "~/b.db",
        "LOANCRM_LANG": "zh_CN",
        "LOANCRM_ME": "O-2",
        "LOANCRM_POLICY": "p.yaml",
    }
    settings = read(tmp_path, "store: a.db\nlang: en\nme: O-1\npolicy: q.yaml\n", environ)
    assert settings.store == str(home / "b.db")
    assert (settings.lang, settings.me, settings.policy) == ("zh_CN", "O-2", "p.yaml")
    assert read(tmp_path, "me: O-1\n", {"LOANCRM_ME": ""}).me == "O-1"


def test_an_unknown_language_in_the_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"^LOANCRM_LANG: must be one of auto, en, zh_CN$"):
        read(tmp_path, "", {"LOANCRM_LANG": "klingon"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lang: en\ncurency: USD", "config.yaml:2:1: curency: unknown key (did you mean 'currency'?)"),
        ("lang: fr", "config.yaml:1:1: lang: must be one of auto, en, zh_CN"),
        ("zone: Mars/Base", "config.yaml:1:1: zone: not a time zone; write a name such as Asia/Shanghai"),
        (
            "zone: ../../etc/passwd",
            "config.yaml:1:1: zone: not a time zone; write a name such as Asia/Shanghai",
        ),
        ("currency: cny", "config.yaml:1:1: currency: not a currency; write three capitals such as CNY"),
        (
            "phone_region: China",
            "config.yaml:1:1: phone_region: not a country; write two capitals such as CN",
        ),
        ("table_rows: 0", "config.yaml:1:1: table_rows: must be at least 1"),
        ("table_rows: 10001", "config.yaml:1:1: table_rows: must be at most 10000"),
        ("me: 42", "config.yaml:1:1: me: must be text; put it in quotes"),
        (
            "products:\n  Lease: Lease",
            "config.yaml:2:3: products.Lease: write small letters, digits and _, a letter first",
        ),
        (
            "products:\n  tuition: T",
            (
                "config.yaml:1:1: products: the product code tuition is built in and has its label;"
                " choose another"
            ),
        ),
        ("products:\n  lease: ''", "config.yaml:2:3: products.lease: too short; at least 1 characters"),
    ],
)
def test_a_bad_value_exits_4_with_file_line_and_column(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        read(tmp_path, text)
    assert (fault.value.message, fault.value.exit_code) == (message, 4)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
@pytest.mark.parametrize("bit", [stat.S_IWGRP, stat.S_IWOTH])
def test_a_file_that_others_may_write_exits_8_with_the_chmod(tmp_path: Path, bit: int) -> None:
    path = written(tmp_path / "config.yaml", "lang: en\n")
    path.chmod(0o600 | bit)
    with pytest.raises(Refused) as fault:
        config.load(Found(path, "--config"), {})
    assert fault.value.exit_code == 8
    assert fault.value.hint == f"run: chmod go-w {path}"


def test_a_folder_a_pipe_and_another_encoding_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"lang: en\nme: \xe9\n")
    latin.chmod(0o600)
    for path, words in (
        (tmp_path, "not a plain file"),
        (tmp_path / "pipe", "not a plain file"),
        (latin, ":2:1:"),
    ):
        with pytest.raises(InvalidInput, match=words):
            config.load(Found(path, "--config"), {})


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("lang: zh_CN\n", "zh_CN"),
        ("me: a\r\nlang: 'en'  # mine\r\n", "en"),
        ('\ufefflang: "zh_CN"', "zh_CN"),
        ("lang: auto\n", None),
        ("x:\n  lang: en\n", None),
        ("# lang: en\n", None),
        ("lang: [", None),
        ("", None),
    ],
)
def test_the_language_is_peeked_without_yaml(tmp_path: Path, text: str, lang: str | None) -> None:
    assert config.peek_lang(str(written(tmp_path / "config.yaml", text))) == lang


def test_peeking_never_fails(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert config.peek_lang(str(tmp_path / "nothing")) is None
    assert config.peek_lang(str(tmp_path)) is None
    assert config.peek_lang(str(tmp_path / "pipe")) is None


def test_each_value_says_where_it_came_from(tmp_path: Path) -> None:
    found = Found(
        written(tmp_path / "config.yaml", "lang: en\nstore: postgresql://a:secret@h/b\n"), "--config"
    )
    environ = {"LOANCRM_ME": "O-2"}
    rows = {row.key: row for row in config.origins(config.load(found, environ), found, environ)}
    assert list(rows) == list(Settings.model_fields)
    assert (rows["lang"].value, rows["lang"].source) == ("en", "config.yaml:1")
    assert (rows["store"].value, rows["store"].source) == ("postgresql://a:***@h/b", "config.yaml:2")
    assert (rows["me"].value, rows["me"].source) == ("O-2", "LOANCRM_ME")
    assert (rows["zone"].value, rows["zone"].source) == ("Asia/Shanghai", "default")


def test_importing_config_imports_neither_yaml_nor_pydantic() -> None:
    code = "import loancrm.config, sys; print([m for m in ('yaml', 'pydantic') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
