"""Finds, checks and reads the config file. Light: YAML and pydantic are imported only when reading."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loancrm.errors import InvalidInput, NotFound, Refused
from loancrm.i18n import LANGUAGES, N_, _, listed

if TYPE_CHECKING:
    from loancrm.settings import Settings
    from loancrm.strictyaml import Loaded

FOLDER_FILE = "loancrm.yaml"
CONFIG_VARIABLE = "LOANCRM_CONFIG"
VARIABLES = {"store": "LOANCRM_STORE", "lang": "LOANCRM_LANG", "me": "LOANCRM_ME", "policy": "LOANCRM_POLICY"}
SIZE_LIMIT = 1024 * 1024

_WHY = {
    errno.EACCES: N_("permission denied"),
    errno.EPERM: N_("permission denied"),
    errno.EIO: N_("the disk cannot be read"),
    errno.ELOOP: N_("the links lead in a circle"),
    errno.ENOENT: N_("it is gone"),
}
_PLACES = ("store", "policy", "templates")
_URL = re.compile(r"[a-z][a-z0-9+]*://")
_LANG_LINE = re.compile(rb"^lang[ \t]*:[ \t]+([\"']?)(\w+)\1[ \t]*(?:#.*)?\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """Which config file counts.

    Attributes:
        path: the file, or None when there is none.
        origin: ``--config``, ``LOANCRM_CONFIG``, ``folder``, ``user`` or ``none``.
    """

    path: Path | None
    origin: str


@dataclass(frozen=True, slots=True)
class Origin:
    """One setting: its value as text (a password in a URL hidden), and where it came from.

    ``source`` is ``default``, ``config.yaml:8``, or the environment variable.
    """

    key: str
    value: str
    source: str


def find(explicit: str | None, environ: Mapping[str, str], cwd: Path) -> Found:
    """Return the config file that counts: --config, LOANCRM_CONFIG, ./loancrm.yaml, the user's own.

    Raises:
        NotFound: a file that was named is not there.
    """
    for named, origin in ((explicit, "--config"), (environ.get(CONFIG_VARIABLE), CONFIG_VARIABLE)):
        if named:
            path = cwd / os.path.expanduser(named)
            if not os.path.exists(path):  # unlike Path.exists this never raises
                text = _("{origin}: there is no such config file").format(origin=origin)
                raise NotFound(text, field=origin)
            return Found(path, origin)
    if os.path.isfile(cwd / FOLDER_FILE):
        return Found(cwd / FOLDER_FILE, "folder")
    own = user_file()
    return Found(own, "user") if os.path.isfile(own) else Found(None, "none")


def peek_lang(path: str | Path) -> str | None:
    """Return the language that a top-level ``lang:`` line names, or None; no YAML is imported.

    For --help, which must be quick and must not fail: whatever is wrong with the file is said later.
    """
    try:
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            found = _LANG_LINE.search(file.read(SIZE_LIMIT).removeprefix(b"\xef\xbb\xbf"))
    except OSError:
        return None
    lang = found[2].decode() if found else ""
    return lang if lang in LANGUAGES else None


def load(found: Found, environ: Mapping[str, str]) -> Settings:
    """Return the settings: the file, over it the environment, ``store`` filled in.

    Relative places in the file are relative to its folder; in the environment to the current one.

    Raises:
        InvalidInput: exit 4; one line with file:line:column for each problem.
        Refused: exit 8; the file cannot be read, or others may write to it.
    """
    from loancrm.settings import Settings
    from loancrm.strictyaml import validate

    loaded = _read(found.path)
    settings = validate(Settings, loaded) if loaded.data else Settings.model_construct()
    folder = found.path.parent if found.path else Path()
    changes: dict[str, object] = {
        key: _place(getattr(settings, key), folder) for key in _PLACES if getattr(settings, key)
    }
    changes["profiles"] = {name: _place(file, folder) for name, file in settings.profiles.items()}
    if secret := settings.remind.mail.password_file:
        mail = settings.remind.mail.model_copy(update={"password_file": _place(secret, folder)})
        changes["remind"] = settings.remind.model_copy(update={"mail": mail})
    for key, variable in VARIABLES.items():
        if value := environ.get(variable):
            changes[key] = _place(value, Path()) if key in _PLACES else _checked(key, value, variable)
    if "store" not in changes:
        changes["store"] = str(_user_store())
    return settings.model_copy(update=changes)


def origins(settings: Settings, found: Found, environ: Mapping[str, str]) -> tuple[Origin, ...]:
    """Return every setting with where its value came from, in the order of the example file."""
    loaded = _read(found.path)
    rows = []
    for key in type(settings).model_fields:
        source = "default"
        if environ.get(VARIABLES.get(key, "")):
            source = VARIABLES[key]
        elif (key,) in loaded.marks and not _is_default_place(key, loaded):
            source = f"{loaded.source}:{loaded.marks[key,][0]}"
        rows.append(Origin(key, _shown(getattr(settings, key)), source))
    return tuple(rows)


def _read(path: Path | None) -> Loaded:
    from loancrm.strictyaml import Loaded, load

    if path is None:
        return Loaded(None, {})
    return load(_text(path), path.name)


def _text(path: Path) -> str:
    try:
        if not path.is_file():  # opening a pipe would wait for ever
            raise InvalidInput(_("{file}: not a plain file").format(file=path.name), code="invalid_file")
        with open(path, "rb") as file:
            _refuse_writable(path, os.fstat(file.fileno()).st_mode)
            content = file.read(SIZE_LIMIT + 1)
    except OSError as problem:
        why = _(_WHY[problem.errno]) if problem.errno in _WHY else type(problem).__name__
        raise Refused(_("{file}: cannot be read: {why}").format(file=path.name, why=why)) from None
    if len(content) > SIZE_LIMIT:
        raise InvalidInput(_("{file}: too big for a config file").format(file=path.name), code="invalid_file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        text = _("{file}:{line}:1: not UTF-8; save the file as UTF-8").format(file=path.name, line=line)
        raise InvalidInput(text, code="invalid_file") from None


def _refuse_writable(path: Path, mode: int) -> None:
    # Whoever can write this file chooses which store and policy are used.
    if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise Refused(
            _("{file}: others may write to this file").format(file=path.name),
            hint=_("run: chmod go-w {path}").format(path=path),
        )


def _checked(key: str, value: str, variable: str) -> str:
    known = ("auto", *LANGUAGES)
    if key == "lang" and value not in known:
        text = _("{variable}: must be one of {choices}").format(variable=variable, choices=listed(known))
        raise InvalidInput(text, field=variable)
    return value


def _place(text: str, folder: Path) -> str:
    return text if is_address(text) else str(folder / os.path.expanduser(text))


def _is_default_place(key: str, loaded: Loaded) -> bool:
    return key == "store" and loaded.data[key] is None


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{code}: {label}" for code, label in value.items())
    return "" if value is None else without_password(str(value))


def is_address(place: str) -> bool:
    """Say whether a store is named by the address of a database, and not by a path."""
    return _URL.match(place) is not None


def without_password(place: str) -> str:
    """Return a path as it is, and an address with its passwords hidden: for every text that is shown."""
    if not is_address(place):
        return place
    hidden = re.sub(r"(://[^/@:]*:).*@", r"\1***@", place)
    return re.sub(r"([?&](?:ssl)?password=)[^&]*", r"\1***", hidden)


def user_file() -> Path:
    """Return where the user's own config file is, or would be."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("loancrm")) / "config.yaml"


def _user_store() -> Path:
    from platformdirs import user_data_dir

    folder = Path(user_data_dir("loancrm"))
    if not folder.is_absolute():  # no HOME and no account: "~" would become a folder named "~"
        raise InvalidInput(
            _("no home folder is known, so there is no default store"),
            hint=_("name one with --store or LOANCRM_STORE"),
        )
    return folder / "book.db"
