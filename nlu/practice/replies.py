"""Chooses what the other side says: of the lines that fit, the best; ties by a seeded generator; none twice.

Pure: the same persona, mind, used lines and seed give the same words.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.personas import Block, Persona, Rules, Secret
from nlu.practice.mind import Mind, kind_of_talk

_OPENING_WORDS = 2
_NAMED, _CARRIED = 3.0, 1.0
"""What a reply on the topic gains: on one that the line names, and on the last one that was named."""
_NEAREST = 12
"""Words. A reaction is put before a reply up to this length only: a long one has its own beginning."""


@dataclass(frozen=True)
class Reply:
    """What is said: the whole `text`, the authored `lines` it is made of, which fact was told or dodged, and how it
    talks (`talk`: doubt, both, wish; None: neither)."""

    text: str
    lines: tuple[str, ...]
    talk: str | None = None
    told: str | None = None
    dodged: str | None = None
    asks_advice: bool = False
    tests: bool = False


NO_REPLY = Reply("", ())


def choose(
    persona: Persona,
    rules: Rules,
    mind: Mind,
    acts: Sequence[str],
    topics: Sequence[str],
    said: Sequence[str],
    used: Sequence[str],
    chance: random.Random,
    may_tell: bool = True,
    test: bool = False,
) -> Reply:
    """The reply to a line of these `acts` on these `topics`; NO_REPLY where there is no line left.

    `said` are the replies so far, `used` the authored lines in them; `may_tell`: a fact may be told now; `test`: the
    other side puts the caseworker to a test after its reply.
    """
    topic = topics[0] if topics else mind.topic
    near = _NAMED if topics else _CARRIED
    dodged = _dodged(acts, topics, persona, mind)
    tellable = {fact.id for fact in persona.facts if _may_tell(fact, mind, topic)} if may_tell else set()
    if not any(act in rules.reveals_after for act in acts[:1]):
        tellable = set()
    found = _best(persona, rules, mind, {"dodge": 0}, topic, near, set(), said, used, chance) if dodged else None
    if found is None:
        dodged = None
        found = _best(persona, rules, mind, _ranked(acts, rules), topic, near, tellable, said, used, chance)
    if found is None:
        return NO_REPLY
    block, text = found
    lines = [text]
    if (
        len(text.split()) <= _NEAREST
        and chance.random() < rules.reaction_share
        and not dodged
        and acts[0] not in _NO_REACTION
    ):
        reaction = _best(persona, rules, mind, {"reaction": 1}, topic, near, set(), said, used, chance)
        if reaction is not None:
            lines.insert(0, reaction[1])
    reply = Reply("", (), block.talk, block.tells, dodged, block.asks_advice)
    if test and not dodged and acts[0] not in _NO_REACTION:
        more = _best(persona, rules, mind, {"test": 1}, topic, near, set(), said, [*used, *lines], chance)
        if more is not None:
            lines.append(more[1])
            reply = replace(reply, asks_advice=more[0].asks_advice, tests=True)
    return replace(reply, text=" ".join(lines), lines=tuple(lines))


_NO_REACTION = frozenset(
    {"opening", "unknown", "initiative", "closing", "confront", "stigma", "non_adherent", "asked_again"}
)


def _dodged(acts: Sequence[str], topics: Sequence[str], persona: Persona, mind: Mind) -> str | None:
    """The fact that is asked about a second time before there is trust enough for it; None where there is none."""
    asks = bool(acts) and acts[0] in ("open_question", "closed_question", "question")
    counts = dict(mind.asked)
    for topic in topics if asks else ():
        hidden = [fact for fact in persona.facts if fact.topic == topic and fact.id not in mind.told]
        if hidden and all(fact.min_trust > mind.trust for fact in hidden) and counts.get(topic, 0) >= 2:
            return min(hidden, key=lambda fact: fact.min_trust).id
    return None


def _may_tell(fact: Secret, mind: Mind, topic: str | None) -> bool:
    known = fact.id in mind.told or (fact.after is not None and fact.after not in mind.told)
    return not known and mind.trust >= fact.min_trust and topic in (None, fact.topic)


def _ranked(acts: Sequence[str], rules: Rules) -> dict[str, int]:
    """Act → how far from what was done: 0 for the first, more for what it falls back to."""
    ranks: dict[str, int] = {}
    waiting = [(act, 0 if place == 0 else 1) for place, act in enumerate(acts)]
    for act, rank in waiting:
        if act not in ranks:
            ranks[act] = rank
            waiting.extend((other, rank + 1 + n) for n, other in enumerate(rules.falls_back_to.get(act, ())))
    return ranks


def _best(
    persona: Persona,
    rules: Rules,
    mind: Mind,
    ranks: dict[str, int],
    topic: str | None,
    near: float,
    tellable: set[str],
    said: Sequence[str],
    used: Sequence[str],
    chance: random.Random,
) -> tuple[Block, str] | None:
    band, talk = rules.trust_bands.of(mind.trust), kind_of_talk(mind, rules)
    begun = {_opening(text) for text in said[-3:]}
    taken = set(used)
    scored: list[tuple[float, Block, str]] = []
    for block, rank in _fitting(persona, band, ranks, mind, tellable):
        # What can be told now fits whatever was asked: trust, topic and what was done have been looked at already.
        score = 3.0 * max(0, 3 - (0 if block.tells else rank))
        score += (near if block.topic == topic else -4.0) if block.topic else 0.0
        score += (2.0 if block.talk == talk else -2.0) if block.talk and not block.tells else 0.0
        score += (4.0 if block.tells else 0.0) + (2.0 if block.recalls else 0.0)
        scored += [(score - 2.0 * (_opening(text) in begun), block, text) for text in block.say if text not in taken]
    if not scored:
        return None
    best = max(score for score, _, _ in scored)
    _, block, text = chance.choice([entry for entry in scored if entry[0] >= best - 1e-9])
    return block, text


def _fitting(
    persona: Persona, band: str, ranks: dict[str, int], mind: Mind, tellable: set[str]
) -> Iterator[tuple[Block, int]]:
    for block in persona.lines:
        rank = min((ranks[act] for act in block.to if act in ranks), default=None)
        if rank is None or band not in block.trust:
            continue
        if (block.tells and block.tells not in tellable) or (block.recalls and block.recalls not in mind.told):
            continue
        yield block, rank


def _opening(text: str) -> str:
    return " ".join(text.casefold().split()[:_OPENING_WORDS])
