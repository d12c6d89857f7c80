package web_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"an invitation sets a password, once":                          invited,
		"a second factor is enrolled, used, and used once":             secondFactor,
		"a recovery code stands for the second factor once":            recovered,
		"who administers wants a second factor, and an act may":        capacitiesWantASecondFactor,
		"what gives rights wants a second factor of a moment ago":      steppedUp,
		"another capacity is another token":                            switched,
		"the older session is told":                                    superseded,
		"sessions are listed and revoked":                              revokedSession,
		"a session ends when it is idle, and whatever happens":         sessionsEnd,
		"who lost the second factor may only enrol another":            mustEnrol,
		"a role taken is gone at the next request of the same session": takenInSession,
	})
}

func invited(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	admin, operator := w.elevated("admin"), w.people["operator"].Utente
	enter(w, operator.Stream(), commands.AmendUtente{Cognome: "Bianchi", Nome: "Mario", Email: "mario-" + string(operator) + "@ente.example"})
	path := "/api/v1/utenti/" + string(operator) + "/invitations"
	var how api.Invited
	admin.post(path, object{}, &how)
	if !how.Spedito || how.Collegamento != "" {
		t.Errorf("invited by mail: %+v", how)
	}
	letter, _ := o.mailbox.Load("mario-" + string(operator) + "@ente.example")
	_, after, found := strings.Cut(letter.(commands.Letter).Text, "https://visure.example/invito/")
	if !found {
		t.Fatalf("the letter has no link: %v", letter)
	}
	mailed := strings.Fields(after)[0]
	admin.post(path, object{"consegna": true}, &how)
	handed := strings.TrimPrefix(how.Collegamento, "https://visure.example/invito/")
	if how.Spedito || handed == how.Collegamento {
		t.Errorf("handed over: %+v", how)
	}
	somebody := w.visitor()
	redeem := func(secret, password string) object { return object{"segreto": secret, "password": password} }
	somebody.refused("not_found", http.MethodPost, "/api/v1/invitations/redemption", redeem(mailed, aPassword)) // another took its place
	somebody.refused("invalid", http.MethodPost, "/api/v1/invitations/redemption", redeem(handed, "corta"))
	somebody.refused("invalid", http.MethodPost, "/api/v1/invitations/redemption", redeem(handed, "Mario Bianchi 2026"))
	somebody.want(http.StatusNoContent, http.MethodPost, "/api/v1/invitations/redemption", redeem(handed, aPassword), nil)
	somebody.refused("not_found", http.MethodPost, "/api/v1/invitations/redemption", redeem(handed, aPassword))
	somebody.comeIn("operator")
	somebody.as("operator")
	somebody.want(http.StatusAccepted, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil)
	somebody.traced(operator, "set-password ok")
	admin.traced(w.people["admin"].Utente, "invite-utente mailed")
	admin.refused("forbidden", http.MethodPost, "/api/v1/utenti/"+string(w.people["admin"].Utente)+"/invitations", object{})
	w.account("foreign-admin")
	stranger := w.visitor()
	stranger.comeIn("foreign-admin")
	stranger.enrol()
	stranger.as("foreign-admin")
	stranger.refused("not_found", http.MethodPost, path, object{})
}

func secondFactor(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, id := w.elevated("operator"), w.people["operator"].Utente
	start := func() (step api.Step) {
		v.token = ""
		v.post("/api/v1/sessions", object{"accesso": id.Codice(), "password": aPassword}, &step)
		return step
	}
	step := start()
	if !step.TOTP || step.Passkey || step.Registra {
		t.Errorf("the sign-in goes on with %+v", step)
	}
	finish := func(step api.Step, code string) object { return object{"passo": step.Passo, "totp": code} }
	v.refused("forbidden", http.MethodPost, "/api/v1/sessions/completion", object{"passo": step.Passo})
	code := v.code()
	var in api.SignedIn
	v.post("/api/v1/sessions/completion", finish(step, code), &in)
	if !in.Secondo || in.Utente != id {
		t.Errorf("signed in: %+v", in)
	}
	v.refused("forbidden", http.MethodPost, "/api/v1/sessions/completion", finish(step, v.code())) // the step is used up
	v.refused("forbidden", http.MethodPost, "/api/v1/sessions/completion", finish(start(), code))  // and so is the code
	v.traced(id, "finish-sign-in refused")
	v.traced(id, "sign-in password+totp")
}

