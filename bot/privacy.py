"""Who is who, and what may be read: keyed hashes for people, sealed bytes for what they wrote."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

BUTTON = re.compile(r"knap:[A-Za-z0-9_-]{16}")
"""A button's token; its beginning keeps it apart from what people write."""


class UnusableKey(Exception):
    """The key cannot be used; the text says why and what to do."""


class Keys:
    """Everything that needs the secret key.

    One master key (Fernet format: 32 random bytes in URL-safe base64) gives two keys by HKDF (RFC 5869): one for
    sealing (Fernet: AES-128-CBC with HMAC-SHA256, authenticated), one for hashing who wrote.
    """

    def __init__(self, master: str) -> None:
        try:
            raw = base64.urlsafe_b64decode(master.strip())
        except ValueError:
            raw = b""
        if len(raw) != 32:
            raise UnusableKey("The key must be 32 bytes in URL-safe base64, as `python -m bot key` prints it.")
        self._fernet = Fernet(base64.urlsafe_b64encode(self._derive(raw, b"seal")))
        self._hash_key = self._derive(raw, b"people")

    @staticmethod
    def _derive(master: bytes, purpose: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"jobsamtale " + purpose).derive(master)

    def person(self, channel: str, sender: str) -> str:
        """The hash (64 hex digits) by which we know the sender of a channel. Without the key it leads nowhere."""
        return hmac.new(self._hash_key, f"{channel}\0{sender}".encode(), hashlib.sha256).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Tells two keys apart without revealing either."""
        return hmac.new(self._hash_key, b"fingerprint", hashlib.sha256).hexdigest()[:16]

    def shared_secret(self, purpose: str) -> str:
        """A secret (64 hex digits) for somebody who calls us; the same as long as the key is the same."""
        return hmac.new(self._hash_key, f"shared\0{purpose}".encode(), hashlib.sha256).hexdigest()

    def button(self, person: str, payload: str, title: str) -> str:
        """The token of a button (`knap:` and 16 characters): the same button shown again keeps its token."""
        digest = hmac.new(self._hash_key, f"{person}\0{payload}\0{title}".encode(), hashlib.sha256).digest()
        return "knap:" + base64.urlsafe_b64encode(digest[:12]).decode()

    def seal(self, value: Any) -> bytes:
        """`value` (anything JSON can hold) as sealed bytes."""
        return self._fernet.encrypt(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def open(self, sealed: bytes) -> Any:
        """What `seal` was given.

        Raises:
            UnusableKey: the bytes were changed, or sealed with another key.
        """
        try:
            return json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise UnusableKey("Something kept at rest was sealed with another key, or was changed.") from None

    def ticket(self, purpose: str, subject: str) -> str:
        """A text that only we can make, naming `subject` (a session, a person) for one `purpose`."""
        return self._fernet.encrypt(f"{purpose}\0{subject}".encode()).decode()

    def subject(self, ticket: str, purpose: str, seconds: int | None = None) -> str | None:
        """The subject of a ticket of ours for `purpose`, not older than `seconds`; otherwise None."""
        try:
            found, _, subject = self._fernet.decrypt(ticket.encode(), ttl=seconds).decode().partition("\0")
        except (InvalidToken, ValueError):
            return None
        return subject if found == purpose else None


def is_button(text: str) -> bool:
    """Whether a text has the form of a button's token (known or not)."""
    return BUTTON.fullmatch(text) is not None


def new_key() -> str:
    """A fresh master key as text."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def read_or_make_key(given: str | None, file: Path) -> str:
    """The master key: the one given (from the environment), else the file's, else a new one put in the file.

    The file is made readable by its owner only (mode 600), and never overwritten.

    Raises:
        UnusableKey: the file can be read by others.
    """
    if given:
        return given
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(new_key() + "\n")
        try:
            os.link(draft, file)  # Fails when another process was first: then theirs is the key.
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    if file.stat().st_mode & 0o077:
        raise UnusableKey(f"{file} can be read by others; run `chmod 600 {file}` and start again.")
    return file.read_text(encoding="ascii").strip()
