package projections

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// consequences are the events that are no act: what the system does, what follows from an
// act that has an event of its own, and what concerns no Comune. An entry of the journal
// tells its action itself.
var consequences = []string{
	"accesso.recorded.v1",
	"caso.requests-added.v1",
	"coda.announced.v1",
	"comune.certificate-expiry-announced.v1", "comune.operator-stood-in.v1",
	"convenzione.expiry-announced.v1", "convenzione.purposes-inhibited.v1",
	"installazione.administrator-named.v1", "installazione.administrator-removed.v1", "installazione.initialised.v1",
	"massiva.delayed.v1", "massiva.people-destroyed.v1", "massiva.requester-told.v1", "massiva.rows-asked.v1", "massiva.stopped.v1",
	"postazione.unproven.v1",
	"ricertificazione.closed.v1", "ricertificazione.confirmation-reminded.v1", "ricertificazione.purposes-listed.v1", "ricertificazione.users-listed.v1",
	"utente.blocked.v1", "utente.reset-done.v1",
	"visura.confirmation-awaited.v1", "visura.erased.v1", "visura.expired.v1", "visura.failed.v1", "visura.issued.v1", "visura.lapsed.v1", "visura.not-issuable.v1", "visura.not-resident.v1", "visura.query-deferred.v1", "visura.query-started.v1", "visura.requester-told.v1", "visura.resident-sought.v1", "visura.revocation-announced.v1",
}

func TestEveryEventIsAnActOrAConsequence(t *testing.T) {
	t.Parallel()
	for _, eventType := range domain.EventTypes() {
		action, act := atti[eventType]
		if act == slices.Contains(consequences, eventType) {
			t.Errorf("%s is to be an act, or a consequence", eventType)
		}
		if _, known := GenereOf(action); act && !known {
			t.Errorf("%s is the act %s, of no kind", eventType, action)
		}
	}
	for eventType, action := range atti {
		if !slices.Contains(domain.EventTypes(), eventType) {
			t.Errorf("there is no event %s to be the act %s", eventType, action)
		}
	}
}

// People read what was done, not what we call it, and find it by its kind.
func TestEveryActionHasWordsAndAKind(t *testing.T) {
	t.Parallel()
	for _, action := range atti {
		if azioni[action] == "" {
			t.Errorf("there are no words for %s", action)
		}
	}
	for action := range azioni {
		if _, known := GenereOf(action); !known {
			t.Errorf("%s is of no kind", action)
		}
	}
}

