-- The office of the Ente whose the requester was; NULL: of none.

-- +goose Up
ALTER TABLE elenco ADD COLUMN ufficio text;
CREATE INDEX ON elenco (ente, ufficio, requested_at DESC, visura_id DESC) WHERE ufficio IS NOT NULL;
