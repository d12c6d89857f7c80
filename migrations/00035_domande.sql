-- Since when an officer's question about what awaits confirmation awaits its answer, and
-- which officer looks after it; NULL: there is none.

-- +goose Up
ALTER TABLE elenco ADD COLUMN sospesa_dal timestamptz, ADD COLUMN incaricato uuid;
ALTER TABLE dettaglio ADD COLUMN sospesa_dal timestamptz, ADD COLUMN incaricato uuid;
