"""The cases that prove each scheme's rules: small people, what is known of them, and what the rules must say.

They stand in `knowledge/cases/<scheme id>.yml`, are tried by `python -m bot check` and by the tests, and are no part of
what is loaded. A scheme needs a case for every answer that its rules can give, one for rules that are met without being
a yes, and one for every dated change that names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, StrictBool, StrictInt, ValidationError

from knowledge import located
from knowledge.dated import DatedScheme, UnknownVersion, scheme_on
from knowledge.eligibility import Answer, FactValue, judge, refuse_unknown
from knowledge.faults import ContentError, Fault, choose, of_validation
from knowledge.located import Located, NotYaml
from knowledge.models import Condition, Coverage, Model, RuleGroup, Scheme, Source, Strength
from knowledge.schema import CONTENT_FOLDER, Content

State = Literal["open", "closed", "unclear", "not_known"]


class Case(Model):
    """One person on one day.

    `state`: how the scheme stands that day; `not_known`: we do not have the text that held then, and no answer.
    `rules_met`: every rule holds. `changes`: the entries of changes.yml that the case is about.
    """

    who: str
    on: date
    told: dict[str, StrictBool | StrictInt | str | tuple[str, ...]] = Field(default_factory=dict)
    state: State = "open"
    answer: Answer | None = None
    rules_met: StrictBool = False
    changes: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, FactValue]:
        """What is told, as the rules take it."""
        return {name: frozenset(value) if isinstance(value, tuple) else value for name, value in self.told.items()}


class CaseFile(Model):
    """One file of cases."""

    cases: tuple[Case, ...]


def check_cases(content: Content, folder: Path = CONTENT_FOLDER) -> int:
    """Try every case of `folder` against `content`; returns how many there are.

    Raises:
        ContentError: a case is broken, fails or is missing; all of them are named.
    """
    faults, count = [], 0
    shown = folder.resolve().name
    ids = [scheme.id for scheme in content.schemes]
    for file in sorted((folder / "cases").glob("*.yml")):
        if file.stem not in ids:
            mend = choose(file.stem, ids)
            faults.append(Fault(f"{shown}/cases/{file.name}", 1, f"scheme '{file.stem}' does not exist", mend))
    sources = {source.id: source for source in content.sources}
    for scheme in content.schemes:
        name = f"{shown}/cases/{scheme.id}.yml"
        try:
            where = located.read((folder / "cases" / f"{scheme.id}.yml").read_text(encoding="utf-8"))
            cases = CaseFile.parse_obj(where.data).cases
        except FileNotFoundError:
            faults.append(Fault(name, 1, f"{scheme.id} has no cases", "write a person for every answer of its rules"))
        except NotYaml as error:
            faults.append(Fault(name, error.line, error.problem, error.mend))
        except ValidationError as error:
            faults.extend(of_validation(error, CaseFile, where, name))
        else:
            count += len(cases)
            faults.extend(_failing(scheme, cases, content, sources, where, name))
            faults.extend(_missing(scheme, cases, content, where, name))
    if faults:
        raise ContentError(faults)
    return count


def _failing(
    scheme: Scheme,
    cases: tuple[Case, ...],
    content: Content,
    sources: Mapping[str, Source],
    where: Located,
    name: str,
) -> Iterator[Fault]:
    """The cases whose answer is another one than they say."""
    for index, case in enumerate(cases):

        def fault(key: str, problem: str, mend: str, place: int = index) -> Fault:
            return Fault(name, where.line(("cases", place, key)), problem, mend)

        try:
            refuse_unknown(case.facts, content.facts)
        except ValueError as error:
            yield fault("told", str(error).rstrip("."), "write a fact of facts.yml with one of its values")
            continue
        dated = scheme_on(scheme, case.on, content.changes, dict(sources))
        state = _state(dated)
        if state != case.state:
            mend = f"write state: {state}, or mend the dates and the status of {scheme.id}"
            yield fault("state", f"on {case.on} the scheme is {state}, not {case.state}", mend)
        elif isinstance(dated, DatedScheme):
            verdict = judge(dated.scheme, case.facts)
            found = (verdict.answer, verdict.rules_met)
            if case.answer is None:
                yield fault("answer", "the case says no answer", "write answer: yes, no or unknown")
            elif found != (case.answer, case.rules_met):
                said = f"answer: {case.answer.value} with rules_met: {str(case.rules_met).lower()}"
                mend = "mend the case or the rules"
                reasons = [c.why for c in (*verdict.unmet, *verdict.exceptional)] or [f"missing {verdict.missing}"]
                problem = f"the rules say {found[0].value}, rules_met {str(found[1]).lower()} ({'; '.join(reasons)})"
                yield fault("answer", f"{problem}, the case {said}", mend)


def _state(dated: DatedScheme | UnknownVersion) -> State:
    if isinstance(dated, UnknownVersion):
        return "not_known"
    return "closed" if dated.closed else "unclear" if dated.unclear else "open"


def _missing(scheme: Scheme, cases: tuple[Case, ...], content: Content, where: Located, name: str) -> Iterator[Fault]:
    """What no case proves yet."""
    line = where.line(("cases",))
    given = {case.answer for case in cases}
    for answer in possible_answers(scheme):
        if answer not in given:
            yield Fault(
                name, line, f"no case is answered {answer.value}", f"write a person with answer: {answer.value}"
            )
    tried = scheme.rules_coverage is not Coverage.NONE and scheme.rules.members
    if tried and not any(case.rules_met for case in cases):
        yield Fault(name, line, "no case meets the rules", "write a person with rules_met: true")
    about = {change.id for change in content.changes if scheme.id in change.scheme_ids}
    about |= set(scheme.expected_change.change_ids) if scheme.expected_change else set()
    for index, case in enumerate(cases):
        for place, change in enumerate(case.changes):
            if change not in about:
                problem = f"change '{change}' is none of {scheme.id}"
                yield Fault(
                    name, where.line(("cases", index, "changes", place)), problem, choose(change, sorted(about))
                )
    for known in content.changes:
        if known.id in about and not any(known.id in c.changes and c.on >= known.effective_from for c in cases):
            mend = f"write a person with `changes: [{known.id}]` on that day or later"
            yield Fault(name, line, f"no case shows what holds from {known.effective_from} ({known.id})", mend)
    if scheme.valid_from and not any(case.on < scheme.valid_from for case in cases):
        mend = "write a case of an earlier day with state: not_known"
        yield Fault(name, line, f"no case shows the time before {scheme.valid_from}", mend)


def possible_answers(scheme: Scheme) -> tuple[Answer, ...]:
    """The answers that the scheme's rules can give."""
    if scheme.rules_coverage is Coverage.NONE:
        return (Answer.UNKNOWN,)
    says_yes = scheme.rules_coverage is Coverage.FULL and bool(scheme.rules.members)
    yes = (Answer.YES,) if says_yes else ()
    no = (Answer.NO,) if _can_fail(scheme.rules) else ()
    return (*yes, *no, Answer.UNKNOWN)


def _can_fail(rule: RuleGroup | Condition) -> bool:
    """Whether a no is possible: in `all` one member is enough, in `any` every member has to fail."""
    if isinstance(rule, Condition):
        return rule.strength is Strength.REQUIRED
    several = [_can_fail(member) for member in rule.members]
    return any(several) if rule.all is not None else all(several)