// What a pair's ADMIN and a Comune's TOP see is told by the pair an act concerns, whoever
// did it and however late it comes. What the system does is nobody's act.
func TestAnActIsSeenWhereItConcerns(t *testing.T) {
	t.Parallel()
	officer := domain.Actor{Utente: capo, Role: domain.RoleAnagrafe, Comune: roma}
	first, second, act := string(visuraID(1).Stream()), string(visuraID(2).Stream()), string(domain.ConvenzioneIDOf(inpsRoma).Stream())
	pool, l := town(t)
	since := len(l.All()) + 1
	atBanco := operatore
	atBanco.Postazione = string(banco)
	l.Add(first, atBanco, request(roma, inps, rossi))
	l.Add(first, atBanco, domain.VisuraApproved{Conferma: domain.Immediata})
	l.Add(first, domain.Sistema, issued(visuraID(1)))
	l.Add(second, operatore, request(milano, inps, rossi))
	enginetest.Apply(t, pool, l.All(), All...)
	l.Add(first, operatore, domain.VisuraDownloaded{SHA256: "ab"})
	l.Add(first, officer, domain.VisuraRevoked{Motivo: "altro"})
	l.Add(act, topDiRoma, domain.ConvenzioneSuspended{Motivo: "verifica"})
	l.Add(string(banco.Stream()), topDiRoma, domain.PostazioneRevoked{Comune: roma})
	l.Add(string(admina.Stream()), topDiRoma, domain.GrantApproved{ID: "00000000-0000-0000-0000-0000000000d1"})
	l.Add(string(roma.Stream()), topDiRoma, domain.RulesSet{})
	l.Add(string(roma.Stream()), domain.Actor{Role: domain.RoleInstallazione, Account: "root"}, domain.TopNamed{Utente: maria})
	l.Add(string(maria.Stream()), domain.Actor{Utente: admina, Role: domain.RoleAdmin, Ente: inps}, domain.UtenteRegistered{Codice: "U002", EnteredFor: roma})
	l.Add(string(maria.Stream()), domain.Sistema, given(domain.RoleAdmin, inps, milano))
	l.Add(string(gestionale.Stream()), domain.Actor{Utente: maria, Role: domain.RoleAdmin, Ente: inps}, domain.TokenRevoked{Token: "cd34"}) // of the Ente's software, at Milano
	l.Add(string(mario.Stream()), operatore, domain.NoticesChosen{Richieste: true})                                                         // for Roma and Milano at once: nobody's
	l.Add(string(domain.AccessStream(mario, morning)), domain.Actor{Utente: mario, Postazione: string(banco)}, domain.AccessRecorded{Action: "sign-in", Outcome: "ok", Address: "192.0.2.1"})
	l.Add(string(domain.AccessStream("", morning)), domain.Actor{}, domain.AccessRecorded{Action: "sign-in", Outcome: "refused", Address: "192.0.2.1"})
	enginetest.Apply(t, pool, l.All(), All...)
	roman := []string{
		"U001  sign-in ok", "U004 INPS register-utente ok", "  name-top ok", "U003  set-rules ok", "U003 INPS approve-grant ok", "U003 INPS revoke-postazione ok", "U003 INPS suspend-convenzione ok",
		"U003 INPS revoke-visura ok", "U001 INPS download-visura ok", "U001 INPS request-visura ok at Banco 1",
	}
	for name, c := range map[string]struct {
		who  domain.Reach
		want []string
	}{
		"a TOP":                  {theOffice, roman},
		"another Comune's TOP":   {ofMilano, []string{"U001  sign-in ok", "U002 INPS revoke-token ok", "U001 INPS request-visura ok"}},
		"an ADMIN":               {ofInpsRoma, slices.Concat(roman[:2], roman[4:])},
		"another Ente's ADMIN":   {ofAslRoma, []string{}},
		"an operator":            {mariosOwn, []string{}},
		"an officer":             {reach(officer, given(domain.RoleAnagrafe, "", roma)), []string{}},
		"an auditor":             {auditorRoma, []string{}},
		"an auditor of the Ente": {reach(domain.Actor{Utente: capo, Role: domain.RoleAuditor, Ente: inps}, given(domain.RoleAuditor, inps, "")), []string{}},
	} {
		p, err := NewAttivitaQueries(pool).Page(t.Context(), c.who, FiltroAttivita{From: morning.Add(time.Duration(since) * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, each(p.Items, toldAct)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// toldAct is a row in words.
func toldAct(r RigaAttivita) string {
	text := r.UtenteCodice + " " + r.EnteDenominazione + " " + r.Action + " " + r.Outcome
	if r.PostazioneNome != "" {
		text += " at " + r.PostazioneNome
	}
	return text
}

func TestActsAreFilteredByWhoWhatWhenAndWhere(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	yes, no := true, false
	atBanco := operatore
	atBanco.Postazione = string(banco)
	since := len(l.All()) + 1
	l.Add(string(visuraID(1).Stream()), atBanco, request(roma, inps, rossi))
	l.Add(string(visuraID(2).Stream()), operatore, request(roma, asl, rossi))
	l.Add(string(domain.AccessStream(mario, morning)), operatore, domain.AccessRecorded{Action: "request-visura", Outcome: "forbidden", Asked: domain.Asked{Comune: roma, Tipo: domain.Morte}})
	l.Add(string(domain.AccessStream(capo, morning)), topDiRoma, domain.AccessRecorded{Action: "list-visure", Outcome: "ok", Shown: []string{"v1", "v2"}})
	l.Add(string(maria.Stream()), topDiRoma, domain.UtenteReinstated{Ente: asl, Comune: roma})
	enginetest.Apply(t, pool, l.All(), All...)
	all := []string{"U003 ASL Roma 1 reinstate-utente ok", "U003  list-visure ok", "U001 INPS request-visura forbidden", "U001 ASL Roma 1 request-visura ok", "U001 INPS request-visura ok at Banco 1"}
	at := func(n int) time.Time { return morning.Add(time.Duration(since+n) * time.Second) }
	for name, c := range map[string]struct {
		filter FiltroAttivita
		want   []string
	}{
		"all":                  {FiltroAttivita{}, all},
		"requests":             {FiltroAttivita{Genere: GenereRichieste}, all[2:]},
		"reads":                {FiltroAttivita{Genere: GenereLetture}, all[1:2]},
		"grants":               {FiltroAttivita{Genere: GenereConcessioni}, all[:1]},
		"refusals":             {FiltroAttivita{Genere: GenereRifiuti}, all[2:3]},
		"refused requests":     {FiltroAttivita{Genere: GenereRichieste, Rifiutati: &yes}, all[2:3]},
		"requests not refused": {FiltroAttivita{Genere: GenereRichieste, Rifiutati: &no}, all[3:]},
		"by user":              {FiltroAttivita{Utente: capo}, all[:2]},
		"by code":              {FiltroAttivita{Codice: "U003"}, all[:2]},
		"by nobody's code":     {FiltroAttivita{Codice: "U-boh"}, []string{}},
		"by Ente":              {FiltroAttivita{Ente: asl}, []string{all[0], all[3]}},
		"by Comune":            {FiltroAttivita{Comune: milano}, []string{}},
		"by workstation":       {FiltroAttivita{Postazione: banco}, all[4:]},
		"by action":            {FiltroAttivita{Action: "list-visure"}, all[1:2]},
		"by outcome":           {FiltroAttivita{Outcome: "forbidden"}, all[2:3]},
		"by period":            {FiltroAttivita{From: at(1), To: at(3)}, all[2:4]},
		"by what there is not": {FiltroAttivita{Genere: "boh"}, []string{}},
	} {
		if c.filter.From.IsZero() {
			c.filter.From = at(0)
		}
		got := []string{}
		for c.filter.Limit = 2; ; { // two a page
			p, err := NewAttivitaQueries(pool).Page(t.Context(), theOffice, c.filter)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, each(p.Items, toldAct)...)
			if c.filter.Cursor = p.Next; c.filter.Cursor == "" {
				break
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
