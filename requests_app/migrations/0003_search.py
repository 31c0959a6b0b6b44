"""The words of tickets as pairs of neighbouring characters, in a table beside them.

Beside and not within: a step writes a ticket's row anew, with an entry in each of its indexes;
the pairs of a text that never changes need not be written again with it.
"""

from django.db import migrations

# plpgsql plans its query once per session. `array_to_tsvector` sorts and drops repetitions;
# the last character stands alone, so that the search for one character finds it too. A tsvector
# has room for 1 MB: 40,000 characters are twice the longest text, and half of that.
BIGRAMS = r"""
CREATE FUNCTION requests_app_bigrams(words text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    chars text[] := string_to_array(
        left(lower(translate(normalize(words, NFKC), E' \n\r\t', '')), 40000), NULL);
BEGIN
    RETURN array_to_tsvector(ARRAY(
        SELECT one || coalesce(next, '') FROM unnest(chars, chars[2:]) AS pair(one, next)
        WHERE one IS NOT NULL));
END $$
"""
# New entries wait in a list of at most 16 MB (some 7,000 tickets) until autovacuum sorts them in,
# so that the insert of a ticket does not pay for it.
TABLE = """
CREATE TABLE requests_app_ticketwords (ticket_id bigint PRIMARY KEY, bigrams tsvector NOT NULL);
ALTER TABLE requests_app_ticketwords ALTER COLUMN bigrams SET STATISTICS 1000;
INSERT INTO requests_app_ticketwords
    SELECT id, requests_app_bigrams(description || ' ' || address) FROM requests_app_ticket;
CREATE INDEX requests_app_ticketwords_bigrams ON requests_app_ticketwords
    USING gin (bigrams) WITH (gin_pending_list_limit = 16384);
"""
KEEP = """
CREATE FUNCTION requests_app_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO requests_app_ticketwords (ticket_id, bigrams)
    VALUES (NEW.id, requests_app_bigrams(NEW.description || ' ' || NEW.address))
    ON CONFLICT (ticket_id) DO UPDATE SET bigrams = EXCLUDED.bigrams;
    RETURN NULL;
END $$;
CREATE TRIGGER requests_app_keep_words AFTER INSERT OR UPDATE OF description, address
    ON requests_app_ticket FOR EACH ROW EXECUTE FUNCTION requests_app_keep_words();
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0002_running_number")]

    operations = [
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION requests_app_bigrams(text)"),
        migrations.RunSQL(TABLE, "DROP TABLE requests_app_ticketwords"),
        migrations.RunSQL(
            KEEP,
            "DROP TRIGGER requests_app_keep_words ON requests_app_ticket;"
            "DROP FUNCTION requests_app_keep_words();",
        ),
    ]
