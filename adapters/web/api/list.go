package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

var listVisure = get("list-visure", "/api/v1/visure", visure, "Elenca le visure",
	"Dalla più recente, quelle che chi chiama può vedere: l'operatore le proprie, l'ADMIN quelle dell'Ente ai Comuni che gli hanno dato il ruolo, l'Anagrafe e chi verifica "+
		"quelle del Comune. Le pagine seguono il cursore `next`: ciò che arriva nel frattempo non fa saltare né ripetere nulla. La lettura resta nel registro degli accessi.")

type listInput struct {
	Status        []string `query:"status,explode" doc:"Uno stato; ripetuto, uno fra più stati" example:"[\"issued\"]"`
	Tipo          []string `query:"tipo,explode" doc:"Un tipo di visura; ripetuto, uno fra più tipi" example:"[\"residenza\"]"`
	Comune        string   `query:"comune" doc:"Codice ISTAT del Comune" example:"042002"`
	Ente          string   `query:"ente" doc:"UUID dell'Ente"`
	Requester     string   `query:"requester" doc:"UUID dell'utente che ha chiesto"`
	Dal           string   `query:"dal" doc:"Richieste dal giorno AAAA-MM-GG, ora italiana" example:"2026-01-31"`
	Al            string   `query:"al" doc:"Richieste fino al giorno AAAA-MM-GG compreso, ora italiana" example:"2026-12-31"`
	NumeroPratica string   `query:"numero_pratica" doc:"Il numero di pratica come è stato indicato" example:"2026/004711"`
	Cursor        string   `query:"cursor" doc:"next della pagina precedente"`
	Limit         int      `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Visure per pagina"`
	AtLeast       string   `query:"at_least" doc:"Posizione che la lettura deve aver raggiunto; attende per qualche secondo" example:"48211-48211"`
	// A header, because addresses are logged on the way and a codice fiscale
	// must never be in one.
	CodiceFiscale string `header:"Visura-Codice-Fiscale" doc:"Solo le visure su questa persona"`
}

type listOutput struct {
	Body projections.Pagina
}

// list shows a page of the visure the caller may see, newest first.
func (a *API) list(ctx context.Context, in *listInput) (*listOutput, error) {
	filter, err := a.filter(in)
	if err != nil {
		return nil, err
	}
	reach, err := a.Reach(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.Await(ctx, projections.Elenco{}.Name(), in.AtLeast); err != nil {
		return nil, err
	}
	page, err := a.Elenco.Page(ctx, reach, filter)
	if err != nil {
		return nil, err
	}
	edge.Of(ctx).Asked.Comune = filter.Comune
	shown := make([]string, len(page.Items))
	for i, row := range page.Items {
		shown[i] = string(row.ID)
	}
	if err := a.JournalRead(ctx, shown...); err != nil {
		return nil, err
	}
	return &listOutput{Body: page}, nil
}

func (a *API) filter(in *listInput) (f projections.Filter, err error) {
	f = projections.Filter{Pratica: in.NumeroPratica, Cursor: in.Cursor, Limit: in.Limit}
	for _, status := range in.Status {
		if !slices.Contains(statuses, status) {
			return f, domain.FieldErrorf(domain.Invalid, "status", "lo stato è uno tra: %s", strings.Join(statuses, ", "))
		}
		f.Status = append(f.Status, domain.Status(status))
	}
	for _, tipo := range in.Tipo {
		if !documento.Offered(domain.Tipo(tipo)) {
			return f, domain.FieldErrorf(domain.Invalid, "tipo", "il tipo di visura non è tra quelli offerti")
		}
		f.Tipo = append(f.Tipo, domain.Tipo(tipo))
	}
	if in.Comune != "" {
		if f.Comune, err = domain.ParseCodiceISTAT(in.Comune); err != nil {
			return f, err
		}
	}
	if in.Ente != "" {
		if f.Ente, err = domain.ParseEnteID(in.Ente); err != nil {
			return f, edge.At("ente", err)
		}
	}
	if in.Requester != "" {
		if f.Requester, err = domain.ParseUtenteID(in.Requester); err != nil {
			return f, edge.At("requester", err)
		}
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

// day returns midnight in Italy of a calendar day, some days later.
func day(field, text string, later int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	d, err := domain.ParseDate(text)
	if err != nil || !d.Complete() {
		return time.Time{}, domain.FieldErrorf(domain.Invalid, field, "la data ha la forma AAAA-MM-GG ed esiste sul calendario")
	}
	midnight := d.Time().AddDate(0, 0, later)
	_, offset := domain.ItalianTime(midnight).Zone()
	return midnight.Add(-time.Duration(offset) * time.Second), nil
}
