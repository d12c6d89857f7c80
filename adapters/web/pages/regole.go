package pages

import (
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// regole is the page of what a Comune has decided about itself.
type regole struct {
	frame
	Parts []regola
	Told  []told
}

// regola is one thing a Comune decides, as it stands, with the forms that change it.
type regola struct {
	Key, Title, Hint string
	Terms            []terms
	Acts             []act
	More             string // where it is changed, if not by a form here
}

// decision is a form of that page: where it goes, the operation it is, and the command it
// asks for. All want a second factor.
type decision struct {
	path, id, said string
	command        func(p *Pages, r *http.Request, f *form) (commands.Command[domain.Comune], error)
}

// decisions are all that forms of that page do.
var decisions = []decision{
	{"/recapiti", "set-contatti", "I recapiti sono registrati.", func(_ *Pages, _ *http.Request, f *form) (commands.Command[domain.Comune], error) {
		return commands.SetContatti{Contatti: domain.Contatti{
			Referente: f.text("referente"), PEC: f.text("pec"), DPO: f.text("dpo"), Assistenza: f.text("assistenza"), Email: f.text("email"),
		}}, nil
	}},
	{"/nazionale", "enable-nazionale", "Il titolo per le visure nazionali è registrato.", func(p *Pages, _ *http.Request, f *form) (commands.Command[domain.Comune], error) {
		return commands.EnableNazionale{Testo: f.text("testo"), Atto: f.text("atto"), Data: p.date(f, "data")}, nil
	}},
	{"/nazionale/revoca", "disable-nazionale", "Le visure nazionali non sono più ammesse: vale dalla prossima richiesta.", func(_ *Pages, _ *http.Request, f *form) (commands.Command[domain.Comune], error) {
		return commands.DisableNazionale{Motivo: f.text("motivo")}, nil
	}},
	{"/scelte", "set-rules", "Le scelte sono registrate.", func(_ *Pages, _ *http.Request, f *form) (commands.Command[domain.Comune], error) {
		cmd := commands.SetRules{ScaricoAmministratori: f.Val("scarico") == "si", Quote: f.quote(domain.QuoteComune())}
		for _, o := range eyes {
			if f.Val(o.Value) == "si" {
				cmd.QuattroOcchi = append(cmd.QuattroOcchi, domain.QuattroOcchi(o.Value))
			}
		}
		return cmd, nil
	}},
	{"/istruzioni", "publish-instructions", "Le istruzioni sono pubblicate: tutti le accettano prima della prossima richiesta.", func(_ *Pages, _ *http.Request, f *form) (commands.Command[domain.Comune], error) {
		return commands.PublishInstructions{Testo: f.text("testo")}, nil
	}},
	{"/top", "name-top", "La persona è TOP del Comune.", func(p *Pages, r *http.Request, f *form) (commands.Command[domain.Comune], error) {
		who, err := p.person(r, f, "utente")
		if who == "" && err == nil && f.Err("utente") == "" {
			f.refuse("utente", "Manca il codice utente.")
		}
		return commands.NameTop{Utente: who}, err
	}},
	{"/top/revoca", "remove-top", "La persona non è più TOP del Comune: vale dalla prossima richiesta.", func(_ *Pages, _ *http.Request, f *form) (commands.Command[domain.Comune], error) {
		return commands.RemoveTop{Utente: domain.UtenteID(f.Val("utente")), Motivo: f.text("motivo")}, nil
	}},
}

// eyes are the grants for which a Comune may want a second person.
var eyes = []option{
	{Value: string(domain.OcchiNazionale), Text: "Visure nazionali"}, {Value: string(domain.OcchiStoriche), Text: "Visure storiche"}, {Value: string(domain.OcchiParentela), Text: "Visure con la parentela"},
}

// ofRegole are the events of the history that are about what that page decides.
var ofRegole = []string{
	domain.ContattiSet{}.EventType(), domain.NazionaleEnabled{}.EventType(), domain.NazionaleDisabled{}.EventType(), domain.RulesSet{}.EventType(),
	domain.RegolaAllarmeSet{}.EventType(), domain.RegolaAllarmeLifted{}.EventType(), domain.InstructionsPublished{}.EventType(), domain.CalendarioSet{}.EventType(), domain.TopNamed{}.EventType(), domain.TopRemoved{}.EventType(),
}

// regole adds the page.
func (p *Pages) regole(r chi.Router) {
	r.Get("/regole", p.acting("read-comune", top, p.showRegole))
	for _, d := range slices.Concat(decisions, alarmDecisions) {
		r.Post("/regole"+d.path, p.acting(d.id, top, p.decide(d)))
	}
}

func (p *Pages) showRegole(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Storia{})
	if err != nil {
		return err
	}
	return p.regolePage(w, r, form{}, http.StatusOK, known)
}

