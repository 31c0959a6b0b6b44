"""The WSGI application as the demo serves it: granian's processes end with granian, even by kill -9.

Left alone they would hold the port, and the next `make demo` would find it taken.
"""

import signal

from wangguan.embedded import children
from wangguan.wsgi import application

__all__ = ["application"]

children.die_with_parent(signal.SIGKILL)
