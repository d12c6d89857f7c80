package web_test

import (
	"cmp"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// world is one test's own part of the office: an Ente with a convention at a
// Comune, another Ente there, and people in every capacity. Its Comune has
// other Enti too.
type world struct {
	*office
	t      testing.TB
	comune domain.CodiceISTAT
	ente   domain.EnteID
	people map[string]login
	// operator enters another operator of the Ente.
	operator func(name string)
}

// login is a person in a capacity, and the token they sign in with.
type login struct {
	domain.Actor
	token string
}

// conferma is how the national requests of a world are confirmed.
func (o *office) world(t testing.TB, comune domain.CodiceISTAT, conferma domain.Conferma) *world {
	t.Helper()
	w := &world{office: o, t: t, comune: comune, people: map[string]login{}}
	w.ente = w.body()
	w.enterComune(comune)
	for _, other := range comuni {
		if other != comune {
			w.enterComune(other)
			w.person("foreign-top", domain.RoleGiven{Role: domain.RoleTop, Comune: other})
			break
		}
	}
	profile := w.agreement(w.ente, w.year(0), conferma)
	w.operator = func(name string) {
		w.person(name, domain.RoleGiven{Role: domain.RoleStandard, Ente: w.ente, Comune: comune})
		w.assign(name, profile)
	}
	w.operator("operator")
	w.operator("colleague")
	w.person("admin", domain.RoleGiven{Role: domain.RoleAdmin, Ente: w.ente, Comune: comune})
	w.person("top", domain.RoleGiven{Role: domain.RoleTop, Comune: comune})
	w.person("auditor", domain.RoleGiven{Role: domain.RoleAuditor, Comune: comune})

	stranger := w.body()
	theirs := w.agreement(stranger, w.year(0), conferma)
	w.person("stranger", domain.RoleGiven{Role: domain.RoleStandard, Ente: stranger, Comune: comune})
	w.assign("stranger", theirs)
	w.person("foreign-admin", domain.RoleGiven{Role: domain.RoleAdmin, Ente: stranger, Comune: comune})

	late := w.body()
	over := w.agreement(late, w.year(-3), conferma)
	w.person("late", domain.RoleGiven{Role: domain.RoleStandard, Ente: late, Comune: comune})
	w.assign("late", over)
	return w
}

// grant is a profile for who asks for an Ente.
type grant struct {
	ente     domain.EnteID
	profile  domain.ProfileID
	national bool
}

// helpdesk is whom the users of every Ente turn to.
const helpdesk = "Ufficio Prestazioni, tel. 0544 000000"

// anagrafe is whom those of every Comune turn to.
const anagrafe = "Ufficio Anagrafe, tel. 0545 000000"

// year is the first day of a year, so many after this one.
func (o *office) year(after int) domain.Date {
	return domain.Date{Year: domain.ItalianDay(o.now()).Year + after, Month: 1, Day: 1}
}

// agreement lets an Ente ask the world's Comune, for two years from a day, for
// everything but visure di morte; nationally if conferma says how.
func (w *world) agreement(ente domain.EnteID, from domain.Date, conferma domain.Conferma) grant {
	w.t.Helper()
	g := grant{ente, domain.ProfileID(w.newID()), conferma != ""}
	var tipi []domain.Tipo
	for _, tipo := range documento.Tipi() {
		if tipo != domain.Morte {
			tipi = append(tipi, tipo)
		}
	}
	act, national := domain.ConvenzioneIDOf(domain.Pair{Ente: ente, Comune: w.comune}).Stream(), domain.Modo{Conferma: conferma}
	enter(w, act, commands.DraftConvenzione{
		Ente: ente, Comune: w.comune, Estremi: "Convenzione rep. n. 1", Data: from, Firmatari: []string{"Il Sindaco"}, Dal: from, Al: domain.Date{Year: from.Year + 1, Month: 12, Day: 31},
		Finalita: []domain.Finalita{{Codice: "ISEE", Descrizione: "Prestazioni agevolate", BaseGiuridica: "art. 71 D.P.R. 445/2000", Conservazione: 12, Valutazione: "Scheda n. 1"}},
		Massimo:  domain.Massimo{Tipi: tipi, Nazionale: national}, Contatti: domain.Contatti{Referente: "Ufficio Prestazioni", PEC: "ente@pec.example", DPO: "dpo@ente.example", Assistenza: helpdesk},
	})
	enter(w, act, commands.ActivateConvenzione{})
	enter(w, g.profile.Stream(), commands.DefineProfile{Comune: w.comune, Nome: "Sportello", Tipi: domain.Concessi(tipi, national)})
	return g
}

// draft is the act of the world's Ente, or one like it.
func (w *world) draft(ente domain.EnteID, comune domain.CodiceISTAT) commands.DraftConvenzione {
	w.t.Helper()
	act, err := commands.Fact(w.t.Context(), w.handler, domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}).Stream())
	if err != nil {
		w.t.Fatal(err)
	}
	d := act.Last().ConvenzioneDrafted
	return commands.DraftConvenzione{Ente: ente, Comune: comune, Estremi: d.Estremi, Data: d.Data, Firmatari: d.Firmatari, Dal: d.Dal, Al: d.Al, Finalita: d.Finalita, Massimo: d.Massimo, Contatti: d.Contatti}
}

// body enters an Ente.
func (w *world) body() domain.EnteID {
	w.t.Helper()
	codice := fmt.Sprintf("%011d", w.entered.Add(1))
	id, err := domain.BodyID(codice)
	if err != nil {
		w.t.Fatal(err)
	}
	enter(w, id.Stream(), commands.RegisterEnte{Denominazione: w.called("Ente " + codice), CodiceFiscale: codice})
	return id
}

