"""Mail by SMTP: one session for many messages."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from loancrm.errors import InvalidInput, Refused, Undelivered
from loancrm.i18n import _
from loancrm.settings import Mail


class MailServer:
    """A session with the mail server; the certificate is checked against those that the system trusts."""

    def __init__(self, settings: Mail, password: str | None) -> None:
        """Name the server; nothing is sent to it yet.

        Raises:
            InvalidInput: the settings name no server or no sender, or a user without a password.
        """
        for name in ("host", "sender"):
            if getattr(settings, name) is None:
                text = _("remind.mail.{name} is not set, so no mail can be sent").format(name=name)
                raise InvalidInput(
                    text, field=f"remind.mail.{name}", hint=_("loancrm config path names the file")
                )
        if settings.user is not None and not password:
            raise InvalidInput(
                _("there is no password for the mail server"),
                field="remind.mail.password_file",
                hint=_("set LOANCRM_SMTP_PASSWORD, or name a file that holds it"),
            )
        self.settings = settings
        self._password = password or ""
        self._session: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Open the session.

        Raises:
            Undelivered: the server does not answer, or refuses us.
        """
        self._attempt(self._open)
        return self

    def __exit__(self, *_fault: object) -> None:
        self._close()

    def send(self, message: EmailMessage) -> None:
        """Send a message; after a fault the next one has a session of its own.

        Raises:
            Undelivered: it was not taken.
        """
        self._attempt(lambda: (self._session or self._open()).send_message(message))

    def _attempt(self, work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except (OSError, smtplib.SMTPException) as fault:
            self._close()
            raise Undelivered(_why(fault)) from None

    def _open(self) -> smtplib.SMTP:
        wanted, port = self.settings, self.settings.usual_port
        assert wanted.host is not None
        trusted = ssl.create_default_context()
        if wanted.security == "tls":
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                wanted.host, port, timeout=wanted.timeout, context=trusted
            )
        else:
            session = smtplib.SMTP(wanted.host, port, timeout=wanted.timeout)
        self._session = session
        if wanted.security == "starttls":
            session.starttls(context=trusted)
        if wanted.user is not None:
            session.login(wanted.user, self._password)
        return session

    def _close(self) -> None:
        if self._session is not None:
            try:
                self._session.quit()
            except (OSError, smtplib.SMTPException):
                self._session.close()
            self._session = None


def _why(fault: OSError) -> str:
    """Return in our words what went wrong; the server's own may name a person."""
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return _("the mail server refuses the user or the password")
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return _("the mail server refuses the address")
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return _("the mail server does not offer what remind.mail asks for: starttls, or to log in")
    if isinstance(fault, smtplib.SMTPResponseException):
        return _("the mail server answers {code}").format(code=fault.smtp_code)
    if isinstance(fault, ssl.SSLCertVerificationError):
        return _("the certificate of the mail server is not trusted")
    return _("the mail server cannot be reached, or went away")


def read_password(place: str | None) -> str | None:
    """Return the first line of the file that holds the password, None where there is no such setting.

    Raises:
        InvalidInput: the file is not there or cannot be read.
        Refused: others may read it.
    """
    if place is None:
        return None
    path = Path(place)
    try:
        with path.open(encoding="utf-8") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                raise Refused(
                    _("{file}: others may read this file, and it holds a password").format(file=path.name),
                    hint=_("run: chmod 600 {path}").format(path=path),
                )
            return file.readline(1_000).strip()
    except (OSError, UnicodeDecodeError):
        text = _("{file}: the file with the password cannot be read").format(file=path.name)
        raise InvalidInput(text, field="remind.mail.password_file") from None
