"""`python -m residents.bench`: measure on the throw-away servers that `make bench` starts."""

import os
import sys

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangguan.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ["DEMO"] = "1"  # its people are the demo's
    django.setup()

    from residents.bench.run import Bench  # models can be imported only now

    return Bench().run()


if __name__ == "__main__":
    sys.exit(main())
