"""Content as table rows, and table rows as content: the two ways between `schema` and `tables`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import parse_obj_as
from pydantic.json import pydantic_encoder

from knowledge import models
from knowledge.contacts import Contact
from knowledge.models import Model
from knowledge.schema import Content
from knowledge.tables import (
    AliasRow,
    ChallengeRow,
    ChangeRow,
    ContactRow,
    DiagnosisRow,
    FactRow,
    GoalRow,
    GuideRow,
    MethodRow,
    MunicipalityRow,
    QuestionRow,
    RateRow,
    Record,
    SchemeLineRow,
    SchemeRow,
    SourceRow,
    TopicRow,
)

Row = dict[str, Any]
Rows = dict[type[Record], list[Row]]

#: The tables whose bodies make up the content (an alias has none: it stands in its scheme's body).
TABLES: tuple[type[Record], ...] = (
    SchemeRow,
    ChangeRow,
    TopicRow,
    RateRow,
    QuestionRow,
    ChallengeRow,
    DiagnosisRow,
    SchemeLineRow,
    MunicipalityRow,
    MethodRow,
    GoalRow,
    FactRow,
    SourceRow,
    ContactRow,
    GuideRow,
)


def of_content(content: Content) -> Rows:
    """The rows of every content table, in the order of the files."""
    return {
        SchemeRow: list(_schemes(content.schemes)),
        AliasRow: list(_aliases(content.schemes)),
        ChangeRow: [
            _row(
                n,
                c,
                c.id,
                effective_from=c.effective_from,
                status=c.status.value,
                confidence=c.confidence.value,
            )
            for n, c in enumerate(content.changes)
        ],
        TopicRow: [_row(n, t, t.id, name_da=t.name.da) for n, t in enumerate(content.topics)],
        RateRow: [
            _row(
                n,
                r,
                r.id,
                scheme_id=r.scheme_id,
                topic_id=r.topic_id,
                valid_from=r.valid_from,
                valid_to=r.valid_to,
                source_level=r.source_level.value,
            )
            for n, r in enumerate(content.rates)
        ],
        QuestionRow: [_row(n, q, q.id, audience="employer", theme=q.theme) for n, q in enumerate(content.questions)],
        ChallengeRow: [_row(n, c, c.id, name_da=c.name.da) for n, c in enumerate(content.challenges)],
        DiagnosisRow: [_row(n, d, d.id, name_da=d.name.da) for n, d in enumerate(content.diagnoses)],
        SchemeLineRow: [_row(n, line, line.scheme_id) for n, line in enumerate(content.scheme_lines)],
        MunicipalityRow: [
            _row(n, m, m.code, name=m.name, region=m.region) for n, m in enumerate(content.municipalities)
        ],
        MethodRow: [_row(n, m, m.id, name_da=m.name.da) for n, m in enumerate(content.methods)],
        GoalRow: [_row(n, g, f"goal-{n + 1:02}") for n, g in enumerate(content.goals)],
        FactRow: [_row(n, f, f.id, sensitive=f.sensitive) for n, f in enumerate(content.facts)],
        SourceRow: [_row(n, s, s.id, title=s.title, url=s.url) for n, s in enumerate(content.sources)],
        ContactRow: [
            {"id": contact.id, "position": n, "body": _contact_body(contact), "valid_to": contact.valid_to}
            for n, contact in enumerate(content.contacts)
        ],
        GuideRow: [
            {"id": name, "position": n, "body": body} for n, (name, body) in enumerate(_guides(content).items())
        ],
    }


def to_content(bodies: Mapping[type[Record], Sequence[dict[str, Any]]], digest: str) -> Content:
    """The content that stands in the tables: the JSON bodies per table in the order of their positions."""
    guides = {name: body for entry in bodies[GuideRow] for name, body in entry.items()}
    return Content(
        schemes=tuple(_join_versions(bodies[SchemeRow])),
        changes=tuple(map(models.Change.parse_obj, bodies[ChangeRow])),
        topics=tuple(map(models.Topic.parse_obj, bodies[TopicRow])),
        rates=tuple(map(models.Rate.parse_obj, bodies[RateRow])),
        questions=tuple(map(models.Question.parse_obj, bodies[QuestionRow])),
        challenges=tuple(map(models.Challenge.parse_obj, bodies[ChallengeRow])),
        diagnoses=tuple(map(models.Diagnosis.parse_obj, bodies[DiagnosisRow])),
        scheme_lines=tuple(map(models.SchemeLine.parse_obj, bodies[SchemeLineRow])),
        municipalities=tuple(map(models.Municipality.parse_obj, bodies[MunicipalityRow])),
        methods=tuple(map(models.Method.parse_obj, bodies[MethodRow])),
        goals=tuple(map(models.Goal.parse_obj, bodies[GoalRow])),
        facts=tuple(map(models.Fact.parse_obj, bodies[FactRow])),
        implications=tuple(map(models.Implication.parse_obj, guides["implications"])),
        sources=tuple(map(models.Source.parse_obj, bodies[SourceRow])),
        reform=models.Reform.parse_obj(guides["reform"]),
        rule_language=models.RuleLanguage.parse_obj(guides["rule_language"]),
        challenge_guide=models.ChallengeGuide.parse_obj(guides["challenge_guide"]),
        method_guide=models.MethodGuide.parse_obj(guides["method_guide"]),
        vocabulary=models.Vocabulary.parse_obj(guides["vocabulary"]),
        notes={name: tuple(notes) for name, notes in guides["notes"].items()},
        contacts=tuple(parse_obj_as(Contact, body) for body in bodies[ContactRow]),
        hash=digest,
    )


def _guides(content: Content) -> dict[str, Any]:
    named: dict[str, Model] = {
        "reform": content.reform,
        "rule_language": content.rule_language,
        "challenge_guide": content.challenge_guide,
        "method_guide": content.method_guide,
        "vocabulary": content.vocabulary,
    }
    guides: dict[str, Any] = {name: {name: _body(model)} for name, model in named.items()}
    guides["implications"] = {"implications": [_body(one) for one in content.implications]}
    guides["notes"] = {"notes": {name: list(notes) for name, notes in content.notes.items()}}
    return guides


def _schemes(schemes: Iterable[models.Scheme]) -> Iterator[Row]:
    position = 0
    for scheme in schemes:
        for number, version in enumerate((scheme, *scheme.versions)):
            yield _row(
                position,
                version,
                scheme.id if number == 0 else f"{scheme.id}@{version.valid_from}",
                scheme_id=scheme.id,
                name_da=version.name.da,
                name_en=version.name.en,
                kind=version.kind,
                status=version.status.value,
                valid_from=version.valid_from,
                valid_to=version.valid_to,
                review_by=version.review_by,
                confidence=version.confidence.value,
            )
            position += 1


def _join_versions(bodies: Iterable[dict[str, Any]]) -> Iterator[models.Scheme]:
    """Later versions stand right behind the first version of their scheme."""
    several: list[models.Scheme] = []
    for body in bodies:
        scheme = models.Scheme.parse_obj(body)
        if several and several[0].id != scheme.id:
            yield several[0].copy(update={"versions": tuple(several[1:])})
            several = []
        several.append(scheme)
    if several:
        yield several[0].copy(update={"versions": tuple(several[1:])})


def _aliases(schemes: Iterable[models.Scheme]) -> Iterator[Row]:
    position = 0
    for scheme in schemes:
        for language, words in (("da", scheme.aliases.da), ("en", scheme.aliases.en)):
            for word in words:
                yield {
                    "id": f"{language}:{word}",
                    "position": position,
                    "body": {},
                    "scheme_id": scheme.id,
                    "language": language,
                    "word": word,
                }
                position += 1


def _row(position: int, model: Model, key: str, **columns: Any) -> Row:
    return {"id": key, "position": position, "body": _body(model), **columns}


def _body(model: Model) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(model.json(exclude={"versions"}))
    return body


def _contact_body(contact: Contact) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(contact), default=pydantic_encoder))
    return body
