-- Until when a person is blocked at a pair. How many of a person's requests found nobody of late is counted at each that does not.

-- +goose Up
ALTER TABLE utente_posto ADD COLUMN bloccato timestamptz; -- until when; NULL, or passed: not blocked

CREATE INDEX dettaglio_esiti ON dettaglio (requester, updated_at) WHERE status = 'not_issuable';
