"""A scheme is found by its name, however the name is written, and by nothing else."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.names import Entry, SchemeNames, spellings
from knowledge.schema import read_content

ENTRIES = (
    Entry("fleksjob", ("Fleksjob", "fleks", "Flex job")),
    Entry("fastholdelsesfleksjob", ("Fastholdelsesfleksjob",)),
    Entry("loentilskud-ledige", ("løntilskud", "wage subsidy")),
    Entry("isbryderordningen", ("Løntilskud til nyuddannede (isbryderordningen)", "isbryder")),
    Entry("personlig-assistance-erhverv", ("personlig assistance", "personlig assistent", "PA")),
    Entry("virksomhedspraktik", ("virksomhedspraktik", "praktik")),
    Entry("mulighedserklaering", ("mulighedserklæring",)),
    Entry("paragraf-56-aftale", ("§ 56", "56-aftale")),
    Entry("paragraf-58a-aftale", ("58a",)),
    Entry("sygedagpenge", ("sygedagpenge", "refusion", "sygemeldt")),
    Entry("fast-track", ("fast track",)),
    Entry("stu", ("STU",)),
)
NAMES = SchemeNames(ENTRIES)


def named(text: str) -> list[str]:
    """The ids found in a text."""
    return [mention.scheme_id for mention in NAMES.find(text)]


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("Hvad er et fleksjob?", "fleksjob"),
        ("FLEKSJOB", "fleksjob"),
        ("hvad med fleksjobbet", "fleksjob"),
        ("fleksjobs", "fleksjob"),
        ("what is a flex job", "fleksjob"),
        ("løn tilskud", "loentilskud-ledige"),
        ("lontilskud", "loentilskud-ledige"),
        ("loentilskud", "loentilskud-ledige"),
        ("løntilskudsjob", "loentilskud-ledige"),
        ("løntilskuddet", "loentilskud-ledige"),
        ("wage subsidies", "loentilskud-ledige"),
        ("isbryderen", "isbryderordningen"),
        ("isbryder ordningen", "isbryderordningen"),
        ("den personlige assistents timer", "personlig-assistance-erhverv"),
        ("personlig asistent", "personlig-assistance-erhverv"),
        ("kan jeg få PA?", "personlig-assistance-erhverv"),
        ("mulighederklæring", "mulighedserklaering"),
        ("mulighedserklering", "mulighedserklaering"),
        ("muligheds erklaering", "mulighedserklaering"),
        ("§56", "paragraf-56-aftale"),
        ("en § 56-aftale", "paragraf-56-aftale"),
        ("58 a", "paragraf-58a-aftale"),
        ("fasttrack", "fast-track"),
        ("fast-track", "fast-track"),
        ("stu", "stu"),
        ("sygedapenge", "sygedagpenge"),
        ("sygedagpengerefusion", "sygedagpenge"),
    ],
)
def test_a_name_is_found_as_people_write_it(text: str, scheme: str) -> None:
    assert named(text) == [scheme]


def test_the_longest_name_wins() -> None:
    assert named("hvad er et fastholdelsesfleksjob") == ["fastholdelsesfleksjob"]
    assert named("løntilskud til nyuddannede") == ["isbryderordningen"]


def test_every_scheme_named_is_found_in_its_order() -> None:
    assert named("er fleksjob bedre end løntilskud eller praktik") == [
        "fleksjob",
        "loentilskud-ledige",
        "virksomhedspraktik",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "jeg er sygemeldt på tredje uge og ked af det",
        "jeg vil gerne være fleksibel",
        "jeg er i job pa en fabrik",
        "kan du give et praktisk eksempel",
        "vi studerer",
        "jeg har 56 ansatte",
        "",
        "   ",
        "😂🙏",
    ],
)
def test_an_everyday_word_names_no_scheme(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize("text", ["refusion?", "hvad er refusion", "refusion, hvor meget"])
def test_an_everyday_word_names_a_scheme_when_it_is_asked_about(text: str) -> None:
    (mention,) = NAMES.find(text)
    assert mention.scheme_id == "sygedagpenge"
    assert mention.score < 0.7


def test_a_mention_says_where_it_stands_and_how_sure_it_is() -> None:
    text = "Må jeg spørge: hvad er løn-tilskud?"
    (mention,) = NAMES.find(text)
    assert text[mention.start : mention.end] == "løn-tilskud"
    exact, inflected, typo = (NAMES.find(t)[0].score for t in ("fleksjob", "fleksjobs", "sygedapenge"))
    assert 1.0 == exact > inflected > typo > 0.5


def test_of_two_schemes_with_one_name_the_first_has_it() -> None:
    both = SchemeNames([Entry("first", ("støtteordning",)), Entry("second", ("støtteordning",))])
    assert [m.scheme_id for m in both.find("støtteordning")] == ["first"]


def test_a_name_is_spelled_with_and_without_danish_letters() -> None:
    assert {"løntilskud", "loentilskud", "lontilskud"} <= spellings("Løn-tilskud")


def test_every_name_in_the_content_files_is_found_where_it_stands_alone() -> None:
    schemes = read_content().schemes
    names = SchemeNames(Entry(scheme.id, scheme.all_names()) for scheme in schemes)
    lost = [name for scheme in schemes for name in scheme.all_names() if not names.find(name)]
    assert lost == []


def test_a_new_scheme_is_found_by_being_an_entry() -> None:
    grown = SchemeNames([*ENTRIES, Entry("ny-ordning", ("trampolinordningen",))])
    assert [m.scheme_id for m in grown.find("hvad er trampolin ordningen")] == ["ny-ordning"]
    assert named("hvad er trampolin ordningen") == []


def test_a_long_text_is_read_in_linear_time() -> None:
    text = "kommunen siger jeg skal i praktik eller fleksjob men jeg ved ikke hvad det betyder for mig "
    text = (text * 200)[:10_000]
    start = time.perf_counter()
    assert len(NAMES.find(text)) > 100
    assert time.perf_counter() - start < 1.0


@given(st.text(alphabet=st.sampled_from(string.ascii_letters + "æøåÆØÅé§ 0568aİß-?!\n"), max_size=80))
def test_mentions_lie_inside_the_text_and_do_not_overlap(text: str) -> None:
    end = 0
    for mention in NAMES.find(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
