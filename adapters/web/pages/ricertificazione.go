package pages

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// ricertificazioni is the list of the reviews.
type ricertificazioni struct {
	frame
	listed
	Rows []review
	Open bool // the caller opens some
}

// review is one with its people.
type review struct {
	projections.RigaRicertificazione
	State    state
	Last     string // last day to confirm
	Purposes int    // that are to be confirmed
}

// ricertificazione is the page of a review.
type ricertificazione struct {
	frame
	Row                review
	Missing, Confirmed []reviewed
	Doubtful, Current  []reviewedPurpose // those missing, and those confirmed
	Purposes           bool              // there are some
	Counted            int               // requests looked at to say what they were for
	Partial            bool              // there may be more
	Active             int               // persons who could act when it was opened
	Closed             bool
}

// reviewedPurpose is a purpose of a review.
type reviewedPurpose struct {
	Codice, Text string
	Used         string // how often
	At           string
}

// reviewed is a person of a review.
type reviewed struct {
	ID         domain.UtenteID
	Name, Code string
	At         string
	Own        bool
}

// apertura is the form by which a review is opened.
type apertura struct {
	frame
	Enti []option
}

// ricertificazione adds the pages.
func (p *Pages) ricertificazione(r chi.Router) {
	r.Get("/ricertificazione", p.acting("list-ricertificazioni", administrators, p.showRicertificazioni))
	r.Get("/ricertificazione/esporta", p.handing("list-ricertificazioni", administrators, p.exportRicertificazioni))
	r.Get("/ricertificazione/nuova", p.acting("show-open-ricertificazione", top, p.showOpening))
	r.Post("/ricertificazione", p.acting("open-ricertificazione", top, p.openReview))
	r.Get("/ricertificazione/{id}", p.acting("read-ricertificazione", administrators, p.showRicertificazione))
	r.Post("/ricertificazione/{id}/conferme", p.acting("confirm-utente", administrators, p.confirmUtenti))
	r.Post("/ricertificazione/{id}/finalita", p.acting("confirm-purpose", administrators, p.confirmPurposes))
}

// reviewOf is a review as pages show it.
func (p *Pages) reviewOf(r projections.RigaRicertificazione) review {
	v := review{RigaRicertificazione: r, State: state{"Aperta", "clock", "run"}, Purposes: r.FinalitaConfermate + r.FinalitaMancanti}
	missing := r.Mancanti + r.FinalitaMancanti
	last, err := domain.ParseDate(r.Entro)
	if err == nil {
		v.Last = day(last)
	}
	switch {
	case r.ClosedAt != nil:
		v.State = state{"Conclusa", "check-circle", "end"}
	case missing > 0 && domain.ItalianDay(p.Commands.Now()).DaysUntil(last) <= 7:
		v.State = state{"Aperta, in scadenza", "warning-circle", "wait"}
	case missing == 0 && r.Confermati+v.Purposes > 0:
		v.State = state{"Tutto confermato", "check-circle", "ok"}
	}
	return v
}

// showRicertificazioni lists the reviews, newest first.
func (p *Pages) showRicertificazioni(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := ricertificazioni{frame: frame{Title: "Ricertificazione", Here: "/ricertificazione"}, Open: edge.Of(ctx).Caller.Role == domain.RoleTop}
	reach, err := p.begin(r, &v.frame, projections.Ricertificazioni{})
	if err != nil {
		return err
	}
	page, err := p.Ricertificazioni.Page(ctx, reach, projections.FiltroRicertificazioni{Cursor: r.URL.Query().Get("dopo"), Limit: rowsPerPage})
	if err != nil {
		return err
	}
	shown := make([]string, len(page.Items))
	for i, row := range page.Items {
		shown[i] = string(row.ID)
		v.Rows = append(v.Rows, p.reviewOf(row))
	}
	v.entered = p.Journal(ctx, shown...)
	v.Clear = "/ricertificazione"
	v.Exports = exports("/ricertificazione/esporta", url.Values{})
	v.leaf(r.URL.Query(), len(page.Items), page.Next)
	return p.show(w, r, http.StatusOK, "ricertificazioni", &v)
}

