package pages

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// assegna is the page by which a profile is assigned.
type assegna struct {
	frame
	D       projections.UtenteDettaglio
	Place   projections.Posto
	Back    string
	Picks   []pick
	Tipi    []option
	Giorni  []option
	End     string // last day of the act
	Changes []change
	Against string        // what the changes are compared with
	Refused *domain.Error // why no profile can be assigned
}

// pick is a profile that may be assigned.
type pick struct{ Value, Name, About string }

// change is something an assignment gives, takes or leaves.
type change struct{ Tone, Icon, Text string }

func (p *Pages) showAssign(w http.ResponseWriter, r *http.Request) error {
	f := preset("dal", day(domain.ItalianDay(p.Commands.Now())), "comune", r.URL.Query().Get("comune"), "ente", r.URL.Query().Get("ente"))
	return p.assignPage(w, r, f, http.StatusOK)
}

// assignPage shows the form with what it would change as it is filled.
func (p *Pages) assignPage(w http.ResponseWriter, r *http.Request, f form, status int) error {
	id, err := p.known(r)
	if err != nil {
		return err
	}
	pair, err := pairOf(f.values)
	if err != nil {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	v := assegna{frame: frame{form: f, Title: "Assegna un profilo", Here: "/utenti"}}
	if v.D, err = p.readUtente(r, id); err != nil {
		return err
	}
	i := slices.IndexFunc(v.D.Posti, func(one projections.Posto) bool { return one.Ente == pair.Ente && one.Comune == pair.Comune })
	if i < 0 || pair.Ente == "" {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	v.Place, v.Back = v.D.Posti[i], "/utenti/"+v.D.Codice
	v.Path = []step{{"/utenti", "Utenti"}, {v.Back, "Utente " + v.D.Codice}}
	if v.Val("revision") == "" {
		v.values.Set("revision", strconv.FormatUint(v.D.Revision, 10))
	}
	if err := p.offerProfiles(r.Context(), id, pair, &v); err != nil {
		return err
	}
	if err := p.bound(r.Context(), pair, &v); err != nil {
		return err
	}
	if err := p.compare(r.Context(), id, pair, &v); err != nil {
		return err
	}
	return p.show(w, r, status, "utente_profilo", &v)
}

// offerProfiles is what the caller may assign to the person: each is tried, and what is
// refused is not offered.
func (p *Pages) offerProfiles(ctx context.Context, id domain.UtenteID, pair domain.Pair, v *assegna) error {
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	profiles, err := p.profilesOf(ctx, reach, pair.Comune)
	if err != nil {
		return err
	}
	comune, err := commands.Fact(ctx, p.Commands, pair.Comune.Stream())
	if err != nil {
		return err
	}
	var tipi []domain.Tipo
	for _, one := range profiles {
		rehearsal, err := commands.Rehearse(ctx, p.Commands, id.Stream(), edge.Meta(ctx))
		if err != nil {
			return err
		}
		_, err = rehearsal.Try(ctx, commands.AssignProfile{Ente: pair.Ente, Comune: pair.Comune, Profile: one.ID})
		var refused *domain.Error
		switch {
		case errors.As(err, &refused) && refused.Code != domain.Unavailable:
			v.Refused = refused
			continue
		case err != nil:
			return err
		}
		v.Picks = append(v.Picks, pick{string(one.ID), one.Nome, about(one.ProfileDefined, comune)})
		for _, grant := range one.Tipi {
			if !slices.Contains(tipi, grant.Tipo) {
				tipi = append(tipi, grant.Tipo)
				v.Tipi = append(v.Tipi, option{string(grant.Tipo), documento.Title(grant.Tipo), v.Has("tipi", string(grant.Tipo))})
			}
		}
	}
	for i, name := range weekdays {
		v.Giorni = append(v.Giorni, option{strconv.Itoa(i + 1), name, v.Has("giorni", strconv.Itoa(i+1))})
	}
	if len(v.Picks) > 0 {
		v.Refused = nil
	}
	if len(v.Picks) == 1 {
		v.values.Set("profile", v.Picks[0].Value)
	}
	return nil
}

// about says what a profile grants.
func about(d domain.ProfileDefined, c domain.Comune) string {
	const few = 4
	var names []string
	widest := domain.Modo{}
	for _, grant := range d.Tipi {
		names = append(names, documento.Title(grant.Tipo))
		if grant.Nazionale.Wider(widest, c.OreSilenzio()) {
			widest = grant.Nazionale
		}
	}
	text := strings.Join(names, ", ")
	if len(names) > few {
		text = strconv.Itoa(len(names)) + " tipi di visura"
	}
	text += " · " + reachOf(widest, c)
	if d.Postazione == domain.Autorizzata {
		text += " · postazione autorizzata"
	}
	if len(d.Orario) > 0 {
		text += " · solo in alcune ore"
	}
	return text
}

// reachOf says how far a mode goes.
func reachOf(m domain.Modo, c domain.Comune) string {
	switch m.Conferma {
	case domain.Immediata:
		return "comunale, e nazionale senza conferma"
	case domain.SilenzioAssenso:
		return "comunale, e nazionale con silenzio-assenso (" + strconv.Itoa(cmp.Or(m.Ore, c.OreSilenzio())) + " ore d’ufficio)"
	case domain.Manuale:
		return "comunale, e nazionale con conferma manuale"
	}
	return "solo comunale"
}

// bound is the last day that the act between the Ente and the Comune has.
func (p *Pages) bound(ctx context.Context, pair domain.Pair, v *assegna) error {
	act, err := commands.Fact(ctx, p.Commands, domain.ConvenzioneIDOf(pair).Stream())
	if err != nil {
		return err
	}
	v.End = day(act.Last().Al)
	if !v.values.Has("al") {
		v.values.Set("al", v.End)
	}
	return nil
}

// compare says what the assignment would change, if one is chosen that may be.
func (p *Pages) compare(ctx context.Context, id domain.UtenteID, pair domain.Pair, v *assegna) error {
	if !slices.ContainsFunc(v.Picks, func(one pick) bool { return one.Value == v.Val("profile") }) {
		return nil
	}
	f := form{values: v.values}
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	found, err := p.Diritti.OfAssignment(ctx, reach, id, domain.ProfileAssigned(p.parseAssign(&f, pair)), p.Commands.Now())
	if err != nil {
		return err
	}
	var names []string
	for _, held := range v.Place.Profili {
		if !held.Decaduto {
			names = append(names, "«"+held.Nome+"»")
		}
	}
	v.Against = cmp.Or(strings.Join(names, ", "), "nessun profilo")
	v.Changes = variations(found)
	return nil
}

// variations are what is gained, what is lost and what stays, in words.
func variations(c projections.Cambio) (all []change) {
	for _, loses := range []bool{false, true} {
		tone, icon := "add", "plus-circle"
		if loses {
			tone, icon = "del", "minus-circle"
		}
		for _, voce := range []projections.Voce{projections.VoceTipo, projections.VoceNazionale, projections.VoceOrario, projections.VocePostazione, projections.VoceFinalita} {
			var tipi []domain.Tipo
			for _, one := range c.Variazioni {
				if one.Voce == voce && one.Perde == loses {
					tipi = append(tipi, one.Tipo)
				}
			}
			if tipi != nil {
				all = append(all, change{tone, icon, voceNames[voce] + titlesOf(tipi)})
			}
		}
	}
	if c.Invariati != nil {
		all = append(all, change{"", "check", titlesOf(c.Invariati) + ": come ora"})
	}
	return all
}

// voceNames are what of a right changes.
var voceNames = map[projections.Voce]string{
	projections.VoceTipo: "", projections.VoceNazionale: "Ambito nazionale: ", projections.VoceOrario: "Alcune ore: ", projections.VocePostazione: "Da qualunque postazione: ",
	projections.VoceFinalita: "Alcune finalità: ",
}

func titlesOf(tipi []domain.Tipo) string {
	names := make([]string, len(tipi))
	for i, tipo := range tipi {
		names[i] = documento.Title(tipo)
	}
	return strings.Join(names, ", ")
}

// parseAssign reads what the form asks for.
func (p *Pages) parseAssign(f *form, pair domain.Pair) commands.AssignProfile {
	c := commands.AssignProfile{Ente: pair.Ente, Comune: pair.Comune, Dal: p.date(f, "dal"), Al: p.date(f, "al"), Motivo: f.text("motivo")}
	if f.Val("profile") == "" {
		f.refuse("profile", "Scegli il profilo.")
	} else {
		c.Profile = profileIn(f)
	}
	for _, tipo := range f.values["tipi"] {
		c.Limiti.Tipi = append(c.Limiti.Tipi, domain.Tipo(tipo))
	}
	window := domain.Fascia{Dalle: f.text("dalle"), Alle: f.text("alle")}
	for _, text := range f.values["giorni"] {
		if n, err := strconv.Atoi(text); err == nil {
			window.Giorni = append(window.Giorni, n)
		}
	}
	if window.Giorni != nil || window.Dalle != "" || window.Alle != "" {
		c.Limiti.Orario = domain.Orario{window}
	}
	return c
}

// assign assigns the profile, or says anew what that would change.
func (p *Pages) assign(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	again := func(f form, status int) error {
		if status == http.StatusPreconditionFailed {
			f.Errors, f.Problem = nil, &edge.Problem{Title: "L’utente è cambiato nel frattempo", Detail: "Verifica che cosa cambia ora, e assegna di nuovo."}
			f.values.Del("revision")
		}
		return p.assignPage(w, r, f, status)
	}
	id, err := p.known(r)
	if err != nil {
		return err
	}
	if f.Val("ricalcola") != "" {
		return p.assignPage(w, r, f, http.StatusOK)
	}
	pair, err := pairOf(r.PostForm)
	if err != nil {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	cmd := p.parseAssign(&f, pair)
	act, err := commands.Fact(r.Context(), p.Commands, domain.ConvenzioneIDOf(pair).Stream())
	if err != nil {
		return err
	}
	if end := act.Last().Al; !end.IsZero() && (cmd.Al.IsZero() || cmd.Al.Compare(end) > 0) && f.Err("al") == "" {
		f.refuse("al", "Al più il "+day(end)+", fine della convenzione.")
	}
	if len(f.Errors) > 0 {
		return again(f, http.StatusUnprocessableEntity)
	}
	if err := p.elevate(r); err != nil {
		return p.again(r, err, again)
	}
	done, err := send(r, p, id.Stream(), f.atRevision(), cmd)
	if err != nil {
		return p.again(r, err, again)
	}
	return p.onward(w, r, "/utenti/"+id.Codice(), done.Position, "Il profilo è assegnato; dove il Comune vuole una seconda persona, resta da approvare.")
}
