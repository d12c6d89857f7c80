package pages

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// bozza is the form by which an act is drawn up.
type bozza struct {
	frame
	Action   string
	Back     string
	Ente     domain.Ente
	EnteID   domain.EnteID
	Kind     string
	Tipi     []option
	Modi     []option
	Windows  []window
	OfUser   []ration // quotas of each user
	OfEnte   []ration // and of all of them together
	Purposes []purpose
}

// purpose is a row of the form for one purpose.
type purpose struct {
	N                                                              int
	Codice, Descrizione, BaseGiuridica, Conservazione, Valutazione string
	Tipi                                                           []option // for which alone it is; none chosen: for all
	Bound                                                          bool     // one is chosen
}

// purposeFields are the fields of such a row, which every row has.
var purposeFields = [...]string{"codice[]", "descrizione[]", "base_giuridica[]", "conservazione[]", "valutazione[]"}

// moreRows is how many rows are added when more are asked for.
const moreRows = 3

// purposesOf are the rows of a form: those that say something, and some to fill.
func purposesOf(f form) (all []purpose) {
	rows := len(f.values["codice[]"])
	for i := 0; i < rows; i++ {
		one := purpose{N: i, Codice: f.at("codice[]", i), Descrizione: f.at("descrizione[]", i), BaseGiuridica: f.at("base_giuridica[]", i), Conservazione: f.at("conservazione[]", i), Valutazione: f.at("valutazione[]", i)}
		one.Tipi, one.Bound = kinds(f, boundTo(i)), f.Val(boundTo(i)) != ""
		all = append(all, one)
	}
	more := 1
	if f.Val("altre") != "" {
		more = moreRows
	}
	for i := range more {
		all = append(all, purpose{N: rows + i, Tipi: kinds(f, boundTo(rows+i))})
	}
	return slices.Clip(all)
}

// boundTo is the field of the types that the purpose of a row is for.
func boundTo(row int) string { return "tipi-" + strconv.Itoa(row) }

// at is what one of several fields of a name holds.
func (f form) at(name string, i int) string {
	if all := f.values[name]; i < len(all) {
		return strings.TrimSpace(all[i])
	}
	return ""
}

// actTerms is what an act says, under the titles of its form.
func actTerms(d domain.ConvenzioneDrafted) []terms {
	var tipi, purposes []string
	for _, tipo := range d.Massimo.Tipi {
		tipi = append(tipi, documento.Title(tipo))
	}
	for _, f := range d.Finalita {
		text := f.Codice + " – " + f.Descrizione + "; " + f.BaseGiuridica
		if f.Conservazione > 0 {
			text += "; conservazione " + strconv.Itoa(f.Conservazione) + " mesi"
		}
		text += named("; analisi del rischio", f.Valutazione)
		if len(f.Tipi) > 0 {
			text += "; solo per " + titlesOf(f.Tipi)
		}
		purposes = append(purposes, text)
	}
	var period, factor string
	if !d.Dal.IsZero() {
		period = "dal " + day(d.Dal) + " al " + day(d.Al)
	}
	if d.SecondoFattore {
		factor = "anche per gli operatori"
	}
	known := !d.Dal.IsZero()
	all := []terms{
		{"Estremi", lines(d.Estremi)}, {"Data", lines(day(d.Data))}, {"Firmatari", slices.Clone(d.Firmatari)}, {"Durata", lines(period)}, {"Finalità", purposes}, {"Visure ammesse", tipi},
	}
	if !known {
		return append(all, terms{Title: "Visure nazionali"}, terms{Title: "Orario"}, terms{Title: "Postazioni"}, terms{Title: "Numero di pratica"}, terms{Title: "Quote"}, terms{Title: "Secondo fattore"}, terms{Title: "Recapiti"})
	}
	return append(all, terms{"Visure nazionali", lines(modeText(d.Massimo.Nazionale))}, terms{"Orario", hoursText(d.Massimo.Orario)}, terms{"Postazioni", lines(placeText(d.Massimo.Postazione))},
		terms{"Numero di pratica", lines(d.Massimo.Pratica)}, terms{"Quote", quoteLines(d.Massimo.Quote)}, terms{"Secondo fattore", lines(factor)},
		terms{"Recapiti", lines(named("Referente", d.Contatti.Referente), named("PEC", d.Contatti.PEC), named("DPO", d.Contatti.DPO), named("Assistenza", d.Contatti.Assistenza), named("Avvisi di scadenza", d.Contatti.Email))})
}

