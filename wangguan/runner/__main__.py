"""`make demo`: claim the checkout, or say who has it.

`--with-parent` makes the demo end with the program that started it (make), even by kill -9.
"""

import fcntl
import os
import signal
import sys

from wangguan.embedded import children, places


def main() -> int:
    """Run the demo until Ctrl-C or SIGTERM; 0 also when one is running already."""
    places.read_dotenv()
    places.DATA.mkdir(exist_ok=True)
    # The kernel drops this lock with the process, however that ends; a pid file would stay.
    with (places.DATA / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"The demo of this checkout is already running at {places.last_url()}")
            return 0
        return _run()


def _run() -> int:
    # Only now: a second start answers before anything heavy is loaded.
    from wangguan.runner.demo import Demo

    if "--with-parent" in sys.argv:
        children.die_with_parent(signal.SIGTERM)
    return Demo(port=int(os.environ.get("PORT") or 8000)).run()


if __name__ == "__main__":
    sys.exit(main())
