"""Reads short answers to the questions of a form: yes, no, rather not, and whether somebody is 18. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

OF_AGE = 18
OLDEST = 110


class Answer(StrEnum):
    """What a short answer says."""

    YES = "yes"
    NO = "no"
    SKIP = "skip"


_YES = {
    "ja",
    "jo",
    "jep",
    "jeps",
    "japs",
    "yes",
    "yep",
    "yeah",
    "yup",
    "ok",
    "okay",
    "oki",
    "sure",
    "gerne",
    "👍",
}
_NO = {"nej", "næ", "næh", "nope", "no", "nah", "niks", "nix", "👎"}
_RATHER_NOT = (
    "helst ikke",
    "hellere ikke",
    "vil ikke sige",
    "vil ikke svare",
    "vil jeg ikke sige",
    "vil jeg ikke svare",
    "ikke lyst til at s",
    "rager ikke",
    "kommer ikke dig ved",
    "spring over",
    "springe over",
    "rather not",
    "prefer not",
    "don't want to say",
    "skip",
)
_INTENTS = {"affirm": Answer.YES, "deny": Answer.NO, "skip": Answer.SKIP}
_KEEP_NOT = re.compile(
    r"\bgem (?:intet|ikke|ingenting)\b|\bikke gemme|\b(?:keep|save) nothing\b|n[o']t (?:keep|save)\b"
)
_KEEP = re.compile(
    r"\bgem (?:det|den|bare|min|vores|gerne)\b|\b(?:må|kan) \w* ?\w* ?gemme\b|\b(?:keep|save) (?:it|my|our)\b"
)
_NOT_AN_ANSWER = {
    "ask_overview",
    "ask_scheme",
    "bot_challenge",
    "delete_all",
    "export_data",
    "help",
    "human",
    "language_da",
    "language_en",
    "pause",
    "privacy",
    "repeat",
    "restart",
    "why_ask",
}
"""Intents of a message that begins with yes or no and goes on to ask something ("ja, men hvem kan se det?")."""
_ONLY_A_WORD = 4
"""Words up to which a message that begins with yes or no is that answer, whatever it was understood as."""

_WORDS = re.compile(r"[\w'👍👎]+")
_UNDER = re.compile(r"\b(?:under |ikke (?:\w+ )?|not (?:\w+ )?)(?:18|atten)\b|\bmindreårig\b|\bunderage\b")
_OVER = re.compile(r"\b(?:over|fyldt|mere end|older than) (?:18|atten|eighteen)\b|\bmyndig\b")
_TURNS = re.compile(r"\b(?:fylder|bliver|turn|turning) (?:snart |først )?(\d{1,3})\b")
_NO_AGE = r"(?! ?(?:%|timer|uger|dage|måneder|hours|weeks|days|months))"
_I_AM = re.compile(r"\b(?:jeg er|er jeg|jeg'r|jeg e|i am|i'm|im)(?: \w+){0,2}? (\d{1,3})\b" + _NO_AGE)
_YEARS_OLD = re.compile(r"\b(\d{1,3}) ?(?:år gammel|år\b(?! (?:på|i|siden|med|som|uden))|years old|yo\b)")
_A_NUMBER = re.compile(r"\b(\d{1,3})\b")
_TEENS = {
    "ti": 10,
    "elleve": 11,
    "tolv": 12,
    "tretten": 13,
    "fjorten": 14,
    "femten": 15,
    "seksten": 16,
    "sytten": 17,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
}
_LONG_ANSWER = 6
"""Words beyond which a bare number need not be an age."""


def read_answer(text: str, intent: str | None) -> Answer | None:
    """Yes, no or rather not; None when the message is something else.

    `intent` is what the message was understood as. Plain words count more: "ja" is yes, whatever it was taken for;
    "helst ikke" is no answer at all and not a no. A question that begins with "ja" is a question.
    """
    words = _WORDS.findall(text.casefold())
    plain = " ".join(words)
    if any(wish in plain for wish in _RATHER_NOT):
        return Answer.SKIP
    first = Answer.YES if words and words[0] in _YES else Answer.NO if words and words[0] in _NO else None
    if first and "?" not in text and (len(words) <= _ONLY_A_WORD or intent not in _NOT_AN_ANSWER):
        return first
    return _INTENTS.get(intent or "")


def read_consent(text: str, intent: str | None) -> Answer | None:
    """Like `read_answer`, for the question whether something may be kept: "gem bare" is yes, "gem intet" is no."""
    answer = read_answer(text, intent)
    plain = text.casefold()
    if answer is None and "?" not in text and intent not in _NOT_AN_ANSWER:
        if _KEEP_NOT.search(plain) or intent == "withdraw_consent":
            return Answer.NO
        if _KEEP.search(plain) or intent == "give_consent":
            return Answer.YES
    return answer


def read_adult(text: str, asked: bool) -> bool | None:
    """Whether the text says that its writer is 18 or older; None when it does not tell.

    `asked`: it answers the question about age, so that a bare number is an age too.
    """
    plain = " ".join(text.casefold().replace(",", " ").replace(".", " ").split())
    if _UNDER.search(plain):
        return False
    if _OVER.search(plain):
        return "ikke myndig" not in plain
    turns = _TURNS.search(plain)
    age = int(turns[1]) - 1 if turns else _age(plain, asked)
    return age >= OF_AGE if age is not None and 5 <= age <= OLDEST else None


def _age(plain: str, asked: bool) -> int | None:
    told = _I_AM.search(plain) or _YEARS_OLD.search(plain)
    short = asked and len(plain.split()) <= _LONG_ANSWER
    if told is None and short:
        told = _A_NUMBER.search(plain)
    if told:
        return int(told[1])
    return next((_TEENS[word] for word in plain.split() if word in _TEENS), None) if short else None


def bare_answer(text: str) -> bool | None:
    """True for a yes and nothing else, False for a no and nothing else; otherwise None."""
    words = _WORDS.findall(text.casefold())
    if not words or len(words) > 2 or any(word not in _YES | _NO | {"tak", "please"} for word in words):
        return None
    return words[0] in _YES if words[0] in _YES | _NO else None
