-- Reviews of who may act for an Ente at a Comune.

-- +goose Up
CREATE TABLE ricertificazioni (
    ricertificazione uuid        PRIMARY KEY,
    revision         bigint      NOT NULL,
    ente             uuid,
    comune           text        NOT NULL,
    entro            text        NOT NULL,         -- last day to confirm, YYYY-MM-DD
    opened_at        timestamptz NOT NULL,
    closed_at        timestamptz,
    sospesi          bigint
);

CREATE INDEX ON ricertificazioni (opened_at DESC, ricertificazione DESC);
CREATE INDEX ON ricertificazioni (comune, opened_at DESC, ricertificazione DESC);
CREATE INDEX ON ricertificazioni (ente, comune, opened_at DESC, ricertificazione DESC);

-- Who is to be confirmed.
CREATE TABLE ricertificazione_utente (
    ricertificazione uuid        NOT NULL,
    utente           uuid        NOT NULL,
    confirmed_at     timestamptz,
    confirmed_by     uuid,
    PRIMARY KEY (ricertificazione, utente)
);

-- Since when each pair that ever had an act, or its draft, had no review.
CREATE TABLE ricertificazione_coppia (
    ente   text        NOT NULL,
    comune text        NOT NULL,
    since  timestamptz NOT NULL,
    PRIMARY KEY (ente, comune)
);

CREATE INDEX ON ricertificazione_coppia (since);
