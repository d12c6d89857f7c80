-- Comuni with their way to ANPR, rules and instructions.

-- +goose Up
CREATE TABLE comuni (
    comune text  PRIMARY KEY,                      -- ISTAT
    nome   text  NOT NULL,
    stato  jsonb NOT NULL
);

CREATE INDEX ON comuni (nome, comune);
