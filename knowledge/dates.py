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
