-- When a request that awaits confirmation expires, if nobody decides or answers; NULL: it
-- does not.

-- +goose Up
ALTER TABLE elenco ADD COLUMN expires_at timestamptz;
ALTER TABLE dettaglio ADD COLUMN expires_at timestamptz;
