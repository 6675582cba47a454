"""Make ``docs/img/agent.png``, the picture of an agent page in the README.

Run it from the checkout, where Chromium and playwright are installed (``pip install -e .[dev]``)::

    python benchmarks/screenshot.py                      renders examples/calls, takes the picture
    python benchmarks/screenshot.py SITE agents/a02.html of a site that is there already

``--out`` and ``--width`` choose another file and another width in CSS pixels; ``--dark`` the dark colours.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
CHROMIUM = Path("/usr/bin/chromium")
AGENT = "agents/a02.html"
# As much of the page as a README wants to show: what went well, and the one thing to work on.
HEIGHT = 1180


def main() -> None:
    """Read the options, render if need be, and write the picture."""
    parser = argparse.ArgumentParser(description="Take a picture of a page.")
    parser.add_argument("site", nargs="?", type=Path, help="a site that is there already")
    parser.add_argument("page", nargs="?", default=AGENT, help=f"the page in it (default: {AGENT})")
    parser.add_argument("--out", type=Path, default=CHECKOUT / "docs" / "img" / "agent.png")
    parser.add_argument("--width", type=int, default=1100)
    parser.add_argument("--height", type=int, default=HEIGHT)
    parser.add_argument("--dark", action="store_true")
    chosen = parser.parse_args()
    if chosen.site:
        take(chosen.site / chosen.page, chosen.out, chosen.width, chosen.height, dark=chosen.dark)
        return
    with tempfile.TemporaryDirectory() as folder:
        take(example_site(Path(folder)) / chosen.page, chosen.out, chosen.width, chosen.height, dark=chosen.dark)


def example_site(folder: Path) -> Path:
    """Score and render the example calls into ``folder`` and return the site."""
    run = "from coach.cli import main; main()"
    command = [sys.executable, "-c", run, "run", str(CHECKOUT / "examples" / "calls"), "-o", str(folder)]
    subprocess.run(command, check=True)  # noqa: S603
    return folder


def take(page: Path, out: Path, width: int, height: int, *, dark: bool) -> None:
    """Write a picture of the top of ``page`` to ``out``."""
    from playwright.sync_api import sync_playwright

    if not page.is_file():
        sys.exit(f"no such page: {page}")
    out.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": width, "height": height})
        view = context.new_page()
        view.emulate_media(color_scheme="dark" if dark else "light")
        view.goto(page.resolve().as_uri())
        view.screenshot(path=out)
        browser.close()
    print(out)


if __name__ == "__main__":
    main()
