-- Bodies whose people ask for visure.

-- +goose Up
CREATE TABLE enti (
    ente           uuid PRIMARY KEY,
    denominazione  text NOT NULL,
    codice_fiscale text NOT NULL,
    codice_ipa     text NOT NULL,
    entered_by     text NOT NULL,                  -- the Comune; empty: the system
    stato          jsonb NOT NULL
);

CREATE INDEX ON enti (denominazione, ente);
CREATE INDEX ON enti (codice_fiscale);
CREATE INDEX ON enti (codice_ipa) WHERE codice_ipa <> '';
CREATE INDEX ON enti (entered_by);
