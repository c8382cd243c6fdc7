"""The talk about a person's own work: asks, reads the answers, mirrors them, and shows the plan.

The order of the questions is the domain's (`forms:` in `dialogues/domain/job.yml`), what follows on what the rules'.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.asking import entities
from actions.challenges import SHOWN, diagnosis_in, likely_challenges, named_challenge, things_to_try
from actions.phrases import has_phrase, language_of, languages, phrase
from actions.plan import CHANGEABLE, Plan, lines_of, plan_of, without
from actions.wordings import times_asked, wording, wordings
from knowledge.dated import DatedScheme
from knowledge.dates import day_text, today
from knowledge.models import Accommodation, Challenge, Diagnosis
from knowledge.store import current
from nlu.answers import read_answer
from nlu.hearing import Heard, Kind, chosen, hear, how_it_went
from nlu.quantities import day, hours, scale

FORMS = ("job_short_form", "job_calm_form", "job_meeting_form", "job_new_form", "job_follow_form")
"""The ways through the talk."""
LOW = 2
"""Energy up to which only a very short talk is offered."""
SPOKEN = ("energy", *CHANGEABLE)
"""Answers that can be said back as they are."""
ON_A_FLAT_DAY = ("energy", "two_minutes", "hope", "step", "step_day", "plan_fits", "step_went")
"""The questions of a very short talk."""
NOT_TOLD = ("say_option_tell_what_1", "say_option_tell_what_2")
"""The choices after which nobody is asked when and to whom."""
REFLECTED_ON = ("tell_gain", "tell_fear")
"""Questions to think over: that they were answered is kept, what was answered is not."""
QUESTIONS_OFFERED = 3
TO_BUTTON = 30
"""Characters on a button."""
TO_MIRROR = 120
"""Characters of an answer that are said back."""
MOST_OPTIONS = 6
KEEP = {"behold", "behold det", "det samme", "samme", "som før", "keep", "keep it", "the same"}
"""Short texts that keep an answer after going back to it."""
OTHERS = {
    *(
        "andre",
        "flere",
        "giv mig andre",
        "giv mig flere",
        "vis flere",
        "ingen af dem",
        "ingen af delene",
        "noget andet",
    ),
    *(
        "en anden",
        "noget helt andet",
        "more",
        "others",
        "another one",
        "something else",
        "none of them",
        "none of these",
    ),
}
"""Short texts that ask for other things to choose from."""
ENOUGH_NOT_KNOWING = 2
"""How often a question is put before "ved ikke" lets it wait."""


@dataclass(frozen=True)
class Moment:
    """What an answer is read against."""

    slots: Mapping[str, Any]
    language: str
    on: date
    challenges: Mapping[str, Challenge]
    diagnoses: tuple[Diagnosis, ...]
    asked_times: int = 1
    told: tuple[str, ...] = ()
    """Challenges that the reader of situations found in the message, likeliest first."""

    def words(self, name: str, /, **values: str) -> str:
        """The text of a reply in the person's language."""
        return phrase(name, self.language, **values)

    def lines(self, slot: str, answers: Mapping[str, Any]) -> str:
        """How an answer reads."""
        return "; ".join(lines_of(slot, answers, self.challenges, self.on, self.language))

    def accommodation(self, key: str) -> Accommodation:
        """The thing to try with this id."""
        return next(a for c in self.challenges.values() for a in c.accommodations if a.id == key)


@dataclass
class Read:
    """What an answer leads to: slots to set, and what is said to it (reply name, values)."""

    slots: dict[str, Any]
    said: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def moment_of(tracker: Tracker) -> Moment:
    """The moment of this message. Raises what `knowledge.store` raises when there is no content."""
    content = current().content
    return Moment(
        slots=tracker.slots,
        language=language_of(tracker),
        on=today(),
        challenges={challenge.id: challenge for challenge in content.challenges},
        diagnoses=content.diagnoses,
        told=tuple(str(one["value"]) for one in entities(tracker, "likely_challenge")),
    )


# --- which questions apply ------------------------------------------------------------------------------------------


