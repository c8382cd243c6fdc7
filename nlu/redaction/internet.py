"""Mail addresses, user names and links to profiles, typed or spoken ("anna snabel-a firma punktum dk")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.redaction.context import Span, before, captured
from nlu.redaction.view import View

_TLD = r"(?:dk|com|net|org|eu|de|se|no|uk|co\.uk|io|me|nu|pl|ua|info|example|test|biz|gl|fo|fi|nl|fr|tr|gmail)"
_PROVIDERS = (
    r"(?:gmail|g-mail|googlemail|hotmail|outlook|live|yahoo|icloud|msn|mail|me|protonmail|proton|jubii|ofir|webspeed"
    r"|youmail|stofanet|hotmejl|email|post)"
)
_NAME = r"(?<![\w.+\-])[\w.+'\-]++"
_TYPED = re.compile(
    rf"{_NAME}\s{{0,2}}@\s{{0,2}}[\w\-]{{1,100}}(?:\.[\w\-]{{1,63}}){{0,5}}(?:\s{{0,2}}[.,]\s{{0,2}}{_TLD}\b)?"
)
_SIGN = (
    r"(?:[(\[{]\s?(?:at|a|@|snabel[\s\-]?a|snabela)\s?[)\]}]|\bsnabel[\s\-]{0,2}a\b|\bsnabela\b|\balfa ?krølle\b"
    r"|\bkrølle ?alfa\b|\bat[ \-]sign\b|\bat-tegn\b)"
)
_DOT = r"(?:\s?\.\s?|\s?[(\[]\s?(?:dot|punktum|prik)\s?[)\]]\s?|\s{1,2}(?:punktum|prik|dot)\s{1,2})"
_JOIN = (
    r"(?:\s?[(\[](?:dot|punktum|prik)[)\]]\s?"
    r"|\s{1,2}(?:punktum|prik|dot|bindestreg|underscore|understreg|minus|dash)\s{1,2})"
)
_SPOKEN_NAME = rf"(?<![\w.+\-])[\w.+\-]++(?:{_JOIN}[\w+\-]{{1,64}}){{0,4}}"
_TIGHT_DOT = r"(?:\.|\s?[(\[]\s?(?:dot|punktum|prik)\s?[)\]]\s?|\s{1,2}(?:punktum|prik|dot)\s{1,2})"
_DOMAIN = rf"[\w\-]{{1,63}}(?:{_TIGHT_DOT}[\w\-]{{1,63}}){{0,4}}(?:\s?[.,]\s?{_TLD}\b)?"
_SPOKEN = re.compile(rf"{_SPOKEN_NAME}\s{{0,2}}{_SIGN}\s{{0,2}}{_DOMAIN}")
_MAYBE = re.compile(
    rf"{_SPOKEN_NAME}\s{{1,2}}(?:at|@)\s{{1,2}}[\w\-]{{1,63}}(?:(?:{_DOT}[\w\-]{{1,63}}){{0,2}}{_DOT}{_TLD}\b)"
)
"""The sign as the word "at", which is an everyday Danish word as well: it takes more to believe it."""
_CLEAR_MAYBE = re.compile(rf"{_JOIN}|\d|\w\.\w[^@]{{0,40}}\sat\s|\sat\s{{1,2}}{_PROVIDERS}\b")
_MAIL_CUE = re.compile(r"(?:mail|skriv til|write to|e-post|reach me|kontakt)\b[^\n@]{0,40}$|\bmail\w{0,12}$")
_SAID_BEFORE = re.compile(r"mail\w{0,12}\s{1,2}(?:er|is|hedder|:)\s{1,2}((?:[\w.\-]{1,30}\s{1,2}){1,5})$")
_HANDLE = re.compile(r"(?<![\w.@])(@[^\W_][\w.\-]{2,40})")
_PROFILE = re.compile(
    r"((?:https?://)?(?:www\.)?(?:facebook|fb|linkedin|instagram|tiktok|github|twitter|x|t|snapchat|youtube|discord)"
    r"\.(?:com|me|gg)/[\w.\-/@%]{2,80})"
)
_USER_CUE = (
    r"\b(?:brugernavn(?:et)?|bruger-?id|mitid-?(?:bruger|navn|id)?|username|user name|user id"
    r"|login(?:-?navn)?|studienr|studienummer"
    r"|studie-?id|uni-?login|unilogin|kaldenavn|nickname|gamertag|medlemsnr|medlemsnummer|medlems-?id"
    r"|discord|adgangskode(?:n)?"
    r"|kodeord(?:et)?|password|pinkode(?:n)?|pin|nemid(?:-?nr)?|skype|wechat|steam)"
)
_IS_IT = r"\.?\s{0,2}(?:[:=#]\s{0,2}|(?:er|is|hedder|nr\.?|nummer)\s{1,2}){1,2}"
_USER = re.compile(rf"{_USER_CUE}{_IS_IT}([\w.\-!#$%&*+?]{{0,39}}[\w!#$%&*+?])")
_USER_WITH_SIGNS = re.compile(
    rf"{_USER_CUE}\.?\s{{1,2}}([a-zæøå]{{1,20}}[\d_.\-][\w.\-]{{0,30}}\w|\d{{3,12}}(?![\d.,])(?!\s?kr))"
)
_MEDIUM = re.compile(
    r"\b(?:snap(?:chat)?|insta(?:gram)?|github|telegram|twitter|tiktok|facebook|messenger|linkedin|slack|reddit)"
    r"(?:\s{1,2}(?:er|is|hedder|som|as|på|:)|:)?\s{1,2}([a-zæøå][a-zæøå]{0,20}[\d_.\-][\w.\-]{0,30}\w)"
)
_UNDERSCORED = re.compile(r"(?<![\w.@/\-])([^\W\d_]{2,20}_[\w.]{1,30}\w)")
_LOGGED_IN_AS = re.compile(
    r"\b(?:bruger(?:en)?|logger (?:på|ind) (?:som|med)|logget (?:på|ind) (?:som|med)|profil(?:en|navn)?"
    r"|logged in as|user)"
    r"[\s:]{1,2}(?:er |is |hedder )?([a-zæøå]{1,20}[\d_][\w.\-]{0,30}|\w{1,20}#\d{4})(?![\w])"
)
_NO_USER_NAME = re.compile(
    r"(?:et|en|den|det|ikke|væk|glemt|forkert|låst|i|på|mit|min|not|the|my|vores|kun|også|for|til)$"
)


def mail_addresses(view: View) -> Iterator[Span]:
    """Mail addresses with @, with a spoken sign, and with "at" where it cannot be the Danish word."""
    low = view.low
    for match in _TYPED.finditer(low):
        yield "email", match.start(), match.end()
    for match in _SPOKEN.finditer(low):
        yield "email", _said_from(low, match.start()), match.end()
    for match in _MAYBE.finditer(low):
        if _CLEAR_MAYBE.search(match.group()) or _MAIL_CUE.search(before(low, match.start(), 60)):
            yield "email", _said_from(low, match.start()), match.end()


def _said_from(low: str, start: int) -> int:
    """Where the mail address begins when its name was said in several words ("min mail er anna lund snabel-a …")."""
    said = _SAID_BEFORE.search(before(low, start, 120))
    return start - (said.end() - said.start(1)) if said else start


def user_names(view: View) -> Iterator[Span]:
    """Links to profiles, @handles, and what is said to be a user name, a student number or a password."""
    low = view.low
    yield from captured("id", (_PROFILE, _HANDLE, _USER_WITH_SIGNS, _MEDIUM, _UNDERSCORED, _LOGGED_IN_AS), low)
    for kind, start, end in captured("id", (_USER,), low):
        if not _NO_USER_NAME.match(low[start:end]):
            yield kind, start, end
