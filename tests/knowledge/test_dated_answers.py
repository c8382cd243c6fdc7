from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.dated import DatedScheme, Holds, UnknownVersion
from knowledge.dates import date_text
from knowledge.models import Certainty, ChangeStatus, LawConfidence
from knowledge.store import Store

TODAY = date(2026, 11, 25)
LONG_AGO, AFTER_NEW_YEAR = date(2025, 6, 1), date(2027, 2, 1)


def known(store: Store, scheme_id: str, on: date = TODAY) -> DatedScheme:
    scheme = store.scheme(scheme_id, on)
    assert isinstance(scheme, DatedScheme)
    return scheme


def test_a_scheme_that_does_not_exist_is_none(store: Store) -> None:
    assert store.scheme("jobrotation", TODAY) is None


def test_before_a_scheme_closed_we_do_not_have_the_version_that_held(store: Store) -> None:
    answer = store.scheme("ressourceforloeb", LONG_AGO)
    assert isinstance(answer, UnknownVersion)
    assert answer.known_from == date(2026, 2, 1)
    assert answer.open_until == date(2026, 1, 31)


def test_today_the_closed_scheme_is_marked_closed_and_never_suggested(store: Store) -> None:
    answer = known(store, "ressourceforloeb")
    assert answer.closed
    assert not answer.may_be_suggested
    assert not answer.overdue
    assert answer.date_is_inferred


def test_after_new_year_the_closed_scheme_is_also_overdue(store: Store) -> None:
    answer = known(store, "ressourceforloeb", AFTER_NEW_YEAR)
    assert answer.closed
    assert answer.overdue


def test_the_day_after_closing_is_the_first_day_our_text_holds(store: Store) -> None:
    assert isinstance(store.scheme("revalidering", date(2026, 1, 31)), UnknownVersion)
    assert known(store, "revalidering", date(2026, 2, 1)).closed


def test_before_valid_from_we_do_not_have_that_version(store: Store) -> None:
    answer = store.scheme("fleksjob", date(2026, 1, 31))
    assert isinstance(answer, UnknownVersion)
    assert (answer.known_from, answer.open_until, answer.name.da) == (date(2026, 2, 1), None, "Fleksjob")
    assert not known(store, "fleksjob", date(2026, 2, 1)).closed


def test_a_scheme_without_a_known_date_is_answered_for_any_day_and_marked_undated(store: Store) -> None:
    answer = known(store, "tilpasningspligt", date(2020, 1, 1))
    assert answer.may_be_suggested
    assert answer.undated
    assert not known(store, "fleksjob").undated


def test_a_record_is_overdue_from_the_day_after_its_review_day(store: Store) -> None:
    assert not known(store, "fleksjob", date(2026, 12, 31)).overdue
    assert known(store, "fleksjob", date(2027, 1, 1)).overdue


def test_an_unclear_scheme_is_marked_and_not_suggested(store: Store) -> None:
    answer = known(store, "fast-track")
    assert answer.unclear
    assert not answer.may_be_suggested


def test_details_of_low_confidence_are_held_back(store: Store) -> None:
    held_back = {s.scheme.id for s in store.schemes(TODAY) if not s.details_may_be_shown}
    assert held_back == {"fast-track", "noegleperson-sjh", "tilskud-selvstaendig"}


def test_expected_changes_stand_beside_the_scheme(store: Store) -> None:
    answer = known(store, "jobafklaringsforloeb")
    assert not answer.closed
    assert [change.change.id for change in answer.expected] == ["reform-2027-jobafklaring-afskaffes"]
    assert not answer.expected[0].date_passed


@pytest.mark.parametrize("on", [LONG_AGO, TODAY, AFTER_NEW_YEAR, date(2030, 1, 1)])
def test_what_is_expected_is_never_law_on_any_day(store: Store, on: date) -> None:
    for change in store.content.changes:
        if change.status is ChangeStatus.IN_FORCE:
            continue
        assert change.date_certainty is Certainty.NOT_ADOPTED
        for about in (*change.scheme_ids, *change.topic_ids):
            dated = {c.change.id: c for c in store.changes(about, on, unchecked=True)}
            assert dated[change.id].holds is Holds.EXPECTED
            assert dated[change.id].date_passed == (change.effective_from <= on)


def test_after_its_date_an_expected_end_does_not_close_the_scheme(store: Store) -> None:
    answer = known(store, "jobafklaringsforloeb", AFTER_NEW_YEAR)
    assert not answer.closed
    assert answer.overdue
    assert answer.expected[0].date_passed


def test_an_adopted_change_has_not_begun_before_its_day(store: Store) -> None:
    before = {c.change.id: c.holds for c in store.changes("mentorstoette", date(2025, 12, 31))}
    after = {c.change.id: c.holds for c in store.changes("mentorstoette", date(2026, 1, 1))}
    assert before["mentor-oevo-udgiftsgraense-2026"] is Holds.ADOPTED
    assert after["mentor-oevo-udgiftsgraense-2026"] is Holds.IN_FORCE


def test_changes_of_low_confidence_are_left_out_unless_asked_for(store: Store) -> None:
    assert store.changes("jobrotation", TODAY) == ()
    assert [c.change.id for c in store.changes("jobrotation", TODAY, unchecked=True)] == [
        "reform-2026-jobrotation-afskaffet"
    ]


