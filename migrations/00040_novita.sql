-- The newest changes of all visure are read in the order in which they were shown.
-- Entries of before stand nowhere in that order until the read model is rebuilt.

-- +goose Up
ALTER TABLE dettaglio_evento ADD COLUMN commit_position bigint, ADD COLUMN prepare_position bigint;

CREATE INDEX dettaglio_evento_novita ON dettaglio_evento (commit_position, prepare_position) WHERE commit_position IS NOT NULL;
