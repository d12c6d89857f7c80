-- When a document was revoked, and why; NULL: it was not. Which numbers a request's case
-- had before they were corrected, oldest first, and which of all its document bears; NULL:
-- the one it was asked for with.

-- +goose Up
ALTER TABLE elenco ADD COLUMN revoked_at timestamptz, ADD COLUMN numeri_precedenti text[] NOT NULL DEFAULT '{}';
ALTER TABLE dettaglio ADD COLUMN revoked_at timestamptz, ADD COLUMN revocation text,
    ADD COLUMN numeri_precedenti text[] NOT NULL DEFAULT '{}', ADD COLUMN numero_stampato text;
-- Few are ever corrected.
CREATE INDEX elenco_numeri_precedenti ON elenco USING gin (numeri_precedenti) WHERE numeri_precedenti <> '{}';
