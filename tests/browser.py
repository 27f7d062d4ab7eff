"""A headless Chromium for the tests of what people look at; Debian's chromium and chromium-driver."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
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