func (p *Pages) exportRicertificazioni(w http.ResponseWriter, r *http.Request) error {
	return exported(w, r, p, "elenco", table.Ricertificazioni, func(r projections.RigaRicertificazione) string { return string(r.ID) }, func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[projections.RigaRicertificazione], error) {
		return p.Ricertificazioni.Page(ctx, reach, projections.FiltroRicertificazioni{Cursor: cursor, Limit: projections.MaxPage})
	})
}

func (p *Pages) showOpening(w http.ResponseWriter, r *http.Request) error {
	return p.opening(w, r, preset("id", p.Commands.NewID()), http.StatusOK)
}

// opening is the form by which a review is opened, of an Ente whose act is in force.
func (p *Pages) opening(w http.ResponseWriter, r *http.Request, f form, status int) error {
	ctx := r.Context()
	v := apertura{frame: frame{form: f, Title: "Apri una ricertificazione", Here: "/ricertificazione", Path: []step{{"/ricertificazione", "Ricertificazione"}}}}
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	acts, err := p.actsOf(ctx, reach, domain.ConvenzioneAttiva)
	if err != nil {
		return err
	}
	var shown []string
	for _, act := range acts {
		v.Enti = append(v.Enti, option{string(act.Ente), act.EnteDenominazione, f.Val("ente") == string(act.Ente)})
		shown = append(shown, string(act.ID))
	}
	if err := p.JournalRead(ctx, shown...); err != nil {
		return err
	}
	return p.show(w, r, status, "ricertificazione_nuova", &v)
}

// openReview begins a review of the people of an Ente.
func (p *Pages) openReview(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	id, err := domain.ParseRicertificazioneID(f.Val("id"))
	if err != nil {
		return p.showOpening(w, r)
	}
	cmd := commands.OpenRicertificazione{Ente: domain.EnteID(f.Val("ente")), Comune: ownComune(r.Context())}
	last, ok := typedDay(f.text("entro"), domain.ItalianDay(p.Commands.Now()))
	if cmd.Entro = last; !ok {
		f.misdated("entro")
	}
	if cmd.Ente == "" {
		f.refuse("ente", "Scegli l’Ente.")
	}
	if len(f.Errors) > 0 {
		return p.opening(w, r, f, http.StatusUnprocessableEntity)
	}
	done, err := give(r, p, id.Stream(), commands.AnyRevision, cmd)
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.opening(w, r, f, status) })
	}
	return p.onward(w, r, "/ricertificazione/"+string(id), done.Position, "La ricertificazione è aperta. L’elenco di chi è da confermare si prepara in pochi secondi.")
}

func (p *Pages) showRicertificazione(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Ricertificazioni{})
	if err != nil {
		return err
	}
	return p.reviewPage(w, r, form{}, http.StatusOK, known)
}

// reviewPage makes the page of a review; known is false where it may lack what was just
// written. Whom it shows is in the journal before.
func (p *Pages) reviewPage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	id, err := object(r, domain.ParseRicertificazioneID)
	if err != nil {
		return err
	}
	ctx := r.Context()
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	d, err := p.Ricertificazioni.One(ctx, reach, id)
	if err != nil {
		return err
	}
	v := ricertificazione{
		Row: p.reviewOf(d.RigaRicertificazione), Closed: d.ClosedAt != nil, Active: d.Confermati + d.Mancanti,
		Counted: d.Richieste, Partial: d.Richieste == projections.MostCounted, Purposes: len(d.Finalita) > 0,
	}
	v.purposes(d.Finalita)
	v.frame = frame{form: f, Title: "Ricertificazione entro il " + v.Row.Last, Here: "/ricertificazione", Path: []step{{"/ricertificazione", "Ricertificazione"}}}
	v.asOf(r, known)
	shown := make([]string, len(d.Utenti))
	for i, u := range d.Utenti {
		shown[i] = string(u.Utente)
		person, err := commands.Fact(ctx, p.Commands, u.Utente.Stream())
		if err != nil {
			return err
		}
		one := reviewed{ID: u.Utente, Name: strings.TrimSpace(person.Cognome + " " + person.Nome), Code: u.Codice, Own: u.Utente == edge.Of(ctx).Caller.Utente}
		if u.ConfirmedAt == nil {
			v.Missing = append(v.Missing, one)
		} else {
			one.At = moment(*u.ConfirmedAt)
			v.Confirmed = append(v.Confirmed, one)
		}
	}
	if err := p.JournalRead(ctx, shown...); err != nil {
		return err
	}
	return p.show(w, r, status, "ricertificazione", &v)
}

