-- Who was offered a second factor, and by which browsers people sign in.

-- +goose Up
-- An offer is for the session that asked; empty where none is meant.
ALTER TABLE totp ADD COLUMN session text NOT NULL DEFAULT '';
ALTER TABLE ceremony ADD COLUMN session text NOT NULL DEFAULT '';

-- Browsers by which a person has signed in. One browser may be several people's.
CREATE TABLE known_device (
    hash       bytea       NOT NULL,               -- of the secret in its cookie
    utente     uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (hash, utente)
);

CREATE INDEX ON known_device (utente);

DROP TABLE known_network;

-- What counts is from where the second step comes.
ALTER TABLE sign_in DROP COLUMN address;
