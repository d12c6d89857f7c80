package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/lettera"
)

var printAppointment = func() operation {
	o := get("print-appointment", utente.path+"{id}/appointments/{comune}/letter", utenti, "Stampa la lettera di nomina",
		"Un PDF da firmare: persona, nomina, ruoli, profili con i loro limiti, atto su cui si fondano e istruzioni del Comune, come risultano al momento. "+
			"Spetta a chi amministra l'Ente per il Comune, e alla persona per sé. La lettura resta nel registro degli accessi.",
		http.StatusForbidden, http.StatusNotFound, http.StatusConflict)
	o.object, o.answers = utente.object, answersDocument
	return o
}()

type appointmentNamed struct {
	Named
	Comune string `path:"comune" doc:"Codice ISTAT del Comune" example:"042002"`
	Ente   string `query:"ente" doc:"UUID dell'Ente; assente: il Comune stesso"`
}

// pair reads where the person is appointed.
func (in appointmentNamed) pair() (p domain.Pair, err error) {
	if p.Comune, err = domain.ParseCodiceISTAT(in.Comune); err != nil || in.Ente == "" {
		return p, edge.At("comune", err)
	}
	p.Ente, err = domain.ParseEnteID(in.Ente)
	return p, edge.At("ente", err)
}

type letterOutput struct {
	ContentType string `header:"Content-Type"`
	Length      int    `header:"Content-Length" doc:"Dimensione in byte"`
	Disposition string `header:"Content-Disposition" doc:"Nome del file"`
	Body        []byte
}

// appointment prints a person's letter of appointment as everything stands now.
func (a *API) appointment(ctx context.Context, in *appointmentNamed) (*letterOutput, error) {
	id, err := domain.ParseUtenteID(in.ID)
	if err != nil {
		return nil, edge.At("id", err)
	}
	pair, err := in.pair()
	if err != nil {
		return nil, err
	}
	pdf, err := a.Letter(ctx, id, pair)
	if err != nil {
		return nil, err
	}
	return &letterOutput{
		ContentType: pdfType, Length: len(pdf), Body: pdf,
		Disposition: fmt.Sprintf(`attachment; filename="nomina-%s.pdf"`, id.Codice()),
	}, nil
}

// Letter prints a person's letter of appointment at a pair, and enters in the caller's
// journal that it was read.
func (a *API) Letter(ctx context.Context, id domain.UtenteID, pair domain.Pair) ([]byte, error) {
	edge.Of(ctx).Concerns(pair.Comune)
	reach, err := a.Reach(ctx)
	if err != nil {
		return nil, err
	}
	c, err := a.appointed(ctx, id, pair)
	if err != nil {
		return nil, err
	}
	if err := mayPrint(reach, edge.Of(ctx).Caller.Actor, c); err != nil {
		return nil, err
	}
	letter, err := lettera.Compose(c)
	if err != nil {
		return nil, err
	}
	pdf, err := a.Lettere(letter)
	if err != nil {
		return nil, fmt.Errorf("print the letter of %s: %w", id, err)
	}
	return pdf, a.JournalRead(ctx)
}

// mayPrint refuses who administers nobody, unless it is the person themself; of who is
// out of reach nothing is told.
func mayPrint(r domain.Reach, by domain.Actor, c lettera.Case) error {
	r.Collects = nil // documents, not people
	at := c.Pair.Object()
	at.Requester = c.ID
	here := c.Utente.At(c.Pair) || c.Pair.Ente == "" && c.Parties.Comune.Top(c.ID)
	switch {
	case !here || !r.Covers(at):
		return domain.Errorf(domain.NotFound, "utente inesistente")
	case !r.Appoints && (by.Utente != c.ID || by.Via != ""):
		return domain.Errorf(domain.Forbidden, "la lettera di nomina la stampa chi amministra gli utenti, o la persona per sé")
	}
	return nil
}

// appointed gathers a person at a pair, and the parties to it.
func (a *API) appointed(ctx context.Context, id domain.UtenteID, pair domain.Pair) (lettera.Case, error) {
	c := lettera.Case{ID: id, Pair: pair, At: a.Commands.Now()}
	var err error
	if c.Utente, err = commands.Fact(ctx, a.Commands, id.Stream()); err != nil {
		return c, err
	}
	if c.Parties.Comune, err = commands.Fact(ctx, a.Commands, pair.Comune.Stream()); err != nil {
		return c, err
	}
	if c.Modello, err = commands.Modello(ctx, a.Commands, pair.Comune, c.Parties.Comune.Modelli.InForce.Versione); err != nil || pair.Ente == "" {
		return c, err
	}
	if c.Parties.Ente, err = commands.Fact(ctx, a.Commands, pair.Ente.Stream()); err != nil {
		return c, err
	}
	if c.Parties.Convenzione, err = commands.Fact(ctx, a.Commands, domain.ConvenzioneIDOf(pair).Stream()); err != nil {
		return c, err
	}
	for _, held := range c.Utente.Assigned(pair) {
		profile, err := commands.Fact(ctx, a.Commands, held.Profile.Stream())
		if err != nil {
			return c, err
		}
		c.Parties.Profiles = append(c.Parties.Profiles, domain.NamedProfile{ID: held.Profile, Profile: profile})
	}
	return c, nil
}
