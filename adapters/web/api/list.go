package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

type listInput struct {
	Paged
	Tabled
	OfPair
	Status        []string `query:"status,explode" doc:"Uno stato; ripetuto, uno fra più stati" example:"[\"issued\"]"`
	Tipo          []string `query:"tipo,explode" doc:"Un tipo di visura; ripetuto, uno fra più tipi" example:"[\"residenza\"]"`
	Ufficio       string   `query:"ufficio" doc:"Codice dell'ufficio dell'Ente in cui era chi ha chiesto, quando ha chiesto"`
	Requester     string   `query:"requester" doc:"UUID dell'utente che ha chiesto"`
	Operatore     string   `query:"operatore" doc:"Codice dell'utente che ha chiesto" example:"U-7F3K9-Q2MXA"`
	Ambito        string   `query:"ambito" doc:"comunale o nazionale: fin dove ANPR è stata interrogata o, finché non lo è, fin dove può esserlo" example:"nazionale"`
	Conferma      string   `query:"conferma" doc:"Come la richiesta va confermata: immediata, manuale o silenzio_assenso" example:"silenzio_assenso"`
	Dal           string   `query:"dal" doc:"Richieste dal giorno AAAA-MM-GG, ora italiana" example:"2026-01-31"`
	Al            string   `query:"al" doc:"Richieste fino al giorno AAAA-MM-GG compreso, ora italiana" example:"2026-12-31"`
	NumeroPratica string   `query:"numero_pratica" doc:"Il numero di pratica come è stato indicato, o come è stato corretto" example:"2026/004711"`
	Massiva       string   `query:"massiva" doc:"UUID della richiesta massiva per cui sono chieste"`
	Caso          string   `query:"caso" doc:"UUID del caso di allarme di cui si tratta"`
	Numero        string   `query:"numero" doc:"Il numero stampato sul documento, intero: con questo l'ufficiale d'anagrafe trova anche una visura che non ha atteso la sua conferma" example:"EPPC-R04J-ZV0G-2BEM1"`
	// A header, because addresses are logged on the way and a codice fiscale
	// must never be in one.
	CodiceFiscale string `header:"Visura-Codice-Fiscale" doc:"Solo le visure su questa persona"`
}

// list shows the visure the caller may see, newest first.
func (a *API) list(ctx context.Context, in *listInput) (*tableOutput, error) {
	filter, err := a.filter(ctx, in)
	if err != nil {
		return nil, err
	}
	edge.Of(ctx).Filters = filter.Named()
	return showOrTable(ctx, a, register[projections.RigaElenco]{
		rests: []engine.Projection{projections.Elenco{}},
		id:    func(r projections.RigaElenco) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaElenco], error) {
			filter.Cursor, filter.Limit = cursor, limit
			page, err := a.Elenco.Page(ctx, reach, filter)
			return projections.PaginaDi[projections.RigaElenco]{Items: page.Items, Next: page.Next}, err
		},
		whole: func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[projections.RigaElenco], error) {
			filter.Cursor = cursor
			return a.Elenco.Whole(ctx, reach, filter)
		},
	}, in.Paged, in.Tabled, table.Visure)
}

func (a *API) filter(ctx context.Context, in *listInput) (f projections.Filter, err error) {
	f = projections.Filter{Pratica: in.NumeroPratica, Ufficio: in.Ufficio}
	for _, status := range in.Status {
		if !slices.Contains(statuses, status) {
			return f, domain.FieldErrorf(domain.Invalid, "status", "lo stato è uno tra: %s", strings.Join(statuses, ", "))
		}
		f.Status = append(f.Status, domain.Status(status))
	}
	for _, tipo := range in.Tipo {
		if !documento.Offered(domain.Tipo(tipo)) {
			return f, errTipo
		}
		f.Tipo = append(f.Tipo, domain.Tipo(tipo))
	}
	if in.Ambito != "" && in.Ambito != string(domain.Comunale) && in.Ambito != string(domain.Nazionale) {
		return f, domain.FieldErrorf(domain.Invalid, "ambito", "l'ambito è comunale o nazionale")
	}
	if in.Conferma != "" && !slices.Contains(conferme, in.Conferma) {
		return f, domain.FieldErrorf(domain.Invalid, "conferma", "la conferma è una tra: %s", strings.Join(conferme, ", "))
	}
	f.Ambito, f.Conferma = domain.Ambito(in.Ambito), domain.Conferma(in.Conferma)
	if f.Comune, f.Ente, err = in.parse(ctx); err != nil {
		return f, err
	}
	if f.Requester, err = optional("requester", in.Requester, domain.ParseUtenteID); err != nil {
		return f, err
	}
	if f.Operatore, err = optional("operatore", in.Operatore, domain.ParseCodice); err != nil {
		return f, err
	}
	if f.Massiva, err = optional("massiva", in.Massiva, domain.ParseMassivaID); err != nil {
		return f, err
	}
	if f.Caso, err = optional("caso", in.Caso, domain.ParseCasoID); err != nil {
		return f, err
	}
	if f.Numero, err = optional("numero", in.Numero, domain.ParseCIUV); err != nil {
		return f, err
	}
	if in.CodiceFiscale != "" {
		cf, err := domain.ParseCodiceFiscale(in.CodiceFiscale)
		if err != nil {
			return f, edge.At("Visura-Codice-Fiscale", err)
		}
		f.SubjectToken = a.Commands.Secrets.SubjectToken(domain.Soggetto{CodiceFiscale: cf})
	}
	if f.From, err = day("dal", in.Dal, 0); err != nil {
		return f, err
	}
	f.To, err = day("al", in.Al, 1)
	return f, err
}

// errTipo refuses to look for what there is not.
var errTipo = domain.FieldErrorf(domain.Invalid, "tipo", "il tipo di visura non è tra quelli offerti")

// day returns midnight in Italy of a calendar day, some days later.
func day(field, text string, later int) (time.Time, error) {
	d, err := givenDay(field, text)
	if err != nil || d.IsZero() {
		return time.Time{}, err
	}
	return domain.ItalianMidnight(d.Plus(later)), nil
}

// givenDay reads a calendar day, if one is given.
func givenDay(field, text string) (domain.Date, error) {
	if text == "" {
		return domain.Date{}, nil
	}
	d, err := domain.ParseDate(text)
	if err != nil || !d.Complete() {
		return domain.Date{}, domain.FieldErrorf(domain.Invalid, field, "la data ha la forma AAAA-MM-GG ed esiste sul calendario")
	}
	return d, nil
}