def applies(slot: str, slots: Mapping[str, Any], moment: Moment) -> bool:
    """Whether the question for `slot` is one for this person, after the answers so far."""
    if slot == "two_minutes":
        return isinstance(slots.get("energy"), int) and slots["energy"] <= LOW
    if slot not in ON_A_FLAT_DAY and slots.get("two_minutes") == "yes":
        return False
    if slot == "name_it":
        return diagnosis_in(slots.get("trouble") or "", moment.diagnoses, moment.challenges) is not None
    if slot == "challenge":
        return bool(slots.get("likely_challenges"))
    if slot == "helps":
        return bool(slots.get("challenge") and slots.get("offered_helps"))
    if slot == "own_help":
        return not slots.get("challenge") or (slots.get("helps") is None and not slots.get("offered_helps"))
    if slot == "trouble_when":
        return bool(slots.get("trouble") or slots.get("challenge"))
    if slot in ("tell_when", "tell_whom"):
        told = slots.get("tell_what")
        return bool(told) and told not in {phrase(name, language) for name in NOT_TOLD for language in languages()}
    if slot in ("step_day", "step_otherwise"):
        return bool(slots.get("step"))
    if slot == "plan_fits":
        return bool(plan_of(slots, moment.challenges, moment.on, moment.language))
    return True


def next_question(order: Sequence[str], slots: Mapping[str, Any], moment: Moment) -> str | None:
    """The first question without an answer; None at the end of the talk."""
    return next((slot for slot in order if slots.get(slot) is None and applies(slot, slots, moment)), None)


def question_before(order: Sequence[str], asked: str, slots: Mapping[str, Any], moment: Moment) -> str | None:
    """The last question before `asked` that was answered or skipped."""
    before = order[: order.index(asked)] if asked in order else []
    return next((s for s in reversed(before) if slots.get(s) is not None and applies(s, slots, moment)), None)


# --- reading answers ------------------------------------------------------------------------------------------------


def understand(heard: Heard, asked: str, order: Sequence[str], moment: Moment) -> Read | None:
    """What `heard` means where `asked` was the question; None when it is about something else."""
    if heard.text.casefold() in {option.casefold() for option in options(asked, moment)}:
        heard = Heard(Kind.ANSWER, heard.text)  # "noget andet" is a choice here, and elsewhere a wish to move on
    if heard.kind is Kind.ASIDE:
        return None
    before = question_before(order, asked, moment.slots, moment)
    if heard.kind is Kind.BACK:
        return _back_to(before, moment) if before else None
    kept = (moment.slots.get("answers_before") or {}).get(asked)
    if kept and (heard.kind in (Kind.YES, Kind.SKIP) or heard.text.casefold().strip(" .!") in KEEP):
        return Read({asked: kept}, [("say_kept_answer", {})])
    if heard.kind is Kind.CORRECTION:
        corrected = READERS[before](Heard(Kind.ANSWER, heard.text), before, moment) if before else None
        if before and corrected and corrected.slots.get(before) is not None:
            words = mirrored(moment.lines(before, {**moment.slots, **corrected.slots}))
            return Read(corrected.slots, [("say_corrected", {"words": words})])
        heard = Heard(Kind.ANSWER, heard.text)
    if heard.kind is Kind.SKIP:
        return Read(_left_out(asked), [("say_skipped", {})])
    if heard.kind is Kind.UNSURE and asked != "tell_limits":
        return _not_known(asked, moment)
    return READERS[asked](heard, asked, moment)


def _back_to(slot: str, moment: Moment) -> Read:
    """The question before, again; its answer is kept aside for the one who would rather keep it."""
    old = moment.slots[slot]
    aside = {**(moment.slots.get("answers_before") or {}), slot: old}
    words = mirrored(moment.lines(slot, moment.slots)) if slot in CHANGEABLE else str(old)
    said = ("say_going_back_to", {"words": words}) if words and slot in SPOKEN else ("say_going_back", {})
    return Read({slot: None, "answers_before": aside}, [said])


def _left_out(slot: str) -> dict[str, Any]:
    """The slots of a question that was skipped. Who does not say keeps the diagnosis out of the plan."""
    return {"name_it": "no", "trouble": ""} if slot == "name_it" else {slot: ""}


def _not_known(asked: str, moment: Moment) -> Read:
    if moment.asked_times >= ENOUGH_NOT_KNOWING:
        return Read(_left_out(asked), [("say_let_it_wait", {})])
    return Read({asked: None}, [("say_not_knowing", {})])


def _ask_again(asked: str, *said: str) -> Read:
    return Read({asked: None}, [(name, {}) for name in said])


