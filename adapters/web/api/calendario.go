package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// calendario routes when the office of a Comune is open, and after how many of its hours
// silence confirms.
func (a *API) calendario() {
	example := commands.SetCalendario{
		Precedente: 1, OreSilenzio: 12, SantoPatrono: "09-29",
		Aperture: []domain.Fascia{{Giorni: []int{1, 2, 3, 4, 5}, Dalle: "08:30", Alle: "12:30"}, {Giorni: []int{2, 4}, Dalle: "15:00", Alle: "17:30"}},
		Chiusure: []domain.Chiusura{{Dal: date(2026, 12, 24), Al: date(2027, 1, 2), Motivo: "Chiusura di fine anno"}},
	}
	read := get("read-calendario", comune.path+"{id}/calendar", comuni, "Legge il calendario dell'ufficio",
		"A chi opera presso il Comune: orario, santo patrono, chiusure e ore del silenzio, nella versione in vigore; 0 se il Comune non ne ha indicata una. L'ETag è la versione del Comune, per If-Match. La lettura resta nel registro degli accessi.",
		http.StatusForbidden, http.StatusNotFound)
	read.object = comune.object
	read.answers = func(op *huma.Operation) { op.Responses["304"] = &huma.Response{} }
	handle(a, read, a.readCalendario)
	command(a, comune, "set-calendario", http.MethodPut, "/calendar", example, "Indica il calendario dell'ufficio",
		"Orario della settimana, santo patrono, chiusure e ore del silenzio-assenso, in versioni: vale per le richieste che da allora attendono conferma, i termini che corrono restano. "+
			"Senza aperture l'ufficio non apre mai, e il silenzio non vale mai assenso. Se nel frattempo è stata indicata un'altra versione la risposta è 409.", stepUp)
	preview := post("preview-calendario", comune.path+"{id}/calendar/preview", comuni, "Mostra che cosa cambierebbe con un altro calendario",
		"Quante richieste attendono, i cui termini restano, e quando scadrebbero richieste fatte adesso e in altri momenti, ora e dopo. Nulla è scritto; ciò che non si può indicare è rifiutato. La lettura resta nel registro degli accessi.")
	preview.object, preview.example = comune.object, example
	handle(a, preview, a.previewCalendario)
}

func (a *API) readCalendario(ctx context.Context, in *detailInput) (*detailOutput[projections.CalendarioInVigore], error) {
	if _, err := comune.stream(in.ID); err != nil {
		return nil, err
	}
	reach, err := a.reached(ctx, in.AtLeast, projections.Comuni{})
	if err != nil {
		return nil, err
	}
	c, revision, err := a.Comuni.Calendar(ctx, reach, domain.CodiceISTAT(in.ID))
	if err != nil {
		return nil, err
	}
	edge.Of(ctx).Concerns(domain.CodiceISTAT(in.ID))
	if err := a.JournalRead(ctx); err != nil {
		return nil, err
	}
	return detailed(in.Known, revision, c)
}

type previewCalendarioInput struct {
	Named
	AtLeast
	Body commands.SetCalendario
}

func (a *API) previewCalendario(ctx context.Context, in *previewCalendarioInput) (*bodied[projections.AnteprimaCalendario], error) {
	if _, err := comune.stream(in.ID); err != nil {
		return nil, err
	}
	if err := a.Await(ctx, projections.Elenco{}.Name(), in.AtLeast.AtLeast); err != nil {
		return nil, err
	}
	shown, err := a.PreviewCalendario(ctx, domain.CodiceISTAT(in.ID), in.Body)
	if err != nil {
		return nil, err
	}
	edge.Of(ctx).Concerns(domain.CodiceISTAT(in.ID))
	if err := a.JournalRead(ctx); err != nil {
		return nil, err
	}
	return answer(shown), nil
}

// PreviewCalendario returns what a calendar would change, to who may set it.
func (a *API) PreviewCalendario(ctx context.Context, id domain.CodiceISTAT, next commands.SetCalendario) (p projections.AnteprimaCalendario, err error) {
	if _, err := rehearsed(ctx, a, id.Stream(), next); err != nil {
		return p, err
	}
	comune, err := commands.Fact(ctx, a.Commands, id.Stream())
	if err != nil {
		return p, err
	}
	reach, err := a.Reach(ctx)
	if err != nil {
		return p, err
	}
	was := comune.Calendario()
	after := next.After(was)
	p.Cambia, p.Mai, p.Termini = !after.Same(was), after.Calendar().NeverOpens(), was.Compare(after, a.Commands.Now())
	p.Attese, err = a.Elenco.CountTerms(ctx, reach)
	return p, err
}
