"""The outbox and the words of its messages, as the office keeps them."""

from wangguan.notify.admin import outbox, wording

__all__ = ["outbox", "wording"]