def mirrored(words: str) -> str:
    """`words` as they are said back: not longer than a line or two."""
    return textwrap.shorten(words, TO_MIRROR, placeholder="…").rstrip(". ")


def _heard(slot: str, words: str) -> tuple[str, dict[str, str]]:
    own = f"say_heard_{slot}"
    return own if has_phrase(own) else "say_heard_words", {"words": mirrored(words)}


def _read_words(heard: Heard, asked: str, moment: Moment) -> Read:
    """An answer in own words."""
    if heard.kind is Kind.YES:
        return _ask_again(asked)
    if heard.kind is Kind.NO:
        return _not_known(asked, moment)
    kept = "yes" if asked in REFLECTED_ON else heard.text
    return Read({asked: kept}, [_heard(asked, heard.text)])


def _read_sureness(heard: Heard, asked: str, moment: Moment) -> Read:
    sure = scale(heard.text) if heard.kind is Kind.ANSWER else None
    return _ask_again(asked) if sure is None else Read({asked: sure}, [_heard(asked, str(sure))])


def _read_hours(heard: Heard, asked: str, moment: Moment) -> Read:
    named = hours(heard.text) if heard.kind is Kind.ANSWER else None
    if named is None:
        return _ask_again(asked)
    ends = dict.fromkeys(f"{end:g}" for end in (named.low, named.high))
    return Read({asked: "-".join(ends)}, [_heard(asked, "-".join(ends))])


def _read_breather(heard: Heard, asked: str, moment: Moment) -> Read:
    """Anything but a no goes on; a pause is a matter of the rules."""
    return _ask_again(asked) if heard.kind is Kind.NO else Read({asked: "yes"}, [("say_heard_breather", {})])


def _read_limits(heard: Heard, asked: str, moment: Moment) -> Read:
    """Yes and "I do not know" lead to the union: we decide nothing."""
    answer = {Kind.YES: "yes", Kind.NO: "no", Kind.UNSURE: "unsure"}.get(heard.kind) or read_answer(heard.text, None)
    if answer is None:
        answer = "unsure"
    return Read(
        {asked: str(answer)}, [("say_heard_tell_limits_no" if answer == "no" else "say_heard_tell_limits_yes", {})]
    )


def _read_questions(heard: Heard, asked: str, moment: Moment) -> Read:
    if heard.kind is Kind.YES:
        return _ask_again(asked)
    if heard.kind is Kind.NO:
        return _not_known(asked, moment)
    offered = questions_for(moment)
    everything = heard.text.casefold() == moment.words("say_option_questions_all").casefold()
    asks = offered if everything else [offered[place] for place in chosen(heard.text, offered)] or [heard.text]
    return Read({asked: asks}, [("say_heard_questions", {"words": moment.lines(asked, {asked: asks})})])


def _read_energy(heard: Heard, asked: str, moment: Moment) -> Read:
    energy = scale(heard.text) if heard.kind is Kind.ANSWER else None
    if energy is None:
        return _ask_again(asked, *(["say_energy_in_words"] if heard.kind is Kind.ANSWER else []))
    return Read({asked: energy}, [] if energy <= LOW else [_heard(asked, str(energy))])


def _read_two_minutes(heard: Heard, asked: str, moment: Moment) -> Read:
    if heard.kind is Kind.NO:
        return _ask_again(asked)
    return Read({asked: "yes"}, [("say_heard_two_minutes", {})])


def _read_trouble(heard: Heard, asked: str, moment: Moment) -> Read:
    """What can be hard. The challenges it may be are found at once, so that a diagnosis need not be kept for that."""
    read = _read_words(heard, asked, moment)
    if not read.slots[asked]:
        return read
    diagnosis = diagnosis_in(heard.text, moment.diagnoses, moment.challenges)
    likely = likely_challenges(heard.text, moment.challenges, moment.diagnoses)
    if not diagnosis:
        likely = list(dict.fromkeys([*(key for key in moment.told if key in moment.challenges), *likely]))
    read.slots |= {
        "likely_challenges": likely,
        "name_it": None,
        "challenge": None,
        "helps": None,
        "offered_helps": None,
        "own_help": None,
    }
    return Read(read.slots, [] if diagnosis else read.said)


