package web_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
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
}

// login is a person in a capacity, and the token they sign in with.
type login struct {
	domain.Actor
	token string
}

// conferma is how the national requests of a world are confirmed.
func (o *office) world(t testing.TB, comune domain.CodiceISTAT, conferma domain.Conferma) *world {
	t.Helper()
	w := &world{office: o, t: t, comune: comune, ente: domain.EnteID(uuid.NewString()), people: map[string]login{}}
	w.enterComune(comune)
	for _, other := range comuni {
		if other != comune {
			w.enterComune(other)
			w.person("foreign-top", domain.RoleGiven{Role: domain.RoleTop, Comune: other})
			break
		}
	}
	profile := w.agreement(w.ente, year(0), conferma)
	w.person("operator", domain.RoleGiven{Role: domain.RoleStandard, Ente: w.ente})
	w.assign("operator", w.ente, profile)
	w.person("colleague", domain.RoleGiven{Role: domain.RoleStandard, Ente: w.ente})
	w.assign("colleague", w.ente, profile)
	w.person("admin", domain.RoleGiven{Role: domain.RoleAdmin, Ente: w.ente})
	w.person("top", domain.RoleGiven{Role: domain.RoleTop, Comune: comune})
	w.person("auditor", domain.RoleGiven{Role: domain.RoleAuditor, Comune: comune})

	stranger := domain.EnteID(uuid.NewString())
	w.person("stranger", domain.RoleGiven{Role: domain.RoleStandard, Ente: stranger})
	w.assign("stranger", stranger, w.agreement(stranger, year(0), conferma))
	w.person("foreign-admin", domain.RoleGiven{Role: domain.RoleAdmin, Ente: stranger})

	late := domain.EnteID(uuid.NewString())
	w.person("late", domain.RoleGiven{Role: domain.RoleStandard, Ente: late})
	w.assign("late", late, w.agreement(late, year(-3), conferma))
	return w
}

// grant is an agreement and the profile under it.
type grant struct {
	convenzione domain.ConvenzioneID
	profile     domain.ProfileID
}

// year is the first day of a year, so many after this one.
func year(after int) domain.Date {
	return domain.Date{Year: domain.ItalianDay(time.Now()).Year + after, Month: 1, Day: 1}
}

// agreement lets an Ente ask the world's Comune, for two years from a day, for
// everything but visure di morte; nationally if conferma says how.
func (w *world) agreement(ente domain.EnteID, from domain.Date, conferma domain.Conferma) grant {
	w.t.Helper()
	g := grant{domain.ConvenzioneID(uuid.NewString()), domain.ProfileID(uuid.NewString())}
	var tipi []domain.Tipo
	for _, tipo := range domain.Tipi() {
		if tipo != domain.Morte {
			tipi = append(tipi, tipo)
		}
	}
	convenzione := domain.ConvenzioneSigned{
		Ente: ente, Comune: w.comune, Estremi: "Convenzione rep. n. 1", Dal: from, Al: domain.Date{Year: from.Year + 1, Month: 12, Day: 31},
		Finalita: []domain.Finalita{{Codice: "ISEE", Descrizione: "Prestazioni agevolate", BaseGiuridica: "art. 71 D.P.R. 445/2000"}}, Tipi: tipi,
	}
	if conferma != "" {
		convenzione.Conferme = []domain.Conferma{conferma}
	}
	enter(w, ente.Stream(), commands.RegisterEnte{Ente: domain.EnteRegistered{Denominazione: "Ente " + string(ente[:8])}})
	enter(w, g.convenzione.Stream(), commands.SignConvenzione{Convenzione: convenzione})
	enter(w, g.profile.Stream(), commands.DefineProfile{Profile: domain.ProfileDefined{Comune: w.comune, Nome: "Sportello", Tipi: tipi, Conferma: conferma}})
	return g
}

func (w *world) enterComune(comune domain.CodiceISTAT) {
	w.t.Helper()
	enter(w, comune.Stream(), commands.RegisterComune{
		Comune: domain.ComuneRegistered{ISTAT: comune, Nome: "Comune " + string(comune), Provincia: "RA", Ufficio: "Ufficio Anagrafe", OreSilenzio: 12},
		Collegamento: domain.ComuneConnected{
			TipoInvio: "TEST", Keystore: string(comune) + "-CO-9999", Postazione: string(comune) + "-PC-0001",
			Operatore: domain.CodiceFiscale(people.Operator(string(comune))), Storico: domain.Storico6001,
		},
	})
}

func (w *world) person(name string, role domain.RoleGiven) {
	w.t.Helper()
	id := domain.UtenteID(uuid.NewString())
	enter(w, id.Stream(), commands.RegisterUtente{Utente: domain.UtenteRegistered{Codice: "U-" + string(id[:8]), CodiceFiscale: "BNCMRA75C15D458L", Cognome: "Bianchi", Nome: "Mario"}})
	enter(w, id.Stream(), commands.GiveRole{Role: role})
	by := domain.Actor{Utente: id, Role: role.Role, Ente: role.Ente, Comune: role.Comune}
	token, err := w.tokens.Issue(w.t.Context(), by, "test", time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	w.people[name] = login{by, token}
}

func (w *world) assign(name string, ente domain.EnteID, g grant) {
	w.t.Helper()
	enter(w, w.people[name].Utente.Stream(), commands.AssignProfile{Grant: domain.ProfileAssigned{Ente: ente, Comune: w.comune, Convenzione: g.convenzione, Profile: g.profile}})
}

// enter carries out a command as the system.
func enter[S commands.State[S]](w *world, stream domain.Stream[S], cmd commands.Command[S]) {
	w.t.Helper()
	if _, err := commands.Handle(w.t.Context(), w.server.Commands, stream, commands.Envelope{By: domain.Sistema}, cmd); err != nil {
		w.t.Fatal(err)
	}
}

// subject returns somebody of the world's Comune nobody has asked about.
func (w *world) subject() string {
	all := w.subjects[w.comune]
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

// erase destroys what is known of a visura's subject, as an order would.
func (w *world) erase(id domain.VisuraID) {
	w.t.Helper()
	if err := w.keys.Destroy(w.t.Context(), string(id.Stream())); err != nil {
		w.t.Fatal(err)
	}
	if err := w.archive.Delete(w.t.Context(), id); err != nil {
		w.t.Fatal(err)
	}
	enter(w, id.Stream(), commands.EraseVisura{Basis: "ordine"})
}
