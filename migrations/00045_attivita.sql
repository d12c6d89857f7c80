-- Every act of people in one list: what their events say was done, and what the journal
-- has of reads, sign-ins and refusals. It is ids and codes; names and words are looked up.

-- +goose Up
CREATE TABLE attivita (
    stream     text        NOT NULL,               -- and the revision: of the event
    revision   bigint      NOT NULL,
    posto      text        NOT NULL,               -- Ente, slash, Comune, of what was done in no capacity: a row for each; else empty
    at         timestamptz NOT NULL,
    utente     uuid,                               -- who did it, and in which capacity; NULL: who administers the installation
    role       text        NOT NULL,
    ente       uuid,                               -- the pair it concerns
    comune     text,                               -- NULL: several at once, so that it is nobody's
    postazione uuid,
    via        uuid,                               -- software that acted for them
    address    text        NOT NULL,
    genere     text        NOT NULL,
    action     text        NOT NULL,
    object     text        NOT NULL,               -- a stream
    outcome    text        NOT NULL,
    rifiutato  boolean     NOT NULL,
    field      text        NOT NULL,
    tipo       text        NOT NULL,               -- of what was asked for and refused
    shown      bigint      NOT NULL,
    count      bigint      NOT NULL,
    PRIMARY KEY (stream, revision, posto)
);

-- An index for each way of seeing it, in the order of its pages.
CREATE INDEX ON attivita (comune, at DESC, stream DESC, revision DESC);
CREATE INDEX ON attivita (comune, genere, at DESC, stream DESC, revision DESC);
CREATE INDEX ON attivita (comune, at DESC, stream DESC, revision DESC) WHERE rifiutato;
CREATE INDEX ON attivita (ente, comune, at DESC, stream DESC, revision DESC);
CREATE INDEX ON attivita (ente, comune, genere, at DESC, stream DESC, revision DESC);
CREATE INDEX ON attivita (utente, at DESC, stream DESC, revision DESC);
CREATE INDEX ON attivita (postazione, at DESC, stream DESC, revision DESC) WHERE postazione IS NOT NULL;

-- As for accesso: PostgreSQL would take the two to be independent.
CREATE STATISTICS attivita_pair (dependencies) ON ente, comune FROM attivita;

CREATE TABLE attivita_utente (
    utente uuid  PRIMARY KEY,
    stato  jsonb NOT NULL                          -- the roles of a person: which Comuni they act for
);
