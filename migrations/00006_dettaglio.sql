-- One visura with all that is known of it, and its timeline.
-- Rows are updated a few times soon after they come, and half-filled pages let
-- that happen without touching the indexes.

-- +goose Up
CREATE TABLE dettaglio (
    visura_id            uuid        PRIMARY KEY,
    revision             bigint      NOT NULL,
    commit_position      bigint      NOT NULL,     -- of the event at revision
    prepare_position     bigint      NOT NULL,
    status               text        NOT NULL,
    tipo                 text        NOT NULL,
    comune               text        NOT NULL,
    ente                 uuid,
    convenzione          uuid,
    profile              uuid,
    requester            uuid,
    ambito               text        NOT NULL,
    conferma             text        NOT NULL,
    finalita             text        NOT NULL,
    finalita_descrizione text        NOT NULL,
    base_giuridica       text        NOT NULL,
    numero_pratica       text        NOT NULL,
    soggetto             jsonb,                    -- as the event holds it, sealed; NULL: erased
    requested_at         timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    due_at               timestamptz,              -- of silence
    approval             text,
    approved_at          timestamptz,              -- effective
    attempts             integer     NOT NULL DEFAULT 0,
    retry_at             timestamptz,
    reason               text,                     -- code of the outcome, when there is no document
    reason_text          text,
    warnings             text[]      NOT NULL DEFAULT '{}',
    numero               text,                     -- from here on of the document
    issued_at            timestamptz,
    sha256               text,
    size                 bigint,
    pages                integer,
    template             text,
    id_operazione_anpr   text,
    id_operazione_comune text,
    downloads            integer     NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE dettaglio_evento (
    visura_id  uuid        NOT NULL,
    revision   bigint      NOT NULL,
    type       text        NOT NULL,
    at         timestamptz NOT NULL,
    effective  timestamptz,                        -- when it counts from, if not from at
    utente     uuid,
    role       text        NOT NULL,
    ente       uuid,
    comune     text,
    postazione text,
    testo      text        NOT NULL,               -- what happened, in Italian
    nota       jsonb,                              -- people's own words, as the event holds them, sealed; NULL: none, or erased
    PRIMARY KEY (visura_id, revision)
);