def _read_name_it(heard: Heard, asked: str, moment: Moment) -> Read:
    answer = {Kind.YES: "yes", Kind.NO: "no"}.get(heard.kind) or read_answer(heard.text, None)
    if answer is None:
        return _ask_again(asked)
    if answer == "yes":
        return Read({asked: "yes"}, [("say_heard_name_it_yes", {})])
    return Read(_left_out(asked), [("say_heard_name_it_no", {})])


def _read_challenge(heard: Heard, asked: str, moment: Moment) -> Read:
    likely = list(moment.slots.get("likely_challenges") or [])
    shown = likely[:SHOWN]
    other, own = moment.words("say_option_challenge_other"), moment.words("say_option_challenge_own")
    if heard.kind is Kind.YES:
        return _ask_again(asked)
    plain = heard.text.casefold().strip(" .!")
    if heard.kind is Kind.NO or plain == other.casefold() or plain in OTHERS:
        rest = likely[SHOWN:]
        return Read({"likely_challenges": rest, asked: None if rest else ""})
    if plain == own.casefold() or "egne ord" in plain or "own words" in plain:
        again = {} if moment.slots.get("trouble") else {"trouble": None}
        return Read({asked: "", **again}, [("say_heard_challenge_own", {})])
    names = [moment.challenges[key].name.get(moment.language) for key in shown]
    named = next((shown[place] for place in chosen(heard.text, names)), None)
    named = named or named_challenge(heard.text, moment.challenges, moment.language)
    if named:
        name = moment.challenges[named].name.get(moment.language)
        offered = things_to_try(moment.challenges[named])
        return Read(
            {asked: named, "offered_helps": offered, "helps": None, "own_help": None}, [_heard(asked, name.lower())]
        )
    if len(heard.text.split()) < 3:
        return _ask_again(asked)
    said = _read_trouble(heard, "trouble", moment)  # No choice, but another way of saying it.
    if moment.asked_times > 1:  # Said twice: then the words are enough.
        said.slots |= {asked: "", "likely_challenges": None}
    return said


def _read_helps(heard: Heard, asked: str, moment: Moment) -> Read:
    offered = list(moment.slots.get("offered_helps") or [])
    shown = offered[:SHOWN]
    plain = heard.text.casefold().strip(" .!")
    if heard.kind is Kind.YES:
        return _ask_again(asked)
    asks_more = plain == moment.words("say_option_helps_more").casefold() or plain in OTHERS
    if heard.kind is Kind.NO or asks_more:
        rest = offered[SHOWN:]
        more = ("say_more_helps", {"lines": help_lines(rest[:SHOWN], moment)}) if rest else ("say_no_more_helps", {})
        return Read({"offered_helps": rest, asked: None}, [more])
    texts = [moment.accommodation(key).text.get(moment.language) for key in shown]
    helps = [shown[place] for place in chosen(heard.text, texts)] or [heard.text]
    words = moment.lines(asked, {asked: helps})
    return Read({asked: helps}, [_heard(asked, words)])


def _read_step(heard: Heard, asked: str, moment: Moment) -> Read:
    """The step; a day that is named with it is the day of the step."""
    read = _read_words(heard, asked, moment)
    named = day(heard.text, moment.on) if read.slots[asked] else None
    if named and named.date and named.date >= moment.on:
        read.slots["step_day"] = named.date.isoformat()
        read.said.append(_heard("step_day", day_text(named.date, moment.on, moment.language)))
    return read


def _read_step_day(heard: Heard, asked: str, moment: Moment) -> Read:
    named = day(heard.text, moment.on) if heard.kind is Kind.ANSWER else None
    if heard.kind is Kind.NO or "ingen dato" in heard.text.casefold() or "no date" in heard.text.casefold():
        return Read({asked: ""}, [("say_skipped", {})])
    if named is None:
        return _ask_again(asked)
    if named.date is None:
        return Read({asked: str(named.vague)}, [_heard(asked, str(named.vague))])
    if named.date < moment.on:
        return _ask_again(asked, "say_day_has_passed")
    return Read({asked: named.date.isoformat()}, [_heard(asked, day_text(named.date, moment.on, moment.language))])


def _read_plan_fits(heard: Heard, asked: str, moment: Moment) -> Read:
    if heard.kind is Kind.YES or read_answer(heard.text, None) == "yes":
        return Read({asked: "yes"})
    return _ask_again(asked, "say_what_to_change")


