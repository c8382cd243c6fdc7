"""Dates as people read them, and today's date as Denmark has it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

_DENMARK = ZoneInfo("Europe/Copenhagen")
_FORMATS = {"da": ("d. MMMM y", "da_DK"), "en": ("d MMMM y", "en_GB")}


def today() -> date:
    """Today in Denmark."""
    return datetime.now(_DENMARK).date()


def date_text(day: date, language: str = "da") -> str:
    """`day` in words: "1. februar 2026" (da), "1 February 2026" (en). KeyError for other languages."""
    pattern, locale = _FORMATS[language]
    return str(format_date(day, pattern, locale=locale))


_THIS_YEAR = 300
_DAYS = {"da": ("EEEE 'den' d. MMMM", "da_DK"), "en": ("EEEE d MMMM", "en_GB")}


def day_text(day: date, on: date, language: str = "da") -> str:
    """`day`, seen from `on`, as people say it: "fredag den 27. november"; far away also with the year."""
    if not 0 <= (day - on).days <= _THIS_YEAR:
        return date_text(day, language)
    pattern, locale = _DAYS[language]
    return str(format_date(day, pattern, locale=locale))
