"""One person or several who write to a REST door on this machine, and how long each waited for the answer."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, cycle, islice

TURNS_OF_A_TALK = 25
"""Messages after which a person in `crowd` begins a new conversation: people's are short."""


@dataclass(frozen=True)
class Line:
    """What a person writes, and a word that the right answer has (empty: any text will do)."""

    text: str
    answer_has: str


@dataclass(frozen=True)
class Turn:
    """One message and its answer."""

    seconds: float
    as_expected: bool


def talk(port: int, sender: str, lines: Sequence[Line], turns: int) -> Iterator[Turn]:
    """Write `turns` messages in one conversation over one connection, each after the answer to the last.

    Raises:
        OSError: the connection is refused or broken.
        RuntimeError: the server answers with something other than 200.
    """
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for line in islice(cycle(lines), turns):
            body = json.dumps({"sender": sender, "message": line.text}).encode()
            began = time.perf_counter()
            connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = response.read()
            seconds = time.perf_counter() - began
            if response.status != 200:
                raise RuntimeError(f"{line.text!r} was answered with {response.status}: {answer[:200]!r}")
            said = " ".join(reply.get("text") or "" for reply in json.loads(answer))
            yield Turn(seconds, bool(said.strip()) and line.answer_has.casefold() in said.casefold())


def crowd(port: int, lines: Sequence[Line], people: int, messages: int) -> tuple[float, list[Turn]]:
    """Let `people` write `messages` in all at the same time, each in conversations of `TURNS_OF_A_TALK`.

    Returns:
        Messages per second, and all turns.
    """

    def person(number: int) -> list[Turn]:
        talks = range(messages // people // TURNS_OF_A_TALK)
        return [
            turn
            for one in talks
            for turn in talk(port, f"{people} people, {number}, talk {one}", lines, TURNS_OF_A_TALK)
        ]

    began = time.perf_counter()
    with ThreadPoolExecutor(people) as together:
        turns = list(chain.from_iterable(together.map(person, range(people))))
    return len(turns) / (time.perf_counter() - began), turns
