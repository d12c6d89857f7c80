-- What people did in no capacity, such as to sign in, once for each pair they were at:
-- who supervises them there is shown it. It has nothing of what they did it from, or to.

-- +goose Up
CREATE TABLE accesso_presso (
    stream   text        NOT NULL,                 -- and the revision, as in accesso
    revision bigint      NOT NULL,
    posto    text        NOT NULL,                 -- Ente, slash, Comune
    at       timestamptz NOT NULL,
    utente   uuid        NOT NULL,
    ente     uuid,
    comune   text,                                 -- NULL: an auditor of the Ente, for no Comune
    address  text        NOT NULL,
    action   text        NOT NULL,
    outcome  text        NOT NULL,
    field    text        NOT NULL,
    purpose  text        NOT NULL,
    count    bigint      NOT NULL,
    PRIMARY KEY (stream, revision, posto)
);

CREATE INDEX ON accesso_presso (comune, at DESC, stream DESC, revision DESC);
CREATE INDEX ON accesso_presso (ente, at DESC, stream DESC, revision DESC);
CREATE INDEX ON accesso_presso (ente, comune, at DESC, stream DESC, revision DESC);
CREATE INDEX ON accesso_presso (utente, at DESC, stream DESC, revision DESC);
CREATE STATISTICS accesso_presso_pair (dependencies) ON ente, comune FROM accesso_presso;

-- When software was last used for a Comune. When people did something last is read of
-- the journal and the list, and of accounts by person.
CREATE INDEX ON accesso (via, comune, at DESC) WHERE via IS NOT NULL;
DROP INDEX account_coalesce_idx;
