-- Alarms: what rules are met by, and the cases that are opened for it.

-- +goose Up

-- Requests as rules of alarms count them.
CREATE TABLE allarmi_richiesta (
    visura_id      uuid        PRIMARY KEY,
    revision       bigint      NOT NULL,
    comune         text        NOT NULL,
    ente           uuid,
    requester      uuid,
    tipo           text        NOT NULL,
    numero_pratica text        NOT NULL,
    subject_token  text,                           -- NULL: erased
    known_at       timestamptz,                    -- since when it is that
    requested_at   timestamptz NOT NULL
);

CREATE INDEX ON allarmi_richiesta (subject_token, requested_at) WHERE subject_token IS NOT NULL;

-- The rules of each Comune, those in force and those before.
CREATE TABLE allarmi_comune (
    comune text  PRIMARY KEY,
    stato  jsonb NOT NULL
);

-- Which requests have met which rules. A case is to be opened at next_try.
CREATE TABLE allarmi_rilievo (
    visura_id uuid        NOT NULL,
    codice    text        NOT NULL,
    fatto     jsonb       NOT NULL,
    next_try  timestamptz,                         -- NULL: it is in a case
    attempts  bigint      NOT NULL,
    PRIMARY KEY (visura_id, codice)
);

CREATE INDEX ON allarmi_rilievo (next_try) WHERE next_try IS NOT NULL;

CREATE TABLE casi (
    caso       uuid        PRIMARY KEY,
    revision   bigint      NOT NULL,
    stato      text        NOT NULL,
    codice     text        NOT NULL,
    versione   bigint      NOT NULL,
    gravita    text        NOT NULL,
    regola     text        NOT NULL,               -- in words
    comune     text        NOT NULL,
    ente       uuid,
    utente     uuid,                               -- NULL: it is about the whole Ente
    giorno     text,                               -- YYYY-MM-DD
    pratiche   bigint      NOT NULL,
    dal        timestamptz NOT NULL,
    al         timestamptz NOT NULL,
    riservato  boolean     NOT NULL,
    incaricato uuid,
    opened_at  timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,               -- by when it is to be taken in charge
    taken_at   timestamptz,
    closed_at  timestamptz,
    esito      text,
    testo      jsonb                               -- as the event holds it, sealed
);

CREATE INDEX ON casi (comune, opened_at DESC, caso DESC);
CREATE INDEX ON casi (ente, comune, opened_at DESC, caso DESC);

-- Which requests a case is about.
CREATE TABLE casi_visura (
    caso      uuid NOT NULL,
    visura_id uuid NOT NULL,
    utente    uuid,
    PRIMARY KEY (visura_id, caso)
);

CREATE INDEX ON casi_visura (caso);
