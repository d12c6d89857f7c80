-- What is due because a term ends, which only has to be recorded, is found apart from
-- what is due because somebody outside is to be asked again, which may take long.

-- +goose Up
ALTER TABLE scadenze ADD COLUMN term boolean NOT NULL DEFAULT false;

DROP INDEX scadenze_next_try_idx;
CREATE INDEX scadenze_due ON scadenze (next_try) WHERE NOT term AND next_try IS NOT NULL;
CREATE INDEX scadenze_terms ON scadenze (next_try) WHERE term AND next_try IS NOT NULL;
