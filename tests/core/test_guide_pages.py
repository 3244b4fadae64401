"""The guide as install.sh renders it: links and images lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from .markdown_pages import PROJECT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rendered pages."""
    folder = tmp_path_factory.mktemp("guide")
    subprocess.run([sys.executable, PROJECT / "installer/guide.py", folder], check=True)
    return folder


def test_links_and_images_lead_somewhere(site: Path) -> None:
    pages = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html")}
    assert site / "guide" / "gimp.html" in pages
    for page, text in pages.items():
        links = re.findall('<a href="([^"]+)"', text)
        assert links
        for link in links:
            address, _, place = link.partition("#")
            target = (page.parent / address).resolve() if address else page
            if "://" not in link:
                assert f'id="{place}"' in pages[target] or not place, f"{page.name}: {link}"
        for source in re.findall('<img src="([^"]+)"', text):
            assert (page.parent / source).is_file(), f"{page.name}: {source}"


def test_markdown_becomes_html(site: Path) -> None:
    page = (site / "guide" / "gimp.html").read_text(encoding="utf-8")
    for tag in ("<table>", "<li>", "<strong>", "<h2 id=", "<pre>"):
        assert tag in page
    assert "](" not in page
