"""Triggers that keep what must not be rewritten, whoever writes."""

import pgtrigger


def append_only() -> list[pgtrigger.Trigger]:
    """A log that nobody can change: rows come and stay as they are."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


def only_erased(column: str) -> list[pgtrigger.Trigger]:
    """A history whose rows stay, but whose personal `column` may be emptied by law."""
    return [
        pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name="only_erased",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"""
                IF NEW.{column} = '' AND to_jsonb(NEW) - '{column}' = to_jsonb(OLD) - '{column}' THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'entries of the register are never changed, only erased'
                    USING ERRCODE = 'check_violation';
            """,
        ),
    ]
