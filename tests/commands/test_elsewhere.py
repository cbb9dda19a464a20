"""The list as a calendar and the people as vCards: read back by vobject and khal, which are not ours."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject

from tests.conftest import Answer, Run
from tests.places import asked

from .reminding import at, config, fill

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture
def told(cli: Run, book: Path) -> Path:
    fill(cli, book)
    return book


def events(content: bytes) -> dict[str, Any]:
    """Return the events by what they are about: the next steps have theirs in the description."""
    calendar = vobject.readOne(content.decode())
    found = [one for one in calendar.components() if one.name == "VEVENT"]
    uids = [one.uid.value for one in found]
    assert len(set(uids)) == len(uids)
    return {one.description.value.split()[-1]: one for one in found if one.categories.value == ["follow_up"]}


def exported(cli: Run, told: Path, *words: str, day: str = "2026-11-21") -> Answer:
    done = cli("--store", told, "calendar", "export", "--officer", "li.wei", *words, env=at(day))
    assert (done.code, done.err) == (0, "")
    return done


def test_each_reason_is_an_event_of_a_day_with_its_command_and_an_alarm(cli: Run, told: Path) -> None:
    content = exported(cli, told).out
    found = events(content)
    assert set(found) == {"U-00001", "U-00002"}
    event = found["U-00002"]
    assert event.dtstart.value == date(2026, 11, 24)
    assert event.dtend.value == date(2026, 11, 25)
    assert event.summary.value == "C-00001 华达机械有限公司 · next step"
    assert event.description.value == "next step: 收材料138****8000\nloancrm followup done U-00002"
    assert (event.sequence.value, event.status.value, event.priority.value) == ("0", "CONFIRMED", "3")
    assert event.valarm.trigger.value == timedelta(hours=8, minutes=30)
    assert event.valarm.action.value == "DISPLAY"
    assert b"\r\nMETHOD:PUBLISH\r\n" in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_the_same_book_at_the_same_moment_gives_the_same_bytes(cli: Run, told: Path, tmp_path: Path) -> None:
    first = exported(cli, told).out
    assert exported(cli, told).out == exported(cli, told, "--output", "-").out == first
    exported(cli, told, "--output", "due.ics")
    assert (tmp_path / "due.ics").read_bytes() == first
    exported(cli, told, "--output", "due.ics", "--update")
    assert (tmp_path / "due.ics").read_bytes() == first


def test_what_moves_is_the_same_event_and_what_is_gone_is_cancelled_for_a_while(
    cli: Run, told: Path, tmp_path: Path
) -> None:
    file, update = tmp_path / "due.ics", ("--output", "due.ics", "--update")
    exported(cli, told, *update)  # the first time there is no file
    before = events(file.read_bytes())
    assert cli("--store", told, "followup", "snooze", "U-00002", "--until", "2026-12-01").code == 0
    assert cli("--store", told, "followup", "done", "U-00001").code == 0
    exported(cli, told, *update)
    moved, gone = (events(file.read_bytes())[ref] for ref in ("U-00002", "U-00001"))
    assert (moved.uid.value, moved.dtstart.value) == (before["U-00002"].uid.value, date(2026, 12, 1))
    assert (moved.sequence.value, moved.status.value) == ("1", "CONFIRMED")
    assert (gone.uid.value, gone.status.value, gone.sequence.value) == (
        before["U-00001"].uid.value, "CANCELLED", "1",
    )  # fmt: skip
    assert not hasattr(gone, "valarm")
    exported(cli, told, *update, day="2026-12-20")
    assert events(file.read_bytes())["U-00001"].sequence.value == "1"
    exported(cli, told, *update, day="2026-12-22")  # 31 days
    assert "U-00001" not in events(file.read_bytes())
    assert cli("--store", told, "undo", "--yes").code == 0  # the step is not done after all
    exported(cli, told, *update, day="2026-12-22")
    back = events(file.read_bytes())["U-00001"]
    assert (back.uid.value, back.dtstart.value) == (before["U-00001"].uid.value, date(2026, 12, 22))
    assert "due since 2026-11-21" in back.description.value


def test_a_cancelled_line_that_comes_back_is_confirmed_again(cli: Run, told: Path, tmp_path: Path) -> None:
    update = ("--output", "due.ics", "--update")
    exported(cli, told, *update)
    assert cli("--store", told, "followup", "done", "U-00001").code == 0
    exported(cli, told, *update)
    assert cli("--store", told, "undo", "--yes").code == 0
    exported(cli, told, *update)
    back = events((tmp_path / "due.ics").read_bytes())["U-00001"]
    assert (back.status.value, back.sequence.value) == ("CONFIRMED", "2")
    assert hasattr(back, "valarm")


def test_alarms_are_as_the_settings_say(cli: Run, told: Path, tmp_path: Path) -> None:
    config(tmp_path, "calendar:\n  alarm_at: '18:00'\n  alarm_days_before: [1, 7]\n")
    alarms = events(exported(cli, told).out)["U-00002"].valarm_list
    assert [one.trigger.value for one in alarms] == [
        timedelta(days=-7, hours=18),
        timedelta(days=-1, hours=18),
    ]
    config(tmp_path, "calendar:\n  alarm_at: null\n")
    assert not hasattr(events(exported(cli, told).out)["U-00002"], "valarm")


@pytest.mark.parametrize("content", [b"mine", b"", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"\xff\xfe\x00"])
def test_a_file_that_is_not_this_calendar_stays_as_it_is(
    cli: Run, told: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "due.ics"
    file.write_bytes(content)
    words = ("--store", told, "calendar", "export", "--output", "due.ics")
    refused, other = cli(*words), cli(*words, "--update")
    assert (refused.code, other.code) == (8, 4)
    assert file.read_bytes() == content
    assert cli(*words, "--force").code == 0


def test_the_calendar_of_another_officer_is_not_gone_on_from(cli: Run, told: Path) -> None:
    exported(cli, told, "--output", "due.ics")
    answer = cli(
        "--store", told, "calendar", "export", "--officer", "zhao.min", "--output", "due.ics", "--update"
    )
    assert (answer.code, "not the calendar of this list" in answer.err) == (4, True)
    assert cli("--store", told, "calendar", "export", "--update").code == 2


def test_khal_shows_the_days(cli: Run, told: Path, tmp_path: Path) -> None:
    exported(cli, told, "--output", "due.ics")
    (tmp_path / "khal").mkdir()
    (tmp_path / "khal.conf").write_text(
        f"[calendars]\n[[book]]\npath = {tmp_path}/khal\ntype = calendar\n"
        "[locale]\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ntimeformat = %H:%M\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        "local_timezone = Asia/Shanghai\ndefault_timezone = Asia/Shanghai\n"
        f"[default]\ndefault_calendar = book\n[sqlite]\npath = {tmp_path}/khal.db\n",
        encoding="utf-8",
    )
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def khal(*words: str) -> str:
        line = [Path(sys.executable).parent / "khal", "-c", str(tmp_path / "khal.conf"), *words]
        done = subprocess.run(line, env=env, capture_output=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    khal("import", "--batch", "-a", "book", str(tmp_path / "due.ics"))
    shown = khal("list", "2026-11-21", "7d", "--format", "{start-date}|{title}").splitlines()
    steps = [line for line in shown if "next step" in line]
    assert steps == [
        "2026-11-21|C-00001 华达机械有限公司 · next step",
        "2026-11-24|C-00001 华达机械有限公司 · next step",
    ]


@pytest.mark.parametrize("words", [("calendar", "export"), ("customer", "vcards")])
def test_without_the_extra_it_says_what_to_install(
    cli: Run, told: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    answer = cli("--store", told, *words)
    assert (answer.code, "pip install 'loancrm[cal]'" in answer.err) == (8, True)


# ── vCards ──────────────────────────────────────────────────────────────────────────────────────


def cards(content: bytes) -> list[Any]:
    return list(vobject.readComponents(content.decode()))


@pytest.fixture
def people(cli: Run, told: Path) -> Path:
    reached = "--phone 13812348000 --email zhang.min@example.com"
    for line in (
        f"person add C-00001 --name 张敏 --role finance --position 财务总监;副总 {reached}",
        "person add C-00001 --name 陈刚 --role legal_representative",
    ):
        assert cli("--store", told, *line.split()).code == 0
    return told


def test_vcards_are_masked_unless_the_look_is_recorded(cli: Run, people: Path) -> None:
    masked = cli("--store", people, "customer", "vcards")
    assert [(one.fn.value, one.tel.value if hasattr(one, "tel") else None) for one in cards(masked.out)] == [
        ("华达机械有限公司", "139****8000"), ("张敏", "138****8000"), ("陈刚", None), ("王小明", None),
    ]  # fmt: skip
    assert b"zhang.min@" not in masked.out
    assert asked(people, "select count(*) from audit where action = 'look'") == [(0,)]
    firm, minister, legal, student = cards(cli("--store", people, "customer", "vcards", "--unmask").out)
    assert asked(people, "select count(*) from audit where action = 'look'") == [(1,)]
    assert (firm.tel.value, firm.org.value, firm.note.value) == (
        "+8613912348000",
        ["华达机械有限公司"],
        "C-00001",
    )
    assert (minister.tel.value, minister.email.value) == ("+8613812348000", "zhang.min@example.com")
    assert (minister.title.value, minister.org.value) == ("财务总监;副总", ["华达机械有限公司"])
    assert legal.title.value == "legal representative"
    assert not hasattr(student, "org")
    assert len({one.uid.value for one in (firm, minister, legal, student)}) == 4


def test_vcards_of_one_officer_into_a_file(cli: Run, people: Path, tmp_path: Path) -> None:
    words = ("--store", people, "customer", "vcards", "--officer", "zhao.min", "--output", "people.vcf")
    assert cli(*words).code == 0
    assert [one.fn.value for one in cards((tmp_path / "people.vcf").read_bytes())] == ["王小明"]
    assert (tmp_path / "people.vcf").stat().st_mode & 0o777 == 0o600
    assert cli(*words).code == 8


def test_an_archived_customer_is_in_no_address_book(cli: Run, people: Path) -> None:
    assert cli("--store", people, "customer", "archive", "C-00002", "--why", "走了").code == 0
    assert "王小明" not in cli("--store", people, "customer", "vcards").text


def test_the_clock_of_a_calendar_is_utc(cli: Run, told: Path) -> None:
    event = events(exported(cli, told).out)["U-00001"]
    assert (
        event.dtstamp.value.astimezone().timestamp()
        == datetime.fromisoformat("2026-11-21T07:00+08:00").timestamp()
    )
