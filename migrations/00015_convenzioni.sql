-- Acts: a row a pair, through all amendments and renewals.

-- +goose Up
CREATE TABLE convenzioni (
    convenzione uuid  PRIMARY KEY,
    ente        uuid,
    comune      text  NOT NULL,
    al          date,                              -- last day of the act activated last
    stato       jsonb NOT NULL
);

CREATE INDEX ON convenzioni (comune, convenzione);
CREATE INDEX ON convenzioni (ente, comune);
