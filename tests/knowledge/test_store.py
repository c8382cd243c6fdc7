from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from knowledge import store as stores
from knowledge.schema import Content, ContentError
from knowledge.store import NothingLoaded, Store
from knowledge.tables import PREFIX, content

Edit = Callable[[str, str, str], int]
TODAY = date(2026, 11, 25)


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, as they stand in the database."""
    engine = sa.create_engine(url, future=True)
    with engine.connect() as connection:
        rows = {
            table.name: sorted((tuple(map(str, row)) for row in connection.execute(sa.select(table))), key=str)
            for table in content.metadata.sorted_tables
        }
    engine.dispose()
    return rows


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/new/folder/content.db"


def test_what_is_loaded_is_what_the_files_say(url: str, content: Content) -> None:
    report = Store(url).load()
    assert report.changed
    assert report.counts["scheme"] == 42
    assert len(report.added) == sum(report.counts.values())
    assert Store(url).content == content


def test_loading_the_same_again_changes_nothing_and_says_so(url: str) -> None:
    store = Store(url)
    first = store.load()
    before = everything(url)
    second = store.load()
    assert not second.changed
    assert (second.added, second.altered, second.removed) == ((), (), ())
    assert second.hash == first.hash
    assert "nothing changed" in str(second)
    assert everything(url) == before


def test_comments_and_layout_do_not_count_as_a_change(url: str, folder: Path, edit: Edit) -> None:
    store = Store(url)
    store.load(folder)
    edit("schemes/fleksjob.yml", "kind: wage", "# a remark\nkind:   wage")
    assert not store.load(folder).changed


def test_a_load_tells_what_was_added_altered_and_removed(url: str, folder: Path, edit: Edit) -> None:
    store = Store(url)
    store.load(folder)
    edit("schemes/klage.yml", "kind: ", "# still the same\nkind: ")
    edit("schemes/fleksjob.yml", "  - Du giver de aftalte skånehensyn.", "  - Du giver de aftalte hensyn.")
    edit("schemes/fleksjob.yml", "    - flekjob\n", "    - fleksijob\n")
    report = store.load(folder)
    assert report.added == ("alias/da:fleksijob",)
    assert report.altered == ("scheme/fleksjob",)
    assert report.removed == ("alias/da:flekjob",)
    assert str(report).endswith("1 added, 1 altered, 1 removed.")


def test_a_broken_file_leaves_the_database_untouched(url: str, folder: Path, edit: Edit) -> None:
    store = Store(url)
    store.load(folder)
    before = everything(url)
    edit("schemes/fleksjob.yml", "  - Du giver de aftalte skånehensyn.", "  - Noget nyt.")
    edit("rates.yml", "scheme_id: sygedagpenge", "scheme_id: findes-ikke")
    with pytest.raises(ContentError):
        store.load(folder)
    assert everything(url) == before
    assert "Noget nyt." not in store.content.schemes[0].employer_duties


def test_a_load_that_fails_halfway_changes_nothing(
    url: str, folder: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(url)
    store.load(folder)
    before = everything(url)
    edit("schemes/fleksjob.yml", "  - Du giver de aftalte skånehensyn.", "  - Noget nyt.")
    write, tables = stores._write, []

    def fails_at_the_fifth_table(*arguments: object) -> object:
        tables.append(arguments[1])
        if len(tables) == 5:
            raise OSError("the disk is full")
        return write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(stores, "_write", fails_at_the_fifth_table)
    with pytest.raises(OSError, match="disk is full"):
        store.load(folder)
    assert len(tables) == 5
    assert everything(url) == before


def test_another_process_notices_new_content(url: str, folder: Path, edit: Edit) -> None:
    loading, answering = Store(url), Store(url, look_every=0)
    loading.load(folder)
    assert len(answering.content.schemes) == 42
    edit("schemes/fleksjob.yml", "  da: Fleksjob\n", "  da: Det nye fleksjob\n")
    loading.load(folder)
    assert "Det nye fleksjob" in {scheme.name.da for scheme in answering.content.schemes}


def test_before_the_first_load_a_question_says_that_nothing_is_loaded(url: str) -> None:
    with pytest.raises(NothingLoaded):
        Store(url).scheme("fleksjob", TODAY)


def test_when_the_database_goes_away_the_content_read_before_still_answers(url: str) -> None:
    Store(url).load()
    store = Store(url, look_every=0)
    assert len(store.schemes(TODAY)) == 42

    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("SELECT", {}, OSError("gone"))

    sa.event.listen(store._engine, "begin", fail)
    assert len(store.schemes(TODAY)) == 42


def test_sqlite_runs_in_wal_with_normal_flushing_and_waits_for_locks(url: str) -> None:
    store = Store(url)
    store.load()
    with store._engine.connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    assert settings == ["wal", 1, 10000]


def test_a_database_in_memory_works_too() -> None:
    store = Store("sqlite://", look_every=0)
    store.load()
    assert len(store.schemes(TODAY)) == 42


def test_tables_with_other_columns_are_built_anew(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(url)
    store.load()
    monkeypatch.setattr(stores, "fingerprint", lambda: "other")
    assert store.load().changed
    assert len(Store(url).content.schemes) == 42


def test_content_tables_are_told_apart_by_their_names() -> None:
    assert {table.name.startswith(PREFIX) for table in content.metadata.sorted_tables} == {True}


def test_a_question_takes_less_than_five_milliseconds(store: Store) -> None:
    store.scheme("fleksjob", TODAY)
    began = time.perf_counter()
    for _ in range(20):
        store.scheme("fleksjob", TODAY)
        store.schemes(TODAY)
        store.changes("sygedagpenge", TODAY)
        store.rates("sygedagpenge", TODAY)
        store.questions("fleksjob")
    assert (time.perf_counter() - began) / 100 < 0.005


def test_many_threads_ask_while_content_is_loaded_and_all_get_whole_answers(url: str, folder: Path, edit: Edit) -> None:
    store = Store(url, look_every=0)
    store.load(folder)
    wrong: list[object] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                if len(store.schemes(TODAY)) != 42 or len(store.content.sources) < 240:
                    wrong.append("half an answer")
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for round_ in range(3):
        edit("schemes/fleksjob.yml", "example: >-\n", f"example: >-\n  Runde {round_}.\n")
        assert Store(url).load(folder).changed
    done.set()
    for thread in threads:
        thread.join(10)
    assert wrong == []


def test_postgresql_gives_the_same_answers_as_sqlite(postgres: str, store: Store, folder: Path, edit: Edit) -> None:
    other = Store(postgres, look_every=0)
    assert other.load().changed
    assert not other.load().changed
    reread = Store(postgres)
    assert reread.content == store.content
    for on in (date(2025, 6, 1), TODAY, date(2027, 2, 1)):
        assert reread.schemes(on) == store.schemes(on)
        for scheme in store.content.schemes:
            assert reread.scheme(scheme.id, on) == store.scheme(scheme.id, on)
            assert reread.rates(scheme.id, on) == store.rates(scheme.id, on)
            assert reread.changes(scheme.id, on) == store.changes(scheme.id, on)
    edit("schemes/fleksjob.yml", "  - Du giver de aftalte skånehensyn.", "  - Du giver hensyn.")
    assert other.load(folder).altered == ("scheme/fleksjob",)


def test_questions_can_be_narrowed_to_a_scheme_or_a_theme(store: Store) -> None:
    assert len(store.questions()) == 45
    assert {q.id for q in store.questions("ips")} < {q.id for q in store.questions()}
    assert {q.theme for q in store.questions(theme="dismissal")} == {"dismissal"}


@pytest.mark.parametrize("said", ["0751", "Aarhus", "aarhus kommune", "Aarhus Kommune"])
def test_a_municipality_is_found_by_code_and_by_name(store: Store, said: str) -> None:
    town = store.municipality(said)
    assert town is not None
    assert (town.code, town.region) == ("0751", "Region Midtjylland")


def test_a_municipality_is_found_by_its_genitive(store: Store) -> None:
    found = [store.municipality(said) for said in ("Københavns Kommune", "Randers", "Assens Kommune")]
    assert [town and town.name for town in found] == ["København", "Randers", "Assens"]
    assert store.municipality("Christiansø") is None


def test_things_are_found_by_their_id(store: Store) -> None:
    content = store.content
    assert store.topic("jobrotation") in content.topics
    assert store.source("star_pa") in content.sources
    assert store.fact("alder") in content.facts
    assert store.challenge("hukommelse") in content.challenges
    assert store.topic("findes-ikke") is None


def test_contacts_are_loaded_with_the_rest_and_hidden_past_their_day(store: Store) -> None:
    assert {contact.id for contact in store.contacts(TODAY)} > {"emergency", "livslinien"}
    assert {contact.id for contact in store.contacts(date(2040, 1, 1))} == {"emergency", "livslinien"}


def test_contacts_that_changed_since_they_were_read_are_loaded_anew(url: str, folder: Path, edit: Edit) -> None:
    store = Store(url)
    store.load(folder)
    edit("contacts.yml", 'da: "112 (alarmcentralen)"', 'da: "Ring 112"')
    assert store.load(folder).altered == ("contact/emergency",)
    assert store.content.contacts[0].name["da"] == "Ring 112"


def test_the_process_has_one_store(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_current", None)
    assert stores.use(url) is stores.current()
