package pages

import (
	"errors"
	"net/http"
	"slices"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// nuovoUtente is the page by which a person is entered with their first role.
type nuovoUtente struct {
	frame
	Comuni []option
	Enti   []option // where the person may act; none: at the caller's own Ente
	Ruoli  []option
}

func (p *Pages) showNuovoUtente(w http.ResponseWriter, r *http.Request) error {
	return p.nuovoUtentePage(w, r, preset("role", string(domain.RoleStandard)), http.StatusOK)
}

// nuovoUtentePage shows the form.
func (p *Pages) nuovoUtentePage(w http.ResponseWriter, r *http.Request, f form, status int) error {
	v := nuovoUtente{frame: frame{form: f, Title: "Registra un utente", Here: "/utenti", Path: []step{{"/utenti", "Utenti"}}}}
	for _, c := range p.comuni(r.Context()) {
		v.Comuni = append(v.Comuni, option{string(c.ISTAT), c.Nome, f.Val("comune") == string(c.ISTAT)})
	}
	if edge.Of(r.Context()).Caller.Role == domain.RoleTop {
		reach, err := p.Reach(r.Context())
		if err != nil {
			return err
		}
		enti, err := p.bodiesOf(r.Context(), reach)
		if err != nil {
			return err
		}
		for _, e := range enti {
			v.Enti = append(v.Enti, option{string(e.ID), e.Denominazione, f.Val("ente") == string(e.ID)})
		}
	}
	for _, role := range givable(edge.Of(r.Context()).Caller.Role, domain.Pair{Ente: "any"}) {
		v.Ruoli = append(v.Ruoli, option{string(role), roleName(role), f.Val("role") == string(role)})
	}
	if edge.Of(r.Context()).Caller.Role == domain.RoleTop {
		v.Ruoli = append(v.Ruoli, option{string(domain.RoleAnagrafe), roleName(domain.RoleAnagrafe), f.Val("role") == string(domain.RoleAnagrafe)})
	}
	return p.show(w, r, status, "utenti_nuovo", &v)
}

// givable are the roles that who acts in one may give at a pair.
func givable(by domain.Role, pair domain.Pair) roles {
	switch {
	case pair.Ente == "" && by == domain.RoleTop:
		return roles{domain.RoleAnagrafe}
	case pair.Ente == "":
		return nil
	case by == domain.RoleTop:
		return roles{domain.RoleStandard, domain.RoleAdmin}
	}
	return roles{domain.RoleStandard}
}

// registerUtente enters a person and their first role. Of one who is known nothing is
// told: what the caller typed of them is compared with nothing.
func (p *Pages) registerUtente(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	cmd := p.parseNuovo(&f, edge.Of(r.Context()).Caller.Actor)
	again := func(f form, status int) error { return p.nuovoUtentePage(w, r, f, status) }
	if len(f.Errors) > 0 {
		return again(f, http.StatusUnprocessableEntity)
	}
	if err := p.elevate(r); err != nil {
		return p.again(r, err, again)
	}
	id := p.Commands.Secrets.UtenteID(cmd.Register.CodiceFiscale)
	done, err := send(r, p, id.Stream(), commands.AnyRevision, cmd)
	var refused *domain.Error
	if errors.As(err, &refused) && refused.Code == domain.NotFound { // the Ente or the Comune, which the form names
		err = domain.FieldErrorf(domain.Invalid, refused.Field, "%s", refused.Message)
	}
	if err != nil {
		return p.again(r, err, again)
	}
	return p.onward(w, r, "/utenti/"+id.Codice(), done.Position, "L’utente è registrato. Restano la nomina, il profilo e l’invito.")
}

// parseNuovo reads what the form asks for.
func (p *Pages) parseNuovo(f *form, by domain.Actor) (c commands.ImportUtente) {
	cf, err := domain.ParseCodiceFiscale(compact(f.Val("codice_fiscale")))
	f.add("codice_fiscale", err)
	c.Register = commands.RegisterUtente{CodiceFiscale: cf, Cognome: f.text("cognome"), Nome: f.text("nome"), Email: f.text("email")}
	if c.Register.Cognome == "" && c.Register.Nome == "" {
		f.refuse("cognome", "Indica il cognome, o almeno il nome.")
	}
	comune, err := domain.ParseCodiceISTAT(f.Val("comune"))
	f.add("comune", err)
	ente := by.Ente
	if text := f.Val("ente"); ente == "" && text != "" {
		ente, err = domain.ParseEnteID(text)
		f.add("ente", err)
	}
	c.Give = commands.GiveRole{Role: domain.Role(f.Val("role")), Ente: ente, Comune: comune, Dal: p.date(f, "dal"), Al: p.date(f, "al")}
	if !slices.Contains(givable(by.Role, domain.Pair{Ente: ente, Comune: comune}), c.Give.Role) {
		f.refuse("role", "Scegli un ruolo che si ha presso l’Ente, o presso il Comune.")
	}
	return c
}

// date reads a day that may be left out.
func (p *Pages) date(f *form, field string) domain.Date {
	text := f.text(field)
	if text == "" {
		return domain.Date{}
	}
	d, ok := typedFuture(text, domain.ItalianDay(p.Commands.Now()))
	if !ok {
		f.misdated(field)
	}
	return d
}

// typedFuture is typedDay for a day that may be to come: a year of two digits is of this
// century.
func typedFuture(text string, today domain.Date) (domain.Date, bool) {
	return typedDay(text, domain.Date{Year: today.Year/100*100 + 99, Month: 12, Day: 31})
}