func recovered(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, id := w.elevated("operator"), w.people["operator"].Utente
	var codes api.RecoveryCodes
	v.post("/api/v1/account/recovery-codes", nil, &codes)
	if len(codes.Codici) != 10 {
		t.Fatalf("%d codes", len(codes.Codici))
	}
	v.token = ""
	for i, want := range []int{http.StatusOK, http.StatusForbidden} {
		var step api.Step
		v.post("/api/v1/sessions", object{"accesso": id.Codice(), "password": aPassword}, &step)
		if step.Recupero != 10-i {
			t.Errorf("%d codes are left", step.Recupero)
		}
		v.want(want, http.MethodPost, "/api/v1/sessions/completion", object{"passo": step.Passo, "recupero": codes.Codici[0]}, nil)
	}
	v.traced(id, "sign-in password+recovery")
}

func capacitiesWantASecondFactor(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	for _, name := range []string{"top", "admin", "auditor"} {
		w.account(name)
		v := w.visitor()
		v.comeIn(name)
		v.refused("no_capacity", http.MethodGet, "/api/v1/visure", nil)
		v.refused("forbidden", http.MethodPost, "/api/v1/session/capacity", capacityOf(w.people[name].Actor))
		v.traced(w.people[name].Utente, "choose-capacity forbidden")
		v.enrol()
		v.as(name)
		v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil)
	}
	w.account("operator")
	v := w.visitor()
	v.comeIn("operator")
	v.refused("forbidden", http.MethodPost, "/api/v1/session/capacity", capacityOf(w.people["top"].Actor)) // not theirs
	v.as("operator")                                                                                       // with a password alone
	act := domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}).Stream()
	state, err := commands.Load(t.Context(), o.handler, act)
	if err != nil {
		t.Fatal(err)
	}
	in, _ := state.InForce(domain.ItalianDay(time.Now()))
	enter(w, act, commands.DraftConvenzione{
		Ente: w.ente, Comune: w.comune, Estremi: "Convenzione rep. n. 2", Dal: in.Dal, Al: in.Al, Finalita: in.Finalita, Massimo: in.Massimo,
		SecondoFattore: true, Contatti: domain.Contatti{Assistenza: helpdesk},
	})
	enter(w, act, commands.ActivateConvenzione{})
	v.refused("forbidden", http.MethodPost, "/api/v1/session/capacity", capacityOf(w.people["operator"].Actor))
	v.enrol()
	v.as("operator")
}

func steppedUp(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := w.people["colleague"].Utente
	give := object{"role": domain.RoleStandard, "ente": w.ente, "comune": w.comune}
	path := "/api/v1/utenti/" + string(id) + "/roles"
	personal := w.visitor()
	personal.token = w.people["admin"].token // issued by the installation
	personal.refused("step_up_required", http.MethodPost, path, give)
	personal.refused("forbidden", http.MethodPost, "/api/v1/session/step-up", object{"totp": "000000"})
	v := w.elevated("admin")
	v.want(http.StatusAccepted, http.MethodPost, path, give, nil)
	late := *v
	clock := func() time.Time { return time.Now().Add(11 * time.Minute) }
	late.server = serve(t, o.server(func(s *web.Server) { s.Edge.Callers = identifyAt(o.pool, clock) }).Handler())
	late.refused("step_up_required", http.MethodPost, path, give)
	v.refused("forbidden", http.MethodPost, "/api/v1/session/step-up", object{"totp": "000000"})
	v.want(http.StatusNoContent, http.MethodPost, "/api/v1/session/step-up", object{"totp": v.code()}, nil)
	v.traced(w.people["admin"].Utente, "step-up ok")
	v.traced(w.people["admin"].Utente, "step-up forbidden")
}

func switched(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.give(w.people["operator"].Utente, domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: w.comune})
	w.account("operator")
	v := w.visitor()
	v.comeIn("operator")
	chosen := v.token
	v.as("operator")
	old := *v
	other := domain.Actor{Role: domain.RoleAnagrafe, Comune: w.comune}
	var in api.SignedIn
	v.post("/api/v1/session/capacity", capacityOf(other), &in)
	v.token = in.Token
	for _, token := range []string{chosen, old.token} {
		old.token = token
		old.refused("unauthenticated", http.MethodGet, "/api/v1/session", nil)
	}
	var state api.SessionState
	v.want(http.StatusOK, http.MethodGet, "/api/v1/session", nil, &state)
	if state.Capacita == nil || state.Capacita.Role != domain.RoleAnagrafe {
		t.Errorf("acts as %+v", state.Capacita)
	}
	v.traced(w.people["operator"].Utente, "choose-capacity ok")
	v.want(http.StatusNoContent, http.MethodPost, "/api/v1/session/end", nil, nil)
	v.refused("unauthenticated", http.MethodGet, "/api/v1/session", nil)
}

