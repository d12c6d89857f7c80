-- The ledger of quotas: how far each is used up, and what each request counted as. It is
-- written before a request is recorded, and kept right by the read model "quote" after.

-- +goose Up
CREATE TABLE quota_conto (
    chiave  text        PRIMARY KEY,
    n       bigint      NOT NULL,
    ends_at timestamptz NOT NULL
) WITH (fillfactor = 50); -- a row changes with every request

CREATE INDEX ON quota_conto (ends_at);

CREATE TABLE quota_voce (
    visura_id uuid        NOT NULL,
    chiave    text        NOT NULL,
    persona   text,                        -- a hash of who it is about and of chiave, where people are counted
    conto     integer     NOT NULL,        -- with it
    at        timestamptz NOT NULL,        -- when it was decided
    ends_at   timestamptz NOT NULL,
    PRIMARY KEY (visura_id, chiave)
);

CREATE INDEX ON quota_voce (persona) WHERE persona IS NOT NULL;
CREATE INDEX ON quota_voce (ends_at);

-- Requests that were counted and are not read back from the events yet.
CREATE TABLE quota_attesa (
    visura_id uuid        NOT NULL,
    at        timestamptz NOT NULL,        -- of the entries that are released if it never is
    PRIMARY KEY (visura_id, at)
);

CREATE INDEX ON quota_attesa (at);

-- quota_release no longer counts a request as what it was counted as at an instant, unless
-- it was read back from the events meanwhile, and says whether it did.
-- +goose StatementBegin
CREATE FUNCTION quota_release(visura uuid, quando timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM quota_conto
        WHERE chiave IN (SELECT chiave FROM quota_voce WHERE visura_id = visura AND at = quando) ORDER BY chiave FOR UPDATE;
    DELETE FROM quota_attesa WHERE visura_id = visura AND at = quando;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    WITH gone AS (
        DELETE FROM quota_voce WHERE visura_id = visura AND at = quando RETURNING chiave, persona
    )
    UPDATE quota_conto c SET n = n - 1 FROM gone
        WHERE c.chiave = gone.chiave
            AND (gone.persona IS NULL OR NOT EXISTS (SELECT FROM quota_voce o WHERE o.persona = gone.persona AND o.visura_id <> visura));
    RETURN true;
END
$$;
-- +goose StatementEnd
