-- The ledger of quotas anew, with one row for each request instead of one for each quota
-- it counts in.

-- +goose Up
CREATE TABLE quota_richiesta (
    visura_id uuid        PRIMARY KEY,
    chiavi    text[]      NOT NULL,        -- of the counts it is in; the next two are beside
    persone   text[]      NOT NULL,        -- where people are counted, a hash of who it is about and of the key; NULL elsewhere
    conti     integer[]   NOT NULL,        -- with it
    ends_at   timestamptz NOT NULL         -- of the period that ends last
);

CREATE INDEX ON quota_richiesta (ends_at);

-- People who are counted, by what was asked about them.
CREATE TABLE quota_persona (
    persona   text        NOT NULL,
    visura_id uuid        NOT NULL,
    ends_at   timestamptz NOT NULL,
    PRIMARY KEY (persona, visura_id)
);

CREATE INDEX ON quota_persona (ends_at);

INSERT INTO quota_richiesta (visura_id, chiavi, persone, conti, ends_at)
    SELECT visura_id, array_agg(chiave ORDER BY chiave), array_agg(persona ORDER BY chiave), array_agg(conto ORDER BY chiave), max(ends_at)
        FROM quota_voce GROUP BY visura_id;

INSERT INTO quota_persona (persona, visura_id, ends_at) SELECT persona, visura_id, ends_at FROM quota_voce WHERE persona IS NOT NULL;

DROP TABLE quota_voce;

-- Requests that were counted and are not read back from the events yet. They are few, and
-- looked through once a minute.
ALTER TABLE quota_attesa RENAME TO quota_attesa_prima;

CREATE TABLE quota_attesa (
    visura_id uuid        PRIMARY KEY,
    at        timestamptz NOT NULL,        -- when it was decided last
    chiavi    text[]                       -- of the counts that are released if it never is; NULL: all it is in
);

INSERT INTO quota_attesa (visura_id, at) SELECT visura_id, max(at) FROM quota_attesa_prima GROUP BY visura_id;

DROP TABLE quota_attesa_prima;

-- quota_release no longer counts a request that was decided at an instant last, unless it
-- was read back from the events meanwhile, and says whether it did. Who reads it back takes
-- it out of quota_attesa first, too, and then counts what is not counted.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION quota_release(visura uuid, quando timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    di text[];
BEGIN
    DELETE FROM quota_attesa WHERE visura_id = visura AND at = quando RETURNING chiavi INTO di;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    di := coalesce(di, (SELECT chiavi FROM quota_richiesta WHERE visura_id = visura));
    PERFORM FROM quota_conto WHERE chiave = ANY (di) ORDER BY chiave FOR UPDATE;
    WITH gone AS (
        SELECT v.chiave, v.persona FROM quota_richiesta r, unnest(r.chiavi, r.persone) AS v(chiave, persona)
            WHERE r.visura_id = visura AND v.chiave = ANY (di)
    ), people AS (
        DELETE FROM quota_persona p USING gone WHERE p.persona = gone.persona AND p.visura_id = visura
    )
    UPDATE quota_conto c SET n = n - 1 FROM gone
        WHERE c.chiave = gone.chiave
            AND (gone.persona IS NULL OR NOT EXISTS (SELECT FROM quota_persona o WHERE o.persona = gone.persona AND o.visura_id <> visura));
    UPDATE quota_richiesta r SET (chiavi, persone, conti) = (
        SELECT coalesce(array_agg(chiave ORDER BY i), '{}'), coalesce(array_agg(persona ORDER BY i), '{}'), coalesce(array_agg(conto ORDER BY i), '{}')
            FROM unnest(r.chiavi, r.persone, r.conti) WITH ORDINALITY AS v(chiave, persona, conto, i) WHERE v.chiave <> ALL (di)
    ) WHERE visura_id = visura;
    DELETE FROM quota_richiesta WHERE visura_id = visura AND chiavi = '{}';
    RETURN true;
END
$$;
-- +goose StatementEnd