// drafted is the form filled with an act.
func drafted(d domain.ConvenzioneDrafted) form {
	f := preset("estremi", d.Estremi, "data", day(d.Data), "firmatari", strings.Join(d.Firmatari, "\n"), "dal", day(d.Dal), "al", day(d.Al),
		"nazionale", string(d.Massimo.Nazionale.Conferma), "ore", number(d.Massimo.Nazionale.Ore), "postazione", string(d.Massimo.Postazione), "pratica", d.Massimo.Pratica,
		"referente", d.Contatti.Referente, "pec", d.Contatti.PEC, "dpo", d.Contatti.DPO, "assistenza", d.Contatti.Assistenza, "email", d.Contatti.Email)
	for _, tipo := range d.Massimo.Tipi {
		f.values.Add("tipi", string(tipo))
	}
	if d.SecondoFattore {
		f.values.Set("secondo_fattore", "si")
	}
	for row, x := range d.Finalita {
		for i, text := range []string{x.Codice, x.Descrizione, x.BaseGiuridica, number(x.Conservazione), x.Valutazione} {
			f.values.Add(purposeFields[i], text)
		}
		for _, tipo := range x.Tipi {
			f.values.Add(boundTo(row), string(tipo))
		}
	}
	f.setHours(d.Massimo.Orario)
	f.setQuote(d.Massimo.Quote)
	return f
}

// parseDraft reads an act, and says of every field what is wrong with it.
func (p *Pages) parseDraft(f *form, pair domain.Pair) commands.DraftConvenzione {
	cmd := commands.DraftConvenzione{
		Ente: pair.Ente, Comune: pair.Comune, Estremi: f.text("estremi"), SecondoFattore: f.Val("secondo_fattore") != "",
		Massimo:  domain.Massimo{Nazionale: f.mode("nazionale", "ore"), Orario: f.hours(), Postazione: domain.RegolaPostazione(f.Val("postazione")), Pratica: f.text("pratica"), Quote: f.quote(domain.QuoteAtto())},
		Contatti: domain.Contatti{Referente: f.text("referente"), PEC: f.text("pec"), DPO: f.text("dpo"), Assistenza: f.text("assistenza"), Email: f.text("email")},
	}
	for _, line := range strings.Split(f.Val("firmatari"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			cmd.Firmatari = append(cmd.Firmatari, line)
		}
	}
	for _, tipo := range f.values["tipi"] {
		cmd.Massimo.Tipi = append(cmd.Massimo.Tipi, domain.Tipo(tipo))
	}
	if len(cmd.Massimo.Tipi) == 0 {
		f.refuse("tipi", "Scegli almeno una visura.")
	}
	today := domain.ItalianDay(p.Commands.Now())
	for _, d := range []struct {
		name string
		into *domain.Date
	}{{"data", &cmd.Data}, {"dal", &cmd.Dal}, {"al", &cmd.Al}} {
		text := f.text(d.name)
		read, ok := typedDay(text, today)
		if ok {
			*d.into = read
		} else if text != "" || d.name != "data" {
			f.misdated(d.name)
		}
	}
	for i := range f.values["codice[]"] {
		x := domain.Finalita{Codice: f.at("codice[]", i), Descrizione: f.at("descrizione[]", i), BaseGiuridica: f.at("base_giuridica[]", i), Valutazione: f.at("valutazione[]", i)}
		for _, tipo := range f.values[boundTo(i)] {
			x.Tipi = append(x.Tipi, domain.Tipo(tipo))
		}
		months := f.at("conservazione[]", i)
		if reflect.DeepEqual(x, domain.Finalita{}) && months == "" {
			continue
		}
		n, err := strconv.Atoi(months)
		if months != "" && (err != nil || n < 0) {
			f.refuse("conservazione-"+strconv.Itoa(i), "I mesi di conservazione sono un numero.")
		}
		x.Conservazione = n
		cmd.Finalita = append(cmd.Finalita, x)
	}
	return cmd
}

