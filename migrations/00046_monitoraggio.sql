-- The list of a Comune, and of a pair, narrowed by what is rare: as many rows are read as are
-- shown, however long the history is. What nearly all rows have is found in the list's own order.

-- The journal says what a list was narrowed by; of what was entered before it does not.

-- +goose Up
ALTER TABLE accesso ADD COLUMN filters text NOT NULL DEFAULT '';

CREATE INDEX elenco_stato ON elenco (comune, status, requested_at DESC, visura_id DESC) WHERE status <> 'issued';
CREATE INDEX elenco_stato_ente ON elenco (ente, comune, status, requested_at DESC, visura_id DESC) WHERE status <> 'issued';
CREATE INDEX elenco_tipo ON elenco (comune, tipo, requested_at DESC, visura_id DESC);
CREATE INDEX elenco_tipo_ente ON elenco (ente, comune, tipo, requested_at DESC, visura_id DESC);
CREATE INDEX elenco_nazionale ON elenco (comune, requested_at DESC, visura_id DESC) WHERE ambito = 'nazionale';
CREATE INDEX elenco_nazionale_ente ON elenco (ente, comune, requested_at DESC, visura_id DESC) WHERE ambito = 'nazionale';
CREATE INDEX elenco_conferma ON elenco (comune, conferma, requested_at DESC, visura_id DESC) WHERE conferma <> 'immediata';
CREATE INDEX elenco_conferma_ente ON elenco (ente, comune, conferma, requested_at DESC, visura_id DESC) WHERE conferma <> 'immediata';
CREATE INDEX elenco_da_scaricare ON elenco (comune, requested_at DESC, visura_id DESC) WHERE status = 'issued' AND downloaded_at IS NULL;
CREATE INDEX elenco_da_scaricare_ente ON elenco (ente, comune, requested_at DESC, visura_id DESC) WHERE status = 'issued' AND downloaded_at IS NULL;
