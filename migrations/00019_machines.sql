-- What proves machines: the secrets of workstations, and the tokens of software,
-- each known by its hash only. Whether they may be used is in their streams.

-- +goose Up
CREATE TABLE workstation_secret (
    hash       bytea       PRIMARY KEY,
    postazione uuid        NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX ON workstation_secret (postazione);

-- A link by which a device takes the secret of a workstation, once.
CREATE TABLE workstation_link (
    postazione uuid        PRIMARY KEY,
    hash       bytea       NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL
);

CREATE TABLE workstation_certificate (
    fingerprint text        PRIMARY KEY,           -- SHA-256 of the certificate, lower-case hexadecimal
    postazione  uuid        NOT NULL
);

CREATE TABLE software_token (
    hash         bytea       PRIMARY KEY,
    name         text        NOT NULL UNIQUE,      -- by which it is shown and revoked
    applicativo  uuid        NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz
);

CREATE INDEX ON software_token (applicativo);
