"""The shapes of the content files: one model per thing a domain expert writes down.

Keys and codes are English, texts are Danish. A code's meaning in Danish and English stands in
`knowledge/vocabulary.yml`; how to edit the files stands in `knowledge/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, Extra, StrictBool, StrictInt, root_validator, validator

from knowledge.faults import Refused

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_KRONER = re.compile(r"\d\s*(?:kr\b|kroner\b)", re.IGNORECASE)
_CODE = re.compile(r"\d{4}")


class Status(StrEnum):
    """Whether a scheme can be used; see `labels.status` in vocabulary.yml."""

    IN_FORCE = "in_force"
    EXPECTED_TO_CHANGE = "expected_to_change"
    CLOSED_FOR_NEW = "closed_for_new"
    UNCLEAR = "unclear"


class ChangeStatus(StrEnum):
    """Whether a change of law holds. `expected` and `proposed` are not law."""

    IN_FORCE = "in_force"
    EXPECTED = "expected"
    PROPOSED = "proposed"


class Certainty(StrEnum):
    """Where a date comes from: a source gives it, it is inferred, or the law is not adopted."""

    SOURCE = "source"
    INFERRED = "inferred"
    NOT_ADOPTED = "not_adopted"


class Confidence(StrEnum):
    """How sure the text is. `low` is not shown to people before somebody has checked it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class LawConfidence(StrEnum):
    """Whether a source shows the paragraph (`needs_check`: none does, so only the act's name is shown)."""

    SOURCE = "source"
    NEEDS_CHECK = "needs_check"
    NOT_A_LAW = "not_a_law"


class SourceLevel(StrEnum):
    """Who stands behind an amount. A `draft` is never shown, a `secondary` one never as current."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    DRAFT = "draft"


class Operator(StrEnum):
    """How a condition compares the person's fact with its value."""

    EQUALS = "equals"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"


class Strength(StrEnum):
    """`required` unmet means no; `main_rule` unmet means unknown, because exceptions exist."""

    REQUIRED = "required"
    MAIN_RULE = "main_rule"


class Coverage(StrEnum):
    """How much of "who can get it" the rules hold: all of it, some of it, or none."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class FactType(StrEnum):
    """What an answer to a fact's question looks like."""

    MANY_CHOICES = "many_choices"
    ONE_CHOICE = "one_choice"
    NUMBER = "number"
    YES_NO = "yes_no"


class Price(StrEnum):
    """What an accommodation costs; see `prices` in challenges.yml."""

    FREE = "free"
    LOW = "low"
    SCHEME = "scheme"


SchemeKind = Literal["support", "right", "wage", "programme", "benefit", "meeting"]
TopicKind = Literal["benefit", "authority", "closed_scheme", "rule"]
Audience = Literal["citizen", "employer", "caseworker"]
Situation = Literal["hire", "keep", "self_employed", "training", "education", "sick_leave"]
Theme = Literal["before_hiring", "hiring", "trying_out", "flex_job", "sick_leave", "dismissal", "everyday", "reform"]
Role = Literal["citizen", "workplace", "professional", "leader"]
Sector = Literal["public", "private", "both"]
Extent = Literal["excerpt", "contents_only", "not_looked_up"]


class Model(BaseModel):
    """What all content shares: unknown keys and empty texts are refused, nothing can be altered."""

    class Config:
        """pydantic's switches."""

        extra = Extra.forbid
        allow_mutation = False
        frozen = True
        smart_union = True
        anystr_strip_whitespace = True
        min_anystr_length = 1

    @validator("*", pre=True)
    def _dates_are_iso(cls, value: Any, field: Any) -> Any:
        if field.outer_type_ is not date or value is None or isinstance(value, date):
            return value
        if isinstance(value, str) and _ISO.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise Refused(f"{field.name} '{value}' is not a date", 'write it as "YYYY-MM-DD", in quotes')


class Bilingual(Model):
    """One text in Danish and, where somebody has written it, English."""

    da: str
    en: str | None = None

    def get(self, language: str) -> str:
        """The text in `language` ("da" or "en"); Danish where no English is written."""
        return self.en if language == "en" and self.en else self.da


class Aliases(Model):
    """Other words people use, misspellings included, per language."""

    da: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Source(Model):
    """Where something was read. The id is the key in sources.yml."""

    id: str
    title: str
    url: str | None
    publisher: str | None = None
    seen_text_date: str | None = None
    seen_extent: Extent | None = None
    looked_up: date | None = None
    other_titles: tuple[str, ...] = ()


