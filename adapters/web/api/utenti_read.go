package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// readsUtenti routes what shows persons.
func (a *API) readsUtenti() {
	handle(a, getTable[projections.RigaUtente](a, "list-utenti", "/api/v1/utenti", utenti, "Elenca le persone",
		"Ciascuna una volta per ogni Ente e Comune in cui opera, dall'ultima arrivata; chi chiede visure trova sé stesso."), a.listUtenti)
	reading(a, utente, "read-utente", "Legge una persona con la sua storia", "Ruoli, nomina, profili, proposte e assenze, presso gli Enti e i Comuni di chi legge.",
		[]engine.Projection{projections.Utenti{}}, func(ctx context.Context, reach domain.Reach, id string) (projections.UtenteDettaglio, uint64, error) {
			d, err := a.Utenti.One(ctx, reach, domain.UtenteID(id))
			edge.Of(ctx).Concerns(d.Places()...)
			return d, d.Revision, err
		})
	o := get("read-utente-rights", "/api/v1/utenti/{id}/rights", utenti, "Legge che cosa una persona può chiedere",
		"Presso un Ente per un Comune, adesso: ciascun tipo con il profilo che lo dà, o perché non può nulla. La lettura resta nel registro degli accessi.",
		http.StatusForbidden, http.StatusNotFound)
	o.object = utente.object
	handle(a, o, a.rightsOfUtente)
}

type listUtentiInput struct {
	Paged
	Tabled
	OfPair
	DelComune     bool   `query:"del_comune" doc:"Solo chi opera presso il Comune stesso"`
	Ruolo         string `query:"ruolo" enum:"standard,admin,top,anagrafe,auditor" doc:"Un ruolo"`
	Profilo       string `query:"profilo" doc:"UUID di un profilo assegnato"`
	Ufficio       string `query:"ufficio" doc:"Codice dell'ufficio dell'Ente"`
	Sospesi       string `query:"sospesi" enum:"true,false" doc:"Solo chi è sospeso, o solo chi non lo è"`
	Bloccati      bool   `query:"bloccati" doc:"Solo chi ora è bloccato per la giornata"`
	DaAutorizzare bool   `query:"da_autorizzare" doc:"Solo chi ha un profilo la cui parte nazionale attende un TOP"`
	NonUsatiDal   string `query:"non_usati_dal" doc:"Solo chi non ha fatto nulla dal giorno AAAA-MM-GG, ora italiana" example:"2026-01-31"`
	// Headers, because addresses are logged on the way and a name must never be in one.
	Cognome string `header:"Visura-Cognome" doc:"Il cognome o come inizia; in UTF-8, le lettere oltre l'ASCII come in un indirizzo (%C3%A0)"`
	Nome    string `header:"Visura-Nome" doc:"Il nome o come inizia; come per il cognome"`
}

func (a *API) listUtenti(ctx context.Context, in *listUtentiInput) (*tableOutput, error) {
	filter, err := a.peopleFilter(ctx, in)
	if err != nil {
		return nil, err
	}
	return showOrTable(ctx, a, register[projections.RigaUtente]{
		rests: []engine.Projection{projections.Utenti{}, projections.Profili{}},
		id:    func(r projections.RigaUtente) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaUtente], error) {
			filter.Cursor, filter.Limit = cursor, limit
			return a.Utenti.Page(ctx, reach, filter)
		},
	}, in.Paged, in.Tabled, table.Utenti)
}

func (a *API) peopleFilter(ctx context.Context, in *listUtentiInput) (f projections.FiltroUtenti, err error) {
	f = projections.FiltroUtenti{
		DelComune: in.DelComune, Role: domain.Role(in.Ruolo), Ufficio: in.Ufficio, Sospesi: either(in.Sospesi), DaAutorizzare: in.DaAutorizzare,
	}
	if in.Bloccati {
		f.BloccatiAl = a.Commands.Now()
	}
	if f.Comune, f.Ente, err = in.parse(ctx); err != nil {
		return f, err
	}
	if f.Profile, err = optional("profilo", in.Profilo, domain.ParseProfileID); err != nil {
		return f, err
	}
	if f.UnusedSince, err = day("non_usati_dal", in.NonUsatiDal, 0); err != nil {
		return f, err
	}
	if f.Cognome, err = name("Visura-Cognome", in.Cognome); err != nil {
		return f, err
	}
	f.Nome, err = name("Visura-Nome", in.Nome)
	return f, err
}

// name reads a person's name from a header, which holds ASCII alone.
func name(header, text string) (string, error) {
	plain, err := url.PathUnescape(text)
	if err != nil || !edge.Printable(plain) {
		return "", domain.FieldErrorf(domain.Invalid, header, "il testo non è scritto come in un indirizzo")
	}
	return plain, nil
}

type rightsInput struct {
	Named
	AtLeast
	Ente   string `query:"ente" doc:"UUID dell'Ente"`
	Comune string `query:"comune" required:"true" doc:"Codice ISTAT del Comune" example:"042002"`
}

// rights are the read models that what people may ask for rests on.
var rights = []engine.Projection{projections.Utenti{}, projections.Enti{}, projections.Convenzioni{}, projections.Profili{}, projections.Comuni{}}

func (a *API) rightsOfUtente(ctx context.Context, in *rightsInput) (*bodied[projections.Diritti], error) {
	id, err := domain.ParseUtenteID(in.ID)
	if err != nil {
		return nil, edge.At("id", err)
	}
	var pair domain.Pair
	if pair.Comune, err = domain.ParseCodiceISTAT(in.Comune); err != nil {
		return nil, edge.At("comune", err)
	}
	edge.Of(ctx).Concerns(pair.Comune)
	if pair.Ente, err = optional("ente", in.Ente, domain.ParseEnteID); err != nil {
		return nil, err
	}
	reach, err := a.reached(ctx, in.AtLeast, rights...)
	if err != nil {
		return nil, err
	}
	shown, err := a.Diritti.One(ctx, reach, pair, id, a.Commands.Now())
	if err != nil {
		return nil, err
	}
	if err := a.JournalRead(ctx); err != nil {
		return nil, err
	}
	return answer(shown), nil
}
