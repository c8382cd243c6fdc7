"""What goes on in the other side: a few scales, moved by the table in `knowledge/personas/rules.yml` alone.

Pure: the same mind, line and codes give the same mind. Every step carries its reason, in words a learner may read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.personas import Move, Persona, Rules, When
from nlu.practice.coder import Code
from nlu.practice.cues import content, plain

_RECENT = 6
"""Lines whose codes are remembered; no condition looks further back."""
_HARMS = frozenset({"confront", "stigma", "non_adherent", "persuade"})


@dataclass(frozen=True)
class Mind:
    """The other side's state. Scales are 0 to 1; `lost` is the trust lost since the last repair.

    `recent` holds the codes of the last lines, `times` how often each code came, `asked` how often each topic was asked
    about; trust cannot rise above `cap` for `cap_turns` lines; an apology still counts for `apology` lines.
    """

    trust: float
    readiness: float
    discord: float
    fatigue: float
    lost: float = 0.0
    cap: float = 1.0
    cap_turns: int = 0
    apology: int = 0
    leave: bool = False
    asked_for_advice: bool = False
    topic: str | None = None
    told: tuple[str, ...] = ()
    recent: tuple[tuple[str, ...], ...] = ()
    times: tuple[tuple[str, int], ...] = ()
    asked: tuple[tuple[str, int], ...] = ()

    def count(self, code: str) -> int:
        """How often `code` came so far."""
        return dict(self.times).get(code, 0)


@dataclass(frozen=True)
class Heard:
    """A line as the other side hears it: its codes, the topics it names, and what else the table asks about."""

    codes: tuple[Code, ...]
    topics: tuple[str, ...]
    words: int
    grounded: bool
    reflects: str | None
    apology: bool
    stigma: bool
    repeated: bool


@dataclass(frozen=True)
class Moved:
    """A mind after a line, the reasons, which lines may answer (`reply_as`, the weightiest first), and whether the line
    mended a rupture."""

    mind: Mind
    reasons: tuple[str, ...]
    reply_as: tuple[str, ...]
    mended: bool


def begin(persona: Persona) -> Mind:
    """The mind a talk starts with."""
    start = persona.start
    return Mind(start.trust, start.readiness, start.discord, start.fatigue)


def topics_in(line: str, persona: Persona) -> tuple[str, ...]:
    """The topics that `line` names, the weightiest (the first in the person's file) first."""
    folded = f" {plain(line)}"
    return tuple(t.id for t in persona.topics if any(f" {plain(word)}" in folded for word in t.words))


def hear(
    line: str,
    codes: tuple[Code, ...],
    stigma: bool,
    persona: Persona,
    rules: Rules,
    replies: Sequence[str],
    last_talk: str | None,
    repeated: bool,
) -> Heard:
    """What there is in `line`; `replies` is what the other side has said so far, `last_talk` the kind of the last."""
    topics = topics_in(line, persona)
    said = " ".join(replies[-rules.grounded_within :])
    # A good reflection goes beyond the words that were said: it may also hit what is true of the person.
    true = " ".join((said, persona.scene, persona.wants, persona.fears, *(fact.text for fact in persona.facts)))
    grounded = bool(topics) or bool(content(line) & content(true))
    folded = f" {plain(line)} "
    apology = any(f" {plain(word)} " in folded for word in rules.repair.words)
    return Heard(codes, topics, len(line.split()), grounded, last_talk, apology, stigma, repeated)


def move(mind: Mind, heard: Heard, rules: Rules) -> Moved:
    """The mind after a line that was coded. Gains count less the more there is; losses more; nothing beyond a limit."""
    names = tuple(code.name for code in heard.codes)
    mends = _mends(mind, heard, names, rules)
    rows = [
        (row, 1.0 if code.code and code.probability >= rules.sure_from else rules.group_only_counts)
        for code in heard.codes
        if (row := _row(code.name, mind, heard, rules))
    ]
    rows += [(_plain_row(name, rules), 1.0) for name, here in (("stigma", heard.stigma), ("repair", mends)) if here]
    harmed = heard.stigma or bool(_HARMS & {row.code for row, _ in rows if row.trust < 0})
    trust = sum(_gain(row.trust * weight, mind.trust, harmed or heard.repeated) for row, weight in rows)
    readiness = sum(_gain(row.readiness * weight, 0.0, heard.repeated) for row, weight in rows)
    discord = sum(row.discord * weight for row, weight in rows if row.discord > 0 or not heard.repeated)
    if mends:
        trust += mind.lost * rules.repair.gives_back
    trust = _limited(trust, rules)
    cap, cap_turns = (mind.cap, mind.cap_turns - 1) if mind.cap_turns > 1 and not mends else (1.0, 0)
    for row, _ in rows:
        if row.trust_at_most is not None:
            cap, cap_turns = min(cap, row.trust_at_most), max(cap_turns, row.for_turns or 0)
    # A cap holds trust back from rising; it does not take away what was there.
    wished = _scale(mind.trust + trust)
    risen = max(mind.trust, min(wished, cap)) if wished > mind.trust else wished
    lost = 0.0 if mends else max(0.0, mind.lost - (risen - mind.trust))
    after = replace(
        mind,
        trust=risen,
        readiness=_scale(mind.readiness + _limited(readiness, rules)),
        discord=_scale(mind.discord * rules.discord_fades_to + _limited(discord, rules)),
        fatigue=_scale(mind.fatigue + rules.each_turn_tires + sum(row.fatigue for row, _ in rows)),
        lost=lost,
        cap=cap,
        cap_turns=cap_turns,
        apology=rules.repair.within_turns + 1 if heard.apology and not mends else max(0, mind.apology - 1),
        leave=any(row.opens_leave for row, _ in rows),
        asked_for_advice=False,
        topic=heard.topics[0] if heard.topics else mind.topic,
        recent=(*mind.recent, names)[-_RECENT:],
        times=_counted(mind.times, names),
        asked=_counted(mind.asked, heard.topics if any(c.group == "question" for c in heard.codes) else ()),
    )
    return Moved(after, tuple(row.why for row, _ in rows), _answers(rows, heard), mends)


def kind_of_talk(mind: Mind, rules: Rules) -> str:
    """Whether one hears doubt ("sustain"), both sides or wish ("change"): both at middle trust, else by the score."""
    score = mind.readiness + 0.5 * (mind.trust - 0.5) - 0.6 * mind.discord
    middle = rules.talk.both_between.from_ <= mind.trust < rules.talk.both_between.to
    if score < rules.talk.sustain_below:
        return "sustain"
    if score >= rules.talk.change_from and not middle:
        return "change"
    return "both"


def _answers(rows: Sequence[tuple[Move, float]], heard: Heard) -> tuple[str, ...]:
    """What hurt is answered before what helped; a repair before all; else the line's main code."""
    acts = [row.reply_as or row.code for row, _ in rows]
    first = [
        act for name in ("repair", "stigma", "confront", "persuade", "non_adherent") for act in acts if act == name
    ]
    if heard.repeated and not first:
        first = ["asked_again"]
    return tuple(dict.fromkeys([*first, *acts]))


def _row(code: str, mind: Mind, heard: Heard, rules: Rules) -> Move | None:
    rows = (row for row in rules.moves if row.code == code)
    return next((row for row in rows if _holds(row.when, code, mind, heard)), None)


def _plain_row(code: str, rules: Rules) -> Move:
    return next(row for row in rules.moves if row.code == code)


def _holds(when: When, code: str, mind: Mind, heard: Heard) -> bool:
    tests = (
        (when.in_a_row, lambda n: n <= 1 + _run(mind, lambda names: code in names)),
        (
            when.questions_in_a_row,
            lambda n: n <= 1 + _run(mind, _only_asks) and _only_asks([c.name for c in heard.codes]),
        ),
        (when.times_used, lambda n: mind.count(code) + 1 >= n),
        (when.grounded, lambda wanted: heard.grounded == wanted),
        (when.reflects, lambda wanted: heard.reflects == wanted),
        (when.asked_for_advice, lambda wanted: (mind.asked_for_advice or mind.leave) == wanted),
        (when.had_leave, lambda wanted: (mind.leave or mind.asked_for_advice) == wanted),
        (when.words_above, lambda n: heard.words > n),
        (when.trust_below, lambda limit: mind.trust < limit),
        (when.discord_above, lambda limit: mind.discord > limit),
    )
    return all(holds(wanted) for wanted, holds in tests if wanted is not None)


def _only_asks(names: Sequence[str]) -> bool:
    kinds = {"question" if "question" in name else "reflection" if "reflection" in name else "" for name in names}
    return "question" in kinds and "reflection" not in kinds


def _run(mind: Mind, fits: object) -> int:
    length = 0
    for names in reversed(mind.recent):
        if not fits(names):  # type: ignore[operator]
            break
        length += 1
    return length


def _mends(mind: Mind, heard: Heard, names: Sequence[str], rules: Rules) -> bool:
    ruptured = mind.lost >= rules.rupture_from
    sorry = heard.apology or mind.apology > 0
    return ruptured and sorry and not heard.stigma and bool(set(names) & set(rules.repair.heard_by))


def _gain(step: float, there: float, dropped: bool) -> float:
    if step > 0:
        return 0.0 if dropped else step * (1 - there)
    return step * (0.5 + there)


def _limited(step: float, rules: Rules) -> float:
    return max(-rules.most_per_turn, min(rules.most_per_turn, step))


def _scale(value: float) -> float:
    return round(max(0.0, min(1.0, value)), 6)


def _counted(times: tuple[tuple[str, int], ...], names: Sequence[str]) -> tuple[tuple[str, int], ...]:
    counts = dict(times)
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return tuple(counts.items())
