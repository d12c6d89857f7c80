-- What people sign in with, and their sessions. No secret is here: of what is
-- random its SHA-256, of passwords argon2id, of TOTP secrets the sealed bytes, of
-- mail addresses a keyed hash.

-- +goose Up
CREATE TABLE account (
    utente       uuid        PRIMARY KEY,
    codice       text        NOT NULL UNIQUE,      -- upper case, without dashes
    address      bytea,                            -- what several people share signs nobody in
    password     text        NOT NULL DEFAULT '',  -- PHC string; empty until the first is set
    must_enrol   boolean     NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz
);

CREATE INDEX ON account (address);
CREATE INDEX ON account (coalesce(last_used_at, created_at));

CREATE TABLE invitation (
    utente     uuid        PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    hash       bytea       NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL
);

CREATE TABLE totp (
    utente     uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
    confirmed  boolean     NOT NULL,               -- at most one that is, and one that is offered
    secret     bytea       NOT NULL,               -- sealed
    last_step  bigint      NOT NULL DEFAULT 0,     -- of 30 seconds since 1970; none up to it is taken again
    created_at timestamptz NOT NULL,
    PRIMARY KEY (utente, confirmed)
);

CREATE TABLE passkey (
    id           bytea       PRIMARY KEY,
    utente       uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
    public_key   bytea       NOT NULL,             -- COSE
    sign_count   bigint      NOT NULL,
    flags        smallint    NOT NULL,             -- of the authenticator data
    transports   text[]      NOT NULL,
    label        text        NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz
);

CREATE INDEX ON passkey (utente);

CREATE TABLE recovery_code (
    utente uuid  NOT NULL REFERENCES account ON DELETE CASCADE,
    hash   bytea NOT NULL,
    PRIMARY KEY (utente, hash)
);

-- A passkey being registered or used.
CREATE TABLE ceremony (
    hash       bytea       PRIMARY KEY,
    utente     uuid,                               -- NULL: whoever has the passkey
    data       jsonb       NOT NULL,
    expires_at timestamptz NOT NULL
);

-- A sign-in whose password was right and that awaits the second factor.
CREATE TABLE sign_in (
    hash       bytea       PRIMARY KEY,
    utente     uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
    address    inet        NOT NULL,
    expires_at timestamptz NOT NULL
);

-- Tries that failed, or whose outcome is not known yet.
CREATE TABLE guess (
    subject    text        PRIMARY KEY,
    failures   integer     NOT NULL,
    counted_at timestamptz NOT NULL,
    until      timestamptz NOT NULL                -- no other try before
);

CREATE INDEX ON guess (counted_at);

-- Networks from which a person has signed in.
CREATE TABLE known_network (
    utente  uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
    network cidr        NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (utente, network)
);

CREATE TABLE session (
    hash          bytea       PRIMARY KEY,
    id            text        NOT NULL,            -- for lists: the first characters of the hash
    utente        uuid        NOT NULL,
    kind          text        NOT NULL,
    role          text        NOT NULL,            -- empty until a capacity is chosen
    ente          uuid,
    comune        text,
    method        text        NOT NULL,
    acr           text        NOT NULL,
    address       inet        NOT NULL,
    device        text        NOT NULL,
    created_at    timestamptz NOT NULL,            -- of the sign-in, also after a change of capacity
    last_seen_at  timestamptz NOT NULL,
    stepped_up_at timestamptz,
    expires_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    ended_by      text
);

-- One live session a person.
CREATE UNIQUE INDEX ON session (utente) WHERE ended_at IS NULL;
CREATE INDEX ON session (expires_at);
