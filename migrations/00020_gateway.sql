-- Sign-ins at a gateway of SPID and CIE. What is kept is sealed: it holds secrets,
-- and the gateway's word for a person.

-- +goose Up
CREATE TABLE gateway_ceremony (
    binding    text        PRIMARY KEY,            -- hash of the cookie of the browser that began
    sealed     bytea       NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX ON gateway_ceremony (expires_at);

-- By what a person is signed out at the gateway.
CREATE TABLE gateway_session (
    utente     uuid        PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    sealed     bytea       NOT NULL,
    expires_at timestamptz NOT NULL
);