def _read_step_went(heard: Heard, asked: str, moment: Moment) -> Read:
    """How the step went; whatever it was, another one may follow."""
    went = how_it_went(heard)
    if went is None:
        return _ask_again(asked)
    following = {"step": None, "step_day": None, "plan_fits": None}
    return Read({asked: went, **following}, [(f"say_heard_step_went_{went}", {})])


Reader = Callable[[Heard, str, Moment], Read]
READERS: dict[str, Reader] = {
    "energy": _read_energy,
    "two_minutes": _read_two_minutes,
    "hope": _read_words,
    "trouble": _read_trouble,
    "name_it": _read_name_it,
    "challenge": _read_challenge,
    "helps": _read_helps,
    "own_help": _read_words,
    "step": _read_step,
    "step_day": _read_step_day,
    "plan_fits": _read_plan_fits,
    "step_went": _read_step_went,
    "strengths": _read_words,
    "good_day": _read_words,
    "hours": _read_hours,
    "trouble_when": _read_words,
    "not_help": _read_words,
    "breather": _read_breather,
    "job_wants": _read_words,
    "job_ideas": _read_words,
    "tell_gain": _read_words,
    "tell_fear": _read_words,
    "tell_sure": _read_sureness,
    "tell_limits": _read_limits,
    "tell_what": _read_words,
    "tell_when": _read_words,
    "tell_whom": _read_words,
    "tell_sure_after": _read_sureness,
    "questions": _read_questions,
    "step_otherwise": _read_words,
}
"""How the answer to each question is read."""
QUESTIONS = tuple(READERS)


# --- asking ---------------------------------------------------------------------------------------------------------


def _button(title: str) -> dict[str, str]:
    """A button that says what stands on it, as if the person had written it."""
    return {"title": textwrap.shorten(title, TO_BUTTON, placeholder="…"), "payload": title}


def help_lines(keys: Sequence[str], moment: Moment) -> str:
    """Things to try as numbered lines, with a word about the price where they are not free."""
    things = [moment.accommodation(key) for key in keys]
    return "\n".join(
        moment.words(f"say_help_line_{thing.price}", number=str(number), help=thing.text.get(moment.language))
        for number, thing in enumerate(things, 1)
    )


def schemes_for(moment: Moment) -> list[str]:
    """The short names of the schemes that hang on what can be tried for the challenge and may be suggested today."""
    challenge = moment.challenges.get(moment.slots.get("challenge") or "")
    ids = {key for a in (challenge.accommodations if challenge else ()) for key in a.scheme_ids}
    found = {key: current().scheme(key, moment.on) for key in ids}
    open_now = {key for key, scheme in found.items() if isinstance(scheme, DatedScheme) and scheme.may_be_suggested}
    lines = current().content.scheme_lines
    return [line.name.get(moment.language) for line in lines if line.scheme_id in open_now]


def support_text(moment: Moment) -> str:
    """What may be worth looking into, named only: what is true of a scheme stands on its card."""
    names = schemes_for(moment)
    if not names:
        return moment.words("say_support_none")
    return moment.words("say_support", lines="\n".join(f"• {name}" for name in names))


def questions_for(moment: Moment) -> list[str]:
    """Three questions for the municipality: about the first scheme that may fit, and what everybody needs to know."""
    first = [moment.words("say_question_scheme", scheme=_within(name)) for name in schemes_for(moment)[:1]]
    general = [moment.words(f"say_question_{number}") for number in range(1, QUESTIONS_OFFERED + 1)]
    return [*first, *general][:QUESTIONS_OFFERED]


def _within(name: str) -> str:
    """A name as it is written in the middle of a sentence."""
    return name[:1].lower() + name[1:]


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def options(slot: str, moment: Moment) -> list[str]:
    """What can be chosen by button as an answer to the question for `slot`; own words always do as well."""
    if slot == "challenge":
        likely = list(moment.slots.get("likely_challenges") or [])[:SHOWN]
        names = [moment.challenges[key].name.get(moment.language) for key in likely]
        return [*names, moment.words("say_option_challenge_other"), moment.words("say_option_challenge_own")]
    if slot == "helps":
        shown = list(moment.slots.get("offered_helps") or [])[:SHOWN]
        texts = [moment.accommodation(key).text.get(moment.language) for key in shown]
        return [*texts, moment.words("say_option_helps_more")]
    if slot == "questions":
        return [*questions_for(moment), moment.words("say_option_questions_all")]
    names = [f"say_option_{slot}_{number}" for number in range(1, MOST_OPTIONS + 1)]
    return [moment.words(name) for name in names if has_phrase(name)]


