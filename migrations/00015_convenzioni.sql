-- Acts: a row a pair, through all amendments and renewals.

-- +goose Up
CREATE TABLE convenzioni (
    convenzione uuid  PRIMARY KEY,
    ente        uuid,
    comune      text  NOT NULL,
    al          date,                              -- last day of the act activated last
    notice_on   date,                              -- the day from which its end is to be announced next; NULL: never
    stato       jsonb NOT NULL
);

CREATE INDEX ON convenzioni (comune, convenzione);
CREATE INDEX ON convenzioni (ente, comune);
CREATE INDEX ON convenzioni (notice_on) WHERE notice_on IS NOT NULL;
