package pages

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// istruzioni are the instructions of the Comuni a capacity reaches.
type istruzioni struct {
	frame
	Comuni []istruito
}

type istruito struct {
	Comune   domain.CodiceISTAT
	Nome     string
	Versione int
	Testo    string
	Accolte  bool
}

// showInstructions shows what is in force at each Comune, and whether the person has
// accepted it.
func (p *Pages) showInstructions(w http.ResponseWriter, r *http.Request) error {
	c := edge.Of(r.Context()).Caller
	if c.Role == "" {
		http.Redirect(w, r, towards("/ruolo", back(r)), http.StatusSeeOther)
		return nil
	}
	all, err := p.instructions(r.Context(), c.Actor)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK, "istruzioni", &istruzioni{frame{form: preset("poi", cmp.Or(back(r), homeOf(c.Role))), Title: "Istruzioni del Comune"}, all})
}

func (p *Pages) instructions(ctx context.Context, by domain.Actor) (all []istruito, err error) {
	reach, err := p.Reach(ctx)
	if err != nil {
		return nil, err
	}
	person, err := commands.Fact(ctx, p.Commands, by.Utente.Stream())
	if err != nil {
		return nil, err
	}
	for _, istat := range reach.Comuni() {
		comune, err := commands.Fact(ctx, p.Commands, istat.Stream())
		if err != nil {
			return nil, err
		}
		all = append(all, istruito{
			Comune: comune.ISTAT, Nome: comune.Nome, Versione: comune.Istruzioni.Versione,
			Testo: cmp.Or(comune.Istruzioni.Testo, domain.StandardInstructions), Accolte: person.Instructed(comune, p.Commands.Now()),
		})
	}
	return all, nil
}

// accept accepts the instructions of a Comune.
func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	version, err := strconv.Atoi(r.PostForm.Get("versione"))
	if err != nil {
		return domain.FieldErrorf(domain.Invalid, "versione", "la versione delle istruzioni è un numero")
	}
	id := edge.Of(ctx).Caller.Utente
	accept := commands.AcceptInstructions{Comune: domain.CodiceISTAT(r.PostForm.Get("comune")), Versione: version}
	if _, err := commands.Handle(ctx, p.Commands, id.Stream(), edge.Meta(ctx), accept); err != nil {
		return err
	}
	http.Redirect(w, r, towards("/istruzioni", back(r)), http.StatusSeeOther)
	return nil
}
