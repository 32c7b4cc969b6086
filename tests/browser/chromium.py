"""A page in headless Chromium, watched: whatever it says on the console, asks of the network or refuses is an error.

The browser is the one of the system (Debian's package `chromium`), named by the variable CHROMIUM; playwright only steers
it, and downloads none.
"""

import contextlib
import os
import pathlib
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# As wide as a small window, and as a telephone.
WIDTHS = [1280, 400]
SCHEMES = ["light", "dark"]
HEIGHT = 900


# Said on the console, so that it is found there with all else.
POLICY = """document.addEventListener('securitypolicyviolation',
    event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""


@contextlib.contextmanager
def started() -> Iterator[Browser]:
    """The browser, until the end of the block."""
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


def visit(browser: Browser, url: str, said: list[str], width: int = WIDTHS[0], scheme: str = SCHEMES[0]) -> Page:
    """The page in a window of its own. What it says, asks for or refuses is added to the list, also by pages that it
    opens; whoever is done with it closes its context."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
    context.add_init_script(POLICY)

    def asked(address: str) -> None:
        if address.split("#")[0] != url:
            said.append(f"request: {address[:200]}")

    def watch(page: Page) -> None:
        page.on("console", lambda message: said.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("request", lambda request: asked(request.url))

    context.on("page", watch)
    page = context.new_page()
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return page


def views(browser: Browser, url: str, said: list[str]) -> Iterator[tuple[str, Page]]:
    """The page in each width and colour scheme, with a name for each."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            page = visit(browser, url, said, width, scheme)
            yield f"{width}-{scheme}", page
            page.context.close()


@contextlib.contextmanager
def opened(file: pathlib.Path) -> Iterator[Iterator[tuple[str, Page]]]:
    """The views of a page. At the end, all must have been silent."""
    said: list[str] = []
    with started() as browser:
        yield views(browser, file.resolve().as_uri(), said)
    if said:
        raise AssertionError("\n".join(sorted(set(said))))


def check_width(page: Page) -> None:
    """Nothing is wider than the window."""
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if widths[0] > widths[1]:
        raise AssertionError(f"the page is {widths[0]} wide, the window {widths[1]}")


def check_guard(page: Page) -> None:
    """The content security policy refuses scripts, styles and images that are not in the file."""
    refused = page.evaluate(
        """async () => {
            const refused = [];
            document.addEventListener('securitypolicyviolation', event => refused.push(event.effectiveDirective));
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            const style = document.createElement('style');
            style.textContent = 'body { color: red }';
            const image = document.createElement('img');
            image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
            document.body.append(script, style, image);
            await new Promise(resolve => setTimeout(resolve, 200));
            return [window.ran === true, refused.sort()];
        }"""
    )
    expected = [False, ["img-src", "script-src-elem", "style-src-elem"]]
    if refused != expected:
        raise AssertionError(f"{refused} instead of {expected}")
