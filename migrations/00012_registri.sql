-- What was done to the parties and their people, and what people read or were
-- refused: an entry an event, never changed.

-- +goose Up
CREATE TABLE storia (
    stream   text        NOT NULL,
    revision bigint      NOT NULL,
    type     text        NOT NULL,
    at       timestamptz NOT NULL,
    utente   uuid,                                 -- who did it, and in which capacity
    role     text        NOT NULL,
    ente     uuid,                                 -- the pair it is about; that of who did it where the event names none
    comune   text,
    testo    text        NOT NULL,                 -- what happened, in Italian
    nota     jsonb,                                -- people's own words, as the event holds them, sealed
    PRIMARY KEY (stream, revision)
);

-- The largest table: an index for each way of seeing it, in the order of its pages.
CREATE TABLE accesso (
    stream     text        NOT NULL,
    revision   bigint      NOT NULL,
    at         timestamptz NOT NULL,
    utente     uuid,                               -- who acted, and in which capacity
    role       text        NOT NULL,
    ente       uuid,
    comune     text,                               -- of the capacity, of what was asked, or the one that gave the role at the Ente; NULL: several did
    postazione text        NOT NULL,
    via        uuid,                               -- software that acted for them
    address    text        NOT NULL,
    action     text        NOT NULL,
    object     text        NOT NULL,               -- a stream
    outcome    text        NOT NULL,
    field      text        NOT NULL,
    tipo       text        NOT NULL,
    ambito     text        NOT NULL,
    purpose    text        NOT NULL,
    shown      bigint      NOT NULL,               -- how many visure a list showed
    count      bigint      NOT NULL,               -- how many refusals it stands for
    PRIMARY KEY (stream, revision)
);

CREATE INDEX ON accesso (at DESC, stream DESC, revision DESC);
CREATE INDEX ON accesso (comune, at DESC, stream DESC, revision DESC);
CREATE INDEX ON accesso (ente, at DESC, stream DESC, revision DESC);
CREATE INDEX ON accesso (ente, comune, at DESC, stream DESC, revision DESC);
CREATE INDEX ON accesso (utente, at DESC, stream DESC, revision DESC);
CREATE INDEX ON accesso (object, at DESC, stream DESC, revision DESC) WHERE object <> '';
CREATE INDEX ON accesso (via, at DESC) WHERE via IS NOT NULL;

-- Who acts for an Ente acts for few Comuni: PostgreSQL would take the two to be
-- independent, expect next to none, and sort what it finds.
CREATE STATISTICS accesso_pair (dependencies) ON ente, comune FROM accesso;

CREATE TABLE accesso_utente (
    utente uuid  PRIMARY KEY,
    stato  jsonb NOT NULL                          -- the roles of a person: which Comuni they act for
);
