-- Views for dashboards of others, without personal data: docs/report.md says what they
-- promise. A role is shown what it was admitted to, and nothing before that.

-- +goose Up
CREATE SCHEMA report;

CREATE TABLE report_lettore (
    ruolo  text NOT NULL,                          -- a role of PostgreSQL
    ente   uuid,                                   -- NULL: of every Ente
    comune text,                                   -- NULL: of every Comune
    UNIQUE NULLS NOT DISTINCT (ruolo, ente, comune)
);

-- Makes the views, also again: those over the tables of a read model go when that is
-- rebuilt. A change of what they promise is another version.
-- +goose StatementBegin
CREATE FUNCTION after_rebuild() RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE
        reader text;
    BEGIN
        DROP VIEW IF EXISTS report.versione, report.comuni, report.enti, report.convenzioni, report.richieste, report.tempi;

        CREATE VIEW report.versione AS SELECT 1 AS versione;

        CREATE VIEW report.comuni WITH (security_barrier) AS
            SELECT c.comune, c.nome FROM comuni c
            WHERE EXISTS (SELECT FROM report_lettore l WHERE l.ruolo = current_user AND (l.comune IS NULL OR l.comune = c.comune));

        CREATE VIEW report.enti WITH (security_barrier) AS
            SELECT e.ente, e.denominazione FROM enti e
            WHERE EXISTS (SELECT FROM report_lettore l WHERE l.ruolo = current_user AND (l.ente = e.ente
                OR l.ente IS NULL AND (l.comune IS NULL OR EXISTS (SELECT FROM convenzioni c WHERE c.ente = e.ente AND c.comune = l.comune))));

        CREATE VIEW report.convenzioni WITH (security_barrier) AS
            SELECT c.convenzione, c.ente, c.comune, c.al FROM convenzioni c
            WHERE EXISTS (SELECT FROM report_lettore l WHERE l.ruolo = current_user
                AND (l.ente IS NULL OR l.ente = c.ente) AND (l.comune IS NULL OR l.comune = c.comune));

        CREATE VIEW report.richieste WITH (security_barrier) AS
            SELECT (v.requested_at AT TIME ZONE 'Europe/Rome')::date AS giorno, v.comune, v.ente, v.ufficio, v.tipo, v.ambito, v.conferma,
                v.status AS esito, v.massiva IS NOT NULL AS massiva, count(*) AS richieste
            FROM elenco v
            WHERE EXISTS (SELECT FROM report_lettore l WHERE l.ruolo = current_user
                AND (l.ente IS NULL OR l.ente = v.ente) AND (l.comune IS NULL OR l.comune = v.comune))
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;

        CREATE VIEW report.tempi WITH (security_barrier) AS
            SELECT (v.requested_at AT TIME ZONE 'Europe/Rome')::date AS giorno, v.comune, v.ente, v.conferma, count(*) AS emesse,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM v.issued_at - v.requested_at)) AS secondi_p50,
                percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM v.issued_at - v.requested_at)) AS secondi_p95
            FROM elenco v
            WHERE v.issued_at IS NOT NULL AND EXISTS (SELECT FROM report_lettore l WHERE l.ruolo = current_user
                AND (l.ente IS NULL OR l.ente = v.ente) AND (l.comune IS NULL OR l.comune = v.comune))
            GROUP BY 1, 2, 3, 4;

        FOR reader IN SELECT DISTINCT l.ruolo FROM report_lettore l JOIN pg_roles r ON r.rolname = l.ruolo LOOP
            EXECUTE format('GRANT USAGE ON SCHEMA report TO %I', reader);
            EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA report TO %I', reader);
        END LOOP;
    END
    $$;
-- +goose StatementEnd

SELECT after_rebuild();