def _asks(slot: str) -> type[Action]:
    class Ask(Action):
        def name(self) -> str:
            return f"action_ask_{slot}"

        def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
            moment = moment_of(tracker)
            reply = wording(slot, form_of(tracker), tracker)
            if slot == "helps" and not _shown_since_the_challenge(tracker):
                reply = wordings(slot)[0]
            values = {}
            if slot == "helps":
                values = {"lines": help_lines(list(moment.slots.get("offered_helps") or [])[:SHOWN], moment)}
            if slot == "plan_fits":
                values = {"plan": _plan(tracker)[1]}
            if slot == "step_went":
                values = {"words": mirrored(tracker.get_slot("step") or "")}
            if slot == "questions":
                values = {"support": support_text(moment), "lines": _numbered(questions_for(moment))}
            if slot == "tell_limits" and reply == wordings(slot)[0]:
                dispatcher.utter_message(response="say_tell_rules")
            shown = options(slot, moment)
            if reply.endswith("_or_skip") and slot not in ("challenge", "helps"):
                shown = shown[:SHOWN]
            dispatcher.utter_message(response=reply, buttons=[_button(title) for title in shown], **values)
            return []

    return Ask


ASK_ACTIONS = [_asks(slot) for slot in QUESTIONS]
"""Kept here, because Rasa finds actions among the living subclasses of `Action`."""


def _shown_since_the_challenge(tracker: Tracker) -> bool:
    """Whether things to try were shown since the challenge was chosen, or chosen anew."""
    for event in reversed(tracker.events):
        if event["event"] == "slot" and event["name"] == "challenge":
            return False
        if event["event"] == "bot" and (event.get("metadata") or {}).get("utter_action") == wordings("helps")[0]:
            return True
    return False


def form_of(tracker: Tracker) -> str:
    """The form that is under way, or was laid aside; the first of ours when there is none."""
    name = tracker.active_loop.get("name") if tracker.active_loop else None
    name = name or tracker.get_slot("laid_aside")
    return name if name in FORMS else FORMS[0]


def _validates(form: str) -> type[Action]:
    class Validate(Action):
        def name(self) -> str:
            return f"validate_{form}"

        def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
            return read_answer_to(form, dispatcher, tracker, domain)

    return Validate


def read_answer_to(
    form: str, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
) -> list[EventType]:
    """Read the message as an answer, mirror it, and choose the next question.

    Without an answer no slot is set, and Rasa lets the rules answer the message before the question is put again.
    """
    order = domain["forms"][form]["required_slots"]
    asked = tracker.get_slot("requested_slot")
    moment = moment_of(tracker)
    read = None
    if asked in order:
        message = tracker.latest_message
        intent = message.get("intent") or {}
        heard = hear(message.get("text") or "", intent.get("name"), intent.get("confidence") or 0.0)
        times = times_asked(asked, form, tracker)
        read = understand(heard, asked, order, replace(moment, asked_times=times))
    changes = read.slots if read else {}
    if any(slot in changes for slot in CHANGEABLE):
        changes = {"plan_fits": None, **changes}  # It was about another plan.
    for name, values in read.said if read else ():
        dispatcher.utter_message(response=name, **values)
    following = next_question(order, {**tracker.slots, **changes}, moment)
    return [SlotSet(slot, value) for slot, value in changes.items()] + [SlotSet("requested_slot", following)]


VALIDATE_ACTIONS = [_validates(form) for form in FORMS]
"""Kept here, as the asking actions are."""


# --- the plan -------------------------------------------------------------------------------------------------------


def _plan(tracker: Tracker) -> tuple[Plan, str]:
    """The plan so far, and its text."""
    moment = moment_of(tracker)
    plan = plan_of(tracker.slots, moment.challenges, moment.on, moment.language)
    return plan, plan.text(moment.words)


class ActionPlan(Action):
    """The end of the talk."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_plan"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say how the plan is found again, or that it is not kept. Another way through the talk may be chosen next."""
        if not _plan(tracker)[0]:
            dispatcher.utter_message(response="say_plan_empty")
        else:
            dispatcher.utter_message(response="say_plan_done" if tracker.get_slot("consent") else "say_plan_not_kept")
        return [SlotSet(slot, None) for slot in ("route", "laid_aside", "step_went", "answers_before")]


