-- What a service would keep that stores the present instead of events: who may
-- ask for what, the requests, and a journal of what was done.

CREATE TABLE comune (
    istat text PRIMARY KEY,
    nome  text NOT NULL
);

CREATE TABLE convenzione (
    id       uuid   PRIMARY KEY,
    ente     uuid   NOT NULL,
    comune   text   NOT NULL REFERENCES comune,
    dal      date   NOT NULL,
    al       date   NOT NULL,
    tipi     text[] NOT NULL,
    conferme text[] NOT NULL
);

CREATE TABLE finalita (
    convenzione    uuid NOT NULL REFERENCES convenzione,
    codice         text NOT NULL,
    descrizione    text NOT NULL,
    base_giuridica text NOT NULL,
    PRIMARY KEY (convenzione, codice)
);

CREATE TABLE profile (
    id       uuid   PRIMARY KEY,
    comune   text   NOT NULL REFERENCES comune,
    tipi     text[] NOT NULL,
    conferma text   NOT NULL
);

CREATE TABLE utente_role (
    utente uuid NOT NULL,
    role   text NOT NULL,
    ente   uuid NOT NULL,
    comune text NOT NULL REFERENCES comune,
    PRIMARY KEY (utente, role, ente, comune)
);

CREATE TABLE assignment (
    utente      uuid NOT NULL,
    ente        uuid NOT NULL,
    comune      text NOT NULL REFERENCES comune,
    convenzione uuid NOT NULL REFERENCES convenzione,
    profile     uuid NOT NULL REFERENCES profile,
    PRIMARY KEY (utente, ente, comune)
);

CREATE TABLE request (
    id             uuid        PRIMARY KEY,
    utente         uuid        NOT NULL,
    ente           uuid        NOT NULL,
    comune         text        NOT NULL,
    tipo           text        NOT NULL,
    ambito         text        NOT NULL,
    conferma       text        NOT NULL,
    codice_fiscale text        NOT NULL,
    finalita       text        NOT NULL,
    base_giuridica text        NOT NULL,
    numero_pratica text        NOT NULL,
    convenzione    uuid        NOT NULL,
    profile        uuid        NOT NULL,
    status         text        NOT NULL,
    requested_at   timestamptz NOT NULL
);

CREATE TABLE journal (
    id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request uuid        NOT NULL,
    what    text        NOT NULL,
    utente  uuid        NOT NULL,
    role    text        NOT NULL,
    session text        NOT NULL,
    at      timestamptz NOT NULL
);
