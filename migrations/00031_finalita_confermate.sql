-- Reviews ask about the purposes of an act, too.

-- +goose Up
ALTER TABLE ricertificazioni ADD COLUMN atto integer, ADD COLUMN inibite bigint;

CREATE TABLE ricertificazione_finalita (
    ricertificazione uuid NOT NULL,
    codice           text NOT NULL,
    confirmed_at     timestamptz,
    confirmed_by     uuid,
    PRIMARY KEY (ricertificazione, codice)
);
