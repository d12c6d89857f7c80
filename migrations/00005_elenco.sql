-- The list of visure: one row each.
-- Rows are updated a few times soon after they come, and half-filled pages let
-- that happen without touching the indexes.

-- +goose Up
CREATE TABLE elenco (
    visura_id      uuid        PRIMARY KEY,
    revision       bigint      NOT NULL,
    status         text        NOT NULL,
    tipo           text        NOT NULL,
    comune         text        NOT NULL,
    ente           uuid,
    requester      uuid,
    ambito         text        NOT NULL,
    conferma       text        NOT NULL,
    finalita       text        NOT NULL,
    numero_pratica text        NOT NULL,
    soggetto       jsonb,                          -- as the event holds it, sealed; NULL: erased
    subject_token  text,                           -- NULL: erased
    requested_at   timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    due_at         timestamptz,                    -- of silence
    numero         text,                           -- from here on of the document
    issued_at      timestamptz,
    sha256         text,
    size           bigint,
    downloaded_at  timestamptz                     -- last; NULL: never
) WITH (fillfactor = 50);

-- One for each way of seeing the list, in the order of its pages.
CREATE INDEX ON elenco (comune, requested_at DESC, visura_id DESC);
CREATE INDEX ON elenco (ente, requested_at DESC, visura_id DESC);
CREATE INDEX ON elenco (ente, comune, requested_at DESC, visura_id DESC);
CREATE INDEX ON elenco (requester, requested_at DESC, visura_id DESC);
CREATE INDEX ON elenco (subject_token, requested_at DESC) WHERE subject_token IS NOT NULL;
CREATE INDEX ON elenco (numero_pratica);
CREATE INDEX ON elenco (numero) WHERE numero IS NOT NULL;
