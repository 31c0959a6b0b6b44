"""Triggers that keep the workflow's rules in the database, made from the workflow table."""

import pgtrigger

from requests_app.workflow import Status, arrows, status_arrows


def transitions() -> list[tuple[str, str]]:
    """Arrows between statuses for `pgtrigger.FSM`."""
    return status_arrows()


def pairs() -> pgtrigger.Trigger:
    """Refuse a move of (status, level) that no step of the table makes."""
    moves = sorted(
        {
            (a.from_status, a.from_level, a.to_status, a.to_level)
            for a in arrows()
            if (a.from_status, a.from_level) != (a.to_status, a.to_level)
        }
    )
    known = ", ".join("('" + "','".join(move) + "')" for move in moves)
    return pgtrigger.Trigger(
        name="status_level_arrows",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("status", "level"),
        condition=pgtrigger.Condition("OLD.status <> NEW.status OR OLD.level <> NEW.level"),
        func=f"""
            IF (OLD.status, OLD.level, NEW.status, NEW.level) NOT IN ({known}) THEN
                RAISE EXCEPTION 'no step leads from % at % to % at %',
                    OLD.status, OLD.level, NEW.status, NEW.level USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def first_handler_stays() -> pgtrigger.Trigger:
    """首接负责: whoever accepted first stays named (handbook §3, rule 5).

    Only the way back of an acceptance, open for seconds (step `undo`), leaves nobody named.
    """
    taken_back = pgtrigger.Q(
        new__first_handler__isnull=True, old__status=Status.ACCEPTED, new__status=Status.SUBMITTED
    )
    return pgtrigger.Trigger(
        name="first_handler_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("first_handler_id"),
        condition=pgtrigger.Q(old__first_handler__isnull=False)
        & pgtrigger.Q(old__first_handler__df=pgtrigger.F("new__first_handler"))
        & ~taken_back,
        func="""
            RAISE EXCEPTION 'the first handler of a ticket never changes' USING ERRCODE = 'check_violation';
        """,
    )


def append_only() -> list[pgtrigger.Trigger]:
    """Entries are never changed or deleted (handbook §3, rule 3)."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
