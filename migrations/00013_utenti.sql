-- People who may sign in: a row each, a row for each pair they are at, and a row
-- for each profile they hold there.

-- +goose Up
CREATE TABLE utenti (
    utente        uuid        PRIMARY KEY,
    codice        text        NOT NULL,
    identita      jsonb,                           -- as the event holds it, sealed
    registered_at timestamptz,                     -- NULL: named by a Comune, not yet entered
    stato         jsonb       NOT NULL
);

CREATE TABLE utente_posto (
    utente    uuid        NOT NULL,
    posto     bigint      NOT NULL,                -- which of the person's
    ente      uuid,                                -- NULL: the Comune itself
    comune    text,                                -- NULL: an auditor of the Ente, for no Comune
    since     timestamptz NOT NULL,                -- first known there
    roles     text[]      NOT NULL,
    ufficio   text        NOT NULL,
    mansione  text        NOT NULL,
    sospeso   text        NOT NULL,                -- the cause; empty: not suspended
    PRIMARY KEY (utente, posto)
);

CREATE INDEX ON utente_posto (since DESC, utente DESC, posto DESC);
CREATE INDEX ON utente_posto (comune, since DESC, utente DESC, posto DESC);
CREATE INDEX ON utente_posto (ente, since DESC, utente DESC, posto DESC);
CREATE INDEX ON utente_posto (ente, comune, since DESC, utente DESC, posto DESC);
CREATE STATISTICS utente_posto_pair (dependencies) ON ente, comune FROM utente_posto;

CREATE TABLE utente_profilo (
    utente     uuid    NOT NULL,
    posto      bigint  NOT NULL,
    profile    uuid    NOT NULL,
    dal        date,
    al         date,                               -- last day included
    decaduto   boolean NOT NULL,                   -- the mansione has changed since
    nazionale  boolean NOT NULL,                   -- granted beyond the Comune
    PRIMARY KEY (utente, posto, profile)
);

CREATE INDEX ON utente_profilo (profile);
