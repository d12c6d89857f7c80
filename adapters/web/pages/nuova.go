package pages

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// nuova is the page by which a visura is asked for.
type nuova struct {
	frame
	offer
	ID   string // of the request, made before it is asked
	Sent string // a request that was sent with this page before; empty: none was
}

// offer is what the caller may ask a Comune for, of those they may ask.
type offer struct {
	Comuni    []domain.Comune
	Chosen    domain.Comune
	Ente      string
	Tipi      []grantable
	Purposes  []domain.Finalita      // those that may be named for one of the types at least
	Inhibited []string               // codes of those that might if they were confirmed
	Help      string                 // whom to call at the Comune
	Quote     []string               // what is left of the quotas of the act
	Nazionale string                 // what asking beyond the Comune means; empty: it is not admitted
	Refused   *domain.Error          // why nothing can be asked for
	Massive   *domain.MassiveGranted // what the act admits about many people at once; nil: nothing
	Stopped   bool                   // it is a block, of which the frame tells
}

// grantable is a type the caller may ask for.
type grantable struct {
	Code      domain.Tipo
	Title     string
	Nazionale bool
	Hint      string // what may do instead
}

// requested are the types as they are asked for, the most frequent first.
var requested = []domain.Tipo{
	domain.Residenza, domain.StatoFamiglia, domain.Cittadinanza, domain.Nascita, domain.EsistenzaInVita, domain.StatoCivile, domain.Matrimonio,
	domain.StatoLibero, domain.Morte,
}

// nuova adds the page.
func (p *Pages) nuova(r chi.Router) {
	r.Get("/nuova", p.acting("show-request", operators, p.showNuova))
	r.Post("/nuova", p.acting("request-visura", operators, p.request))
}

// showNuova offers an empty form, or one about the person, the practice or all of a visura
// that the caller may see.
func (p *Pages) showNuova(w http.ResponseWriter, r *http.Request) error {
	last := p.last(r)
	f := preset("comune", cmp.Or(r.URL.Query().Get("comune"), p.choices(r).Get("comune")), "tipo", last.Get("tipo"), "finalita", last.Get("finalita"), "ambito", string(domain.Comunale))
	if err := p.carryOver(r, &f); err != nil {
		return err
	}
	return p.ask(w, r, f, http.StatusOK, "")
}

// carryOver fills the form with the person or the practice of a visura, or with all of its
// request, as the caller chose: nothing is remembered of the last request otherwise.
func (p *Pages) carryOver(r *http.Request, f *form) error {
	q := r.URL.Query()
	all, person, practice := q.Get("stessi-dati"), q.Get("stessa-persona"), q.Get("stessa-pratica")
	id := cmp.Or(all, person, practice)
	if id == "" {
		return nil
	}
	d, err := p.readVisura(r.Context(), id, "")
	if err != nil {
		return err
	}
	f.values.Set("comune", string(d.Comune))
	if id == all {
		f.values.Set("tipo", string(d.Tipo))
		f.values.Set("ambito", string(d.Ambito))
	}
	if id != person {
		f.values.Set("numero_pratica", d.NumeroPratica)
		f.values.Set("finalita", d.Finalita)
	}
	if id != practice {
		for _, field := range personFields(d.Soggetto) {
			f.values.Set(field.Name, field.Value)
		}
	}
	return nil
}

// personFields are the fields of the form that name a person.
func personFields(s projections.Soggetto) []kept {
	if s.CodiceFiscale != "" {
		return []kept{{"codice_fiscale", string(s.CodiceFiscale)}}
	}
	fields := []kept{{"modo", "nome"}, {"cognome", s.Cognome}, {"nome", s.Nome}, {"sesso", s.Sesso}}
	if born, err := domain.ParseDate(s.DataNascita); err == nil {
		fields = append(fields, kept{"data_nascita", day(born)})
	}
	return fields
}

// beyond is the form that asks again for a visura of the caller's that found nobody among
// the Comune's own, of whom other Comuni may have; none where they may not ask so far.
func (p *Pages) beyond(ctx context.Context, d projections.VisuraDettaglio) []kept {
	nobody := d.Status == domain.NotIssuable && d.Ambito == domain.Comunale && documento.Elsewhere(d.Reason) && !d.Soggetto.Cancellato
	if !nobody {
		return nil
	}
	grounds, err := commands.Grounds(ctx, p.Commands, edge.Of(ctx).Caller.Actor, d.Comune)
	if err != nil {
		return nil
	}
	if right, refused := grounds.Right(d.Tipo); refused != nil || !right.Nazionale.Admits() {
		return nil
	}
	return p.sameAgain(d, domain.Nazionale)
}

