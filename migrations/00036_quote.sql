-- The ledger of quotas: what was counted of each, and what each request counted as. It is
-- written before a request is recorded, and kept right by the read model "quote" after.

-- +goose Up
CREATE TABLE quota_conto (
    chiave  text        PRIMARY KEY,
    n       bigint      NOT NULL,
    ends_at timestamptz NOT NULL
) WITH (fillfactor = 50); -- a row changes with each request

CREATE INDEX ON quota_conto (ends_at);

CREATE TABLE quota_voce (
    visura_id uuid        NOT NULL,
    chiave    text        NOT NULL,
    unita     text        NOT NULL,        -- what is counted: the request, or a hash of who it is about
    conto     integer     NOT NULL,        -- with it
    accolta   boolean     NOT NULL,        -- the request was recorded
    at        timestamptz NOT NULL,        -- when it was decided
    ends_at   timestamptz NOT NULL,
    PRIMARY KEY (visura_id, chiave)
);

CREATE INDEX ON quota_voce (chiave, unita);
CREATE INDEX ON quota_voce (ends_at);
CREATE INDEX ON quota_voce (at) WHERE NOT accolta;

-- quota_reserve counts a request in every quota given, or in none if one is used up, and
-- says of each the count with the request and whether it is used up. What a request
-- counted as before it does not count as again. Whoever counts in the same quota waits.
-- The commit is not waited for: what a crash loses is counted again from the events.
-- +goose StatementBegin
CREATE FUNCTION quota_reserve(visura uuid, quando timestamptz, chiavi text[], unite text[], limiti integer[], fini timestamptz[])
    RETURNS TABLE (conto integer, esaurita boolean)
    LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    held integer;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    LOOP
        INSERT INTO quota_conto (chiave, n, ends_at)
            SELECT k, 0, e FROM unnest(chiavi, fini) AS t(k, e) ORDER BY k ON CONFLICT DO NOTHING;
        SELECT count(*) INTO held FROM (SELECT FROM quota_conto WHERE chiave = ANY (chiavi) ORDER BY chiave FOR UPDATE) AS rows;
        EXIT WHEN held = cardinality(chiavi); -- a count of nothing may go meanwhile
    END LOOP;
    RETURN QUERY
        WITH look AS MATERIALIZED (
            SELECT t.i, t.k, t.u, t.l, t.e, c.n::integer AS n, own.conto AS before,
                EXISTS (SELECT FROM quota_voce o WHERE o.chiave = t.k AND o.unita = t.u) AS known
            FROM unnest(chiavi, unite, limiti, fini) WITH ORDINALITY AS t(k, u, l, e, i)
            JOIN quota_conto c ON c.chiave = t.k
            LEFT JOIN quota_voce own ON own.visura_id = visura AND own.chiave = t.k
        ), verdict AS (
            SELECT *, before IS NULL AND NOT known AND n >= l AS used_up, n + (NOT known)::integer AS with_it FROM look
        ), admitted AS (
            SELECT * FROM verdict WHERE NOT EXISTS (SELECT FROM verdict WHERE used_up)
        ), counted AS (
            UPDATE quota_conto c SET n = c.n + 1 FROM admitted a WHERE c.chiave = a.k AND a.before IS NULL AND NOT a.known
        ), entered AS (
            INSERT INTO quota_voce AS v (visura_id, chiave, unita, conto, accolta, at, ends_at)
                SELECT visura, k, u, with_it, false, quando, e FROM admitted
                ON CONFLICT (visura_id, chiave) DO UPDATE SET at = quando WHERE NOT v.accolta
        )
        SELECT CASE WHEN used_up THEN n ELSE coalesce(before, with_it) END, used_up FROM verdict ORDER BY i;
END
$$;
-- +goose StatementEnd

-- quota_release no longer counts requests that were counted before an instant and are not
-- recorded, and returns in how many quotas that were.
-- +goose StatementBegin
CREATE FUNCTION quota_release(prima timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    one      record;
    counted  text;
    released integer := 0;
BEGIN
    FOR one IN SELECT visura_id, chiave FROM quota_voce WHERE NOT accolta AND at < prima ORDER BY chiave, visura_id LOOP
        PERFORM FROM quota_conto WHERE chiave = one.chiave FOR UPDATE;
        DELETE FROM quota_voce WHERE visura_id = one.visura_id AND chiave = one.chiave AND NOT accolta AND at < prima RETURNING unita INTO counted;
        IF FOUND THEN
            released := released + 1;
            UPDATE quota_conto SET n = n - 1
                WHERE chiave = one.chiave AND NOT EXISTS (SELECT FROM quota_voce WHERE chiave = one.chiave AND unita = counted);
        END IF;
    END LOOP;
    RETURN released;
END
$$;
-- +goose StatementEnd
