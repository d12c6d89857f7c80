-- Requests about many people, and by which of them a visura was asked for.

-- +goose Up
CREATE TABLE massive (
    massiva        uuid        PRIMARY KEY,
    revision       bigint      NOT NULL,
    stato          text        NOT NULL,
    comune         text        NOT NULL,
    ente           uuid,
    ufficio        text,
    requester      uuid,
    tipo           text        NOT NULL,
    ambito         text        NOT NULL,
    finalita       text        NOT NULL,
    numero_pratica text        NOT NULL,
    base_giuridica text        NOT NULL,         -- by which the act admitted it
    righe          bigint      NOT NULL,
    chieste        bigint      NOT NULL,         -- rows that a visura was asked for about, the first ones
    resume_at      timestamptz,                  -- a quota is used up until then
    quota          text,                         -- which
    item           text,                         -- by what it was stopped
    testo          text,
    requested_at   timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
);

CREATE INDEX ON massive (requester, requested_at DESC, massiva DESC);
CREATE INDEX ON massive (ente, comune, requested_at DESC, massiva DESC);
CREATE INDEX ON massive (comune, requested_at DESC, massiva DESC);

ALTER TABLE elenco ADD COLUMN massiva uuid, ADD COLUMN riga bigint;

CREATE INDEX elenco_massiva ON elenco (massiva, riga) WHERE massiva IS NOT NULL;
