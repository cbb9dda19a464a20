"""remind by mail and as a notice, against real servers on this machine."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Answer, Run
from tests.places import asked

from .reminding import Inbox, at, config, fill, mail_server

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SETTINGS = """\
remind:
  mail:
    host: 127.0.0.1
    port: {port}
    security: {security}
    sender: loancrm@bank.example
{more}"""


def settings(folder: Path, inbox: Inbox, security: str = "none", more: str = "") -> None:
    config(folder, SETTINGS.format(port=inbox.port, security=security, more=more))


@pytest.fixture
def told(cli: Run, book: Path) -> Path:
    fill(cli, book)
    return book


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as running:
        yield running


def left(book: Path) -> Any:
    return asked(book, "select audience from reminder order by 1")


def test_a_mail_has_text_and_a_page_and_no_number_in_full(
    cli: Run, told: Path, tmp_path: Path, inbox: Inbox
) -> None:
    settings(tmp_path, inbox)
    answer = cli("--store", told, "remind", "--officer", "li.wei", "--mail", env=at("2026-11-24"))
    assert (answer.code, answer.out, answer.err) == (0, b"", "")
    [(to, message)] = inbox.messages
    assert to == ["li.wei@bank.example"]
    assert message["From"] == "loancrm@bank.example"
    assert message["Subject"] == "loancrm: 2026-11-24: 2 new on the list"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    for text in (plain.get_content(), page.get_content()):
        assert "华达机械有限公司" in text
        assert "收材料138****8000" in text
        assert "13800138000" not in text
    assert "loancrm followup done U-00001" in page.get_content()
    again = cli("--store", told, "remind", "--officer", "li.wei", "--mail", env=at("2026-11-24"))
    assert (again.code, again.out, again.err, len(inbox.messages)) == (0, b"", "", 1)


def test_one_officer_without_an_address_or_refused_stops_nobody(
    cli: Run, told: Path, tmp_path: Path, inbox: Inbox
) -> None:
    settings(tmp_path, inbox)
    answer = cli("--store", told, "remind", "--all", "--mail", "--format", "json")
    assert (answer.code, answer.error["code"]) == (9, "partly_done")
    assert (
        "1 of 2 officers were not told: zhao.min: officer zhao.min has no e-mail" in answer.error["message"]
    )
    assert [to for to, _message in inbox.messages] == [["li.wei@bank.example"]]
    assert left(told) == [("li.wei",)]
    settings(tmp_path, inbox, more="  addresses: {zhao.min: zhao.min@bank.example}\n")
    inbox.refused.add("zhao.min@bank.example")
    refused = cli("--store", told, "remind", "--all", "--mail", "--format", "json")
    assert (refused.code, "refuses the address" in refused.error["message"]) == (9, True)
    inbox.refused.clear()
    assert cli("--store", told, "remind", "--all", "--mail").code == 0
    assert [to for to, _message in inbox.messages][1:] == [["zhao.min@bank.example"]]
    assert left(told) == [("li.wei",), ("zhao.min",)]


def test_the_same_news_have_the_same_message_id(cli: Run, told: Path, tmp_path: Path, inbox: Inbox) -> None:
    """Who is killed after sending sends it again: mail systems show it once."""
    from .helpers import put

    settings(tmp_path, inbox)
    for _n in range(2):
        assert cli("--store", told, "remind", "--officer", "li.wei", "--mail").code == 0
        put(told, "delete from reminder")
    ids = [message["Message-ID"] for _to, message in inbox.messages]
    assert ids[0] == ids[1]
    assert ids[0].endswith("@bank.example>")


def test_a_server_that_is_away_is_said_and_nothing_counts(cli: Run, told: Path, tmp_path: Path) -> None:
    with mail_server() as gone:
        settings(tmp_path, gone)
    answer = cli("--store", told, "remind", "--all", "--mail", "--format", "json")
    assert (answer.code, answer.error["code"]) == (6, "undelivered")
    assert left(told) == []


def test_the_password_comes_from_the_environment_or_a_private_file(
    cli: Run, told: Path, tmp_path: Path, inbox: Inbox
) -> None:
    words = ("--store", told, "remind", "--officer", "li.wei", "--mail", "--format", "json")
    settings(tmp_path, inbox, more="    user: loancrm\n    password_file: secret.txt\n")
    assert cli(*words).error["field"] == "remind.mail.password_file"
    (tmp_path / "secret.txt").write_text("wrong\n", encoding="utf-8")
    (tmp_path / "secret.txt").chmod(0o644)
    assert cli(*words).code == 8
    (tmp_path / "secret.txt").chmod(0o600)
    answer = cli(*words)
    assert (answer.code, answer.error["message"]) == (6, "the mail server refuses the user or the password")
    assert left(told) == []
    assert cli(*words, env={"LOANCRM_SMTP_PASSWORD": "secret"}).code == 0
    assert inbox.users[-1] == (b"loancrm", b"secret")
    assert len(inbox.messages) == 1


def test_without_a_password_nobody_logs_in(cli: Run, told: Path, tmp_path: Path, inbox: Inbox) -> None:
    settings(tmp_path, inbox, more="    user: loancrm\n")
    answer = cli("--store", told, "remind", "--officer", "li.wei", "--mail", "--format", "json")
    assert (answer.code, answer.error["field"]) == (4, "remind.mail.password_file")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    words = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30000")
    names = [
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(key),
        "-out",
        str(cert),
    ]
    subprocess.run([*words, *names], check=True, capture_output=True)
    return cert, key


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_is_checked_and_nothing_goes_in_the_clear(
    cli: Run, told: Path, tmp_path: Path, certificate: tuple[Path, Path], security: str
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    more = (
        {"tls_context": context, "require_starttls": True}
        if security == "starttls"
        else {"ssl_context": context}
    )
    words = ("--store", told, "remind", "--officer", "li.wei", "--mail", "--format", "json")
    with mail_server(**more) as secure:
        settings(tmp_path, secure, security)
        stranger = cli(*words)
        assert (stranger.code, stranger.error["message"]) == (
            6, "the certificate of the mail server is not trusted",
        )  # fmt: skip
        assert cli(*words, env={"SSL_CERT_FILE": str(certificate[0])}).code == 0
        assert len(secure.messages) == 1


def test_a_server_without_starttls_is_refused(cli: Run, told: Path, tmp_path: Path, inbox: Inbox) -> None:
    settings(tmp_path, inbox, "starttls")
    answer = cli("--store", told, "remind", "--officer", "li.wei", "--mail", "--format", "json")
    assert (answer.code, answer.error["code"], inbox.messages) == (6, "undelivered", [])


# ── notices ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def board() -> Iterator[tuple[int, list[Any], list[int]]]:
    """A web hook: what came, and the answers that it gives."""
    came: list[Any] = []
    answers = [200]

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers[0])
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, came, answers
    server.shutdown()
    thread.join()
    server.server_close()


def notified(cli: Run, told: Path, *more: str) -> Answer:
    return cli("--store", told, "remind", "--officer", "li.wei", "--notify", "--format", "json", *more)


def test_a_notice_is_sent_once_it_was_taken(
    cli: Run, told: Path, tmp_path: Path, board: tuple[int, list[Any], list[int]]
) -> None:
    port, came, answers = board
    config(tmp_path, f"remind:\n  notify: {{li.wei: ['json://127.0.0.1:{port}/']}}\n")
    answers[0] = 500
    assert notified(cli, told).error["code"] == "undelivered"
    answers[0] = 200
    came.clear()
    assert notified(cli, told).code == 0
    assert [one["title"] for one in came] == ["2026-11-21: 1 new on the list"]
    assert "华达机械有限公司" in came[0]["message"]
    assert (notified(cli, told).code, len(came)) == (0, 1)


def test_an_address_that_apprise_does_not_know_is_not_shown(cli: Run, told: Path, tmp_path: Path) -> None:
    config(tmp_path, "remind:\n  notify: {li.wei: ['nosuch://SECRETKEY']}\n")
    answer = notified(cli, told)
    assert (answer.code, answer.error["field"]) == (4, "remind.notify")
    assert "SECRETKEY" not in answer.err
    assert b"SECRETKEY" not in cli("config", "show").out


@pytest.mark.parametrize(("extra", "words"), [("apprise", "remind --officer li.wei --notify")])
def test_a_missing_extra_says_what_to_install(
    cli: Run, told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: str, words: str
) -> None:
    config(tmp_path, "remind:\n  notify: {li.wei: ['json://127.0.0.1/']}\n")
    monkeypatch.setitem(sys.modules, extra, None)
    answer = cli("--store", told, *words.split(), "--format", "json")
    assert (answer.code, answer.error["code"]) == (8, "missing_extra")
    assert "pip install 'loancrm[notify]'" in answer.error["hint"]
