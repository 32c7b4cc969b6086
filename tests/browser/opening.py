"""How soon a browser shows a page: `opening.py PAGE` prints the medians of some openings, in milliseconds, and how long a
click on a filter takes until it is painted. `CHROMIUM` names the browser.
"""

import pathlib
import statistics
import sys

from chromium import started

OPENINGS = 5

# Until the next frame after it has been painted.
PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"


def main(file: pathlib.Path) -> None:
    opened, clicked = [], []
    with started() as browser:
        for _ in range(OPENINGS):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(file.resolve().as_uri())
            opened.append(page.evaluate(PAINTED))
            page.wait_for_timeout(1000)
            click = f"(() => {{ const start = performance.now(); document.querySelector('[data-filter]').click(); return {PAINTED}.then(end => end - start); }})()"
            clicked.append(page.evaluate(click))
            page.close()
    print(f"opened and painted in {statistics.median(opened):.0f} ms, filtered in {statistics.median(clicked):.0f} ms")


main(pathlib.Path(sys.argv[1]))
