"""Saved pages in a real browser, without a screen: they ask for nothing, and fit windows and sheets of paper.

Chromium is named by CHROMIUM, else found on the PATH; ``.ci/run`` installs it. Without one the tests are
skipped, which ``scripts/no_skips.py`` does not let pass there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests import places
from tests.conftest import call
from tests.support import Book

BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
PAGE = re.compile(rb"/Type\s*/Page[^s]")
BOX = re.compile(rb"/MediaBox\s*\[([^\]]+)\]")  # in points: A4 is 595 by 842
PNG = b"\x89PNG\r\n\x1a\n"
# Measured in a page beside, in whose frame the report stands: the report itself runs no script.
MEASURE = """<!DOCTYPE html><title>?</title>
<iframe id="f" src="{name}" style="width:{width}px;height:900px"></iframe>
<script>
onload = () => {{
  const page = document.getElementById("f").contentDocument;
  const wide = [...page.querySelectorAll("body *")].filter(
    one => one.getBoundingClientRect().right > page.documentElement.clientWidth + 1);
  document.title = [page.documentElement.scrollWidth <= page.documentElement.clientWidth, wide.length,
    page.querySelectorAll("figure svg[role=img][aria-label]").length,
    page.querySelectorAll("th[scope=col]").length > 0,
    page.defaultView.performance.getEntriesByType("resource").length].join(" ");
}};
</script>"""
REPORTS = {
    "portfolio": (("report", "portfolio", "--explain"), 4, 2),
    "par": (("report", "par", "--months", "12"), 1, 1),
    "delinquency": (("report", "delinquency"), 1, 1),
    "names": (("report", "concentration", "--by", "customer"), 1, 2),
}

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="there is no chromium: apt-get install chromium"),
    pytest.mark.sqlite_only("a page is drawn alike whatever the rows come from"),
]
Browse = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    """Run the browser with a profile of its own."""

    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        command = [str(BROWSER), *FLAGS, profile, *words]
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2000:]
        return done

    return run


@pytest.fixture
def pages(book: Book, tmp_path: Path) -> Path:
    """A year of a bank of 60 customers, one of them with a long name, and its reports in both languages."""
    folder = tmp_path / "pages"
    folder.mkdir()
    with book.batch():
        for n in range(60):
            name = "中华人民共和国" * 6 + "有限公司" if n == 0 else None
            customer = book.customer(name=name, industry=("C34", "F51", "G54")[n % 3])
            book.loan(customer, f"L-{n}", disbursed="2025-10-15", principal=9_000_000_000 + n)
            for on in ("2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-20"):
                book.snapshot(f"L-{n}", on=on, outstanding=8_000_000_000 - n, dpd=(0, 5, 40, 100)[n % 4])
    for lang in ("en", "zh_CN"):
        for name, (words, _charts, _sheets) in REPORTS.items():
            path = folder / f"{name}.{lang}.html"
            around = ("--lang", lang, "--store", places.path_of(book.store), "--as-of", "2026-11-20")
            done = call(*around, *words, "--output", str(path), home=tmp_path)
            assert done.code == 0, done.err
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    """Serves the folder and keeps what was asked for."""

    asked: list[str]

    def log_message(self, format: str, *args: Any) -> None:
        self.asked.append(self.path)


@pytest.fixture
def served(pages: Path) -> Iterator[tuple[str, list[str]]]:
    """The pages on a server of this machine, and the paths that it was asked for."""
    asked: list[str] = []
    handler = type("Handler", (_Quiet,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(pages)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [1200, 794, 390])  # a desk, a sheet of A4, a telephone
def test_a_page_fits_every_window_and_asks_for_nothing(
    browse: Browse, pages: Path, served: tuple[str, list[str]], width: int
) -> None:
    address, asked = served
    for name, (_words, charts, _sheets) in REPORTS.items():
        for lang in ("en", "zh_CN"):
            report, beside = f"{name}.{lang}.html", f"measure.{name}.{lang}.html"
            (pages / beside).write_text(MEASURE.format(name=report, width=width), "utf-8")
            asked.clear()
            dom = browse("--virtual-time-budget=5000", "--dump-dom", f"{address}/{beside}").stdout.decode()
            title = re.search("<title>(.*?)</title>", dom)
            assert title is not None
            assert (report, title[1]) == (report, f"true 0 {charts} true 0")
            assert set(asked) - {"/favicon.ico"} == {f"/{beside}", f"/{report}"}


@pytest.mark.slow
def test_a_page_prints_on_as_many_sheets_as_expected(browse: Browse, pages: Path, tmp_path: Path) -> None:
    for name, (_words, _charts, sheets) in REPORTS.items():
        for lang in ("en", "zh_CN"):
            paper = tmp_path / f"{name}.{lang}.pdf"
            page = (pages / f"{name}.{lang}.html").as_uri()
            browse("--no-pdf-header-footer", f"--print-to-pdf={paper}", page)
            content = paper.read_bytes()
            assert (name, lang, len(PAGE.findall(content))) == (name, lang, sheets)
            boxes = {tuple(map(float, box[1].split())) for box in BOX.finditer(content)}
            assert {(round(right), round(top)) for _x, _y, right, top in boxes} <= {(595, 842), (594, 841)}


@pytest.mark.slow
def test_a_page_is_drawn_light_and_dark(browse: Browse, pages: Path, tmp_path: Path) -> None:
    pictures = []
    for number, scheme in enumerate((1, 0)):  # light, dark
        picture = tmp_path / f"{number}.png"
        look = f"--blink-settings=preferredColorScheme={scheme}"
        page = (pages / "portfolio.en.html").as_uri()
        browse(look, "--window-size=900,1200", f"--screenshot={picture}", page)
        pictures.append(picture.read_bytes())
    assert all(one.startswith(PNG) for one in pictures)
    assert pictures[0] != pictures[1]