// sameAgain is the form that asks again for what was asked for, as far as is said.
func (p *Pages) sameAgain(d projections.VisuraDettaglio, ambito domain.Ambito) []kept {
	return append(personFields(d.Soggetto), kept{"id", p.Commands.NewID()}, kept{"comune", string(d.Comune)}, kept{"tipo", string(d.Tipo)},
		kept{"ambito", string(ambito)}, kept{"finalita", d.Finalita}, kept{"numero_pratica", d.NumeroPratica})
}

// ask shows the form for the Comune that is chosen; sent is the request that was sent
// with it before, if it was.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request, f form, status int, sent string) error {
	v := nuova{frame: frame{form: f, Title: "Nuova richiesta", Here: "/nuova", Untaken: sent != ""}, ID: p.Commands.NewID(), Sent: sent}
	if id := f.Val("id"); id != "" && sent == "" {
		v.ID = id
	}
	var err error
	if v.offer, err = p.offer(r.Context(), &v.form); err != nil {
		return err
	}
	return p.show(w, r, status, "nuova", &v)
}

// offer is what the caller may ask for at the Comune that a form names, else at the first;
// the form holds the type where there is but one.
func (p *Pages) offer(ctx context.Context, f *form) (o offer, err error) {
	c := edge.Of(ctx).Caller
	o.Comuni = p.comuni(ctx)
	for i, one := range o.Comuni {
		if i == 0 || string(one.ISTAT) == f.Val("comune") {
			o.Chosen = one
		}
	}
	grounds, err := commands.Grounds(ctx, p.Commands, c.Actor, o.Chosen.ISTAT)
	if err != nil {
		return o, err
	}
	ente, err := commands.Fact(ctx, p.Commands, c.Ente.Stream())
	if err != nil {
		return o, err
	}
	o.Ente = ente.Denominazione
	_, o.Stopped = grounds.Person.Blocked(domain.Pair{Ente: c.Ente, Comune: o.Chosen.ISTAT}, grounds.At)
	var atto domain.Atto
	for _, tipo := range offeredTipi() {
		right, refused := grounds.Right(tipo)
		if refused != nil {
			o.Refused = refused
			continue
		}
		o.Tipi = append(o.Tipi, grantable{Code: tipo, Title: documento.Title(tipo), Nazionale: right.Nazionale.Admits()})
		if right.Nazionale.Admits() {
			o.Nazionale = cmp.Or(o.Nazionale, consequence(right.Nazionale, o.Chosen))
		}
		atto = grounds.Parties.Convenzione.Atto(right.Atto)
	}
	if o.Quote, err = p.left(ctx, c.Actor, o.Chosen.ISTAT, atto.Massimo.Quote); err != nil {
		return o, err
	}
	for _, f := range atto.Finalita {
		switch {
		case !slices.ContainsFunc(o.Tipi, func(t grantable) bool { return f.For(t.Code) }):
		case grounds.Parties.Convenzione.Inhibited(f):
			o.Inhibited, o.Help = append(o.Inhibited, f.Codice), o.Chosen.Contatti.Assistenza
		default:
			o.Purposes = append(o.Purposes, f)
		}
	}
	if i := slices.IndexFunc(o.Tipi, func(t grantable) bool { return t.Code == domain.StatoFamigliaParentela }); i >= 0 && slices.ContainsFunc(o.Tipi, func(t grantable) bool { return t.Code == domain.StatoFamiglia }) {
		o.Tipi[i].Hint = "Può bastare lo stato di famiglia"
	}
	if o.Massive = atto.Massive; len(o.Tipi) > 0 {
		o.Refused = nil
	}
	if len(o.Tipi) == 1 {
		f.set("tipo", string(o.Tipi[0].Code))
	}
	return o, nil
}

// consequence says what follows from asking beyond the Comune.
func consequence(m domain.Modo, c domain.Comune) string {
	switch m.Conferma {
	case domain.Immediata:
		return "Di qualunque Comune: documento in pochi secondi"
	case domain.SilenzioAssenso:
		return "Di qualunque Comune: se la persona è di un altro, conferma dell’Anagrafe entro " + strconv.Itoa(cmp.Or(m.Ore, c.OreSilenzio())) + " ore d’ufficio"
	}
	return "Di qualunque Comune: se la persona è di un altro, conferma dell’Anagrafe"
}