// decide carries out what a form asks for.
func (p *Pages) decide(d decision) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		again := func(f form, status int) error {
			f.keyed()
			return p.regolePage(w, r, f, status, true)
		}
		f := filled(r)
		cmd, err := d.command(p, r, &f)
		if err != nil {
			return err
		}
		if len(f.Errors) > 0 {
			return again(f, http.StatusUnprocessableEntity)
		}
		done, err := give(r, p, ownComune(r.Context()).Stream(), commands.AnyRevision, cmd)
		if err != nil {
			return p.again(r, err, again)
		}
		return p.onward(w, r, "/regole", done.Position, d.said)
	}
}

// regolePage shows all as it stands; known is false where the history may lack what was
// just written.
func (p *Pages) regolePage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	ctx, own := r.Context(), ownComune(r.Context())
	v := regole{frame: frame{form: f, Title: "Regole e recapiti", Here: "/regole"}}
	v.asOf(r, known)
	reach, comune, err := p.atOwn(ctx)
	if err != nil {
		return err
	}
	b := &bench{&v.form, "/regole", edge.Of(ctx).Caller}
	tops, err := p.tops(r, b, comune)
	if err != nil {
		return err
	}
	alarms, err := p.alarmRulesOf(r, b, comune)
	if err != nil {
		return err
	}
	v.Parts = []regola{contactsOf(b, comune), titleOf(b, comune), calendarOf(comune), choicesOf(b, comune), alarms, instructionsOf(b, comune), tops}
	facts, err := p.Comuni.History(ctx, reach, own, ofRegole...)
	if err != nil {
		return err
	}
	v.Told = done(facts)
	if err := p.JournalRead(ctx); err != nil {
		return err
	}
	return p.show(w, r, status, "regole", &v)
}

// contactsOf are whom to turn to at the Comune.
func contactsOf(b *bench, comune domain.Comune) regola {
	c := comune.Contatti
	fields := []input{
		{Name: "referente", Label: "Referente", Kind: "text", Max: 200, Value: c.Referente}, {Name: "pec", Label: "PEC", Kind: "text", Max: 200, Value: c.PEC},
		{Name: "dpo", Label: "Responsabile della protezione dei dati", Kind: "text", Max: 200, Value: c.DPO},
		{Name: "assistenza", Label: "Assistenza", Kind: "text", Max: 200, Value: c.Assistenza, Hint: "A chi ci si rivolge: la legge chi riceve un rifiuto."},
		{Name: "email", Label: "Posta per gli avvisi di scadenza (facoltativa)", Kind: "text", Max: 200, Value: c.Email},
	}
	return regola{"recapiti", "Recapiti", "Servono perché una convenzione sia attiva. Sono di uffici e funzioni, non di privati.", []terms{
		{"Referente", lines(c.Referente)}, {"PEC", lines(c.PEC)}, {"Responsabile della protezione dei dati", lines(c.DPO)}, {"Assistenza", lines(c.Assistenza)}, {"Posta per gli avvisi", lines(c.Email)},
	}, []act{b.make("recapiti", "/recapiti", true, act{Summary: "Scrivi i recapiti…", Button: "Registra i recapiti", Fields: fields})}, ""}
}

// titleOf is by what title the Comune lets others' residents be asked about.
func titleOf(b *bench, comune domain.Comune) regola {
	n := comune.Nazionale
	one := regola{"nazionale", "Titolo per le visure nazionali", "Senza titolo il Comune non ammette visure su chi risiede altrove. Si stampa in fondo a quei documenti.", []terms{{"Titolo", lines(n.Testo)}, {"Atto", lines(n.Atto)}, {"Data", lines(day(n.Data))}}, nil, ""}
	one.Acts = []act{b.make("titolo", "/nazionale", true, act{Summary: "Registra il titolo…", Button: "Registra il titolo", Fields: []input{
		{Name: "testo", Label: "Titolo giuridico, come si stampa", Kind: "long", Max: 400, Value: n.Testo}, {Name: "atto", Label: "Atto del Comune", Kind: "text", Max: 200, Value: n.Atto},
		{Name: "data", Label: "Data dell’atto", Kind: "day", Value: day(n.Data)},
	}})}
	if n.Testo != "" {
		one.Acts = append(one.Acts, b.make("spegni", "/nazionale/revoca", true, act{Summary: "Non ammettere più visure nazionali…", Button: "Non ammetterle più", Danger: true, Fields: []input{reason}, Text: "Vale dalla prossima richiesta, di chiunque."}))
	}
	return one
}

// calendarOf is when the office is open, which a page of its own changes.
func calendarOf(comune domain.Comune) regola {
	return regola{
		Key: "calendario", Title: "Calendario dell’ufficio e silenzio-assenso", Hint: "I termini delle richieste che attendono conferma corrono quando l’ufficio è aperto.",
		Terms: calendarTerms(comune.Calendario()), More: "/regole/calendario",
	}
}

