"""Debian's Chromium, as tests of the pages and `make screenshots` start it."""

import os
import shutil

BINARY = os.environ.get("CHROMIUM_BIN") or shutil.which("chromium") or shutil.which("google-chrome") or ""
MISSING = "There is no Chromium here: apt-get install chromium fonts-noto-cjk, or name one by CHROMIUM_BIN."
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
