"""`python -m requests_app.bench`: measure on the throw-away servers that `make bench` starts."""

import os
import sys
from pathlib import Path

import django


def main() -> int:
    folder = Path(os.environ["WANGGUAN_SERVERS"])
    os.environ["MEDIA_ROOT"] = str(folder / "media")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangguan.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()

    from requests_app.bench.run import Bench  # models can be imported only now

    return Bench(folder).run()


if __name__ == "__main__":
    sys.exit(main())