// reason is why something is taken away.
var reason = input{Name: "motivo", Label: "Motivo (facoltativo)", Kind: "long", Max: 1000, Hint: "Resta nella storia del Comune."}

// yesNo are the answers to a question.
func yesNo(yes bool) (options []option, value string) {
	if yes {
		value = "si"
	}
	return []option{{Value: "", Text: "No"}, {Value: "si", Text: "Sì"}}, value
}

// choicesOf are the choices that rules depend on.
func choicesOf(b *bench, comune domain.Comune) regola {
	one := regola{Key: "scelte", Title: "Scelte", Hint: "Una seconda persona, una volta voluta, la toglie soltanto chi amministra l’installazione."}
	var fields []input
	for _, o := range eyes {
		wanted := slices.Contains(comune.Regole.QuattroOcchi, domain.QuattroOcchi(o.Value))
		options, value := yesNo(wanted)
		fields = append(fields, input{Name: o.Value, Label: o.Text + ": le abilita una seconda persona", Kind: "select", Value: value, Options: options})
		one.Terms = append(one.Terms, terms{o.Text + ": seconda persona", lines(said(wanted))})
	}
	options, value := yesNo(comune.Regole.ScaricoAmministratori)
	fields = append(fields, input{Name: "scarico", Label: "TOP e amministratori scaricano documenti altrui, con un motivo", Kind: "select", Value: value, Options: options})
	one.Terms = append(one.Terms, terms{"Scarico di documenti altrui, con un motivo", lines(said(comune.Regole.ScaricoAmministratori))})
	limits := form{}
	limits.setQuote(comune.Regole.Quote)
	for _, q := range rationsOf(domain.QuoteComune()) {
		fields = append(fields, input{Name: q.Name, Label: q.Label[:len(q.Label)-1] + " di tutti gli Enti insieme (facoltativo)", Kind: "text", Max: 8, Value: limits.Val(q.Name)})
	}
	one.Terms = append(one.Terms, terms{"Quote", quoteLines(comune.Regole.Quote)})
	one.Acts = []act{b.make("scelte", "/scelte", true, act{Summary: "Cambia le scelte…", Button: "Registra le scelte", Fields: fields})}
	return one
}

func said(yes bool) string {
	if yes {
		return "sì"
	}
	return "no"
}

// instructionsOf are what everybody accepts before they ask.
func instructionsOf(b *bench, comune domain.Comune) regola {
	text := comune.Istruzioni.Testo
	if text == "" {
		text = domain.StandardInstructions
	}
	fields := []input{{Name: "testo", Label: "Testo", Kind: "text-long", Max: 20_000, Value: text}}
	one := regola{"istruzioni", "Istruzioni a chi opera", "Ognuno le accetta al primo accesso, una volta l’anno e a ogni nuova versione.", []terms{{"Versione", lines("quella del servizio")}}, nil, ""}
	if n := comune.Istruzioni.Versione; n > 0 {
		one.Terms = []terms{{"Versione", lines(number(n))}}
	}
	one.Acts = []act{b.make("istruzioni", "/istruzioni", true, act{Summary: "Pubblica un’altra versione…", Button: "Pubblica", Fields: fields})}
	return one
}

// tops are who administer the Comune.
func (p *Pages) tops(r *http.Request, b *bench, comune domain.Comune) (regola, error) {
	one := regola{Key: "top", Title: "TOP", Hint: "Chi amministra il Comune. L’ultimo che può operare resta."}
	var names []string
	var others []option
	for _, id := range comune.Tops {
		u, err := commands.Fact(r.Context(), p.Commands, id.Stream())
		if err != nil {
			return one, err
		}
		name := u.Cognome + " " + u.Nome + ", " + u.Codice
		if u.Suspended(domain.Pair{Comune: comune.ISTAT}) {
			name += ", sospeso"
		}
		if names = append(names, name); id != b.by.Utente {
			others = append(others, option{Value: string(id), Text: name})
		}
	}
	one.Terms = []terms{{"TOP del Comune", names}}
	one.Acts = []act{b.make("nomina", "/top", true, act{Summary: "Nomina un altro TOP…", Button: "Nomina", Text: "Prima va scritta la nomina della persona presso il Comune, nella sua pagina.", Fields: []input{
		{Name: "utente", Label: "Codice utente", Kind: "text", Max: 13},
	}})}
	if others != nil {
		one.Acts = append(one.Acts, b.make("revoca", "/top/revoca", true, act{Summary: "Togli un TOP…", Button: "Togli", Danger: true, Fields: []input{{Name: "utente", Label: "TOP", Kind: "select", Options: others}, reason}}))
	}
	return one, nil
}
