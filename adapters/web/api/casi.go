package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// caso names a case in an address.
var caso = named(sorveglianza, "/api/v1/casi/", domain.ParseCasoID)

// casi routes the cases that alarms have opened, and the rules that open them.
func (a *API) casi() {
	command(a, caso, "take-caso", http.MethodPost, "/charge", commands.TakeCaso{}, "Prende in carico un caso",
		"Anche uno che ha in carico un altro. Nessuno si occupa di un caso che lo riguarda; di uno che riguarda chi amministra l'Ente si occupa il Comune.")
	command(a, caso, "close-caso", http.MethodPost, "/outcome", commands.CloseCaso{Esito: domain.EsitoGiustificata, Testo: "Le pratiche esistono e spiegano le richieste."},
		"Chiude un caso con il suo esito", "Spetta a chi lo ha in carico. La motivazione è cifrata e non si modifica.")
	handle(a, get("list-casi", "/api/v1/casi", sorveglianza, "Elenca i casi di allarme",
		"Dal più recente, a chi amministra l'Ente e al Comune. Le richieste di un caso si elencano con `caso` in `list-visure`."), a.listCasi)
	reading(a, caso, "read-caso", "Legge un caso di allarme", "Con le richieste di cui si tratta, senza le persone.", []engine.Projection{projections.Casi{}, projections.Elenco{}},
		func(ctx context.Context, reach domain.Reach, id string) (projections.CasoDettaglio, uint64, error) {
			d, err := a.Casi.One(ctx, a.Reader(ctx, reach), domain.CasoID(id))
			edge.Of(ctx).Concerns(d.Comune)
			return d, d.Revision, err
		})
	a.alarmRules()
}

// Reader is who reads cases, within a reach.
func (a *API) Reader(ctx context.Context, reach domain.Reach) projections.Lettore {
	return projections.Lettore{Reach: reach, Utente: edge.Meta(ctx).By.Utente, At: a.Commands.Now()}
}

type listCasiInput struct {
	Paged
	OfPair
	Stato      string `query:"stato" doc:"open (da prendere in carico), taken (in carico) o closed (chiusi)" example:"open"`
	Incaricato string `query:"incaricato" doc:"UUID di chi lo ha in carico"`
	Utente     string `query:"utente" doc:"UUID dell'utente le cui richieste hanno fatto scattare l'allarme"`
}

// casoStates are the states that cases are listed by.
var casoStates = []string{string(domain.CasoWaiting), string(domain.CasoInCharge), string(domain.CasoEnded)}

func (a *API) listCasi(ctx context.Context, in *listCasiInput) (*bodied[projections.PaginaDi[projections.RigaCaso]], error) {
	filter := projections.FiltroCasi{Stato: domain.StatoCaso(in.Stato)}
	if in.Stato != "" && !slices.Contains(casoStates, in.Stato) {
		return nil, domain.FieldErrorf(domain.Invalid, "stato", "lo stato è uno tra: %s", strings.Join(casoStates, ", "))
	}
	var err error
	if filter.Comune, filter.Ente, err = in.parse(ctx); err != nil {
		return nil, err
	}
	if filter.Incaricato, err = optional("incaricato", in.Incaricato, domain.ParseUtenteID); err != nil {
		return nil, err
	}
	if filter.Utente, err = optional("utente", in.Utente, domain.ParseUtenteID); err != nil {
		return nil, err
	}
	return show(ctx, a, register[projections.RigaCaso]{
		rests: []engine.Projection{projections.Casi{}},
		id:    func(r projections.RigaCaso) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaCaso], error) {
			filter.Cursor, filter.Limit = cursor, limit
			return a.Casi.Page(ctx, a.Reader(ctx, reach), filter)
		},
	}, in.Paged)
}

// alarmRules routes the rules of alarms of a Comune.
func (a *API) alarmRules() {
	read := get("read-regole-allarme", comune.path+"{id}/alarm-rules", sorveglianza, "Legge le regole di allarme del Comune",
		"A chi opera presso il Comune e a chi amministra un Ente: quelle in vigore, le proprie di un Ente e le versioni di prima. La lettura resta nel registro degli accessi.", http.StatusForbidden, http.StatusNotFound)
	read.object = comune.object
	read.answers = func(op *huma.Operation) { op.Responses["304"] = &huma.Response{} }
	handle(a, read, a.readAlarmRules)
	set := fmt.Sprintf("Vale per le richieste fatte da allora, nella versione in vigore quando sono fatte. Le regole sono %s, %s e %s; un Ente può averne di proprie, come un ospedale che lavora di notte. "+
		"Se nel frattempo è stata indicata un'altra versione la risposta è 409.", domain.AllarmeOrario, domain.AllarmeSoggettoUtente, domain.AllarmeSoggettoEnte)
	command(a, comune, "set-regola-allarme", http.MethodPut, "/alarm-rules", commands.SetRegolaAllarme{
		Precedente: 1, Codice: domain.AllarmeSoggettoUtente, Attiva: true, Gravita: domain.GravitaAlta, Ripetizione: &domain.Ripetizione{Soglia: 3, Giorni: 30},
	}, "Indica una regola di allarme", set, stepUp)
	command(a, comune, "lift-regola-allarme", http.MethodPost, "/alarm-rules/lifting", commands.LiftRegolaAllarme{Codice: domain.AllarmeOrario, Ente: someEnte},
		"Toglie a un Ente una regola di allarme propria", "Da allora per le sue richieste vale quella del Comune.", stepUp)
}

func (a *API) readAlarmRules(ctx context.Context, in *detailInput) (*detailOutput[projections.RegoleDiAllarme], error) {
	if _, err := comune.stream(in.ID); err != nil {
		return nil, err
	}
	reach, err := a.reached(ctx, in.AtLeast, projections.Comuni{})
	if err != nil {
		return nil, err
	}
	rules, revision, err := a.Comuni.AlarmRules(ctx, reach, domain.CodiceISTAT(in.ID), a.Commands.Now())
	if err != nil {
		return nil, err
	}
	edge.Of(ctx).Concerns(domain.CodiceISTAT(in.ID))
	if err := a.JournalRead(ctx); err != nil {
		return nil, err
	}
	return detailed(in.Known, revision, rules)
}