class ActionShowPlan(Action):
    """The plan at any time, also half made."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_show_plan"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Show what there is."""
        if not tracker.active_loop:
            _show(dispatcher, tracker)
            return []
        plan, text = _plan(tracker)
        if plan:
            dispatcher.utter_message(response="say_plan_so_far", plan=text)
        else:
            dispatcher.utter_message(response="say_plan_empty_so_far")
        return []


def _show(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    plan, text = _plan(tracker)
    if plan:
        dispatcher.utter_message(response="say_plan", plan=text)
    else:
        dispatcher.utter_message(response="say_plan_empty")


class ActionChangePlan(Action):
    """Asks which answer shall be changed, and puts its question again."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_change_plan"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Offer the answers; the one that was chosen is emptied, and the talk goes on there."""
        slot = _answer_chosen(tracker)
        if slot is None:
            return _offer_answers("change_plan", "say_change_which", dispatcher, tracker)
        moment = moment_of(tracker)
        words = mirrored(moment.lines(slot, tracker.slots))
        dispatcher.utter_message(response="say_change_one", words=words)
        emptied = [SlotSet(name, None) for name in (slot, "plan_fits")]
        if slot not in ON_A_FLAT_DAY:
            emptied.append(SlotSet("two_minutes", ""))
        return [*emptied, *_begin(form_of(tracker))]


class ActionDeleteAnswer(Action):
    """Takes one answer out of the plan."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_delete_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Offer the answers; the one that was chosen is gone."""
        slot = _answer_chosen(tracker)
        if slot is None:
            return _offer_answers("delete_answer", "say_delete_which", dispatcher, tracker)
        dispatcher.utter_message(response="say_answer_deleted")
        emptied = [SlotSet(name, value) for name, value in {**without(slot), "plan_fits": None}.items()]
        return [*emptied, *(_begin(form_of(tracker)) if _under_way(tracker) else [])]


class ActionDeletePlan(Action):
    """Takes all answers away; the conversation itself stays."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_delete_plan"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Empty every slot of the talk."""
        dispatcher.utter_message(response="say_plan_deleted")
        emptied = {*QUESTIONS, "likely_challenges", "offered_helps", "answers_before", "route", "laid_aside"}
        return [SlotSet(slot, None) for slot in sorted(emptied)]


class ActionGoBack(Action):
    """There is nothing to go back to: where there is, the form does it."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_go_back"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say so."""
        dispatcher.utter_message(response="say_nothing_before")
        return []


def step_is_due(tracker: Tracker) -> bool:
    """Whether the day of the step has come, so that it is kind to ask how it went."""
    try:
        due = date.fromisoformat(tracker.get_slot("step_day") or "")
    except ValueError:
        return False
    return bool(tracker.get_slot("step")) and due <= today()


def _answer_chosen(tracker: Tracker) -> str | None:
    """The answer that a button named, while it is there."""
    entities = tracker.latest_message.get("entities") or []
    named = next((entity["value"] for entity in entities if entity.get("entity") == "answer"), None)
    return named if named in CHANGEABLE and tracker.get_slot(named) else None


def _offer_answers(intent: str, reply: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    moment = moment_of(tracker)
    buttons = [
        {"title": moment.words(f"say_answer_{slot}"), "payload": f"/{intent}{json.dumps({'answer': slot})}"}
        for slot in CHANGEABLE
        if lines_of(slot, tracker.slots, moment.challenges, moment.on, moment.language)
    ]
    if buttons:
        dispatcher.utter_message(response=reply, buttons=buttons)
        return []
    if _under_way(tracker):
        dispatcher.utter_message(response="say_plan_empty_so_far")
        return _begin(form_of(tracker))
    dispatcher.utter_message(response="say_plan_empty")
    return []


def _under_way(tracker: Tracker) -> bool:
    """Whether the talk is going on, or was laid aside."""
    name = tracker.active_loop.get("name") if tracker.active_loop else None
    return (name or tracker.get_slot("laid_aside")) in FORMS


def _begin(form: str) -> list[EventType]:
    """Begin the form anew, whether or not it is under way: what is answered is not asked again."""
    return [ActiveLoop(None), SlotSet("requested_slot", None), SlotSet("laid_aside", None), FollowupAction(form)]