class Law(Model):
    """An act, and the paragraph where one is known."""

    act: str
    paragraph: str | None
    confidence: LawConfidence
    source: str | None = None
    note: str | None = None

    @property
    def shown(self) -> str:
        """What may be shown: the act, with the paragraph only when a source shows it."""
        if self.paragraph and self.confidence is LawConfidence.SOURCE:
            return f"{self.act}, {self.paragraph}"
        return self.act


class Premise(Model):
    """`fact` compared with `value`."""

    fact: str
    operator: Operator
    value: bool | int | str | tuple[str, ...]

    @validator("value", pre=True)
    def _value_is_plain(cls, value: Any) -> Any:
        if isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value):
            return tuple(value)
        if isinstance(value, (bool, int, str)):
            return value
        raise Refused(f"value '{value}' cannot be compared", "write true, false, a number or a list of words")


class Condition(Premise):
    """One thing that a machine may try, and why."""

    strength: Strength
    why: str
    source: str


class RuleGroup(Model):
    """Conditions that must all hold (`all`), or one of them (`any`). An empty `all` decides nothing."""

    all: tuple[RuleGroup | Condition, ...] | None = None
    any: tuple[RuleGroup | Condition, ...] | None = None

    @validator("all", "any", pre=True, each_item=True)
    def _member(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return RuleGroup.parse_obj(value) if {"all", "any"} & value.keys() else Condition.parse_obj(value)

    @root_validator(skip_on_failure=True)
    def _one_way(cls, values: dict[str, Any]) -> dict[str, Any]:
        if (values["all"] is None) == (values["any"] is None):
            raise Refused("rules need exactly one of 'all' and 'any'", "write `all:` or `any:` with conditions")
        return values

    @property
    def members(self) -> tuple[RuleGroup | Condition, ...]:
        """The conditions and groups, whichever way they are joined."""
        return self.all if self.all is not None else (self.any or ())

    def conditions(self) -> Iterator[Condition]:
        """All conditions, those of inner groups included."""
        for member in self.members:
            if isinstance(member, RuleGroup):
                yield from member.conditions()
            else:
                yield member


class Hours(Model):
    """Hours and deadlines as a source words them; only for reading."""

    max_per_week_at_37: StrictInt | None = None
    counted_as: str | None = None
    employer: str | None = None
    municipality: str | None = None
    min_absence_per_week: StrictInt | None = None
    employer_deadline_weeks: StrictInt | None = None


class EligibilityNotes(Model):
    """The researchers' notes on who is covered, for reading; machines use `rules`. null: no source says."""

    sector: Sector | None = None
    employment_status: tuple[str, ...] = ()
    needs_lasting_impairment: StrictBool | None = None
    min_age: StrictInt | None = None
    max_age: StrictInt | str | None = None
    education: str | None = None
    hours: Hours | None = None
    other: tuple[str, ...] = ()


class Benefit(Model):
    """One thing a scheme gives, with the year of the text it is taken from."""

    text: str
    year: str
    sources: tuple[str, ...]

    @root_validator(skip_on_failure=True)
    def _amount_has_year(cls, values: dict[str, Any]) -> dict[str, Any]:
        if _KRONER.search(values["text"]) and not re.match(r"(?:19|20)\d{2}", values["year"]):
            raise Refused(
                f"an amount stands with year '{values['year']}'",
                'write the year of the amount, e.g. year: "2024"',
            )
        return values


class ExpectedChange(Model):
    """What is on its way for a scheme. Expected is not law."""

    date: date
    text: str
    adopted: Literal["not_seen"]
    change_ids: tuple[str, ...]


class ReplacedBy(Model):
    """What came instead of a closed scheme."""

    text: str
    scheme_ids: tuple[str, ...] = ()


class ReformNote(Model):
    """What the reform of 2025-2027 means for a scheme, as far as sources show."""

    changed: Literal["yes", "partly", "unknown", "none_found"]
    text: str
    sources: tuple[str, ...]


class Scheme(Model):
    """One scheme, right or procedure as its text holds from `valid_from` on.

    `valid_from` is the date of the latest dated change the text describes (null: none is known), `valid_to` the last
    day a new case could be granted. `reviewed_on` is the day the text was last held against its sources. `decided_by`
    says whether the municipality decides, or others do (a school, an employer, the law). `versions` are the texts that
    hold from later days, whole.
    """

    id: str
    name: Bilingual
    aliases: Aliases
    kind: SchemeKind
    status: Status
    valid_from: date | None
    valid_to: date | None
    date_certainty: Certainty | None = None
    reviewed_on: date
    review_by: date
    decided_by: Literal["municipality", "others"] = "municipality"
    expected_change: ExpectedChange | None = None
    replaced_by: ReplacedBy | None = None
    audience: tuple[Audience, ...]
    situations: tuple[Situation, ...]
    summary: Bilingual
    who_can_get_it: tuple[str, ...]
    rules_coverage: Coverage
    rules: RuleGroup
    what_you_get: tuple[Benefit, ...]
    who_applies: Literal["employee", "employer", "either"]
    where_to_apply: str
    form_name: str | None
    employer_duties: tuple[str, ...]
    good_to_know: tuple[str, ...]
    example: str
    law: tuple[Law, ...]
    reform: ReformNote
    eligibility_notes: EligibilityNotes
    sources: tuple[str, ...]
    valid_as_of: str
    confidence: Confidence
    open_questions: tuple[str, ...]
    versions: tuple[Scheme, ...] = ()

    @validator(
        "summary",
        "who_can_get_it",
        "where_to_apply",
        "employer_duties",
        "good_to_know",
        "reform",
        each_item=True,
    )
    def _amounts_have_years(cls, value: Any) -> Any:
        for text in _texts(value):
            refuse_amount_without_year(text)
        return value

    @root_validator(skip_on_failure=True)
    def _fits_together(cls, values: dict[str, Any]) -> dict[str, Any]:
        first, last, status = values["valid_from"], values["valid_to"], values["status"]
        _in_order(first, last)
        if (first or last) and values["date_certainty"] is None:
            raise Refused("a date stands without 'date_certainty'", "write date_certainty: source or inferred")
        if status is Status.CLOSED_FOR_NEW and last is None:
            raise Refused("a closed scheme has no 'valid_to'", "write the last day a new case could be granted")
        if (status is Status.EXPECTED_TO_CHANGE) != (values["expected_change"] is not None):
            raise Refused(
                "'expected_change' and status expected_to_change belong together",
                "write both, or take both away",
            )
        return values

    def cited(self) -> tuple[str, ...]:
        """Ids of all sources the text leans on, the scheme's own list first, each once."""
        ids = [
            *self.sources,
            *(source for benefit in self.what_you_get for source in benefit.sources),
            *(condition.source for condition in self.rules.conditions()),
            *(law.source for law in self.law if law.source),
            *self.reform.sources,
        ]
        return tuple(dict.fromkeys(ids))

    def all_names(self) -> tuple[str, ...]:
        """Names and aliases in both languages, each once: what a person may call the scheme."""
        names = [self.name.da, self.name.en, *self.aliases.da, *self.aliases.en]
        return tuple(dict.fromkeys(name for name in names if name))


class Topic(Model):
    """Something people ask about that is no scheme: an authority, a benefit, a rule."""

    id: str
    name: Bilingual
    kind: TopicKind
    status: Status | None = None
    valid_to: date | None = None
    date_certainty: Certainty | None = None
    note: str
    see_also: tuple[str, ...]


class Change(Model):
    """One dated change of law or practice, and what it means."""

    id: str
    scheme_ids: tuple[str, ...]
    topic_ids: tuple[str, ...]
    effective_from: date
    status: ChangeStatus
    date_certainty: Certainty
    what_changes: Bilingual
    transitional_rule: str
    consequence_for_employer: str
    consequence_for_citizen: str
    law: str
    sources: tuple[str, ...]
    confidence: Confidence
    open_questions: tuple[str, ...]

    @validator(
        "what_changes",
        "transitional_rule",
        "consequence_for_employer",
        "consequence_for_citizen",
        each_item=True,
    )
    def _amounts_have_years(cls, value: Any) -> Any:
        for text in _texts(value):
            refuse_amount_without_year(text)
        return value

    @root_validator(skip_on_failure=True)
    def _expected_is_not_law(cls, values: dict[str, Any]) -> dict[str, Any]:
        adopted = values["status"] is ChangeStatus.IN_FORCE
        if adopted == (values["date_certainty"] is Certainty.NOT_ADOPTED):
            raise Refused(
                f"status {values['status']} does not go with date_certainty {values['date_certainty']}",
                "a change in force has source or inferred; an expected or proposed one has not_adopted",
            )
        return values


class TimelineEntry(Model):
    """One step of the reform."""

    date: date
    text: str
    sources: tuple[str, ...]


class Reform(Model):
    """The reform as a whole: what happened when, the main points, what is not known."""

    name: str
    timeline: tuple[TimelineEntry, ...]
    main_points: tuple[str, ...]
    open_questions: tuple[str, ...]
    sources: tuple[str, ...]


class Changes(Model):
    """changes.yml."""

    notes: tuple[str, ...]
    reform: Reform
    topics: tuple[Topic, ...]
    changes: tuple[Change, ...]


class Rate(Model):
    """One dated amount. Only `display` is shown; null means never. `series` joins the years of one amount."""

    id: str
    series: str
    scheme_id: str | None
    topic_id: str | None
    what: Bilingual
    amount: StrictInt | float | None
    unit: str
    year: StrictInt | None
    valid_from: date | None
    valid_to: date | None
    repealed_from: date | None = None
    display: str | None
    source_level: SourceLevel
    source: str

    @root_validator(skip_on_failure=True)
    def _dated_and_placed(cls, values: dict[str, Any]) -> dict[str, Any]:
        _in_order(values["valid_from"], values["valid_to"])
        if (values["scheme_id"] is None) == (values["topic_id"] is None):
            raise Refused("an amount belongs to a scheme or to a topic", "fill in scheme_id or topic_id, not both")
        display, year = values["display"], values["year"]
        if display is None:
            return values
        wanted = str(year) if year else "udateret"
        if wanted not in display:
            raise Refused(f"display '{display}' does not say '{wanted}'", f"write the amount with ({wanted})")
        if values["source_level"] is SourceLevel.DRAFT:
            raise Refused("an amount from a draft would be shown", "write display: null")
        return values


class Rates(Model):
    """rates.yml."""

    notes: tuple[str, ...]
    rates: tuple[Rate, ...]


class Question(Model):
    """A question people of one audience ask, and what an answer must contain."""

    id: str
    theme: Theme
    question: Bilingual
    scheme_ids: tuple[str, ...]
    topic_ids: tuple[str, ...] = ()
    answer_must_contain: tuple[str, ...]
    sources: tuple[str, ...]
    note: str | None = None

    @validator("answer_must_contain", each_item=True)
    def _amounts_have_years(cls, value: str) -> str:
        refuse_amount_without_year(value)
        return value


class Questions(Model):
    """questions/employers.yml."""

    notes: tuple[str, ...]
    questions: tuple[Question, ...]


class Accommodation(Model):
    """One thing to try at work, its price, and schemes that may be worth looking into."""

    id: str
    text: Bilingual
    price: Price
    scheme_ids: tuple[str, ...]


class Challenge(Model):
    """One thing that can be hard at work: signs, strengths, questions, and what can be tried."""

    id: str
    name: Bilingual
    signs_at_work: tuple[str, ...]
    strength: str
    ask_citizen: str
    ask_employer: str
    accommodations: tuple[Accommodation, ...]
    warning: str | None = None
    sources: tuple[str, ...]


class Diagnosis(Model):
    """A back door: a word people say, pointing to challenges to choose among. Never stored."""

    id: str
    name: Bilingual
    often: tuple[str, ...]
    sometimes: tuple[str, ...]
    note: str | None = None
    sources: tuple[str, ...]


class SchemeLine(Model):
    """A scheme in one line, beside an accommodation."""

    scheme_id: str
    name: Bilingual
    line: str
    source: str


class SchemeGroups(Model):
    """Which schemes hang on an accommodation, and which are chosen by situation."""

    in_the_job: tuple[str, ...]
    when_sick: tuple[str, ...]
    way_in: tuple[str, ...]


class ChallengeGuide(Model):
    """How the challenges are used."""

    model: str
    use: tuple[str, ...]
    legal_note: str
    prices: dict[Price, str]
    scheme_groups: SchemeGroups


class Challenges(Model):
    """challenges.yml."""

    guide: ChallengeGuide
    scheme_lines: tuple[SchemeLine, ...]
    challenges: tuple[Challenge, ...]
    diagnoses: tuple[Diagnosis, ...]


class Municipality(Model):
    """One of the 98 municipalities; `code` keeps its leading zero."""

    code: str
    name: str
    region: str
    compensation_for_more_2017: StrictBool | None

    @validator("code", pre=True)
    def _four_digits(cls, value: Any) -> Any:
        if isinstance(value, str) and _CODE.fullmatch(value):
            return value
        raise Refused(f"code '{value}' is not four digits in quotes", 'write it like "0101"')


class Municipalities(Model):
    """municipalities.yml."""

    notes: tuple[str, ...]
    sources: tuple[str, ...]
    municipalities: tuple[Municipality, ...]


class WatchOut(Model):
    """What can go wrong with power and with safety in a method."""

    power: str
    safety: str


class Method(Model):
    """One co-production method, as a recipe."""

    id: str
    name: Bilingual
    short_en: str
    purpose: str
    for_whom: tuple[Role, ...]
    time: str
    group: str
    materials: tuple[str, ...]
    steps: tuple[str, ...]
    watch_out: WatchOut
    evaluation: str
    sources: tuple[str, ...]


class Goal(Model):
    """What a group wants, and the methods that fit."""

    goal: Bilingual
    method_ids: tuple[str, ...]


class MethodGuide(Model):
    """What to think of before any method."""

    main_rule: str
    before_use: tuple[str, ...]
    roles: dict[Role, str]
    safety_text: str
    notes: tuple[str, ...]


class Methods(Model):
    """methods.yml."""

    guide: MethodGuide
    choose_by_goal: tuple[Goal, ...]
    methods: tuple[Method, ...]


class FactInEnglish(Model):
    """How a fact is asked about in English."""

    ask_citizen: str
    ask_employer: str | None
    values: dict[str, str] = {}


class Fact(Model):
    """One thing the rules may ask about. `ask_employer` null: never ask an employer.

    `asked_in_check` false: the guided check never asks; the fact counts only when it was told.
    `usual`: what most people answer, where one answer is much commoner than the others.
    """

    id: str
    type: FactType
    values: dict[str, str] = {}
    sensitive: StrictBool
    asked_in_check: StrictBool = True
    usual: StrictBool | StrictInt | str | None = None
    ask_citizen: str
    ask_employer: str | None
    note: str | None = None
    english: FactInEnglish

    def question(self, language: str, audience: str) -> str | None:
        """The question in `language` ("da" or "en"), None where that audience is not asked."""
        asked: Fact | FactInEnglish = self.english if language == "en" else self
        return asked.ask_citizen if audience == "citizen" else asked.ask_employer

    def names(self, language: str) -> dict[str, str]:
        """What each value is called in `language`."""
        return self.english.values if language == "en" else self.values

    @root_validator(skip_on_failure=True)
    def _choices_have_values(cls, values: dict[str, Any]) -> dict[str, Any]:
        chooses = values["type"] in {FactType.MANY_CHOICES, FactType.ONE_CHOICE}
        if chooses != bool(values["values"]):
            raise Refused("'values' go with a choice and with nothing else", "write the values, or change the type")
        english = values["english"]
        if english.values.keys() != values["values"].keys():
            raise Refused("the English values are not the Danish ones", "write the same keys below `english:`")
        if (english.ask_employer is None) != (values["ask_employer"] is None):
            raise Refused("only one language asks the employer", "write ask_employer in both, or null in both")
        return values


class Conclusion(Model):
    """What follows for one fact: its value; for a fact with several values those that are among them."""

    fact: str
    value: bool | int | str | tuple[str, ...]


class Implication(Model):
    """Who has told `when` (all of it) need not be asked about `then`."""

    when: tuple[Premise, ...]
    then: tuple[Conclusion, ...]
    why: str


class RuleAnswers(Model):
    """What the three answers of the rules mean."""

    yes: str
    no: str
    unknown: str


class RuleLanguage(Model):
    """How rules are written and read, in plain words; every code has its explanation."""

    purpose: str
    form: str
    condition: str
    operators: dict[Operator, str]
    strength: dict[Strength, str]
    answers: RuleAnswers
    coverage: dict[Coverage, str]
    all: str
    any: str
    status_first: str
    asking: str


class Facts(Model):
    """facts.yml."""

    rule_language: RuleLanguage
    facts: tuple[Fact, ...]
    implications: tuple[Implication, ...]


class Sources(Model):
    """sources.yml."""

    sources: tuple[Source, ...]


class Vocabulary(Model):
    """vocabulary.yml: what the codes are called, and how the content was made."""

    labels: dict[str, dict[str, Bilingual]]
    fields: dict[str, str]
    notes: tuple[str, ...]


def refuse_amount_without_year(text: str) -> None:
    """Raise Refused when `text` names kroner but no year: an amount without its year misleads."""
    if _KRONER.search(text) and not _YEAR.search(text):
        raise Refused(f"'{text[:60]}' names an amount without a year", "write the year beside the amount")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Bilingual):
        yield from filter(None, (value.da, value.en))
    elif isinstance(value, ReformNote):
        yield value.text


def _in_order(first: date | None, last: date | None) -> None:
    if first and last and first > last:
        raise Refused(f"valid_from {first} is later than valid_to {last}", "swap them, or mend the wrong one")


RuleGroup.update_forward_refs()
Scheme.update_forward_refs()
