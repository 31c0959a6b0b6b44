"""What a run was, in numbers."""

from __future__ import annotations

from collections import Counter
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests_app.torture.journal import Action, Told
    from requests_app.torture.run import Torture


def of(torture: Torture, told: Told) -> str:
    """Kills, actions, retries, outages as the clients felt them, and what the gateway saw."""
    done = [action for action in told.actions.values() if action.done]
    again = [action for action in done if action.tries > 1]
    seconds = torture.seconds["under fire"]
    gateway, settling = torture.gateway, torture.seconds["settling"]
    retries = sum(action.tries - 1 for action in again)
    rate = len(done) / seconds
    return "\n".join(
        [
            f"seed {torture.plan.seed}, {torture.plan.clients} clients",
            f"{seconds:.0f} s under fire ({rate:.1f} actions a second), {settling:.0f} s to settle",
            "killed with -9:",
            *(f"  {times:>5}  {victim}" for victim, times in _kills(torture)),
            "acknowledged:",
            *(f"  {times:>5}  {kind}" for kind, times in _by_kind(done)),
            f"  {len(told.actions) - len(done):>5}  sent and not acknowledged",
            f"answered only after a retry: {len(again)}, with {retries} retries",
            f"signed in again: {torture.sign_ins}",
            f"outage as felt: {_spread([action.waited for action in again])}",
            f"text messages: {len(gateway.told)} told, {gateway.repeats} repeats dropped by their key",
        ]
    )


def _kills(torture: Torture) -> list[tuple[str, int]]:
    return sorted(Counter(str(victim) for victim in torture.killer.kills).items())


def _by_kind(done: list[Action]) -> list[tuple[str, int]]:
    return Counter(" ".join(filter(None, (action.kind, action.name))) for action in done).most_common()


def _spread(waits: list[float]) -> str:
    if len(waits) < 2:
        return "none"
    cuts = quantiles(waits, n=20)
    return f"p50 {median(waits):.1f} s, p95 {cuts[-1]:.1f} s, longest {max(waits):.1f} s"
