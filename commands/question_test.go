package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var (
	wait      = domain.ConfirmationAwaited{Due: &due}                                                              // 12 office hours from Monday 10:30
	expires   = time.Date(2026, 12, 23, 23, 0, 0, 0, time.UTC)                                                     // thirty days after today, in Italy
	suspended = domain.ConfirmationSuspended{Domanda: "Qual è il legame?", Resta: 12 * time.Hour, Scade: &expires} // at once
	untimed   = domain.ConfirmationSuspended{Domanda: "Qual è il legame?", Scade: &expires}
	resumed   = domain.ConfirmationResumed{Risposta: "È il coniuge.", Due: &due}
	assigned  = domain.ConfirmationAssigned{Utente: luisa.Utente}
)

// shutSince is a world in which the Comune has set two calendars since, by the last of which
// it never opens.
func shutSince(g *given) {
	for v := range 2 {
		g.Parties.Comune = g.Parties.Comune.Evolve(domain.CalendarioSet{Versione: v + 1, OreSilenzio: 12}, domain.Meta{})
	}
}

func TestSuspendConfirmation(t *testing.T) {
	question := commands.SuspendConfirmation{Domanda: "Qual è il legame?"}
	later := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC) // Tuesday at 9 in Italy: 3½ hours of Monday and 1 of Tuesday have passed
	tomorrow := expires.Add(24 * time.Hour)
	run(t, map[string]spec{
		"an officer asks, and the clock stops":            {given: events(silent, wait), by: luisa, when: question, then: events(suspended)},
		"with what is left of it":                         {given: events(silent, wait), by: carla, at: later, when: question, then: events(domain.ConfirmationSuspended{Domanda: question.Domanda, Resta: 7*time.Hour + 30*time.Minute, Scade: &tomorrow})},
		"counted as the term was, whatever was set since": {given: events(silent, wait), by: carla, at: later, when: question, but: shutSince, then: events(domain.ConfirmationSuspended{Domanda: question.Domanda, Resta: 7*time.Hour + 30*time.Minute, Scade: &tomorrow, Calendario: 2})},
		"at night nothing has passed":                     {given: events(silent, wait), by: luisa, at: time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC), when: question, then: events(domain.ConfirmationSuspended{Domanda: question.Domanda, Resta: 8*time.Hour + 30*time.Minute, Scade: &expires})},
		"without a term there is none to stop":            {given: events(national, awaited), by: luisa, when: question, then: events(untimed)},
		"after an answer there may be another":            {given: events(silent, wait, suspended, resumed), by: luisa, when: question, then: events(suspended)},
		"one question at a time":                          {given: events(silent, wait, domain.ConfirmationSuspended{Domanda: "Che pratica è?"}), by: luisa, when: question, fails: domain.Conflict},
		"after the term it is too late":                   {given: events(silent, overdue), by: luisa, when: question, fails: domain.Conflict},
		"what was decided is asked no more":               {given: events(national, awaited, rejected), by: luisa, when: question, fails: domain.Conflict},
		"a question of nothing":                           {given: events(silent, wait), by: luisa, when: commands.SuspendConfirmation{Domanda: " "}, fails: domain.Invalid, field: "domanda"},
		"words without end":                               {given: events(silent, wait), by: luisa, when: commands.SuspendConfirmation{Domanda: strings.Repeat("è", 1001)}, fails: domain.Invalid, field: "domanda"},
		"the requester does not ask":                      {given: events(silent, wait), when: question, fails: domain.Forbidden},
		"an officer who is away does not":                 {given: events(silent, wait), by: carla, when: question, but: away("2026-11-23", "2026-11-23"), fails: domain.Forbidden, field: "utente"},
		"there is none":                                   {by: luisa, when: question, fails: domain.NotFound},
	})
}

