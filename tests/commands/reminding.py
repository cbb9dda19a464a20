"""Books for what goes elsewhere: two officers with next steps to be told of; a mail server of our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.conftest import Run

STEPS = """\
officer add zhao.min --name 赵敏
officer edit li.wei --email li.wei@bank.example
customer add --kind enterprise --name 华达机械有限公司 --officer li.wei --phone 13912348000
customer add --kind student --name 王小明 --officer zhao.min
followup add C-00001 --on 2026-11-21 --what 送合同
followup add C-00001 --on 2026-11-24 --what 收材料13800138000
followup add C-00002 --on 2026-11-21 --what 回访
""".splitlines()


def at(day: str) -> dict[str, str]:
    """Return the environment of a morning."""
    return {"LOANCRM_NOW": f"{day}T07:00+08:00"}


def fill(cli: Run, book: Path) -> None:
    """Give the officers something to be told."""
    for line in STEPS:
        done = cli("--store", book, *line.split())
        assert done.code == 0, done.err


def config(folder: Path, text: str) -> Path:
    """Write a config file that the commands in ``folder`` take."""
    path = folder / "loancrm.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


@dataclass
class Inbox:
    """A mail server: what it took, and whom it refuses."""

    port: int
    messages: list[tuple[list[str], EmailMessage]]
    refused: set[str]
    users: list[tuple[bytes, bytes]]


class _Handler:
    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.inbox.refused:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.inbox.messages.append((list(envelope.rcpt_tos), message))
        return "250 OK"


class _Server(Controller):
    """Takes a port that is free, and says which."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(**more: Any) -> Iterator[Inbox]:
    """Run a real SMTP server on this machine; it takes the password ``secret`` of anybody."""
    inbox = Inbox(0, [], set(), [])

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        inbox.users.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret", handled=False)

    controller = _Server(
        _Handler(inbox), hostname="127.0.0.1", port=0, authenticator=check, auth_require_tls=False, **more
    )
    controller.start()
    try:
        inbox.port = controller.port
        yield inbox
    finally:
        controller.stop()