// draftPage shows the form of an act with an Ente.
func (p *Pages) draftPage(w http.ResponseWriter, r *http.Request, f form, status int, ente domain.EnteID, act domain.Convenzione) error {
	body, err := commands.Fact(r.Context(), p.Commands, ente.Stream())
	if err == nil && !body.Registered {
		err = edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	if err != nil {
		return err
	}
	id := domain.ConvenzioneIDOf(domain.Pair{Ente: ente, Comune: ownComune(r.Context())})
	v := bozza{frame: frame{form: f, Here: "/enti", Path: []step{{"/enti", "Enti e convenzioni"}}}, Ente: body, EnteID: ente, Kind: kindOf(body, ownComune(r.Context())).Title()}
	v.Title, v.Action, v.Back = v.Kind+" con "+body.Denominazione, "/convenzioni", "/enti"
	if act.Comune != "" {
		v.Action, v.Back = "/convenzioni/"+string(id)+"/bozza", "/convenzioni/"+string(id)
		v.Path = append(v.Path, step{v.Back, v.Kind})
		v.Title = "Bozza"
	}
	v.Tipi, v.Modi, v.Windows, v.Purposes = kinds(f, "tipi"), modes(f.Val("nazionale"), "Non ammesse"), windows(f), purposesOf(f)
	v.OfUser, v.OfEnte = rationsOf(domain.QuoteAtto(domain.DiUtente)), rationsOf(domain.QuoteAtto(domain.DiEnte))
	return p.show(w, r, status, "bozza", &v)
}

// kindOf is what the act of a body with a Comune is.
func kindOf(body domain.Ente, comune domain.CodiceISTAT) domain.TipoAtto { return body.Atto(comune) }

func (p *Pages) showNewDraft(w http.ResponseWriter, r *http.Request) error {
	ente, err := domain.ParseEnteID(r.URL.Query().Get("ente"))
	if err != nil {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	id := domain.ConvenzioneIDOf(domain.Pair{Ente: ente, Comune: ownComune(r.Context())})
	act, err := commands.Fact(r.Context(), p.Commands, id.Stream())
	if err != nil {
		return err
	}
	if act.Comune != "" {
		http.Redirect(w, r, "/convenzioni/"+string(id)+"/bozza", http.StatusSeeOther)
		return nil
	}
	return p.draftPage(w, r, drafted(domain.ConvenzioneDrafted{}), http.StatusOK, ente, act)
}

// draftNew writes the first draft of an act.
func (p *Pages) draftNew(w http.ResponseWriter, r *http.Request) error {
	ente, err := domain.ParseEnteID(filled(r).Val("ente"))
	if err != nil {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	return p.saveDraft(w, r, domain.Pair{Ente: ente, Comune: ownComune(r.Context())}, domain.Convenzione{})
}

func (p *Pages) showDraft(w http.ResponseWriter, r *http.Request) error {
	act, err := p.actToDraft(r)
	if err != nil {
		return err
	}
	return p.draftAsItIs(w, r, form{}, http.StatusOK, act)
}

// draftAsItIs shows the form with the draft that waits, else with the last act.
func (p *Pages) draftAsItIs(w http.ResponseWriter, r *http.Request, f form, status int, act domain.Convenzione) error {
	d := act.Last().ConvenzioneDrafted
	if act.Draft != nil {
		d = *act.Draft
	}
	f.values = drafted(d).values
	reach, err := p.Reach(r.Context())
	if err != nil {
		return err
	}
	seen, err := p.Convenzioni.One(r.Context(), reach, domain.ConvenzioneIDOf(act.Pair), p.Commands.Now())
	if err != nil {
		return err
	}
	f.values.Set("revision", strconv.FormatUint(seen.Revision, 10))
	if err := p.JournalRead(r.Context()); err != nil {
		return err
	}
	return p.draftPage(w, r, f, status, act.Ente, act)
}

func (p *Pages) amendDraft(w http.ResponseWriter, r *http.Request) error {
	act, err := p.actToDraft(r)
	if err != nil {
		return err
	}
	return p.saveDraft(w, r, act.Pair, act)
}

// actToDraft is the act an address names, within the caller's reach.
func (p *Pages) actToDraft(r *http.Request) (domain.Convenzione, error) {
	id, err := object(r, domain.ParseConvenzioneID)
	if err != nil {
		return domain.Convenzione{}, err
	}
	if err := p.covered(r.Context(), id); err != nil {
		return domain.Convenzione{}, err
	}
	return commands.Fact(r.Context(), p.Commands, id.Stream())
}

// saveDraft writes a draft, and leads to what it would change.
func (p *Pages) saveDraft(w http.ResponseWriter, r *http.Request, pair domain.Pair, act domain.Convenzione) error {
	f := filled(r)
	if f.Val("altre") != "" {
		return p.draftPage(w, r, f, http.StatusOK, pair.Ente, act)
	}
	cmd := p.parseDraft(&f, pair)
	if len(f.Errors) > 0 {
		return p.draftPage(w, r, f, http.StatusUnprocessableEntity, pair.Ente, act)
	}
	id := domain.ConvenzioneIDOf(pair)
	done, err := give(r, p, id.Stream(), f.atRevision(), cmd)
	if errors.Is(err, commands.ErrMoved) {
		problem := p.Refuse(r.Context(), err)
		return p.draftAsItIs(w, r, apart(problem), problem.Status, act)
	}
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.draftPage(w, r, f, status, pair.Ente, act) })
	}
	return p.onward(w, r, "/convenzioni/"+string(id)+"/attivazione", done.Position, "La bozza è scritta. Resta da attivarla: fino ad allora nulla cambia.")
}
