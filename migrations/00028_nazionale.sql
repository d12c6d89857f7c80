-- How far beyond the Comune a profile goes, and how far it was granted to whom.

-- +goose Up
ALTER TABLE profili ADD COLUMN nazionali jsonb;          -- the types it grants beyond the Comune
ALTER TABLE utente_profilo ADD COLUMN autorizzati jsonb; -- the types granted; NULL with nazionale: as far as the profile goes

-- The office hours after which a national request of a mode goes through by itself, and
-- more than any where an officer decides, or nobody may; comune is the Comune's state.
CREATE FUNCTION national_delay(modo jsonb, comune jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE modo->>'conferma'
        WHEN 'immediata' THEN 0
        WHEN 'silenzio_assenso' THEN coalesce(nullif((modo->>'ore')::integer, 0), nullif((comune->>'ore_silenzio')::integer, 0), 100000)
        WHEN 'manuale' THEN 200000
        ELSE 300000 END
$$;
