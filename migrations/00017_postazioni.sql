-- Workstations, with a row for each Comune one was proposed to; and software that
-- asks for people.

-- +goose Up
CREATE TABLE postazioni (
    postazione uuid  PRIMARY KEY,
    stato      jsonb NOT NULL
);

CREATE TABLE postazione_comune (
    postazione  uuid        NOT NULL,
    comune      text        NOT NULL,
    ente        uuid,
    condizione  text        NOT NULL,              -- proposta, approvata, attiva, revocata
    proposed_at timestamptz NOT NULL,              -- to this Comune
    PRIMARY KEY (postazione, comune)
);

CREATE INDEX ON postazione_comune (proposed_at DESC, postazione DESC, comune DESC);
CREATE INDEX ON postazione_comune (comune, proposed_at DESC, postazione DESC);
CREATE INDEX ON postazione_comune (ente, proposed_at DESC, postazione DESC);

CREATE TABLE applicativi (
    applicativo uuid   PRIMARY KEY,
    ente        uuid,
    comuni      text[] NOT NULL,
    nome        text   NOT NULL,
    stato       jsonb  NOT NULL
);

CREATE INDEX ON applicativi (nome, applicativo);
CREATE INDEX ON applicativi (ente, nome, applicativo);
CREATE INDEX ON applicativi USING gin (comuni);
