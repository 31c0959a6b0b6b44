"""Supervision (督办): what is late or was done badly is put to a unit, answered and judged."""
