package pages

import (
	"cmp"
	"context"
	"net/http"
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

// profilo adds the pages about oneself.
func (p *Pages) profilo(r chi.Router) {
	r.Get("/profilo", p.signedIn("read-account", p.showProfile))
	r.Get("/profilo/sicurezza", p.signedIn("read-account", p.showSecurity))
	r.Get("/profilo/registro", p.signedIn("list-accessi", p.showJournal))
	r.Post("/profilo/avvisi", p.signedIn("choose-notices", p.chooseNotices))
	r.Post("/profilo/password", p.signedIn("change-password", p.changePassword))
	r.Post("/profilo/passkey", p.signedIn("add-passkey", p.addPasskey))
	r.Post("/profilo/passkey/inizio", p.signedIn("begin-passkey-registration", p.beginRegistration))
	r.Post("/profilo/passkey/rimozione", p.signedIn("remove-passkey", p.removePasskey))
	r.Post("/profilo/codici", p.signedIn("make-recovery-codes", p.makeRecoveryCodes))
	r.Post("/profilo/sessioni", p.signedIn("revoke-session", p.revokeSession))
	r.Get("/profilo/secondo-fattore", p.signedIn("begin-totp", p.showSecondFactor))
	r.Post("/profilo/secondo-fattore", p.signedIn("begin-totp", p.beginTOTP))
	r.Post("/profilo/secondo-fattore/conferma", p.signedIn("enrol-totp", p.enrolTOTP))
}

// profileTabs are the pages about oneself, and which is shown.
type profileTabs struct {
	frame
	Tabs []tab
}

// ownPage is the frame of one of them.
func ownPage(at string) profileTabs {
	v := profileTabs{frame: frame{Title: "Il mio profilo", Here: "/profilo"}}
	for _, t := range []tab{{Href: "/profilo", Text: "Chi sono e che cosa posso"}, {Href: "/profilo/sicurezza", Text: "Accesso e sicurezza"}, {Href: "/profilo/registro", Text: "Che cosa è registrato"}} {
		t.Here = t.Href == at
		v.Tabs = append(v.Tabs, t)
	}
	return v
}

// profilo is what is known of a person, and what they may ask for.
type profilo struct {
	profileTabs
	Persona    domain.Utente
	Possibili  []capacita
	Diritti    []diritti // by Comune
	Postazione string    // that this browser is; empty: it is none
	Decides    bool      // on what awaits confirmation
}

// diritti are what a person may ask one Comune for, and under which act.
type diritti struct {
	Comune, Atto string
	Gruppi       []gruppo
	Impedimento  string // why there is nothing
}

// gruppo are the types that are granted alike.
type gruppo struct {
	Tipi                                            []string
	Profilo, Finalita, Nazionale, Orari, Postazione string
	NonOra                                          bool // the hours do not admit it now
}

// showProfile shows who the person is and what they may.
func (p *Pages) showProfile(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), edge.Of(r.Context()).Caller
	v := profilo{profileTabs: ownPage("/profilo")}
	var err error
	if v.Persona, err = commands.Fact(ctx, p.Commands, c.Utente.Stream()); err != nil {
		return err
	}
	if v.Possibili, err = p.capacitiesOf(ctx, c.Actor); err != nil {
		return err
	}
	v.Decides = slices.Contains(officers, c.Role)
	if slices.Contains(operators, c.Role) {
		if v.Diritti, err = p.rights(ctx, c.Actor); err != nil {
			return err
		}
	}
	if c.Postazione != "" {
		postazione, err := commands.Fact(ctx, p.Commands, domain.PostazioneID(c.Postazione).Stream())
		if err != nil {
			return err
		}
		v.Postazione = postazione.Nome
	}
	return p.show(w, r, http.StatusOK, "profilo", &v)
}

// chooseNotices has the person written to about their requests, or about the queue, or not
// any more; of what is not said it stays as it was.
func (p *Pages) chooseNotices(w http.ResponseWriter, r *http.Request) error {
	stream := edge.Of(r.Context()).Caller.Utente.Stream()
	person, err := commands.Fact(r.Context(), p.Commands, stream)
	if err != nil {
		return err
	}
	cmd, about, wanted := commands.ChooseNotices(person.Notices), "sulle tue richieste", false
	switch {
	case r.PostForm.Has("coda"):
		wanted, about = r.PostForm.Get("coda") == "si", "su ciò che attende nella coda"
		cmd.SenzaCoda = !wanted
	default:
		wanted = r.PostForm.Get("richieste") == "si"
		cmd.Richieste = wanted
	}
	said := "Non sarai più avvisato " + about + "."
	if wanted {
		said = "Sarai avvisato " + about + "."
	}
	done, err := send(r, p, stream, commands.AnyRevision, cmd)
	if err != nil {
		return err
	}
	return p.onward(w, r, "/profilo", done.Position, said)
}

