-- Names of the parties, for lists and documents about them.

-- +goose Up
CREATE TABLE anagrafica_comune (
    comune    text   PRIMARY KEY,                  -- ISTAT
    revision  bigint NOT NULL,
    nome      text   NOT NULL,
    provincia text   NOT NULL,
    ufficio   text   NOT NULL
);

CREATE TABLE anagrafica_ente (
    ente          uuid   PRIMARY KEY,
    revision      bigint NOT NULL,
    denominazione text   NOT NULL,
    codice_ipa    text   NOT NULL
);

CREATE TABLE anagrafica_utente (
    utente   uuid   PRIMARY KEY,
    revision bigint NOT NULL,
    codice   text   NOT NULL
);