// request sends what the form asks for.
func (p *Pages) request(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	cmd := p.parseRequest(&f)
	id, err := domain.ParseVisuraID(f.Val("id"))
	if err != nil {
		return p.ask(w, r, f, http.StatusUnprocessableEntity, "")
	}
	if len(f.Errors) > 0 {
		return p.ask(w, r, f, http.StatusUnprocessableEntity, "")
	}
	done, err := send(r, p, id.Stream(), commands.AnyRevision, cmd)
	if err != nil {
		return p.again(r, err, func(g form, status int) error {
			if status == http.StatusConflict {
				return p.ask(w, r, f, status, string(id))
			}
			return p.ask(w, r, g, status, "")
		})
	}
	p.remember(w, r, "comune", cmd.Comune)
	p.Keep(w, lastCookie, url.Values{"tipo": {cmd.Tipo}, "finalita": {cmd.Finalita}}.Encode(), 0)
	to := "/visure/" + string(id) + "?at_least=" + done.Position.String()
	if wait := f.Val("attendi"); wait != "" {
		to += "&attendi=8"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// parseRequest reads the command, and says of every field what is wrong with it.
func (p *Pages) parseRequest(f *form) commands.RequestVisura {
	cmd := commands.RequestVisura{
		Comune: f.Val("comune"), Tipo: f.Val("tipo"), Ambito: f.Val("ambito"), Finalita: f.Val("finalita"), NumeroPratica: f.text("numero_pratica"),
	}
	if f.Val("modo") == "nome" {
		cmd.Soggetto = p.parsePerson(f)
	} else {
		cmd.Soggetto.CodiceFiscale = compact(f.Val("codice_fiscale"))
		if _, err := domain.ParseCodiceFiscale(cmd.Soggetto.CodiceFiscale); err != nil {
			f.add("codice_fiscale", err)
		}
	}
	f.purposed(cmd.NumeroPratica, cmd.Finalita, cmd.Tipo)
	return cmd
}

// purposed says what is wrong with the practice, the purpose and the type of a request.
func (f *form) purposed(pratica, finalita, tipo string) {
	if _, err := domain.ParseNumeroPratica(pratica); err != nil {
		f.add("numero_pratica", err)
	}
	if finalita == "" {
		f.refuse("finalita", "Scegli la finalità.")
	}
	if !documento.Offered(domain.Tipo(tipo)) {
		f.refuse("tipo", "Scegli la visura.")
	}
}

// parsePerson reads a person by name, of whom the surname or the name may be missing.
func (p *Pages) parsePerson(f *form) commands.SoggettoRichiesto {
	s := commands.SoggettoRichiesto{Cognome: f.text("cognome"), Nome: f.text("nome"), Sesso: f.Val("sesso")}
	s.SenzaCognome, s.SenzaNome = s.Cognome == "", s.Nome == ""
	if s.SenzaCognome && s.SenzaNome {
		f.refuse("cognome", "Indica il cognome, o il nome di chi non ha cognome.")
	}
	if s.Sesso == "" {
		f.refuse("sesso", "Scegli il sesso; «non indicato» è ammesso.")
	}
	born, ok := typedBirth(f.Val("data_nascita"), domain.ItalianDay(p.Commands.Now()))
	if !ok {
		f.refuse("data_nascita", "La data di nascita si scrive gg/mm/aaaa; mm/aaaa o aaaa se in anagrafe è incompleta.")
	}
	s.DataNascita = born.String()
	return s
}

// compact is a code without what people put into it to read it: blanks, dots, dashes.
func compact(code string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-\u00a0\t", r) {
			return -1
		}
		return r
	}, strings.ToUpper(code))
}

// readVisura returns a visura that the caller may see, who may have a document with a number
// at hand, and enters that they did.
func (p *Pages) readVisura(ctx context.Context, text string, numero domain.CIUV) (projections.VisuraDettaglio, error) {
	var none projections.VisuraDettaglio
	id, err := domain.ParseVisuraID(text)
	if err != nil {
		return none, edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	edge.Of(ctx).Object = string(id.Stream())
	reach, err := p.Reach(ctx)
	if err != nil {
		return none, err
	}
	d, err := p.Dettagli.One(ctx, reach.Holding(numero), id)
	if err != nil {
		return none, err
	}
	edge.Of(ctx).Concerns(d.Comune)
	return d, p.JournalRead(ctx)
}