// rights are what somebody may ask each Comune for that gave them their role.
func (p *Pages) rights(ctx context.Context, by domain.Actor) (all []diritti, err error) {
	reach, err := p.Reach(ctx)
	if domain.CodeOf(err) == domain.Forbidden { // the role was taken: nothing
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, comune := range p.comuni(ctx) {
		pair := domain.Pair{Ente: by.Ente, Comune: comune.ISTAT}
		found, err := p.Diritti.One(ctx, reach, pair, by.Utente, p.Commands.Now())
		if err != nil && domain.CodeOf(err) != domain.NotFound { // the read model may not know of the pair yet
			return nil, err
		}
		d := diritti{Comune: comune.Nome, Gruppi: grouped(found.Facolta, comune)}
		if d.Atto, err = p.act(ctx, pair); err != nil {
			return nil, err
		}
		if found.Impedimento != nil {
			d.Impedimento = edge.Sentence(found.Impedimento.Testo)
		}
		all = append(all, d)
	}
	return all, nil
}

// act says which act of a pair is in force.
func (p *Pages) act(ctx context.Context, pair domain.Pair) (string, error) {
	convenzione, err := commands.Fact(ctx, p.Commands, domain.ConvenzioneIDOf(pair).Stream())
	if err != nil {
		return "", err
	}
	in, state := convenzione.InForce(domain.ItalianDay(p.Commands.Now()))
	if state != domain.ConvenzioneAttiva {
		return "", nil
	}
	return in.Estremi + ", dal " + day(in.Dal) + " al " + day(in.Al), nil
}

// grouped puts together what is granted alike, in the order of its first type.
func grouped(ways []projections.Facolta, comune domain.Comune) (groups []gruppo) {
	for _, f := range ways {
		g := gruppo{Profilo: f.ProfileNome, Finalita: strings.Join(f.Finalita, ", "), Nazionale: beyond(f.Nazionale, comune), Orari: hours(f.Orari), Postazione: "qualsiasi", NonOra: !f.Adesso}
		if f.Postazione == domain.Autorizzata {
			g.Postazione = "solo autorizzata dell’Ente"
		}
		i := slices.IndexFunc(groups, func(o gruppo) bool { o.Tipi = nil; return o.alike(g) })
		if i < 0 {
			i, groups = len(groups), append(groups, g)
		}
		groups[i].Tipi = append(groups[i].Tipi, documento.Title(f.Tipo))
	}
	return groups
}

func (g gruppo) alike(o gruppo) bool {
	return g.Profilo == o.Profilo && g.Finalita == o.Finalita && g.Nazionale == o.Nazionale && g.Orari == o.Orari && g.Postazione == o.Postazione && g.NonOra == o.NonOra
}

// beyond says how requests beyond the Comune are confirmed.
func beyond(m domain.Modo, c domain.Comune) string {
	switch m.Conferma {
	case domain.Immediata:
		return "sì, senza conferma"
	case domain.SilenzioAssenso:
		return "sì, con conferma dell’Anagrafe o silenzio-assenso dopo " + strconv.Itoa(cmp.Or(m.Ore, c.OreSilenzio())) + " ore d’ufficio"
	case domain.Manuale:
		return "sì, con conferma dell’Anagrafe"
	}
	return "no"
}

// weekdays are the days of a week, from Monday on.
var weekdays = []string{"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"}

// hours writes the hours that must all admit a request.
func hours(all []domain.Orario) string {
	var limits []string
	for _, o := range all {
		var windows []string
		for _, f := range o {
			var days []string
			for _, d := range f.Giorni {
				days = append(days, weekdays[d-1])
			}
			windows = append(windows, strings.Join(days, ", ")+" dalle "+f.Dalle+" alle "+f.Alle)
		}
		if text := strings.Join(windows, "; "); !slices.Contains(limits, text) {
			limits = append(limits, text)
		}
	}
	return cmp.Or(strings.Join(limits, " · e insieme "), "qualsiasi")
}