def test_changes_come_in_the_order_of_their_dates(store: Store) -> None:
    dates = [c.change.effective_from for c in store.changes("sygedagpenge", TODAY, unchecked=True)]
    assert len(dates) > 2
    assert dates == sorted(dates)


def test_a_paragraph_that_needs_a_check_is_not_shown(store: Store) -> None:
    for answer in store.schemes(TODAY):
        for law in answer.scheme.law:
            if law.paragraph and law.confidence is LawConfidence.NEEDS_CHECK:
                assert law.act in answer.law
                assert f"{law.act}, {law.paragraph}" not in answer.law
    assert known(store, "personlig-assistance-erhverv").law == ("Lov om kompensation til handicappede i erhverv m.v.",)
    assert "Lov om kompensation til handicappede i erhverv m.v., § 3" in known(store, "fortrinsadgang").law


def test_every_answer_has_sources(store: Store) -> None:
    for answer in store.schemes(TODAY):
        assert answer.sources, answer.scheme.id


def test_no_amount_is_shown_without_its_year(store: Store) -> None:
    about = [*(s.id for s in store.content.schemes), *(t.id for t in store.content.topics)]
    shown = [rate for name in about for on in (LONG_AGO, TODAY, AFTER_NEW_YEAR) for rate in store.rates(name, on)]
    assert len(shown) > 60
    for rate in shown:
        assert any(year in rate.display for year in ("2018", "2019", "202", "udateret")), rate.display
        assert not hasattr(rate, "amount")


def test_an_amount_without_display_text_is_never_shown(store: Store) -> None:
    hidden = {rate.id for rate in store.content.rates if rate.display is None}
    assert hidden == {
        "regulering-fradrag-2026-eller-2027",
        "personlig-assistance-satsgrundlag",
        "mentor-oevo-graense-udkast-2026",
    }
    for name in ("sygedagpenge", "personlig-assistance-erhverv", "mentorstoette"):
        assert not hidden & {rate.id for rate in store.rates(name, TODAY)}


def test_an_amount_past_its_end_is_the_newest_figure_found(store: Store) -> None:
    (yearly, limit) = store.rates("socialt-frikort", TODAY)
    assert yearly.display == "41.280 kr. pr. år (2024)"
    assert not yearly.current
    assert yearly.official
    assert limit.display.endswith("(2024)")


def test_an_official_amount_is_current_in_its_year(store: Store) -> None:
    yearly = store.rates("socialt-frikort", date(2024, 6, 1))[0]
    assert yearly.current
    assert store.rates("socialt-frikort", date(2023, 12, 1))[0].display == "40.000 kr. pr. år (2023)"


def test_an_amount_of_a_later_year_is_not_shown_before_it_begins(store: Store) -> None:
    assert store.rates("socialt-frikort", date(2022, 1, 1)) == ()


def test_an_amount_from_a_secondary_source_is_never_current(store: Store) -> None:
    rates = store.rates("dagpenge", TODAY)
    assert rates[0].display == "22.041 kr. pr. måned (2026)"
    assert not any(rate.current or rate.official for rate in rates)


def test_an_official_amount_goes_before_a_secondary_one_of_the_same_day(store: Store) -> None:
    weekly = store.rates("sygedagpenge", date(2023, 5, 1))[0]
    assert weekly.display == "4.550 kr. pr. uge (2023)"
    assert weekly.current


def test_an_amount_without_an_end_is_current_only_in_its_own_year(store: Store) -> None:
    assert store.rates("kompensationsydelse", date(2025, 10, 1))[0].current
    assert not store.rates("kompensationsydelse", TODAY)[0].current


def test_a_repealed_amount_is_not_shown_any_more(store: Store) -> None:
    special = "kontanthjaelp-psykisk-syg-under30-udeboende-2023"
    assert special in {rate.id for rate in store.rates("kontanthjaelp", LONG_AGO)}
    assert special not in {rate.id for rate in store.rates("kontanthjaelp", TODAY)}


def test_a_version_answers_from_its_first_day_and_the_old_text_until_then(
    tmp_path: Path, folder: Path, edit: Callable[[str, str, str], int]
) -> None:
    with (folder / "schemes/fleksjob.yml").open("a", encoding="utf-8") as file:
        file.write(
            'versions:\n  - valid_from: "2027-01-01"\n    status: in_force\n    expected_change: null\n'
            '    review_by: "2027-06-30"\n    where_to_apply: Et nyt sted.\n'
        )
    made = Store(f"sqlite:///{tmp_path}/versions.db")
    made.load(folder)
    for store in (made, Store(f"sqlite:///{tmp_path}/versions.db")):
        old, new = known(store, "fleksjob", date(2026, 12, 31)), known(store, "fleksjob", date(2027, 1, 1))
        assert old.scheme.where_to_apply == "Kommunen, hvor du bor. Kommunen vurderer din sag."
        assert new.scheme.where_to_apply == "Et nyt sted."
        assert new.scheme.who_can_get_it == old.scheme.who_can_get_it
        assert not new.overdue
        assert len(store.schemes(TODAY)) == 42


def test_dates_read_as_danish_and_as_english() -> None:
    assert date_text(date(2026, 2, 1)) == "1. februar 2026"
    assert date_text(date(2026, 2, 1), "en") == "1 February 2026"
