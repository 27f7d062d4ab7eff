"""A headless Chromium for the tests of what people look at; Debian's chromium and chromium-driver."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
WITHOUT_CHROMIUM = not (CHROMIUM and DRIVER) and "CI" not in os.environ
"""Whether its tests are skipped; in CI they are not."""

SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en-US"),
)


@contextmanager
def chromium(downloads=None, width=1280, height=900):
    """A browser with a profile of its own, which is removed with it; files are saved into `downloads`."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(prefix="chromium.", ignore_cleanup_errors=True) as profile:
        for switch in (*SWITCHES, f"--user-data-dir={profile}", f"--window-size={width},{height}"):
            options.add_argument(switch)
        driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        try:
            if downloads:
                driver.execute_cdp_cmd(
                    "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)}
                )
            yield driver
        finally:
            driver.quit()


@contextmanager
def freshly_opened(driver, report):
    """The report, freshly opened from disk, in English; nothing may complain."""
    driver.get(address(report))
    driver.execute_script("localStorage.clear()")
    driver.get(address(report))
    resize(driver, 1280, 900)
    console(driver)
    yield driver
    assert console(driver) == []


def resize(driver, width, height):
    """Show the page as a window of this size would; headless windows are never narrower than 500 pixels."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def console(driver):
    """What the page complained about since the last call."""
    return [entry["message"] for entry in driver.get_log("browser")]


def address(path: Path) -> str:
    """The address of a file, as a person opens it from disk."""
    return path.absolute().as_uri()


PAPER = 718
"""Width of an A4 sheet between its margins, in pixels of 1/96 inch."""


def wider_than_paper(driver):
    """The texts of tables and pictures that would be cut off in print."""
    resize(driver, PAPER, 1000)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    code = """return [...document.querySelectorAll('main :is(table, svg, img)')]
      .filter((found) => found.checkVisibility() && found.getBoundingClientRect().right > arguments[0] + 1)
      .map((found) => found.textContent || found.src)"""
    try:
        return driver.execute_script(code, PAPER)
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


TEXTS_WITH_COLOURS = """
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const found = colour(getComputedStyle(node).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found.slice(0, 3);
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('main *, nav a, h1')]
    .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
    .filter((node) => node.checkVisibility() && !node.closest('svg') && !node.closest(':disabled'))
    .map((node) => [node.textContent, colour(getComputedStyle(node).color).slice(0, 3), ground(node)]);
"""


def faint_texts(driver):
    """The texts whose contrast with what lies behind them is below 4.5 (WCAG 2.1, level AA)."""
    found = driver.execute_script(TEXTS_WITH_COLOURS)
    assert len(found) > 50
    return [text for text, ink, paper in found if contrast(ink, paper) < 4.5]


def contrast(first, second):
    """The ratio of two colours by WCAG 2.1."""

    def luminance(colour):
        share = np.array(colour) / 255
        linear = np.where(share <= 0.03928, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)