func superseded(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	older, newer := w.visitor(), w.visitor()
	older.comeIn("operator")
	newer.comeIn("operator")
	if p := older.refused("unauthenticated", http.MethodGet, "/api/v1/session", nil); !strings.Contains(p.Detail, "da un'altra postazione") {
		t.Errorf("the older is told %q", p.Detail)
	}
	newer.want(http.StatusOK, http.MethodGet, "/api/v1/session", nil, nil)
}

func revokedSession(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	v := w.visitor()
	v.comeIn("operator")
	var account api.AccountState
	v.want(http.StatusOK, http.MethodGet, "/api/v1/account", nil, &account)
	if len(account.Sessioni) != 1 || !account.Sessioni[0].Questa || account.Sessioni[0].Dispositivo != "prova" || account.Sessioni[0].Indirizzo != v.address {
		t.Fatalf("sessions: %+v", account.Sessioni)
	}
	v.want(http.StatusNoContent, http.MethodPost, "/api/v1/account/sessions/revocation", object{"sessione": account.Sessioni[0].ID}, nil)
	v.refused("unauthenticated", http.MethodGet, "/api/v1/account", nil)
}

func sessionsEnd(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	v := w.visitor()
	v.comeIn("operator")
	for after, want := range map[time.Duration]string{14 * time.Minute: "", 15 * time.Minute: "unauthenticated", 8 * time.Hour: "unauthenticated"} {
		later := *v
		clock := func() time.Time { return time.Now().Add(after) }
		db := o.pool
		later.server = serve(t, o.server(func(s *web.Server) {
			s.Edge.Callers = callersOf(&auth.Callers{
				Tokens: &auth.Tokens{DB: db, Now: clock}, Sessions: &auth.Sessions{DB: db, Now: clock, Idle: map[bool]time.Duration{true: 24 * time.Hour}[after == 8*time.Hour]},
				Software: &auth.SoftwareTokens{DB: db, Now: clock}, Workstations: &auth.Workstations{DB: db, Now: clock},
			}, clock)
		}).Handler())
		if resp, text := later.send(http.MethodGet, "/api/v1/session", nil); (resp.StatusCode == http.StatusOK) != (want == "") {
			t.Errorf("after %s: %d %s", after, resp.StatusCode, text)
		}
		if want == "" { // which used it
			w.account("operator")
			v.comeIn("operator")
		}
	}
}

func mustEnrol(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, id := w.elevated("operator"), w.people["operator"].Utente
	if err := o.accounts.ResetSecondFactor(t.Context(), id, uuid.NewString()); err != nil {
		t.Fatal(err)
	}
	v.refused("unauthenticated", http.MethodGet, "/api/v1/session", nil)
	v.token = ""
	v.comeIn("operator")
	v.refused("forbidden", http.MethodPost, "/api/v1/session/capacity", capacityOf(w.people["operator"].Actor))
	v.refused("no_capacity", http.MethodGet, "/api/v1/visure", nil)
	v.enrol()
	v.as("operator")
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil)
}

// takenInSession: the read models here have never learned anything.
func takenInSession(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	empty, opener := pgtest.New(t), esdb.NewOpener(o.keys)
	v := w.visitor()
	v.server = serve(t, o.server(func(s *web.Server) {
		s.API.Elenco, s.API.Dettagli = projections.NewElencoQueries(empty, opener), projections.NewDettaglioQueries(empty, opener)
		s.API.Utenti = projections.NewUtentiQueries(empty, opener)
	}).Handler())
	v.comeIn("operator")
	v.as("operator")
	id := w.people["operator"].Utente
	both := func(want int) {
		t.Helper()
		v.want(want, http.MethodGet, "/api/v1/visure", nil, nil)
		if want == http.StatusOK {
			want = http.StatusAccepted
		}
		v.want(want, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil)
	}
	both(http.StatusOK)
	role := commands.TakeRole{Role: domain.RoleStandard, Ente: w.ente, Comune: w.comune}
	enter(w, id.Stream(), commands.SuspendUtente{Ente: w.ente, Comune: w.comune, Motivo: "Prova"})
	both(http.StatusForbidden)
	enter(w, id.Stream(), commands.ReinstateUtente{Ente: w.ente, Comune: w.comune})
	both(http.StatusOK)
	enter(w, id.Stream(), role)
	both(http.StatusForbidden)
	v.traced(id, "list-visure forbidden")
}