// called is how a body or a Comune is called here.
func (o *office) called(name string) string { return cmp.Or(o.names[name], name) }

func (w *world) enterComune(comune domain.CodiceISTAT) {
	w.t.Helper()
	enter(w, comune.Stream(), commands.RegisterComune{
		ISTAT: comune, Nome: w.called("Comune " + string(comune)), Provincia: "RA", Ufficio: "Ufficio Anagrafe", OreSilenzio: 12,
	})
	enter(w, comune.Stream(), commands.ConnectComune{Connected: domain.ComuneConnected{
		Version: 1, TipoInvio: "TEST", Keystore: string(comune) + "-CO-9999", KeystorePostazione: string(comune) + "-PC-0001",
		Operatore: domain.CodiceFiscale(people.Operator(string(comune))), Storico: domain.Storico6001,
	}})
	enter(w, comune.Stream(), commands.SetContatti{Contatti: domain.Contatti{
		Referente: "Ufficio Anagrafe", PEC: "anagrafe@pec.example", DPO: "dpo@comune.example", Assistenza: anagrafe,
	}})
	enter(w, comune.Stream(), commands.EnableNazionale{
		Testo: "controlli sulle dichiarazioni sostitutive", Atto: "D.G.C. n. 3", Data: domain.Date{Year: 2026, Month: 1, Day: 15},
	})
}

// person enters somebody of the population in a role, signs them in, and has them
// accept the Comune's instructions.
func (w *world) person(name string, role domain.RoleGiven) {
	w.t.Helper()
	known := w.users[int(w.entered.Add(1))%len(w.users)]
	cf := domain.CodiceFiscale(known.CodiceFiscale)
	id := w.keys.UtenteID(cf)
	enter(w, id.Stream(), commands.RegisterUtente{CodiceFiscale: cf, Cognome: "Bianchi", Nome: "Mario"})
	w.give(id, role)
	by := capacity(id, role)
	w.people[name] = w.signIn(by)
	accept := commands.AcceptInstructions{Comune: role.Comune}
	if _, err := commands.Handle(w.t.Context(), w.handler, id.Stream(), domain.Meta{By: by}, accept); err != nil {
		w.t.Fatal(err)
	}
}

// give lets a person act in a role.
func (w *world) give(id domain.UtenteID, role domain.RoleGiven) {
	w.t.Helper()
	if role.Role == domain.RoleTop {
		enter(w, id.Stream(), commands.AppointUtente{Comune: role.Comune, Mansione: "Responsabile dell'Anagrafe"})
		enter(w, role.Comune.Stream(), commands.NameTop{Utente: id})
	} else {
		enter(w, id.Stream(), commands.GiveRole(role))
	}
}

// capacity is a person in a role: one at an Ente is for all the Comuni that gave it.
func capacity(id domain.UtenteID, role domain.RoleGiven) domain.Actor {
	if role.Ente != "" {
		role.Comune = ""
	}
	return domain.Actor{Utente: id, Role: role.Role, Ente: role.Ente, Comune: role.Comune}
}

// signIn issues a token for a capacity, whether or not it is held.
func (w *world) signIn(by domain.Actor) login {
	w.t.Helper()
	token, err := w.tokens.Issue(w.t.Context(), by, "test", time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	return login{by, token}
}

// assign gives somebody a profile, beyond the Comune too if it goes that far.
func (w *world) assign(name string, g grant) {
	w.t.Helper()
	stream := w.people[name].Utente.Stream()
	enter(w, stream, commands.AssignProfile{Ente: g.ente, Comune: w.comune, Profile: g.profile})
	if g.national {
		enter(w, stream, commands.GrantNazionale{Ente: g.ente, Comune: w.comune, Profile: g.profile, Motivo: "Serve"})
	}
}

// enter carries out a command as the system, and returns where that is recorded.
func enter[S commands.State[S]](w *world, stream domain.Stream[S], cmd commands.Command[S]) domain.Position {
	w.t.Helper()
	done, err := commands.Handle(w.t.Context(), w.handler, stream, domain.Meta{By: domain.Sistema}, cmd)
	if err != nil {
		w.t.Fatal(err)
	}
	return done.Position
}

// subject returns somebody of the world's Comune nobody has asked about.
func (w *world) subject() string {
	all := w.subjects[w.comune]
	return all[int(w.asked.Add(1))%len(all)].CodiceFiscale
}

// nonresident returns somebody of another.
func (w *world) nonresident() string {
	all := w.registry.People().Elsewhere(string(w.comune), people.FitsResidenza)
	return all[int(w.asked.Add(1))%len(all)].CodiceFiscale
}

// journal returns what is in a person's journal of this month.
func (w *world) journal(name string) (all []domain.AccessRecorded) {
	w.t.Helper()
	stream := domain.AccessStream(w.people[name].Utente, time.Now())
	if _, err := w.store.Load(context.Background(), string(stream), commands.NoStream, func(r domain.Recorded) {
		all = append(all, r.Event.(domain.AccessRecorded))
	}); err != nil {
		w.t.Fatal(err)
	}
	return all
}

// erase destroys what is known of a visura's subject, as an order would, and
// returns where that is recorded.
func (w *world) erase(id domain.VisuraID) domain.Position {
	w.t.Helper()
	erasure := commands.Erasure{Handler: w.handler, DestroyKey: w.destroyKey, DeleteDocument: w.archive.Delete}
	done, err := erasure.Erase(w.t.Context(), id, domain.Meta{By: domain.Sistema}, commands.EraseVisura{Basis: "ordine"})
	if err != nil {
		w.t.Fatal(err)
	}
	return done.Position
}