func TestAnswerQuestion(t *testing.T) {
	answer := commands.AnswerQuestion{Risposta: "È il coniuge."}
	thursday := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	monday := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC) // 5 hours of Thursday, 6 of Friday, 1 of Monday
	run(t, map[string]spec{
		"the clock goes on":                  {given: events(silent, wait, suspended), when: answer, then: events(resumed)},
		"with what was left, from then on":   {given: events(silent, wait, suspended), at: thursday, when: answer, then: events(domain.ConfirmationResumed{Risposta: answer.Risposta, Due: &monday})},
		"where there was no term, with none": {given: events(national, awaited, untimed), when: answer, then: events(domain.ConfirmationResumed{Risposta: answer.Risposta, Scade: &expires})},
		"and with all its days again":        {given: events(national, awaited, untimed), at: thursday, when: answer, then: events(domain.ConfirmationResumed{Risposta: answer.Risposta, Scade: at(expires.Add(3 * 24 * time.Hour))})},
		"once it has expired it is too late": {given: events(silent, wait, suspended), at: expires, when: answer, fails: domain.Conflict},
		"nothing was asked":                  {given: events(silent, wait), when: answer, fails: domain.Conflict},
		"what was decided meanwhile":         {given: events(silent, wait, suspended, rejected), when: answer, fails: domain.Conflict},
		"an answer of nothing":               {given: events(silent, wait, suspended), when: commands.AnswerQuestion{}, fails: domain.Invalid, field: "risposta"},
		"words nobody types":                 {given: events(silent, wait, suspended), when: commands.AnswerQuestion{Risposta: "\x00"}, fails: domain.Invalid, field: "risposta"},
		"the officer does not answer":        {given: events(silent, wait, suspended), by: luisa, when: answer, fails: domain.Forbidden},
		"a colleague sees nothing":           {given: events(silent, wait, suspended), by: piero, when: answer, fails: domain.NotFound},
	})
}

// While a question is open silence is no consent, and an officer may decide all the same.
func TestWhatIsSuspendedIsNotConfirmedBySilence(t *testing.T) {
	long := now.AddDate(1, 0, 0)
	run(t, map[string]spec{
		"however long it takes":      {given: events(silent, wait, suspended), by: domain.Sistema, at: long.AddDate(0, -11, 0), when: commands.ApproveBySilence{}},
		"an officer may confirm":     {given: events(silent, wait, suspended), by: luisa, when: commands.ApproveVisura{}, then: events(byOfficer)},
		"or refuse":                  {given: events(silent, wait, suspended), by: luisa, when: commands.RejectVisura{Motivo: "altro", Testo: "non risulta"}, then: events(rejected)},
		"its requester may withdraw": {given: events(silent, wait, suspended), when: commands.WithdrawVisura{Testo: "errore"}, then: events(withdrawn)},
		"after the answer it is due": {given: events(silent, wait, suspended, resumed), by: domain.Sistema, at: due, when: commands.ApproveBySilence{}, then: events(domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: due})},
	})
}

func TestAssignConfirmation(t *testing.T) {
	mine, hers := commands.AssignConfirmation{Utente: luisa.Utente}, commands.AssignConfirmation{Utente: carla.Utente}
	anagrafe := func(change func(*domain.Utente)) func(*given) {
		return func(g *given) {
			g.Parties.Comune.Tops = []domain.UtenteID{luisa.Utente}
			g.Parties.Utente = holding(carla).Utente
			change(&g.Parties.Utente)
		}
	}
	present := anagrafe(func(*domain.Utente) {})
	run(t, map[string]spec{
		"an officer takes charge": {given: events(national, awaited), by: luisa, when: mine, then: events(assigned)},
		"and passes it on":        {given: events(national, awaited, assigned), by: luisa, when: hers, but: present, then: events(domain.ConfirmationAssigned(hers))},
		"to another TOP":          {given: events(national, awaited), by: carla, when: mine, but: present, then: events(assigned)},
		"not to who is away": {given: events(national, awaited), by: luisa, when: hers, but: anagrafe(func(u *domain.Utente) {
			u.Absences = []domain.AbsenceDeclared{{Comune: comune, Dal: data("2026-11-23"), Al: data("2026-11-23")}}
		}), fails: domain.Invalid, field: "utente"},
		"nor to who is no officer":              {given: events(national, awaited), by: luisa, when: hers, but: anagrafe(func(u *domain.Utente) { u.Roles = nil }), fails: domain.Invalid, field: "utente"},
		"nor to an officer of another Comune":   {given: events(national, awaited), by: luisa, when: hers, but: anagrafe(func(u *domain.Utente) { u.Roles[0].Comune = altro }), fails: domain.Invalid, field: "utente"},
		"nor to who asked":                      {given: events(national, awaited), by: luisa, when: commands.AssignConfirmation{Utente: mario.Utente}, but: func(g *given) { g.Parties.Comune.Tops = []domain.UtenteID{mario.Utente} }, fails: domain.Invalid, field: "utente"},
		"the requester assigns nothing":         {given: events(national, awaited), when: mine, fails: domain.Forbidden},
		"what was decided is in nobody's hands": {given: events(national, awaited, byOfficer), by: luisa, when: mine, fails: domain.Conflict},
		"nor what silence has confirmed":        {given: events(silent, overdue), by: luisa, when: mine, fails: domain.Conflict},
		"another may decide":                    {given: events(national, awaited, assigned), by: carla, when: commands.ApproveVisura{}, then: events(byOfficer)},
	})
}
