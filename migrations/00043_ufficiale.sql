-- What an officer may see of visure: those that awaited confirmation, once at least, and those
-- that they revoked. What was there before is told by its history.

-- +goose Up
ALTER TABLE elenco ADD COLUMN revoker uuid;                       -- NULL: not revoked
ALTER TABLE dettaglio ADD COLUMN revoker uuid;
ALTER TABLE dettaglio ADD COLUMN awaited_at timestamptz;          -- since when it awaited an officer; NULL: it never has

UPDATE dettaglio v SET awaited_at = e.at
  FROM dettaglio_evento e
 WHERE e.visura_id = v.visura_id AND e.type = 'visura.confirmation-awaited.v1';
UPDATE dettaglio v SET revoker = e.utente
  FROM dettaglio_evento e
 WHERE e.visura_id = v.visura_id AND e.type = 'visura.revoked.v1';
UPDATE elenco v SET revoker = d.revoker, awaited_at = coalesce(v.awaited_at, d.awaited_at)
  FROM dettaglio d
 WHERE d.visura_id = v.visura_id AND (d.revoker IS NOT NULL OR d.awaited_at IS NOT NULL);

CREATE INDEX elenco_ufficiale ON elenco (comune, requested_at DESC, visura_id DESC) WHERE awaited_at IS NOT NULL OR revoker IS NOT NULL;
