"""What of a matter may be shown to everybody: its words without those that lead to a person."""

from wangguan.privacy import mask_phones


def masked(text: str) -> str:
    """`text` with phone numbers hidden."""
    return mask_phones(text)
