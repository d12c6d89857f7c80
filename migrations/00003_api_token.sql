-- Bearer tokens of the API, known by their hash only.

-- +goose Up
CREATE TABLE api_token (
    hash       bytea       PRIMARY KEY,
    utente     uuid        NOT NULL,
    role       text        NOT NULL,
    ente       uuid,                               -- of ADMIN, STANDARD and an Ente's auditor
    comune     text,                               -- of TOP, ANAGRAFE and a Comune's auditor
    label      text        NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);

CREATE INDEX ON api_token (utente);
