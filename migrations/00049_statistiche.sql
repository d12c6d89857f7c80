-- How many requests there were, counted beforehand, and how long documents took.

-- +goose Up
-- One row a visura: the cell it counts in now.
CREATE TABLE statistiche_visura (
    visura_id    uuid        PRIMARY KEY,
    revision     bigint      NOT NULL,             -- of the last event that it was counted by
    requested_at timestamptz NOT NULL,
    cella        uuid        NOT NULL
) WITH (fillfactor = 70);

-- Cells in which none counts are not there.
CREATE TABLE statistiche (
    cella      uuid   PRIMARY KEY,                 -- follows from all columns but the last
    giorno     date   NOT NULL,                    -- on which they were requested, in Italy
    comune     text   NOT NULL,
    ente       uuid,
    utente     uuid,
    tipo       text   NOT NULL,
    ambito     text   NOT NULL,                    -- as far as ANPR was asked
    conferma   text   NOT NULL,                    -- as it was foreseen
    confermata text   NOT NULL,                    -- as it came; empty: it has not
    esito      text   NOT NULL,                    -- the status now
    motivo     text   NOT NULL,                    -- code of what there is no document for; empty: none is given
    n          bigint NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX ON statistiche (comune, giorno);

-- Documents by how long they took: bucket i is from the i-th border to the next.
CREATE TABLE statistiche_tempi (
    comune   text    NOT NULL,
    ente     uuid,
    giorno   date    NOT NULL,                     -- on which they were requested
    conferma text    NOT NULL,                     -- as it came
    secchio  integer NOT NULL,
    n        bigint  NOT NULL,
    UNIQUE NULLS NOT DISTINCT (comune, giorno, ente, conferma, secchio)
) WITH (fillfactor = 70);