// purposes are those of a review in words.
func (v *ricertificazione) purposes(all []projections.FinalitaDaConfermare) {
	for _, f := range all {
		one := reviewedPurpose{Codice: f.Codice, Text: f.Codice, Used: "nessuna richiesta nell’ultimo anno"}
		if f.Descrizione != "" {
			one.Text += " – " + f.Descrizione
		}
		if f.BaseGiuridica != "" {
			one.Text += " (" + f.BaseGiuridica + ")"
		}
		switch f.Richieste {
		case 0:
		case 1:
			one.Used = "1 richiesta nell’ultimo anno"
		default:
			one.Used = figure(f.Richieste) + " richieste nell’ultimo anno"
		}
		if f.ConfirmedAt == nil {
			v.Doubtful = append(v.Doubtful, one)
			continue
		}
		one.At = moment(*f.ConfirmedAt)
		v.Current = append(v.Current, one)
	}
}

// confirmUtenti vouches for those who were chosen.
func (p *Pages) confirmUtenti(w http.ResponseWriter, r *http.Request) error {
	return p.confirm(w, r, "utente", "Scegli chi confermi.", func(id string) commands.Command[domain.Ricertificazione] {
		return commands.ConfirmUtente{Utente: domain.UtenteID(id)}
	}, "Confermato 1 utente.", "Confermati %d utenti.")
}

// confirmPurposes vouches for the purposes that were chosen.
func (p *Pages) confirmPurposes(w http.ResponseWriter, r *http.Request) error {
	return p.confirm(w, r, "finalita", "Scegli le finalità ancora attuali.", func(codice string) commands.Command[domain.Ricertificazione] {
		return commands.ConfirmPurpose{Finalita: codice}
	}, "Confermata 1 finalità.", "Confermate %d finalità.")
}

// confirm sends a command for each of those chosen in a field: which is refused leaves
// the others confirmed.
func (p *Pages) confirm(w http.ResponseWriter, r *http.Request, field, none string, of func(string) commands.Command[domain.Ricertificazione], one, several string) error {
	id, err := object(r, domain.ParseRicertificazioneID)
	if err != nil {
		return err
	}
	reach, err := p.Reach(r.Context())
	if err != nil {
		return err
	}
	if _, err := p.Ricertificazioni.One(r.Context(), reach, id); err != nil {
		return err
	}
	chosen := filled(r).values[field]
	if len(chosen) == 0 {
		f := filled(r)
		f.refuse(field, none)
		return p.reviewPage(w, r, f, http.StatusUnprocessableEntity, true)
	}
	var last domain.Position
	for _, each := range chosen {
		done, err := send(r, p, id.Stream(), commands.AnyRevision, of(each))
		if err != nil {
			return p.again(r, err, func(f form, status int) error {
				if last != (domain.Position{}) {
					_ = p.Await(r.Context(), projections.Ricertificazioni{}.Name(), last.String()) // what it lacks comes with the next look
				}
				return p.reviewPage(w, r, f, status, true)
			})
		}
		last = done.Position
	}
	said := one
	if len(chosen) > 1 {
		said = fmt.Sprintf(several, len(chosen))
	}
	return p.onward(w, r, "/ricertificazione/"+string(id), last, said)
}
