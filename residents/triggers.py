"""Triggers that keep what must not be rewritten, whoever writes."""

import pgtrigger


def append_only() -> list[pgtrigger.Trigger]:
    """A log that nobody can change: rows come and stay as they are."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


def only_erased(column: str) -> list[pgtrigger.Trigger]:
    """A history whose rows stay, but whose personal `column` may be emptied by law.

    While keys are renewed (`wangguan.rotation`, a setting of its transaction) a ciphertext may take another's
    place that tells as much, at the same time: same length, same stamp at its head.
    """
    return [
        pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name="only_erased",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"""
                IF to_jsonb(NEW) - '{column}' = to_jsonb(OLD) - '{column}' AND (
                    NEW.{column} = ''
                    OR current_setting('wangguan.rotating', true) = 'on'
                    AND OLD.{column} <> '' AND length(NEW.{column}) = length(OLD.{column})
                    AND left(NEW.{column}, 12) = left(OLD.{column}, 12)
                ) THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'entries of the register are never changed, only erased'
                    USING ERRCODE = 'check_violation';
            """,
        ),
    ]
