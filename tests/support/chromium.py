# SPDX-License-Identifier: Apache-2.0
"""One Chromium with a profile of its own, which forgets everything between two tests."""

import base64
import json
import shutil
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

FLAGS = """--no-sandbox --headless=new --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --disable-dev-shm-usage --lang=en-US --enable-blink-features=ComputedAccessibilityInfo""".split()

# Runs before each page: what the Content-Security-Policy refuses becomes an error on the console, and what is fetched is counted.
BEFORE_PAGE = """
addEventListener('securitypolicyviolation', (event) =>
  console.error('refused by the policy:', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber));
window.awaited = 0;
const fetched = window.fetch;
window.fetch = (...how) => {
  window.awaited++;
  return fetched(...how).finally(() => setTimeout(() => window.awaited--));
};
"""


class Chromium:
    """`trusted`: the SPKI fingerprint of a certificate that needs no authority."""

    def __init__(self, trusted=None):
        self.directory = Path(tempfile.mkdtemp(prefix="oa-chromium-"))
        self.downloads = self.directory / "downloads"
        self.downloads.mkdir()
        options = Options()
        options.binary_location = shutil.which("chromium")
        for flag in [*FLAGS, f"--user-data-dir={self.directory / 'profile'}"]:
            options.add_argument(flag)
        if trusted:
            options.add_argument(f"--ignore-certificate-errors-spki-list={trusted}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_script_timeout(120)
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=BEFORE_PAGE)
        self.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))
        self.first = self.driver.current_window_handle

    def cdp(self, command, **parameters):
        """A command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def forget(self, origin):
        """An empty window, nothing stored, no media emulated, an empty log."""
        for window in self.driver.window_handles:
            if window != self.first:
                self.driver.switch_to.window(window)
                self.driver.close()
        self.driver.switch_to.window(self.first)
        self.driver.get("about:blank")
        self.cdp("Network.clearBrowserCookies")
        self.cdp("Storage.clearDataForOrigin", origin=origin, storageTypes="all")
        self.cdp("Browser.grantPermissions", origin=origin, permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        for file in self.downloads.iterdir():
            file.unlink()
        self.cdp("Emulation.setScrollbarsHidden", hidden=True)
        self.emulate()
        self.size(1280, 800)
        self.log()

    def emulate(self, dark=False, forced=False):
        """What the person prefers. Nothing ever moves: a test waits for what is there, not for how it comes."""
        features = {"prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce",
                    "forced-colors": "active" if forced else "none"}
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": name, "value": value} for name, value in features.items()])

    def size(self, width, height):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def evaluate(self, expression, world=None):
        """The value of an expression (or of its promise); with `world`, apart from the page's own scripts and outside of its policy."""
        where = {"contextId": self._world(world)} if world else {}
        answer = self.cdp("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, **where)
        assert "exceptionDetails" not in answer, json.dumps(answer["exceptionDetails"])
        return answer["result"].get("value")

    def _world(self, name):
        frame = self.cdp("Page.getFrameTree")["frameTree"]["frame"]["id"]
        return self.cdp("Page.createIsolatedWorld", frameId=frame, worldName=name)["executionContextId"]

    def picture(self):
        """The page in all its length, as PNG."""
        size = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 4000), "scale": 1}
        return base64.b64decode(self.cdp("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"])

    def downloaded(self):
        """The file that is there with all that is in it; None while there is none."""
        files = list(self.downloads.iterdir())
        return files[0] if len(files) == 1 and files[0].suffix != ".crdownload" and files[0].stat().st_size > 0 else None

    def log(self):
        """What the console said since the last time: [{level, source, message}]."""
        return self.driver.get_log("browser")

    def close(self):
        self.driver.quit()
        shutil.rmtree(self.directory, ignore_errors=True)
