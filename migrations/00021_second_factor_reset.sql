-- Resets of second factors that were carried out: each is carried out once.

-- +goose Up
CREATE TABLE second_factor_reset (
    id      uuid        PRIMARY KEY,               -- of the proposal that two persons agreed on
    utente  uuid        NOT NULL,
    done_at timestamptz NOT NULL
);
